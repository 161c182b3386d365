#!/usr/bin/env bats
# Runs exported for other programs: each format agrees with show, other programs can read it, and
# import reads it back.
load export

formats="json jsonl csv wide xlsx tickets promptfoo-tests promptfoo inspect inspect-dataset openai-evals junit"

add_harder() {
	printf '{"id":"h%d","text":"A harder ticket, number %d","label":"%s"}\n' \
		0 0 card 1 1 top_up 2 2 other >harder.jsonl
	"$toehold" add job.yaml harder.jsonl --as harder >added.txt 2>&1 || [ $? -eq 1 ] # no pick
}

# agrees FORMAT TICKETS [ARGUMENTS…]: the export agrees with show about these tickets.
agrees() {
	local format=$1 tickets=$2 candidate=
	shift 2
	case "$*" in *--candidate=*) candidate="${*##*--candidate=}" ;; esac
	"$toehold" show --json >show.json
	toe 0 export --format "$format" "$@" -o "out.$format" --force
	is "$output" ""
	[ "$format" = inspect ] || is "$stderr" ""
	python3 "$root/tests/cli/export_check.py" "$format" "out.$format" show.json "$tickets" \
		${candidate:+"$candidate"}
}

# comes_back FILE LABEL…: import turns it into the same tickets.
comes_back() {
	local file=$1
	shift
	toe 0 import "$file" "$@" -o back.jsonl --force
	diff <(jq -cS . tickets-12.jsonl) <(jq -cS . back.jsonl)
}

@test "each format agrees with show --json, row by row" {
	first_run
	for format in $formats; do
		agrees "$format" tickets-12.jsonl
		is "$(stat -c %a "out.$format")" 600
		[ "$format" != xlsx ] || continue # its date is that of the call
		toe 0 export --format "$format"
		is "$output" "$(cat "out.$format")"
	done
}

@test "each format of one candidate" {
	first_run
	for name in 'small plain' 'baseline majority'; do
		for format in jsonl csv promptfoo inspect junit; do
			agrees "$format" tickets-12.jsonl --candidate="$name"
		done
	done
}

@test "ordinary and harder tickets: all, one slice, one role" {
	first_run
	add_harder
	cat tickets-12.jsonl harder.jsonl >all.jsonl
	for format in $formats; do agrees "$format" all.jsonl; done
	for row in 'tickets-12:--role ordinary' 'tickets-12:--slice 1' 'harder:--role harder' 'harder:--slice 2'; do
		read -r -a words <<<"${row#*:}"
		for format in jsonl csv tickets promptfoo-tests promptfoo inspect inspect-dataset openai-evals; do
			agrees "$format" "${row%%:*}.jsonl" "${words[@]}"
		done
	done
	is "$(jq -c '[.results.scores[].name]' out.inspect)" '["harder"]'
	toe 3 export --format tickets --slice 3
	has "$stderr" "has no slice 3; it has 2 slices of tickets"
	toe 3 export --format tickets --slice 1 --role harder
	has "$stderr" "has no such tickets"
}

@test "crashes, hangs and replies without a label" {
	tickets 9
	script odd '{"steps": [{"match": "002", "fault": "segv"}, {"match": "004", "fault": "hang"},
		{"match": "005", "says": "=cmd|x"}, {"match": "about a", "says": "a"},
		{"match": "about b", "says": "{\"label\": \"b\"}"}, {"match": "about c", "says": "no idea"}]}'
	job odd.script.json
	toe 1 smoke job.yaml --free --timeout 1
	for format in $formats; do agrees "$format" tickets.jsonl; done
	is "$(jq '.results.stats | [.successes, .failures, .errors] | add' out.promptfoo)" \
		"$(jq '.results.results | length' out.promptfoo)"
	[ "$(jq .results.stats.errors out.promptfoo)" -ge 1 ]
	has "$(cat out.junit)" '<failure message="no pick" type="missed">'
}

@test "the tickets come back through import" {
	first_run
	for format in promptfoo-tests inspect-dataset openai-evals; do
		toe 0 export --format "$format" -o "out.$format"
		comes_back "out.$format"
		has "$stderr" "12 of 12 rows taken"
	done
	toe 0 export --format tickets -o out.tickets
	diff <(jq -cS . tickets-12.jsonl) <(jq -cS . out.tickets)
}

