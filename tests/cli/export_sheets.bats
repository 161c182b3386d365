#!/usr/bin/env bats
# Runs for spreadsheets, SQL and people: workbooks, the turns that were sent, all answers to a
# ticket, the view of the store.
load export

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
	is "$(json '.answers[1] | "\(.short_name) \(.probs | length) \(.raw | length > 0) \(.ttft_us > 0)"')" "small · plain 3 true true"
	toe 3 show first --ticket t2
	has "$stderr" "run 'first' has no ticket 't2'; did you mean '"
	toe 0 show first --candidate LARGE
	is "$output" "$("$toehold" show first --candidate "large plain")"
	toe 0 show first --candidate "plain sma"
	toe 0 show first --candidate "Small · plain"
	is "$output" "$("$toehold" show first --candidate "small plain")"
	toe 3 show first --candidate plain
	has "$stderr" "'plain' means 2 candidates of run 'first': 'small · plain', 'large · plain'; add to it"
	toe 3 show first --candidate nobody
	has "$stderr" "run 'first' has no candidate 'nobody'; it has 'baseline majority', 'small · plain', 'large · plain'"
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

@test "two candidates ticket by ticket, and all tickets" {
	first_run
	toe 0 show first --candidate small --against large
	has "$output" "small plain against the next larger, large plain, ticket by ticket:" "(mid-p McNemar "
	toe 0 show first --candidate large --against small --json
	is "$(json '.a + ", " + .b')" "large plain, small plain"
	toe 0 show first --json
	is "$(json '[.candidates[1:][].replies | map(select(.right).id)] | .[1] - .[0]')" "$("$toehold" show first --candidate large --against small --json | jq .only_a)"
	toe 2 show first --candidate large --against large
	has "$stderr" "--against needs two candidates"
	toe 0 show first --tickets --json
	is "$(json '.candidates | map(.short_name) | join(", ")')" "baseline majority, small · plain, large · plain"
	is "$(json '[.tickets[] | select(.answers[2].right) | .id] | length')" 11
	is "$(json '.tickets | map({id, text, label: .gold})')" "$(jq -s 'map({id, text, label: .label})' tickets-12.jsonl)"
	toe 0 show first --tickets
	has "$output" "t02" "$(jq -rs '.[1].text' tickets-12.jsonl)"
}
