#!/usr/bin/env bats
# A stopped run says that it is unfinished, everywhere, and how to go on; it decides nothing.
load helper

# stopped: a run 'r' that was stopped (Ctrl-C) in its only model, after at least 3 of 12 tickets.
stopped() {
	tickets 12
	script one "{\"ms\": 250, \"steps\": [$right_steps]}"
	job one.script.json
	start smoke job.yaml "$@"
	wait_for 20 answers 3
	kill -INT $pid
	code=0
	wait $pid || code=$?
	is $code 130
	n=$(count answer)
	[ "$n" -lt 12 ]
}

@test "unfinished: the same words in every verb, and no advice" {
	stopped --name r
	local words="Unfinished: $n of 12 tickets asked" again="$toehold smoke job.yaml --name r"
	has "$(cat out.txt)" "$words" "$n of $n so far" "Go on with: $again"
	has "$("$toehold" show --full)" "one plain: $n of $n so far, $((12 - n)) tickets to go." \
		"unfinished: $n of 12"
	[[ $(cat out.txt) != *PICK* && $(cat out.txt) != *closest* && $(cat out.txt) != *McNemar* ]]
	[[ $(cat out.txt) != *"larger model"* && $(cat out.txt) != *Confusion* ]]
	toe 7 decide
	has "$output" "$words" "Go on with: $again"
	toe 7 decide --strict
	toe 0 show
	has "$output" "$words"
	toe 0 runs
	has "$output" "$words"
	toe 0 report --brief
	has "$output" "Decision  $words. Nothing is decided yet." "1. Let the run finish. Go on with:"
	[[ $output != *"2. "* && $output != *"Cost"* ]]
	toe 0 report -o page.html
	has "$(cat page.html)" "<h1>$words. Nothing is decided yet.</h1>" "Let the run finish." "unfinished"
	[[ $(cat page.html) != *"No pick"* ]]
	toe 1 check
	has "$output" "(${words})"
	toe 0 check --json || true
	is "$(json .unfinished)" "$words"
	toe 0 runs --json
	is "$(json '.[0] | "\(.state) \(.pick) \(.unfinished)"')" "unfinished null $words"
	is "$(json '.[0].go_on')" "$again"
	is "$(json '.[0].candidates[1] | "\(.unfinished) \(.verdict) \(.score.right)/\(.score.answered)"')" "true null $n/$n"
	toe 4 classify tickets.jsonl --label-only
	has "$stderr" "run 'r' has no pick yet ($words); let it finish first: $again"
	toe 7 export --format junit -o run.xml --exit-code
	has "$(cat run.xml)" "message=\"$words\""
	# Another run beside it.
	script one "{\"ms\": 1, \"steps\": [$right_steps]}"
	toe 0 smoke job.yaml --name second
	toe 0 diff r second
	has "$output" "Pick of A: not decided yet ($words)." "unfinished"
}

@test "unfinished: JSON has the options that were given, and what only prints is not among them" {
	stopped --name r --free -w plain --timeout 60 -q --json
	toe 0 show r --json
	is "$(json -c .go_on_options)" '{"name":"r","way":["plain"],"free":true,"timeout":60}'
	toe 0 smoke job.yaml --name r --free -w plain --timeout 60
	toe 0 show r --json
	is "$(json '"\(.go_on) \(.go_on_options)"')" "null null"
}

@test "unfinished: the command to go on names the run, quotes what needs it, and runs from another folder" {
	mkdir 'a job'
	cd 'a job'
	tickets 12
	script one "{\"ms\": 250, \"steps\": [$right_steps]}"
	job one.script.json
	mv job.yaml "my job.yaml"
	start smoke 'my job.yaml' --store other.toehold
	begun() { [ "$(sqlite3 -readonly other.toehold 'SELECT count(*) FROM answer' 2>/dev/null || echo 0)" -ge 15 ]; }
	wait_for 20 begun
	kill -INT $pid
	wait $pid || true
	has "$(cat out.txt)" "Go on with: $toehold smoke 'my job.yaml' --store other.toehold --name smoke-1"
	cd ..
	toe 7 decide --store 'a job/other.toehold'
	has "$output" "Go on with: cd '$PWD/a job' && $toehold smoke 'my job.yaml' --store other.toehold --name smoke-1"
	run bash -c "$(go_on <<<"$output")"
	is "$status" 0
	has "$output" "PICK one · plain"
	toe 0 decide --store 'a job/other.toehold'
	[[ $output != *nfinished* ]]
}

@test "unfinished: a killed run says so too, with the candidates that it never reached" {
	tickets 12
	script one "{\"steps\": [{\"match\": \"004\", \"fault\": \"hang\"}, $right_steps]}"
	script two "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'one.script.json, two.script.json'
	start smoke job.yaml --name r
	wait_for 20 answers 3
	kill -KILL $pid
	wait $pid || true
	wait_for 20 no_workers
	toe_full 7 decide
	has "$output" "Unfinished: 3 of 12 tickets asked, and 1 more candidate to finish" "Not asked yet: 1 candidate."
	toe_full 0 show
	has "$output" "not asked yet"
}

