#!/usr/bin/env bats
# Runs exported for other programs: each format agrees with show, other programs can read it, and
# import reads it back.
load helper

formats="json jsonl csv wide xlsx tickets promptfoo-tests promptfoo inspect inspect-dataset openai-evals junit"

# The job of tests/data with languages, groups and a ticket of two lines.
first_run() {
	use_data
	jq -c 'if .id == "t02" then . + {lang: "en", group: "pin"}
		elif .id == "t06" then .text += "\r\n\"Why?\", she asked; it is\ta joke.\n" + "x" * 4000 else . end' \
		tickets-12.jsonl >more.jsonl
	mv more.jsonl tickets-12.jsonl
	toe 0 smoke job.yaml --name first
}

add_harder() {
	printf '{"id":"h%d","text":"A harder ticket, number %d","label":"%s"}\n' \
		0 0 card 1 1 top_up 2 2 other >harder.jsonl
	"$toehold" add job.yaml harder.jsonl --as harder >added.txt 2>&1
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

@test "the way examples shows the turns that were sent; letters and orders their own prompt" {
	use_data
	printf '{"id": "e%d", "text": "an example of %s", "label": "%s"}\n' 1 card card 2 top_up top_up 3 other other >examples.jsonl
	printf 'ways: [plain, examples]\nexamples: {file: examples.jsonl, per_label: 1}\n' >>job.yaml
	toe 0 smoke job.yaml --name turns
	toe 0 export turns --format promptfoo -o results.json
	python3 - <<-'END'
		import json
		data = json.load(open("results.json"))["results"]
		raw = {p["label"]: p["raw"] for p in data["prompts"]}
		assert raw["small plain"] != raw["small examples"]
		turns = json.loads(raw["small examples"])
		assert [m["role"] for m in turns] == ["system", *["user", "assistant"] * 3, "user"], turns
		assert turns[1]["content"] == "an example of card"
		assert json.loads(turns[2]["content"]) == {"label": "card"}
		assert [m["role"] for m in json.loads(raw["small plain"])] == ["system", "user"]
		assert json.loads(raw["baseline majority"]) == [{"role": "user", "content": "{{text}}"}]
	END
	mkdir logs
	toe 0 export turns --format inspect --candidate "small examples" -o logs
	name=$(ls logs)
	[[ $name =~ ^20[0-9-]{8}T[0-9-]{8}\+00-00_bank-tickets_[0-9a-f]{22}\.json$ ]]
	is "$(jq -r '[.samples[0].messages[].role] | join(" ")' "logs/$name")" "system user assistant user assistant user assistant user assistant"
	toe 3 export turns --format inspect --candidate "small examples" -o logs
	toe 0 export turns --format inspect --candidate "small examples" -o log.json
	has "$stderr" "'inspect view' lists only names such as 20"
	toe 3 export turns --format csv -o logs
	has "$stderr" "'logs' is a folder; name a file in it"
	toe 0 show turns --candidate "small examples"
	has "$output" "e1"
}

@test "a workbook keeps ids, dates, long numbers and formulas as text; long cells are cut and said" {
	use_data
	python3 - <<-'END'
		import json
		rows = [json.loads(line) for line in open("tickets-12.jsonl")]
		ids = ["0025", "1e5", "007", "2024-01-02", "TRUE", "1234567890123456789", "=1+1", "+49 30", "@x",
		       "-5", "_x000D_", "3/4"]
		for row, name in zip(rows, ids):
		    row["id"] = name
		rows[0]["text"] = "=HYPERLINK(\"http://x\",\"y\")\nsecond line _x0041_ \x1b[31m"
		rows[1]["text"] = "x" * 40000
		open("tickets-12.jsonl", "w").write("".join(json.dumps(row) + "\n" for row in rows))
	END
	toe 1 smoke job.yaml --name odd
	"$toehold" show --json >show.json
	toe 0 export -o odd.xlsx
	has "$stderr" "cells are cut: a cell of a workbook holds 32,767 characters"
	python3 "$root/tests/cli/export_check.py" xlsx odd.xlsx show.json tickets-12.jsonl
	toe 2 export --format csv -o other.xlsx
	has "$stderr" "the name 'other.xlsx' says xlsx, but --format says csv"
	toe 2 export --format xlsx -o other.csv
	toe 0 export -o other.csv
	toe 0 export --format csv
	is "$output" "$(cat other.csv)"
	toe 0 export --format wide -o wide.csv
	is "$(head -1 wide.csv | tr -d '\r')" '"id","role","text","gold","right","asked","baseline majority","small plain","large plain"'
	toe 2 export -o no-ending
	has "$stderr" "no format; name one with --format"
}

@test "all answers to one ticket; candidates by a part of their name" {
	first_run
	toe 0 show first --ticket t02
	has "$output" "ticket t02 (ordinary), expected label " "baseline majority" "small plain" "large plain"
	toe 0 show first --ticket t02 --json
	is "$(json '.answers | map(.candidate) | join(", ")')" "baseline majority, small plain, large plain"
	is "$(json '.id + " " + .role')" "t02 ordinary"
	toe 3 show first --ticket t2
	has "$stderr" "run 'first' has no ticket 't2'; did you mean '"
	toe 0 show first --candidate LARGE
	is "$output" "$("$toehold" show first --candidate "large plain")"
	toe 0 show first --candidate "plain sma"
	toe 3 show first --candidate plain
	has "$stderr" "'plain' means 2 candidates of run 'first': 'small plain', 'large plain'; add to it"
	toe 3 show first --candidate nobody
	has "$stderr" "run 'first' has no candidate 'nobody'; it has 'baseline majority', 'small plain', 'large plain'"
	toe 0 export first --format jsonl --candidate small
	is "$(jq -r .candidate <<<"$output" | sort -u)" "small plain"
	toe 0 classify tickets-12.jsonl -q --candidate large
	is "$(wc -l <<<"$output")" 12
}

@test "the store has a view for SQL: a row a reply, as show has it; verify knows it" {
	tickets 6
	script odd '{"steps": [{"match": "002", "fault": "segv"}, {"match": "about a", "says": "no idea"},
		{"match": "about b", "says": "b"}, {"match": "about c", "says": "a"}]}'
	job odd.script.json
	toe 1 smoke job.yaml --free --name r --store job.toehold
	printf '{"id": "h1", "text": "A harder one, about b", "label": "b"}\n' >harder.jsonl
	"$toehold" add job.yaml harder.jsonl --as harder --all >/dev/null 2>&1 || true
	sqlite3 -readonly -json job.toehold "SELECT candidate, role, id, text, gold, label, is_right, outcome, raw FROM reply" |
		jq -c '.[] | .is_right = (.is_right == 1)' | sort >view
	"$toehold" show --json >show.json
	jq -c --slurpfile t <(cat tickets.jsonl harder.jsonl | jq -s 'map({key: .id, value: .}) | from_entries') \
		'.candidates[] | .name as $c | .replies[] | select(.outcome) | {candidate: $c, role, id,
		text: $t[0][.id].text, gold: $t[0][.id].label, label: .label, is_right: .right, outcome, raw}' show.json | sort >shown
	is "$(jq -r .outcome view | sort -u | tr '\n' ' ')" "crashed off_label ok "
	diff view shown
	toe 0 verify
	sqlite3 job.toehold 'DROP VIEW reply'
	toe 6 verify
	has "$stderr" "lacks a part that every store has (view reply)"
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
