# The task extract: fields of a text, marked against those of the ticket.
load helper

# extract FIELDS [MORE LINES]: a job of the task over tickets.jsonl.
extract() {
	printf 'task: extract\nfields: %s\ntickets: tickets.jsonl\nmodels: [one.script.json]\n%s\n' "$1" \
		"${2-}" >job.yaml
}

two_tickets() {
	cat >tickets.jsonl <<-'END'
		{"id": "a", "text": "Order A-17 (12.50) must be here by 3 May 2024!", "gold": {"order": "A-17", "amount": 12.5}}
		{"id": "b", "text": "Where is my parcel?", "gold": {}}
	END
	script one '{"steps": [{"match": "A-17", "says": "{\"order\": \"a-17.\", \"amount\": 12.5}"},
		{"match": "parcel", "says": "{\"order\": \"B-9\", \"amount\": null}"}]}'
}

@test "each answer gets a mark, and the detail names the fields" {
	two_tickets
	extract '{order: string, amount: number}'
	toe 1 smoke job.yaml --name r --json
	is "$(json 'asked[0].replies[] | "\(.id) \(.mark) \(.detail // "")"')" \
		$'a right \nb invented value invented order'
	is "$(json 'asked[0].replies[0].raw')" '{"order": "a-17.", "amount": 12.5}'
}

@test "the gold of worked examples is the answer that they show" {
	two_tickets
	cat >examples.jsonl <<-'END'
		{"text": "Please cancel Z-1 at once, I paid 7 for nothing", "gold": {"amount": 7, "order": "Z-1"}}
		{"text": "Thanks to everybody in the shop for the nice talk", "gold": {}}
	END
	extract '{order: string, amount: number}' $'ways: [examples]\nexamples: {file: examples.jsonl, per_label: 2}'
	toe 1 smoke job.yaml --name r
	sqlite3 -readonly job.toehold "SELECT body FROM pass JOIN text ON text.id = examples_json_id" |
		jq -r '.[].gold' | sort >found
	printf '%s\n' '{"order":"Z-1","amount":7}' '{"order":null,"amount":null}' | sort | diff - found
}

@test "a table's columns are the fields" {
	two_tickets
	printf 'id,text,order,amount\na,Order A-17 (12.50) must be here,A-17,"12,50"\nb,Where is my parcel?,,\n' >t.csv
	extract '{order: string, amount: number}'
	sed -i 's/tickets.jsonl/t.csv/' job.yaml
	toe 1 smoke job.yaml --name r --json
	is "$(json 'asked[0].replies[].mark')" $'right\ninvented value'
}

@test "what cannot be a gold answer is refused with its line" {
	two_tickets
	extract '{order: string, amount: whole number}'
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:1: gold: 'amount' takes a whole number, without a point"
	extract '{order: string}'
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:1: gold has 'amount', which is no field of the job"
}

@test "a schema that no answer could be held to is refused with its line" {
	two_tickets
	extract order.schema.json
	cat >order.schema.json <<-'END'
		{"type": "object", "properties": {
		  "order": {"type": "string"},
		  "amount": {"type": "integer", "minimum": 5, "maximum": 4}}}
	END
	toe 3 smoke job.yaml
	has "$stderr" "order.schema.json:3:44: 'minimum' is above what 'maximum' allows"
	echo '{"$ref": "#"}' >order.schema.json
	toe 3 smoke job.yaml
	has "$stderr" "order.schema.json:1:10: the schema is recursive"
}

@test "another schema is another pass" {
	two_tickets
	extract '{order: string, amount: number}'
	toe 1 smoke job.yaml --name r
	extract '{order: string, amount: "number, the sum"}'
	toe 1 smoke job.yaml --name s
	is "$(count pass)" 2
}

@test "ways that choose among labels are refused" {
	two_tickets
	extract '{order: string, amount: number}' 'ways: [calibrated]'
	toe 3 smoke job.yaml
	has "$stderr" "use plain and examples"
}

@test "200 marks agree with a second implementation" {
	python3 "$BATS_TEST_DIRNAME/extract_check.py" make
	toe 1 smoke job.yaml --name r --json
	python3 "$BATS_TEST_DIRNAME/extract_check.py" check <<<"$output"
}

@test "the sample job: a model that is right on all tickets and on the harder ones" {
	cp "$root"/demo/extract/*.{yaml,jsonl} .
	script one "$(jq -s '{steps: map({match: .text, says: (.gold | tojson)})}' tickets.jsonl harder.jsonl)"
	toe 0 smoke job.yaml --models one.script.json --way examples --name r
	has "$output" "25/25 100%"
	toe 0 add job.yaml harder.jsonl --as harder --run r
	has "$output" "10/10"
	is "$(sqlite3 -readonly job.toehold "SELECT body FROM pass JOIN text ON text.id = examples_json_id LIMIT 1" |
		jq length)" 8
}
