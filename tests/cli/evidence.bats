#!/usr/bin/env bats
# Which tickets count as evidence, which expected labels to check, and a bar that was moved.
load helper

# prompt TEXT: writes the job with this prompt.
prompt() { job one.script.json "prompt: $1 {labels}"; }

@test "a prompt that was edited after results were seen: the pick stands, the verdict is capped" {
	right 40
	prompt First
	toe 0 smoke job.yaml --name first
	toe_full 0 decide first --strict
	prompt Second
	toe_full 0 smoke job.yaml --name second
	has "$output" "PICK one · plain" \
		"NOT ENOUGH EVIDENCE: the prompt was edited after results on these tickets were seen, so they prove nothing about it; label fresh tickets and add them." \
		"The prompt was edited after results: run 'first' had shown results on 40 of the ordinary tickets before this prompt was written. No verdict can be better than NOT ENOUGH EVIDENCE. Label fresh tickets."
	toe 1 decide second --strict --json
	is "$(json .prompt_edited_after_results)" true
	is "$(of 'one plain' '.verdict | "\(.verdict) \(.capped)"')" "NOT ENOUGH EVIDENCE true"
	# What was wrong stays wrong.
	is "$(of 'baseline majority' '.verdict | "\(.verdict) \(.capped)"')" "DOES NOT CLEAR false"
	# The first run was not edited, and its prompt may be used again.
	toe 0 decide first --strict --json
	is "$(json .prompt_edited_after_results)" false
	prompt First
	toe 0 smoke job.yaml --name again
	toe 0 decide again --strict
}

@test "an edited prompt may be used on fresh tickets, but not on tickets that were seen in another file" {
	right 40
	prompt First
	toe 0 smoke job.yaml --name first
	sed -i 's/ticket 0/fresh 9/' tickets.jsonl
	prompt Second
	toe 0 smoke job.yaml --name fresh
	toe_full 0 decide fresh --strict
	# The old tickets in another order, with some more.
	tickets 44
	tac tickets.jsonl >other.jsonl
	mv other.jsonl tickets.jsonl
	prompt Third
	toe_full 0 smoke job.yaml --name shuffled
	has "$output" "The prompt was edited after results: run 'first'"
	toe 1 decide shuffled --strict
}

@test "results that nobody can have seen do not count against a prompt" {
	right 40
	script bad '{"load_fault": "exit"}'
	prompt First
	"$toehold" plan job.yaml >/dev/null
	# A run that stopped before its first answer.
	toe 3 smoke job.yaml --name first --models nothing.script.json
	prompt Second
	toe 0 smoke job.yaml --name second
	toe 0 decide second --strict
}

@test "a group is counted once, in the evidence and not in the score" {
	tickets 30
	# Ten tickets of anna, two of ben, and 18 of nobody.
	sed -i -E '1,10s/\}$/, "group": "anna"}/; 11,12s/\}$/, "group": "ben"}/' tickets.jsonl
	script one "{\"steps\": [{\"match\": \"002\", \"label\": \"a\"}, $right_steps]}"
	job one.script.json
	toe_full 0 smoke job.yaml
	has "$output" "Only 20 of the 30 tickets count as evidence, 20 of them right" \
		"10 tickets belong to a group (same customer or thread) that is already counted: each group counts as evidence once."
	toe 0 decide --json
	# The missed ticket is anna's second one.
	is "$(of 'one plain' '"\(.score.right)/\(.score.tickets) \(.verdict.evidence_right)/\(.verdict.evidence_tickets)"')" \
		"29/30 20/20"
	is "$(of 'baseline majority' '.verdict.evidence_tickets')" 20
}

@test "an expected label against which two models agree is to be checked first" {
	tickets 12
	sed -i '5s/"label": "c"/"label": "b"/' tickets.jsonl
	script small "{\"facts\": {\"bytes\": 1000}, \"steps\": [$right_steps]}"
	script large "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'small.script.json, large.script.json'
	toe_full 0 smoke job.yaml
	has "$(tr -s " " <<<"$output")" "labels to check expected models say agree" "t005 b c 2 of 2"
	toe 0 decide --json
	is "$(json '.suspects[] | select(.said == "c") | "\(.id) \(.gold) \(.said)"')" "t005 b c"
}

@test "weak candidates do not vote on expected labels, and a model votes once" {
	tickets 12
	sed -i '5s/"label": "c"/"label": "b"/' tickets.jsonl
	script small "{\"facts\": {\"bytes\": 1000}, \"steps\": [$right_steps]}"
	printf '{"id":"e%s","text":"%s is about %s","label":"%s"}\n' 1 kqzv a a 2 wpmy b b 3 jrtu c c >ex.jsonl
	# Two ways of one model agree: that is one witness.
	job small.script.json $'ways: [plain, examples]\nexamples: {file: ex.jsonl, per_label: 1}'
	toe 0 smoke job.yaml --json
	is "$(json '.suspects | length')" 0
	# Two models that are mostly wrong agree on the wrong label of most tickets.
	script one '{"facts": {"bytes": 1000}, "steps": [{"match":"about b","label":"a"},{"match":"about c","label":"a"}]}'
	script two '{"facts": {"bytes": 2000}, "steps": [{"match":"about b","label":"a"},{"match":"about c","label":"a"}]}'
	job 'one.script.json, two.script.json'
	toe_full 1 smoke job.yaml --name weak --store weak.toehold
	[[ $output != *"labels to check"* ]]
	toe 0 report --store weak.toehold -o weak.html
	[[ $(<weak.html) != *"Labels to check"* ]]
	[[ $("$toehold" report --store weak.toehold --brief) != *"expected label"* ]]
}

