#!/usr/bin/env bats
# The page in a real browser: what is longer or rarer than tests/model/page.bats.
load ../cli/helper
load ../cli/page
load ../cli/tasks
load page_browser

@test "the story: start, choose, run, stop, go on, decide, tickets, add, compare, report" {
	slow_job
	in_browser story
}

# stopped_run NAME [OPTIONS]: a run that a terminal began, and Ctrl-C stopped after some answers.
stopped_run() {
	start smoke job.yaml --name "$@"
	wait_for 20 answers 3
	kill -INT "$pid"
	wait "$pid" || true
	pid=
}

@test "a run of a terminal goes on as it was typed, chosen models as chosen; a page whose program is killed says so" {
	slow_job
	stopped_run typed --way plain --free --models two.script.json
	page_in .
	in_browser lost "$pid"
	pid=
}

@test "an export that has labels becomes a job by a click" {
	{
		echo 'Ticket,Message,Queue'
		odd_lines 1 60 'T-N,ticket N asks about L W,L'
	} >export.csv
	in_browser made
	has "$(cat support/job.yaml)" "bar:" "a:"
}

@test "a prompt is written, tried on two models, kept twice, compared, and put into the job" {
	slow_job
	cp job.yaml before.txt
	in_browser prompts
	is "$(diff before.txt job.yaml | grep -c '^<')" 0
	has "$(cat job.yaml)" "variants: {short-2: {file: prompts/short-" ", short: {file: prompts/short-"
	is "$(find . -name '*.toehold')" "" # nothing was recorded
}

# The model answers "a" to everything; its hidden states tell the labels apart.
@test "a head is trained, its learning curve looked at, put into the job, and measured" {
	tickets 12
	odd_lines 101 220 '{"id": "rN", "text": "ticket N asks about L W", "label": "L"}' >train.jsonl
	cat tickets.jsonl train.jsonl | jq -cs '{steps: map({match: (.text | split(" ")[5]), label: "a",
		hidden: [(.label == "a"), (.label == "b"), (.label == "c")] | map(if . then 1.5 else 0.5 end)})}' >seen.script.json
	job seen.script.json
	toe 1 smoke job.yaml --name r
	in_browser head
	is "$(tail -n 1 job.yaml)" "heads: [heads/seen.head.json]"
}

@test "every view at 390 and 1,440 pixels, light and dark: nothing sticks out, axe finds nothing serious" {
	two_runs
	label_draft
	in_browser looks r other all
}

@test "label: dropped CSV, columns, buckets, keys, undo, personal data, second reader, job" {
	label_inbox
	in_browser label
	has "$(cat support/job.yaml)" "the a thing" "# Made from 'inbox.csv' by 'toehold label'"
	lacks "$(cat support/scratch/*)" anna@example.org "John Miller"
}

@test "label: 25 tickets with the keyboard only, as fast as the keys come, and all taken back" {
	label_inbox
	toe 0 label inbox.csv -o d
	for name in a b c; do toe 0 label d --bucket "$name"; done
	in_browser label_keys
	is "$(jq -s 'map(select(.do == "label")) | length' d/labels.journal)" 27 # 25 by their keys, two with Enter
}

@test "label: hostile tickets and buckets are dead" {
	for i in 1 2; do
		echo '{"id": "<b>'$i'", "text": "'$i' <script>globalThis.struck=1</script> \u202e <img src=x onerror=globalThis.struck=1>"}'
	done >inbox.jsonl
	toe 0 label inbox.jsonl -o d
	toe 0 label d --bucket '"><img src=x onerror=globalThis.struck=1>'
	in_browser label_hostile
}

@test "label: suggested tickets, labelled for the job, given back, run, and the second decision" {
	slow_job
	toe 0 smoke job.yaml --name r
	in_browser label_more
	is "$(jq -s 'length' hard-labelled.jsonl)" 9
	is "$("$toehold" show r --json | jq '.slices | length')" 2
}

@test "label: the labels of an export taken at once, and a draft deleted after a question" {
	tickets 30
	toe 0 label tickets.jsonl -o d
	in_browser label_accept
	[ ! -e d ]
}

@test "a wrong label: corrected in a new version at the suspects and at a ticket, run again, compared" {
	tickets 30
	sed -i -E '3s/"label": "."/"label": "b"/; 4s/"label": "."/"label": "c"/' tickets.jsonl
	script one "{\"steps\": [$right_steps]}"
	script two "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job one.script.json,two.script.json
	toe 0 smoke job.yaml --name r
	sha256sum tickets.jsonl job.yaml >before.txt
	in_browser label_fix
	sha256sum -c --quiet before.txt
	is "$(jq -r 'select(.was) | "\(.id) \(.was) \(.label)"' tickets-2.jsonl tickets-3.jsonl | xargs)" "t003 b a t004 c b"
}

@test "a task that writes: marks and texts in the place of labels" {
	extract_job
	toe 0 smoke job.yaml --name r
	in_browser written
}

# One baseline and nine models, without reasons.
@test "1,000 tickets and 10 candidates are interactive within a second" {
	tickets 1000
	for k in 1 2 3 4 5 6 7 8 9; do
		script "m$k" "{\"facts\": {\"bytes\": ${k}000000}, \"steps\": [$right_steps]}"
	done
	job "$(echo m{1..9}.script.json | tr ' ' ,)" "reason: none"
	toe 0 smoke job.yaml --name r
	in_browser large
}
