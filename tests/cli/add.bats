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

@test "harder tickets get a line of their own and do not change the pick" {
	local before
	first_run
	harder
	before=$("$toehold" decide --json | jq -r .pick)
	toe 0 add job.yaml harder.jsonl --as harder --json
	is "$(json .pick)" "$before"
	is "$(of "$before" .score.tickets)" 12
	is "$(of "$before" .harder.tickets)" 6
	is "$(of "$before" .harder.answered)" 6
	run --separate-stderr "$toehold" decide
	has "$output" "a mix of 12 ordinary and 6 hard, not your ticket stream"
	has "$output" "On the harder tickets it got"
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
	toe 0 add job.yaml harder.jsonl --as harder --json
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
	toe 0 add job.yaml harder.jsonl --as harder --json
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
	toe 0 add job.yaml harder.jsonl --as harder
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