@test "the tickets come back from CSV, but for line breaks and tabs" {
	first_run
	toe 0 export --format csv --candidate 'large plain' -o out.csv
	toe 0 import out.csv --label gold -o back.jsonl
	diff <(jq -cS '.text |= gsub("[\r\n\t]"; " ")' tickets-12.jsonl) <(jq -cS . back.jsonl)
}

@test "an exported run can be asked again: the same tickets are the same slice" {
	first_run
	toe 0 export --format tickets -o tickets-12.jsonl --force
	toe 0 smoke job.yaml --name again
	has "$stderr" "large plain: all replies are already stored"
	is "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM slice')" 1
}

@test "text that promptfoo would run is escaped, and import restores it" {
	tickets 3
	python3 - <<-'END'
		import json
		texts = ["{{ 7 * 7 }} {% if 1 %} {# no #} #}", "file:///etc/passwd", "package:evil",
		         '{{"{"}}{{{{x}}}} {"a": {"b": 1}}', "{% raw %}{% endraw %}", "{", "{{", '{{"f"}}ile://x']
		with open("tickets.jsonl", "w") as f:
		    for i, text in enumerate(texts):
		        print(json.dumps({"id": "i%d" % i, "text": text, "label": "abc"[i % 3]}), file=f)
	END
	script one '{"steps": [{"match": "", "label": "a"}]}'
	job one.script.json
	echo 'personal_data: allowed' >>job.yaml # the file: addresses
	toe 1 smoke job.yaml
	agrees promptfoo-tests tickets.jsonl
	run grep -E '"(text|value)": "(file://|package:|.*(\{%|\{#))' out.promptfoo-tests
	is "$status" 1
	toe 0 import out.promptfoo-tests -o back.jsonl
	diff <(jq -cS . tickets.jsonl) <(jq -cS . back.jsonl)
}

@test "a file that exists is left as it is; the store is never written over" {
	first_run
	echo mine >mine.txt
	toe 3 export --format csv -o mine.txt
	has "$stderr" "'mine.txt' already exists and was not changed; choose another name, or give --force"
	is "$(cat mine.txt)" mine
	toe 0 export --format csv -o mine.txt --force
	has "$(head -1 mine.txt)" "run,created,job"
	before=$(sha256sum job.toehold)
	ln job.toehold link.csv
	for out in job.toehold link.csv; do
		toe 4 export --format csv -o "$out" --force
		has "$stderr" "is a toehold store"
	done
	is "$(sha256sum job.toehold)" "$before"
	toe 3 export --format csv -o no/such/folder.csv
	is "$(ls)" "$(ls | grep -v part)"
}

@test "a run that cannot be exported leaves no file" {
	first_run
	toe 3 export nobody --format csv -o out.csv
	toe 3 export --format inspect --candidate nobody -o out.csv
	has "$stderr" "has no candidate 'nobody'; it has '"
	[ ! -e out.csv ]
}

@test "the exit code is the decision only with --exit-code" {
	first_run
	toe 0 export --format junit --exit-code
	sed -i 's/^bar:.*/bar: 95%/' job.yaml
	toe 1 smoke job.yaml --name high
	toe 0 export --format junit
	toe 1 export --format junit --exit-code
	has "$output" '<failure message="no pick" type="missed">'
	toe 0 export first --format junit --exit-code
	has "$output" 'failures="0"'
}

@test "a byte order mark only on request, and only in CSV" {
	first_run
	"$toehold" export --format csv | head -c 3 >start
	is "$(cat start)" run
	"$toehold" export --format csv --bom | head -c 3 | od -An -tx1 >start
	has "$(cat start)" "ef bb bf"
	agrees jsonl tickets-12.jsonl
	agrees csv tickets-12.jsonl --bom
	toe 2 export --format jsonl --bom
	has "$stderr" "--bom does nothing with jsonl"
}

@test "formats and options that are none" {
	first_run
	toe 2 export
	has "$stderr" "no format; name one with --format: json, jsonl, csv"
	toe 2 export --format jsno
	has "$stderr" "did you mean 'json'"
	toe 2 export --format xml-rpc
	has "$stderr" "the formats are json, jsonl"
	toe 2 export --format tickets --candidate x
	toe 2 export --format json --role harder
	toe 2 export --format csv --role hard
	has "$stderr" "unknown role 'hard'"
}
