#!/usr/bin/env bats
# The README's tour with 25 + 10 tickets on the four demo models: smoke, the first decision, ten
# harder tickets, the second decision, and the page for a manager.
load ../model/models
needed=("$encoder" "$tiny" "$half" "$large")

@test "from 25 tickets to a decision, then ten harder tickets and the second decision" {
	local pick
	cp -R "$root"/demo/* .
	sed -i 's/{minutes: 10}/{minutes: 60, tokens: 40}/' job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --name story --json --threads 1
	is "$status" 0
	pick=$(json .pick)
	is "$(json '.candidates | length')" 12
	is "$(json '[.slices[].role] | join(",")')" ordinary
	# The baselines need no model; 50 training tickets a label make them good.
	is "$(of 'baseline majority' .score.right)" 4
	is "$(of 'baseline naive-bayes' .score.right)" 21
	is "$(of 'baseline words' .score.right)" 24
	is "$(of "${encoder%.gguf} plain" .score.right)" 22
	is "$(of "${encoder%.gguf} trained" .score.right)" 25
	# Twelve candidates on 25 tickets prove nothing about the pick, and the program says so.
	is "$(of "$pick" .verdict.verdict)" "NOT ENOUGH EVIDENCE"
	[ "$(of "$pick" '.score.right')" -ge 23 ]
	[ "$(of "$pick" '.verdict.to_prove_bar > .verdict.to_assure_floor')" = true ]

	run --separate-stderr "$toehold" add job.yaml tickets-harder-10.jsonl --as harder --json
	is "$status" 0
	is "$(json '[.slices[] | [.role, .tickets] | map(tostring) | join(" ")] | join(",")')" \
		"ordinary 25,harder 10"
	# It scores the bar with the harder tickets too, so it stays the pick.
	is "$(json .pick_ordinary)" "$pick"
	is "$(json .pick)" "$pick"
	is "$(json .change.pick_before)" "$pick"
	# A candidate that can no longer win is not asked again.
	is "$(of "${tiny%.gguf} plain" .harder.answered)" 0
	is "$(of "$pick" .harder.answered)" 10
	[ "$(of "$pick" .harder.right)" -ge 6 ]

	run "$toehold" add job.yaml tickets-harder-10.jsonl --as harder
	is "$status" 0
	has "$("$toehold" show --evidence)" "adds up 25 ordinary and 10 harder tickets; your inbox is not mixed like that"
	has "$("$toehold" show --evidence)" "On the harder tickets"

	"$toehold" report -o report.html
	grep -q "$pick" report.html
	"$toehold" verify | grep -q "same"
}