@test "tickets with the same or nearly the same text are one piece of evidence" {
	local i
	for ((i = 0; i < 30; i++)); do
		printf '{"id":"p%d","text":"I was billed twice this month%s","label":"a"}\n' "$i" "${i//[0-9]/!}"
		printf '{"id":"q%d","text":"%s the app crashes at the start","label":"b"}\n' "$i" "${i//[0-9]/ so}"
	done >tickets.jsonl
	script m '{"steps": [{"match":"billed","label":"a"},{"match":"crashes","label":"b"}]}'
	job m.script.json
	toe 0 plan job.yaml
	has "$output" "note: 58 of the 60 tickets have (nearly) the text of an earlier one with the same label; repeats count once, so 2 count"
	toe_full 0 smoke job.yaml
	has "$stderr" "58 of the 60 tickets have (nearly)"
	has "$output" "60 of 60 right" "Only 2 of the 60 tickets count as evidence, 2 of them right" \
		"58 of the 60 tickets have (nearly) the text of an earlier one with the same label: repeats count as evidence once."
	toe 0 decide --json
	is "$(of 'm plain' '"\(.verdict.verdict) \(.verdict.evidence_tickets)"')" "NOT ENOUGH EVIDENCE 2"
	toe 0 report -o page.html
	has "$(<page.html)" "58 of the 60 tickets have (nearly) the text"
	has "$("$toehold" report --brief)" "Beware" "58 of the 60 tickets"
	run "$toehold" check
	has "$(tr -s ' \n' ' ' <<<"$output")" "broken Build a tiny eval 2 of 60 tickets count (58 repeat another text); label 10 or more"
	# A purge removes the texts, and the verdict stays.
	toe 0 purge smoke-1
	toe 0 decide --json
	is "$(of 'm plain' '"\(.verdict.verdict) \(.verdict.evidence_tickets)"')" "NOT ENOUGH EVIDENCE 2"
}

@test "the same text with two labels is an error of the tickets, with both lines" {
	tickets 6
	printf '{"id":"x1","text":"Ticket  002 asks about c %s","label":"a"}\n' "$(odd_word 2)" >>tickets.jsonl
	script m "{\"steps\": [$right_steps]}"
	job m.script.json
	for verb in plan smoke; do
		toe 3 $verb job.yaml
		has "$stderr" "tickets.jsonl:2 (ticket 't002') and tickets.jsonl:7 (ticket 'x1') have the same text and two labels, 'c' and 'a'"
	done
	[ ! -e job.toehold ]
}

# with_bar BAR NAME [MORE LINES]: a run of one model that is right on 9 of 12 tickets.
with_bar() {
	job m.script.json "bar: $1"$'\n'"${3-}"
	run --separate-stderr "$toehold" smoke job.yaml --name "$2"
	[ "$status" -le 1 ]
}

@test "a bar that is moved after results is seen everywhere" {
	tickets 12
	script m '{"steps": [{"match":"about a","label":"a"},{"match":"about b","label":"b"},{"match":"003","label":"a"},
		{"match":"about c","label":"c"}]}'
	sed -i '3s/about a/about x/;6s/about a/about x/;9s/about a/about x/' tickets.jsonl
	with_bar 90% first
	lacks "$output" "after results were seen"
	with_bar 70% second
	has "$output" "The bar was lowered from 90% to 70% after results were seen (run 'first')."
	lacks "$output" "The floor was"
	has "$("$toehold" decide)" "The bar was lowered from 90% to 70% after results were seen"
	toe 0 report -o page.html
	has "$(<page.html)" "The bar was lowered from 90% to 70% after results were seen"
	has "$("$toehold" report --brief | tr -s ' \n' ' ')" "Beware The bar was lowered from 90% to 70% after results were seen"
	run "$toehold" check
	has "$(tr -s ' \n' ' ' <<<"$output")" "broken Tiny acts of discovery" "changed since run 'first': the bar. The bar was lowered from 90% to 70% after results"
	is "$("$toehold" decide --json | jq -r '.moved_after_results[]')" \
		"The bar was lowered from 90% to 70% after results were seen (run 'first')."
	with_bar 90% third
	has "$output" "The bar was raised from 70% to 90% after results were seen (run 'second'). It had been moved before: 90% (run 'first'), 70% (run 'second')."
	with_bar 90% fourth $'certainty: 80%\nuse: research\nfloor: 60%'
	has "$output" "The bar was moved after results were seen: 90% (run 'first'), 70% (run 'second'), 90% (run 'third'), now 90%." \
		"The floor was lowered from 85% to 60%" "The certainty was lowered from 90% to 80% after results were seen (run 'third')." \
		"The use was changed after results were seen: commercial (run 'first'), now research."
	# The first run was first.
	lacks "$("$toehold" decide first)" "after results were seen"
	# Other tickets are another matter.
	tickets 13
	sed -i '1,12d' tickets.jsonl
	with_bar 50% other
	lacks "$output" "after results were seen"
}
