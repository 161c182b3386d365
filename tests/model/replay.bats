#!/usr/bin/env bats
# A real model that is asked again gives the same labels, and the same probabilities bit for bit.
load models

@test "replay of a smoke test gives the same bytes: labels, probabilities and reasons" {
	bank_job 6
	smoke 1 --name first
	replies >first.replies
	toe 0 replay first --json
	is "$(json '.same, .other_probabilities, .probabilities_apart == 0')" $'true\n0\ntrue'
	is "$(json "[.candidates[] | select(.a.name | startswith(\"baseline\") | not) |
		\"\(.both_answered) \(.probabilities) \(.reasons) \(.other_reasons | length)\"] | join(\", \")")" "6 6 6 0"
	is "$(json '.settings.differ | length')" 0
	# They are new rows with the same content as the stored ones.
	is "$(json '[.candidates[].same_pass] | unique | join(" ")')" false
	toe 0 show replay-1 --json
	replies | cmp - first.replies
}

@test "replay with examples, calibration and added tickets" {
	bank_job 4 "$(printf 'ways: [examples+calibrated]\nexamples: {file: %s, per_label: 1}' "$root/demo/examples.jsonl")"
	smoke 1 --name first
	sed -n 5,6p "$root/demo/tickets-25.jsonl" >more.jsonl
	run --separate-stderr "$toehold" add job.yaml more.jsonl --as harder --all
	[ "$status" -le 1 ]
	toe 0 replay first --json
	is "$(json '.same, .other_probabilities, .other_reasons')" $'true\n0\n0'
	is "$(json '[.candidates[] | .both_answered] | unique | join(" ")')" 6
	is "$(json '.settings.differ | length')" 0
}
