#!/usr/bin/env bats
# The 25 + 10 story on the three demo models, as README's tour tells it: smoke, the first
# decision, ten harder tickets, the second decision, and the page for a manager.
load ../model/models
needed=("$tiny" "$half" "$large")

# of NAME FILTER: something of one candidate of the JSON in $output.
of() { json --arg name "$1" ".candidates[] | select(.name == \$name) | $2"; }

@test "from 25 tickets to a decision, ten harder ones, and the decision again" {
	local pick
	cp -R "$root"/demo/* .
	sed -i 's/{minutes: 10}/{minutes: 60, tokens: 40}/' job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --name story --json --threads 1
	is "$status" 0
	pick=$(json .pick)
	is "$(json '.candidates | length')" 8
	is "$(json '[.slices[].role] | join(",")')" ordinary
	# The baselines are there without any model: 50 training tickets a label go a long way.
	is "$(of 'baseline majority' .score.right)" 4
	is "$(of 'baseline naive-bayes' .score.right)" 21
	# Eight looks at 25 tickets prove nothing about the pick, and the program says so.
	is "$(of "$pick" .verdict.verdict)" "NOT ENOUGH EVIDENCE"
	[ "$(of "$pick" '.score.right')" -ge 23 ]
	[ "$(of "$pick" '.verdict.to_prove_bar > .verdict.to_assure_floor')" = true ]

	run --separate-stderr "$toehold" add job.yaml tickets-harder-10.jsonl --as harder --json
	is "$status" 0
	is "$(json '[.slices[] | [.role, .tickets] | map(tostring) | join(" ")] | join(",")')" \
		"ordinary 25,harder 10"
	# Harder tickets never move the pick.
	is "$(json .pick)" "$pick"
	is "$(json .change.pick_before)" "$pick"
	# Who cannot win any more was not asked again.
	is "$(of "${tiny%.gguf} plain" .harder.answered)" 0
	is "$(of "$pick" .harder.answered)" 10
	[ "$(of "$pick" .harder.right)" -ge 6 ]

	run "$toehold" add job.yaml tickets-harder-10.jsonl --as harder
	is "$status" 0
	has "$output" "a mix of 25 ordinary and 10 hard, not your ticket stream"
	has "$("$toehold" decide)" "On the harder tickets it got"

	"$toehold" report -o report.html
	grep -q "$pick" report.html
	"$toehold" verify | grep -q "same"
}
