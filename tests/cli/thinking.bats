#!/usr/bin/env bats
# Thinking before the answer, as the controller stores and shows it: counted and timed
# separately, part of no answer. tests/model tests a real model.
load helper

# Ten tickets for a model that thinks for 40 tokens about the first, and 5 about others.
thinker() {
	tickets 10
	script m '{"facts": {"name": "Thinker"}, "thinks": true, "steps": [
	 {"match": "ticket 001", "label": "b", "think_tok": 40, "think_ms": 30,
	  "thought": "Could it be \"a\"? {\"label\":\"a\"} No: it is b."},
	 {"match": "about a", "label": "a", "think_tok": 5, "think_ms": 2},
	 {"match": "about b", "label": "b", "think_tok": 5, "think_ms": 2},
	 {"match": "about c", "label": "c", "think_tok": 5, "think_ms": 2}]}'
}

@test "thinking is off unless the job asks for it" {
	thinker
	job m.script.json
	toe 0 smoke job.yaml --json
	[ "$(json -r 'asked[0].thinking')" = off ]
	[ "$(json 'asked[0].thoughts')" = null ]
	[ "$(json '[asked[0].replies[] | select(has("think_tok"))] | length')" -eq 0 ]
	toe_full 0 show
	[[ $output != *"followed a thought"* ]]
}

@test "thought is counted and timed apart, and cut at the job's cap" {
	thinker
	job m.script.json 'thinking: 20'
	toe 0 smoke job.yaml --json
	[ "$(json -r 'asked[0].thinking')" = "at most 20 tokens" ]
	[ "$(json -c 'asked[0].thoughts | [.answers, .cut, .cap_tok, .think_tok, .think_tok_p50]')" = \
		'[10,1,20,65,5]' ]
	[ "$(json -c 'asked[0].replies[0] | [.think_tok, .detail]')" = \
		'[20,"its thought was cut at 20 tokens"]' ]
	[ "$(json 'asked[0].replies[0].first_us')" -lt "$(json 'asked[0].replies[0].ttft_us')" ]
	[ "$(json 'asked[0].replies[0].think_us')" -eq 30000 ]
	# The written tokens are only those of answers and reasons.
	[ "$(json 'asked[0].reason_tok')" -eq 50 ]
}

@test "a model that cannot think is asked as it always is" {
	tickets 4
	script m "{\"steps\": [$right_steps]}"
	job m.script.json 'thinking: 20'
	toe 0 smoke job.yaml --json
	[ "$(json -r 'asked[0].thinking')" = "none: the model does not think" ]
	[ "$(json 'asked[0].thoughts')" = null ]
}

@test "the answer never holds the thought, and the label is not read from it" {
	thinker
	job m.script.json 'thinking: 20'
	toe 0 smoke job.yaml --free --json
	[ "$(json -r 'asked[0].replies[0].label')" = b ]
	[ "$(json '[asked[0].replies[] | select(.raw | contains("Could it be"))] | length')" -eq 0 ]
	json -r 'asked[0].replies[0].thought' | grep -q 'Could it be'
}

@test "table, page, card, rows and log report the thinking" {
	thinker
	job m.script.json 'thinking: 20'
	toe_full 0 smoke job.yaml
	has "$output" 'Thinking, m plain: 10 of 10 answers followed a thought of 5 tokens' \
		'1 cut at 20 tokens'
	toe 0 report -o page.html
	grep -q 'Thinking, m plain: 10 of 10 answers' page.html
	run --separate-stderr "$toehold" check --json
	has "$output" 'thinking on 10 of 10: median 5 tokens'
	toe 0 export --format jsonl -o rows.jsonl
	jq -es '[.[] | select(.id == "t001" and .model == "m")][0] |
		.think_tok == 20 and (.thought | startswith("Could it be"))' rows.jsonl
	toe 0 export --format csv -o rows.csv
	head -n 1 rows.csv | grep -q 'first_us,think_tok,think_us,thought'
	toe 0 show --all
	has "$output" 'thinking               at most 20 tokens' 'think_tok              20'
}

@test "a wrong answer is shown with its thought" {
	tickets 10
	script m "{\"thinks\": true, \"steps\": [
	 {\"match\": \"ticket 001\", \"label\": \"c\", \"thought\": \"It must be c.\"}, $right_steps]}"
	job m.script.json 'thinking: 20'
	toe_full 0 smoke job.yaml
	has "$output" 'expected b, said c' 'thought It must be c.'
}

@test "another cap is another pass, and the same one is used again" {
	thinker
	job m.script.json 'thinking: 20'
	toe 0 smoke job.yaml --name first
	toe 0 smoke job.yaml --name second --json
	[ "$(json 'asked[0].reused')" = true ]
	job m.script.json 'thinking: 30'
	toe 0 smoke job.yaml --name third --json
	[ "$(json 'asked[0].reused')" = false ]
}

@test "the plan counts thought: context, tokens, and a line about it" {
	thinker
	job m.script.json
	toe 0 plan job.yaml --json
	local without
	without=$(json '.candidates[] | select(.way == "plain") | .context_bytes')
	job m.script.json 'thinking: 1000'
	toe 0 plan job.yaml --json
	[ "$(json '.candidates[] | select(.way == "plain") | .context_bytes')" -gt "$without" ]
	[ "$(json '.candidates[] | select(.way == "plain") | .think_tok')" -eq 10000 ]
	toe 0 plan job.yaml
	has "$output" 'Thinking: at most 1000 tokens before each answer'
}

@test "a purge takes thoughts too" {
	thinker
	job m.script.json 'thinking: 20'
	toe 0 smoke job.yaml --name gone
	toe 0 purge gone
	toe 0 show --all
	[[ $output != *"Could it be"* ]]
	rm m.script.json
	run grep -rqa 'Could it be' "$scratch"
	is "$status" 1
	toe 0 verify
}