@test "unfinished: a newer plan without the candidate decides without it" {
	tickets 12
	script one "{\"steps\": [$right_steps]}"
	script two "{\"ms\": 300, \"facts\": {\"bytes\": 900}, \"steps\": [{\"match\": \"about\", \"label\": \"a\"}]}"
	job 'two.script.json, one.script.json'
	start smoke job.yaml --name r
	wait_for 20 answers 2
	kill -INT $pid
	wait $pid || true
	toe 7 decide
	toe 0 smoke job.yaml --name r --models one.script.json
	has "$output" "PICK one · plain"
	toe 0 decide
	[[ $output != *nfinished* ]]
}

@test "unfinished: added tickets, and the command that goes on with them" {
	tickets 12
	script one "{\"steps\": [{\"match\": \"again\", \"ms\": 300, \"label\": \"b\"}, $right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml
	local i
	for role in harder ordinary; do
		for ((i = 1; i <= 8; i++)); do
			printf '{"id": "%s%d", "text": "%s %d again", "label": "b"}\n' $role $i $role $i
		done >$role.jsonl
		start add job.yaml $role.jsonl --as $role
		local before
		before=$(count answer)
		wait_for 20 answers $((before + 2))
		kill -INT $pid
		code=0
		wait $pid || code=$?
		is $code 130
		n=$(($(count answer) - before))
		[ $n -lt 8 ]
		if [ $role = harder ]; then
			has "$(cat out.txt)" "Unfinished: $n of 8 harder tickets asked"
			has "$("$toehold" show --evidence)" \
				"one plain: $n of $n so far, $((8 - n)) harder ticket"
			[[ $(cat out.txt) != *PICK* ]]
			toe 7 decide
		else
			has "$(cat out.txt)" "Unfinished: $((12 + n)) of 20 tickets asked"
			has "$("$toehold" show --evidence)" \
				"one plain: $((12 + n)) of $((12 + n)) so far, $((8 - n)) tickets to go."
			[[ $(cat out.txt) != *PICK* ]]
			toe 7 decide
		fi
		has "$output" "Go on with: $toehold add job.yaml $role.jsonl --as $role --run smoke-1"
		run bash -c "$(go_on <<<"$output")"
		is "$status" 0
		toe 0 decide
		[[ $output != *nfinished* ]]
	done
}

@test "unfinished: the command to go on says that piped tickets are needed again" {
	tickets 6
	script one "{\"ms\": 300, \"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml
	for ((i = 1; i <= 8; i++)); do
		printf '{"id": "n%d", "text": "new %s about b", "label": "b"}\n' $i "$(odd_word $i)"
	done >TICKETS.jsonl
	"$toehold" add job.yaml - --as ordinary <TICKETS.jsonl >out.txt 2>err.txt 3>&- &
	pid=$!
	wait_for 20 answers 8
	kill -INT $pid
	wait $pid || true
	again="$toehold add job.yaml - --as ordinary --run smoke-1 <TICKETS.jsonl"
	has "$(cat out.txt)" "Go on with: $again"
	run bash -c "$again"
	is "$status" 0
	has "$output" "PICK one · plain"
}

@test "not measured: a model that fails on every added ticket loses no pick to harder ones" {
	local role i
	tickets 12
	script one "{\"steps\": [{\"match\": \"again\", \"fault\": \"segv\"}, $right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml
	for role in harder ordinary; do
		for ((i = 1; i <= 3; i++)); do
			printf '{"id": "%s%d", "text": "%s %s again", "label": "b"}\n' $role $i $role "$(odd_word $i)"
		done >$role.jsonl
	done
	toe_full 8 add job.yaml harder.jsonl --as harder
	has "$stderr" "one plain: not measured: the worker died"
	has "$output" "one plain is out: it answered none of the added tickets." "NOT MEASURED"
	rm job.toehold
	job one.script.json 'harder: shown'
	toe 0 smoke job.yaml
	toe_full 0 add job.yaml harder.jsonl --as harder
	has "$stderr" "one plain: not measured: the worker died"
	has "$output" "The pick stays one · plain." "Unfinished: 0 of 3 harder tickets asked" "PICK one · plain" \
		"one plain: 3 harder tickets to go." "Go on with: $toehold add job.yaml harder.jsonl --as harder"
	toe_full 8 add job.yaml ordinary.jsonl --as ordinary
	has "$output" "one plain is out: it answered none of the added tickets." \
		"No model answered the added tickets, so nothing is decided. Not measured: one plain (the worker died"
	toe 0 report -o page.html
	has "$(cat page.html)" "<h1>Not measured: no model answered the added tickets.</h1>"
	toe 4 classify tickets.jsonl --label-only
	has "$stderr" "no model answered the added tickets"
}
