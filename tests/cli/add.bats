#!/usr/bin/env bats
# Tickets added to a run: what is asked, what counts, what is refused.
load helper

# Six harder tickets. The scripts know none of them, so they give their default answer.
harder() {
	local i labels=(card top_up other)
	for i in 0 1 2 3 4 5; do
		printf '{"id":"h%d","text":"A harder ticket, %s","label":"%s"}\n' "$i" "$(odd_word "$i")" "${labels[i % 3]}"
	done >"${1-harder.jsonl}"
}

first_run() {
	use_data
	run --separate-stderr "$toehold" smoke job.yaml --name first
	is "$status" 0
}

# The small one is right on a third of the harder tickets, the large one on all.
two_models() {
	tickets 25
	odd_lines 101 110 '{"id": "hN", "text": "harder N asks about L W", "label": "L"}' >harder.jsonl
	script small "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"harder\", \"label\": \"a\"}, $right_steps]}"
	script large "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"003\", \"label\": \"b\"}, $right_steps]}"
	job 'small.script.json, large.script.json' "${1-}"
}

@test "the pick must score the bar with the harder tickets too: it moves, and the reason is given" {
	two_models
	toe 0 smoke job.yaml --name first
	has "$output" "PICK small · plain"
	toe_full 0 add job.yaml harder.jsonl --as harder
	has "$output" "The pick moves from small plain to large plain: small plain got 3 of 10 harder tickets; together 28 of 35 (80%), below the bar." \
		"Harder tickets count for the pick. Verdicts stay on the ordinary ones." "PICK large · plain" \
		"On the ordinary tickets alone the pick would be small plain, but it got 3 of 10" \
		"On the harder tickets large plain got 10 of 10; together 34 of 35 (97.1%)."
	toe 0 decide --json
	is "$(json '"\(.pick) \(.pick_ordinary) \(.pick_together) \(.harder)"')" "large plain small plain large plain counted"
	is "$(of 'small plain' '.verdict | "\(.verdict) \(.evidence_right)/\(.evidence_tickets)"')" "NOT ENOUGH EVIDENCE 25/25"
	is "$(json .recommendation.headline)" \
		"large plain may do: label about 54 more tickets to know. Nothing is proven yet. The smaller small plain got only 3 of 10 harder tickets."
	toe 0 export first --format junit -o out.xml
	grep -q 'small plain scores the bar' out.xml
	grep -q '25 of 25 right (100%), but not with the harder tickets' out.xml
	toe 0 report first --brief
	has "$output" "large · plain"
	printf '{"id":"n","text":"ticket 900 asks about c qqq"}\n' >new.jsonl
	toe 0 classify new.jsonl -o out.jsonl
	has "$stderr" "large · plain of run 'first': 24 of 25 right, at least 76% guaranteed. NOT ENOUGH EVIDENCE."
}

@test "harder: shown keeps the pick on the ordinary tickets, and moving that is seen" {
	two_models 'harder: shown'
	toe 0 smoke job.yaml --name first
	toe_full 0 add job.yaml harder.jsonl --as harder
	has "$output" "The pick stays small plain." "Harder tickets are only shown: they do not change the pick." "PICK small · plain" \
		"On the harder tickets it got 3 of 10; together 28 of 35 (80%). They are only shown; if they counted, the pick would be large plain."
	toe 0 decide --json
	is "$(json '"\(.pick) \(.pick_ordinary) \(.pick_together) \(.harder)"')" "small plain small plain large plain shown"
	sed -i 's/harder: shown/harder: counted/' job.yaml
	toe_full 0 smoke job.yaml --name second
	has "$output" "After results were seen, harder tickets were changed from 'shown' (run 'first') to 'counted' in the pick."
	toe 0 diff first second
	has "$output" "harder tickets" shown counted
	sed -i 's/harder: counted/harder: shown/' job.yaml
	toe 0 smoke job.yaml --name third --json
	is "$(json '.moved_after_results[0]')" "After results were seen, harder tickets were changed from 'counted' (run 'second') to 'shown' in the pick."
}

@test "no candidate scores the bar with the harder tickets: no pick, exit code 1" {
	two_models
	script large "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"harder\", \"label\": \"b\"}, $right_steps]}"
	toe 0 smoke job.yaml
	toe_full 1 add job.yaml harder.jsonl --as harder
	has "$output" "There is no pick now; it was small plain, which got 3 of 10 harder tickets; together 28 of 35 (80%), below the bar." \
		"NO PICK" "No candidate scored 90%. The closest is small plain, but it got 3 of 10 harder tickets; together 28 of 35 (80%), below the bar. On the ordinary ones it got 25 of 25 (100%): GOOD ENOUGH."
	toe 1 decide
	has "$output" "NO PICK: with the harder tickets 28 of 35 are right; 32 would be enough"
	toe 1 decide --json
	is "$(json .state)" "no pick"
	# More ordinary tickets can bring it back.
	odd_lines 201 240 '{"id": "tN", "text": "ticket N asks about L W", "label": "L"}' >more.jsonl
	toe 0 add job.yaml more.jsonl --as ordinary
	has "$output" "There was no pick; now it is small · plain."
}

@test "harder tickets get a line of their own, and verdicts do not count them" {
	local before
	first_run
	harder
	before=$("$toehold" decide --json | jq -r .pick)
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder --json
	is "$(of "$before" .score.tickets)" 12
	is "$(of "$before" .verdict.evidence_tickets)" 12
	is "$(of "$before" .harder.tickets)" 6
	is "$(of "$before" .harder.answered)" 6
	toe 0 show --evidence
	has "$output" "adds up 12 ordinary and 6 harder tickets; your inbox is not mixed like that"
	has "$output" "it got 2 of 6 harder tickets; together 13 of 18 (72.2%), below the bar"
}

