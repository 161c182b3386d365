#!/usr/bin/env bats
# Data sets of other tools become tickets. Rows that cannot are reported with their lines. No file
# is overwritten.
load helper

# plans FILE LABELS: a job accepts the tickets in FILE, with these labels.
plans() {
	script one "{\"steps\": [{\"match\": \"\", \"label\": \"card\"}]}"
	printf 'labels: [%s]\ntickets: %s\nmodels: [one.script.json]\n' "$2" "$1" >job.yaml
	toe 0 plan job.yaml --json
}

@test "each format is recognised by its content, and the result is a tickets file" {
	printf 'question,__expected,__metadata:lang\n"Where, oh\nwhere?",card,en\nb,equals:top_up,\n' >pf.csv
	printf 'tests:\n- vars: {q: a}\n  assert: [{type: equals, value: card}]\n- vars: {q: b}\n  assert: [{type: icontains, value: top_up}]\n' >pf.yaml
	printf '[{"vars": {"q": "a"}, "assert": [{"type": "equals", "value": "card"}]},\n{"vars": {"q": "b"}, "assert": [{"type": "contains", "value": "top_up"}]}]' >pf.json
	printf '{"input": "a", "target": "A", "choices": ["card", "top_up"]}\n{"input": "b", "target": "top_up"}\n' >inspect.jsonl
	printf 'input,target,choices\na,B,"top_up,card"\nb,top_up,\n' >inspect.csv
	printf '{"input": [{"role": "user", "content": "a"}], "ideal": "card"}\n{"input": "b", "ideal": ["top_up"]}\n' >evals.jsonl
	printf 'Body,Category\r\na,card\r\nb,top_up\r\n' >plain.csv
	for row in pf.csv:promptfoo pf.yaml:promptfoo pf.json:promptfoo inspect.jsonl:inspect \
		inspect.csv:inspect evals.jsonl:openai-evals plain.csv:csv; do
		file=${row%:*}
		toe 0 import "$file" -o out.jsonl --force
		is "$output" ""
		is "$stderr" "$file: ${row#*:}, 2 of 2 rows taken, into out.jsonl"
		is "$(jq -r .label out.jsonl | paste -sd' ')" "card top_up"
		is "$(stat -c %a out.jsonl)" 600
		plans out.jsonl "card, top_up"
		is "$(json .tickets)" 2
		toe 0 import "$file"
		is "$output" "$(cat out.jsonl)"
	done
}

@test "a run on imported tickets sees the text byte for byte" {
	printf 'text,label\n"\x1b[2J\r\n \xe2\x80\xae é ""q"" %s",card\nb,other\n' \
		"$(head -c 1000000 /dev/zero | tr '\0' x)" >in.csv
	toe 0 import in.csv -o out.jsonl
	run grep -c $'[\x1b\r]' out.jsonl
	is "$output" 0
	plans out.jsonl "card, other"
	toe 1 smoke job.yaml
	is "$(sqlite3 job.toehold "SELECT hex(substr(body, 1, 20)) FROM text WHERE length(body) > 1000000")" \
		1B5B324A0D0A20E280AE20C3A920227122207878
}

@test "rows that are left out are counted, with their lines; the others are imported" {
	printf 'q,__expected\na,card\nb,llm-rubric:polite\n\n,card\n"c\nd",not-equals:x\ne,\nf,"{{x}}"\n' >in.csv
	toe 0 import in.csv --map card=visa,cart=visa
	is "$output" '{"id": "row-1", "text": "a", "label": "visa"}'
	is "$stderr" "in.csv: promptfoo, 1 of 6 rows taken
  3 rows left out: no assertion names a label (equals, contains or icontains) (lines 3, 6, 8)
  1 row left out: the text is empty (line 5)
  1 row left out: an assertion is a template ({{…}}); name the variable with the label with --label (line 9)
  --map renames the label 'cart', but no row has it"
	toe 0 import in.csv -o out.jsonl --json
	is "$stderr" ""
	is "$(json '[.format, .rows, .taken, .out, .left_out[0].rows, .left_out[0].first_lines[2]] | join(" ")')" \
		"promptfoo 6 1 out.jsonl 3 8"
	{
		printf 'text,label\na,b\n'
		yes ,x | head -n 20
	} >many.csv
	toe 0 import many.csv
	has "$stderr" "20 rows left out: the text is empty (lines 3, 4, 5, 6, 7, 8, 9, 10 and 12 more)"
}

@test "files are overwritten only with --force, and never the file that is read" {
	printf 'text,label\na,b\n' >in.csv
	echo mine >out.jsonl
	toe 3 import in.csv -o out.jsonl
	has "$stderr" "'out.jsonl' already exists and was not changed"
	is "$(cat out.jsonl)" mine
	toe 0 import in.csv -o out.jsonl --force
	is "$(jq -r .text out.jsonl)" a
	cp in.csv before
	ln -s in.csv link.csv
	for name in in.csv ./in.csv link.csv; do
		toe 3 import in.csv -o "$name" --force
		has "$stderr" "'$name' is the input file"
	done
	cmp in.csv before
	printf 'id,text,label\n1,a,b\n1,b,b\n' >in.csv
	echo mine >out.jsonl
	toe 3 import in.csv -o out.jsonl --force
	has "$stderr" "in.csv:3: id '1' is already on line 2"
	is "$(cat out.jsonl)" mine
	toe 3 import in.csv -o nowhere/out.jsonl
	is "$(ls -A | sort | paste -sd' ')" "before in.csv link.csv out.jsonl"
}

@test "an invalid file is refused with file and line" {
	refused() {
		toe 3 import "$@"
		is "$output" ""
	}
	refused nothing.csv
	has "$stderr" "cannot open 'nothing.csv'"
	mkdir folder
	refused folder
	has "$stderr" "'folder' is a folder"
	printf 'q,r,__expected\na,b,c\n' >in
	refused in
	has "$stderr" "in:1: there are 2 variables: 'q', 'r'; name the one with the text with --text"
	toe 0 import in --text r
	printf 'text,label\na,b\ncaf\xe9,b\n' >in
	refused in
	has "$stderr" "in:3: byte 4 of the line is not well-formed UTF-8"
	printf 'text,label\na\0,b\n' >in
	refused in
	has "$stderr" "in:2: byte 2 of the line is a NUL"
	printf -- '- vars: {q: file:///etc/passwd}\n' >in
	refused in
	has "$stderr" "in:1: 'file:///etc/passwd' points to another file"
	printf 'a: &a [x]\ntests: [*a, *a]\n' >in
	refused in
	has "$stderr" "in:1:4: a YAML anchor"
	printf '{"text": "a", "label": "b"}\n' >in
	refused in
	has "$stderr" "in: the file already holds tickets"
	head -c 4096 /dev/urandom >in
	refused in
}

@test "usage" {
	printf 'text,label\na,b\n' >in.csv
	toe 2 import
	has "$stderr" "usage is 'toehold import FILE"
	toe 2 import in.csv --from promtfoo
	has "$stderr" "did you mean 'promptfoo'?"
	toe 2 import in.csv --map a
	has "$stderr" "'a' is not a pair for --map"
	toe 2 import in.csv --json
	has "$stderr" "--json needs a file for the tickets"
	toe 0 import --help
	has "$output" "toehold import FILE" "--map OLD=NEW"
}
