#!/usr/bin/env bats
# What changes once a run is measured: replay --with compares another model with the record, and
# classify, run and serve ask tickets of the run again before new ones (docs/change-gate.md).
load http

setup() {
	enter_scratch
	servers=()
	unset TOEHOLD_HTTP_TOKEN OPENAI_API_KEY OPENAI_BASE_URL http_proxy https_proxy
}

# measured: the run r, whose pick is right on all of 30 tickets; work.jsonl has four new ones.
measured() {
	right 30
	toe 0 smoke job.yaml --name r
	new_tickets
}

new_tickets() { odd_lines 101 104 '{"id": "wN", "text": "ticket N asks about L W"}' >work.jsonl; }

# wrong_on ID LABEL: the model `two`, which says LABEL on one ticket.
wrong_on() { script two "{\"steps\": [{\"match\": \"ticket $1\", \"label\": \"$2\"}, $right_steps]}"; }

@test "replay --with: another model in the pick's place; flips, the paired test, --allow" {
	measured
	wrong_on 002 b
	toe 1 replay r --with two.script.json
	has "$output" "Run 'r', asked again as 'replay-1': two plain in place of one plain." \
		"1 of 30 labels changed; 1 right became wrong, 0 wrong became right." \
		"Right: 30 of 30 then, 29 now. These tickets cannot tell the two apart (mid-p McNemar 0.5)." \
		"weights of one plain"
	grep -qE '^  t002 +c +c +b +then$' <<<"$output"
	toe 0 replay r --with two.script.json --allow 1 --json
	is "$(json '.candidates[] | "\(.a.name), \(.b.name): \(.right_became_wrong) \(.wrong_became_right) \(.mid_p) \(.both_answered)"')" \
		"one plain, two plain: 1 0 0.5 30"
	# The same weights under another name change nothing.
	cp one.script.json three.script.json
	toe 0 replay r --with three.script.json --candidate "one plain"
	has "$output" "0 of 30 labels changed" "All probabilities are the same to the bit."
	# No decision counts it.
	toe 0 decide --json
	is "$(json .run)" r
	toe 0 verify
}

@test "replay --with: calibrated ways, added tickets, --allow alone, and what it refuses" {
	right 12 'ways: [plain, calibrated]'
	toe 0 smoke job.yaml --name r
	odd_lines 31 36 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >more.jsonl
	toe 0 add job.yaml more.jsonl --as harder --all
	wrong_on 033 b
	toe 1 replay r --candidate "one calibrated" --with two.script.json --json
	is "$(json '[.candidates[] | "\(.b.name) \(.both_answered) \(.flips | length)"] | join("; ")')" \
		"two calibrated 18 1"
	toe 2 replay r --candidate "one plain,one calibrated" --with two.script.json
	has "$stderr" "--with replaces the model of one candidate"
	toe 3 replay r --candidate "baseline majority" --with two.script.json
	has "$stderr" "baseline majority asked no model in run 'r'"
	toe 3 replay r --candidate "one plain" --with missing.script.json
	has "$stderr" "missing.script.json"
}

# prompt_of CANDIDATE ASC|DESC: what its first or last pass was asked.
prompt_of() {
	sqlite3 -readonly job.toehold "SELECT body FROM \"text\" t JOIN pass p ON p.system_text_id = t.id
		JOIN candidate c ON c.pass_id = p.id WHERE c.name = '$1' ORDER BY c.id $2 LIMIT 1"
}

@test "replay --with: the prompt stays that of the candidate, if the job has variants" {
	right 12 'variants: {short: "Choose one of {labels}.", strict: "Only {labels}!"}'
	toe 0 smoke job.yaml --name r
	wrong_on 002 b
	for name in plain plain:short plain:strict; do
		toe 1 replay r --candidate "one $name" --with two.script.json --json
		is "$(json '[.candidates[] | "\(.a.name), \(.b.name)"] | join("; ")')" "one $name, two $name"
		[ -n "$(prompt_of "two $name" DESC)" ]
		is "$(prompt_of "two $name" DESC)" "$(prompt_of "one $name" ASC)"
	done
}