@test "ordinary tickets add to the evidence so far" {
	first_run
	harder more.jsonl
	run --separate-stderr "$toehold" add job.yaml more.jsonl --as ordinary --json
	is "$(of 'large plain' .score.tickets)" 18
	is "$(of 'large plain' .verdict.evidence_tickets)" 18
	is "$(json '.change.role')" ordinary
	is "$(json '.change.candidates[] | select(.name == "large plain").added_tickets')" 6
}

@test "added tickets that nearly repeat others count once; contradictions are refused" {
	first_run
	printf '%s\n' '{"id":"n1","text":"My card has still not come yet.","label":"card"}' \
		'{"id":"n2","text":"Where is the nearest branch to park a bicycle?","label":"other"}' \
		'{"id":"n3","text":"So where is the nearest branch to park a bicycle?","label":"other"}' >more.jsonl
	run --separate-stderr "$toehold" add job.yaml more.jsonl --as ordinary --json
	has "$stderr" "note: 2 of the 3 tickets have (nearly) the text of an earlier one with the same label; repeats count once, so 1 count"
	is "$(of 'large plain' .score.tickets)" 15
	is "$(of 'large plain' .verdict.evidence_tickets)" 13
	is "$(json .repeated_tickets)" 2
	printf '{"id":"x","text":"MY CARD has not  come yet.","label":"other"}\n' >two.jsonl
	for role in ordinary harder; do
		toe 3 add job.yaml two.jsonl --as $role
		has "$stderr" "tickets-12.jsonl:1 (ticket 't01') and two.jsonl:1 (ticket 'x') have the same text and two labels, 'card' and 'other'"
	done
	printf '{"id":"y","text":"Fresh one","label":"other"}\n{"id":"z","text":"fresh one ","label":"card"}\n' >three.jsonl
	toe 3 add job.yaml three.jsonl --as ordinary
	has "$stderr" "three.jsonl:1 (ticket 'y') and three.jsonl:2 (ticket 'z') have the same text and two labels"
}

@test "only tickets without a reply are asked, and only candidates that can still win" {
	first_run
	is "$("$toehold" decide --json | jq -r '.candidates[] | select(.name == "baseline majority").verdict.verdict')" \
		"DOES NOT CLEAR"
	harder
	toe 1 add job.yaml harder.jsonl --as harder --json
	is "$(of 'large plain' '[.replies[] | select(.role == "harder")] | length')" 6
	# The same command asks nothing: every reply is stored.
	run "$toehold" add job.yaml harder.jsonl --as harder
	has "$output" "reused, not timed again"
}

@test "an addition that was killed resumes with the same command" {
	first_run
	harder
	"$toehold" add job.yaml harder.jsonl --as harder >/dev/null 2>&1 &
	sleep 0.15
	kill -9 $! 2>/dev/null || true
	wait || true
	toe 1 add job.yaml harder.jsonl --as harder --json
	is "$(of 'large plain' .harder.answered)" 6
	is "$(json '.slices | length')" 2
	toe 0 verify
}

@test "refused: no role, another job, repeats, tickets of the run, examples" {
	first_run
	harder
	toe 2 add job.yaml harder.jsonl
	has "$stderr" "--as ordinary"
	toe 3 add job.yaml tickets-12.jsonl --as ordinary
	has "$stderr" "already"
	head -n 1 tickets-12.jsonl | sed 's/t01/new/' >repeat.jsonl
	toe 3 add job.yaml repeat.jsonl --as ordinary
	has "$stderr" "repeats ticket 't01'"
	toe 1 add job.yaml harder.jsonl --as harder
	toe 3 add job.yaml harder.jsonl --as ordinary
	has "$stderr" "as harder ones"
	echo '# edited' >>job.yaml
	harder other.jsonl
	toe 3 add job.yaml other.jsonl --as harder
	has "$stderr" "was changed since run 'first'"
}

@test "changed weights are refused: their answers are not comparable with the old ones" {
	first_run
	harder
	sed -i 's/2000000/2000001/' small.script.json
	toe 3 add job.yaml harder.jsonl --as harder
	has "$stderr" "the weights of small plain are not those of run 'first'"
}

@test "fresh tickets count for a prompt that was edited after results" {
	first_run
	printf 'prompt: "Pick one of {labels}, please."\n' >>job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --name second --json
	is "$(json .prompt_edited_after_results)" true
	harder more.jsonl
	run --separate-stderr "$toehold" add job.yaml more.jsonl --as ordinary --run second --json
	is "$(of 'large plain' .score.tickets)" 18
	is "$(of 'large plain' .verdict.evidence_tickets)" 6
}

@test "the probe asks in six forms, in a run that no decision counts" {
	use_data
	run --separate-stderr "$toehold" smoke job.yaml --name first --probe
	is "$status" 0
	has "$output" "large plain [quoted, labels reversed]"
	has "$output" "over 6 forms of the prompt: steady"
	is "$("$toehold" decide --json | jq -r .run)" first
	is "$("$toehold" decide first-probe --json | jq '.candidates | length')" 10
}

@test "the same tickets again: nothing was added, and it says so" {
	first_run
	harder
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder
	has "$output" "Added 6 harder tickets from harder.jsonl."
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder
	has "$output" "The 6 harder tickets of harder.jsonl are in the run already: nothing was added."
	[[ $output != *"Added 6"* ]]
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder --json
	is "$(json .added)" 0
}
