#!/usr/bin/env bats
# Worked examples that were drawn after results were seen: another seed or another file. Only the
# candidates that are asked with them are capped.
load helper

# examples WORD: writes eight of each label, unlike any ticket.
examples() {
	local label i
	for label in a b c; do
		for i in one two three four five six seven eight; do
			printf '{"text": "%s %s worked example, %s of the kind %s, long enough", "label": "%s"}\n' \
				"$1" "$i" "$i" "$label" "$label"
		done
	done >examples.jsonl
}

# asked NAME SEED: runs 40 tickets, plain and with examples, all right.
asked() {
	job one.script.json $'ways: [plain, examples]\nexamples: {file: examples.jsonl, per_label: 2}\nseed: '"$2"
	toe 0 smoke job.yaml --name "$1"
}

setup() {
	enter_scratch
	tickets 40
	script one "{\"steps\": [$right_steps]}"
	examples early
}

verdicts() { printf '%s, %s' "$(of 'one plain' .verdict.verdict)" "$(of 'one examples' .verdict.verdict)"; }

@test "another seed draws other examples after results were seen: only candidates with examples are capped" {
	asked first 1
	asked second 2
	toe 0 show second --evidence
	has "$output" "The worked examples were changed after results: run 'first' had shown results on 40 of the ordinary tickets with other examples. No candidate with examples can be better than NOT ENOUGH EVIDENCE. Label fresh tickets."
	toe 0 decide second --json
	is "$(verdicts)" "CLEARS, NOT ENOUGH EVIDENCE"
	is "$(of 'one examples' .verdict.capped)" true
	is "$(json '"\(.examples_changed_after_results) \(.prompt_edited_after_results)"')" "true false"
	# The first draw was declared before anything was seen, and may be used again.
	toe 0 decide first --json
	is "$(verdicts)" "CLEARS, CLEARS"
	is "$(json .examples_changed_after_results)" false
	asked again 1
	toe 0 decide again --json
	is "$(verdicts)" "CLEARS, CLEARS"
}

@test "another file of examples is the same, and the report and the card say so" {
	asked first 1
	examples later
	asked second 1
	toe 0 decide second --json
	is "$(verdicts)" "CLEARS, NOT ENOUGH EVIDENCE"
	toe 0 report second -o page.html
	has "$(cat page.html)" "The worked examples were changed after results: run" "Label fresh tickets"
}

@test "examples that are shown for the first time are no change, nor is a seed that draws nothing" {
	job one.script.json 'seed: 1'
	toe 0 smoke job.yaml --name first
	job one.script.json 'seed: 2'
	toe 0 smoke job.yaml --name second
	toe 0 decide second --json
	is "$(of 'one plain' .verdict.verdict)" CLEARS
	asked third 3
	toe 0 decide third --json
	is "$(verdicts)" "CLEARS, CLEARS"
	is "$(json .examples_changed_after_results)" false
}

@test "fresh tickets count for examples that were changed after results" {
	asked first 1
	asked second 2
	tickets 90 more
	tail -n 50 more >fresh.jsonl
	toe 0 add job.yaml fresh.jsonl --as ordinary --run second --all
	toe 0 decide second --json
	is "$(of 'one examples' '.verdict | "\(.verdict) \(.evidence_right)/\(.evidence_tickets)"')" "CLEARS 50/50"
	is "$(of 'one plain' '.verdict | "\(.verdict) \(.evidence_right)/\(.evidence_tickets)"')" "CLEARS 90/90"
}