@test "the gate: the same engine and model pass without a word; another build is named first" {
	measured
	toe 0 classify work.jsonl -o out.jsonl
	lacks "$stderr" "asked again" "note:"
	mkdir bin
	cp "$toehold" "$build/toehold-script" bin/
	LC_ALL=C sed -i 's/script 1/script 2/g' bin/toehold-script
	run --separate-stderr bin/toehold classify work.jsonl -o second.jsonl
	is "$status" 0
	has "$stderr" "note: since run 'r' the engine build was script 1 and is script 2: this alone may change answers"
	cmp out.jsonl second.jsonl
}

@test "the gate: other weights are refused by classify, run and serve, and accepted if asked for" {
	measured
	cp one.script.json kept
	script one '{"steps": [{"match": "about", "label": "b"}]}'
	for verb in "classify work.jsonl" "run work.jsonl" serve; do
		# shellcheck disable=SC2086
		toe 3 $verb
		has "$stderr" "the weights of one plain are not those of run 'r' (sha256 " \
			"put the old file back, accept it with --accept-change, or start a new run"
	done
	toe 0 classify work.jsonl --accept-change
	has "$stderr" "note: the weights of one plain are not those of run 'r'" \
		"note: one plain does not answer as in run 'r': asked again, 3 of 5 tickets differ (" \
		"t002: c 100%, now b" "accepted with --accept-change"
	is "$(jq -r .label <<<"$output" | sort -u)" b
	cp kept one.script.json
	toe 0 classify work.jsonl
	lacks "$stderr" "note:"
}

@test "the gate: a baseline has nothing to ask, and a run without answers says so" {
	measured
	toe 0 classify work.jsonl --candidate "baseline majority"
	lacks "$stderr" "note:"
	sqlite3 job.toehold "DROP TRIGGER IF EXISTS answer_no_update; UPDATE answer SET outcome = 'timeout', label = -1"
	toe 0 classify work.jsonl --candidate "one plain"
	has "$stderr" "note: no ticket of run 'r' can be asked again"
}

@test "the gate: a server that swapped its model under the same name is caught by its answers" {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	asked good 12
	toe 0 smoke job.yaml --name r
	new_tickets
	toe 0 classify work.jsonl -o out.jsonl
	touch swapped
	for verb in "classify work.jsonl -o new.jsonl" serve; do
		# shellcheck disable=SC2086
		toe 4 $verb
		has "$stderr" "m plain does not answer as in run 'r': asked again, " " of 5 tickets differ (" \
			"; put back what was changed, start a new run, or accept it with --accept-change"
	done
	[ ! -s new.jsonl ]
	toe 0 classify work.jsonl --accept-change
	has "$stderr" "accepted with --accept-change"
	rm swapped
	toe 0 classify work.jsonl
}

@test "the gate: a calibrated candidate passes after ordinary tickets were added" {
	tickets 12
	script one '{"steps": [
		{"match":"about a","label":"a","probs":{"a":0.90,"b":0.06,"c":0.04}},
		{"match":"about b","label":"a","probs":{"a":0.50,"b":0.46,"c":0.04}},
		{"match":"about c","label":"a","probs":{"a":0.50,"b":0.06,"c":0.44}}]}'
	job one.script.json "ways: [plain, calibrated]"
	toe 0 smoke job.yaml --name r
	# Most of them are a, so their means are others.
	odd_lines 31 60 '{"id": "oN", "text": "ticket N asks about a W", "label": "a"}' >more.jsonl
	toe 0 add job.yaml more.jsonl --as ordinary --all
	new_tickets
	toe 0 classify work.jsonl -c "one calibrated"
	lacks "$stderr" "note:"
}
