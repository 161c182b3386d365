#!/usr/bin/env bats
# Letters and orders of the labels: what the worker is asked, what an answer keeps, and what is
# refused. Every model is a script; it sees letters in place of labels.
load helper

# of NAME FILTER: applies the filter to one candidate of the JSON in $output.
of() { json --arg name "one $1" ".candidates[] | select(.name == \$name) | $2"; }
column() { sqlite3 -readonly job.toehold "SELECT $1"; }

# any ARGUMENTS…: the run may have a pick or not.
any() {
	run --separate-stderr "$toehold" "$@"
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
}

ways='ways: [plain, rotated, rotated+calibrated, letters, letters+rotated, letters+rotated+calibrated]'

# A model that prefers the first letter, and the label a. The tickets are about a, b and c in turn.
model() {
	tickets 6
	script one '{"facts": {"bytes": 5000000}, "steps": [
		{"match": "about b", "label": "B", "probs": {"A": 0.1, "B": 0.8, "C": 0.1, "a": 0.6, "b": 0.3, "c": 0.1},
			"label_mass": 0.25, "agreed": 2},
		{"match": "about c", "label": "C", "probs": {"A": 0.4, "B": 0.2, "C": 0.4, "a": 0.6, "b": 0.1, "c": 0.3},
			"label_mass": 0.5, "agreed": 1},
		{"match": "about a", "label": "A", "probs": {"A": 0.8, "B": 0.1, "C": 0.1, "a": 0.8, "b": 0.1, "c": 0.1}}]}'
	job one.script.json "${1-$ways}"
}

@test "letters become labels; every answer keeps its label mass and how many orders agree" {
	model
	any smoke job.yaml --json
	is "$(of letters '[.replies[].label] | join(" ")')" "b c a b c a"
	is "$(of letters '.replies[0].raw')" '{"label":"B","rationale":"'
	is "$(of letters '.replies[0].probs | keys | join(" ")')" "a b c"
	is "$(of letters '[.replies[] | .label_mass, .orders] | map(tostring) | join(" ")')" \
		"0.25 null 0.5 null 1 null 0.25 null 0.5 null 1 null"
	is "$(of letters+rotated '[.replies[] | .orders, .orders_agreed] | join(" ")')" "3 2 3 1 3 3 3 2 3 1 3 3"
	# What is corrected keeps the figures of its base.
	is "$(of letters+rotated+calibrated '[.replies[] | .label_mass, .orders, .orders_agreed] | join(" ")')" \
		"0.25 3 2 0.5 3 1 1 3 3 0.25 3 2 0.5 3 1 1 3 3"
	is "$(column "group_concat(DISTINCT n_orders) FROM answer JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" 1
	# The prompts differ, and so do the passes.
	is "$(column "count(DISTINCT key) FROM pass WHERE way <> 'majority'")" 6
	has "$(column "body FROM text JOIN pass ON system_text_id = text.id WHERE way = 'letters'")" "A. a" "C. c" '<letter>'
	toe 0 export --format jsonl
	is "$(jq -s '[.[] | select(.way == "letters+rotated") | .orders_agreed] | join(" ")' -r <<<"$output")" "2 1 3 2 1 3"
}

@test "a second run asks nothing again" {
	model
	any smoke job.yaml --name first
	any smoke job.yaml --name second
	for way in plain rotated letters letters+rotated; do
		has "$stderr" "one $way: all replies are already stored"
	done
}

@test "a rotated way reads the prompt and the tickets once per order, in the plan and in the worker" {
	model
	toe 0 plan job.yaml --json
	is "$(of rotated .ticket_tok)" "$((3 * $(of plain .ticket_tok)))"
	is "$(of rotated .prefix_tok)" "$((3 * $(of plain .prefix_tok)))"
}

@test "what does not go together is refused with the reason" {
	model 'ways: [letters, rotated]
thinking: 100
prompt: "Sort into {labels}."'
	any smoke job.yaml
	has "$output" "remove the key 'thinking'"
	model 'ways: [letters, rotated]
prompt: Sort it.'
	toe 4 smoke job.yaml
	has "$stderr" "the job's prompt has no {labels}"
	model 'ways: [plain, letters, rotated]'
	any smoke job.yaml --free
	has "$output" "letters and orders need label probabilities, but --free gives none"
}
