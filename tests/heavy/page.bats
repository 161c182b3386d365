#!/usr/bin/env bats
# The page in a real browser: Chromium without a window, through playwright-core, which is pinned and
# installed into the cache. tests/heavy/page.mjs has the scenarios.
load ../cli/helper
load ../cli/page
load ../cli/hostile
load ../cli/tasks
load page_packages

setup() {
	enter_scratch
	chromium=$(command -v chromium || command -v chromium-browser) || skip_loudly "there is no Chromium"
	command -v node >/dev/null || skip_loudly "there is no node"
	modules=$(HOME=$home_before page_packages "$cache_before") || skip_loudly "npm cannot install what tests/heavy/page.pin names"
	export chromium
}

# in_browser SCENARIO [ARGUMENTS]: starts the page on this folder and drives it.
in_browser() {
	mkdir "$scratch/driver"
	cp "$BATS_TEST_DIRNAME"/page*.mjs "$scratch/driver"
	ln -s "$modules" "$scratch/driver/node_modules"
	[ "${pid-}" ] || page_in .
	run node "$scratch/driver/page.mjs" "$1" "$address" "${@:2}"
	echo "$output"
	[ "$status" -ne 75 ] || skip_loudly "the machine is busy: $output"
	[ "$status" -eq 0 ]
}

# slow_job: two models that take 40 ms an answer; the larger is right, the smaller misses every c.
slow_job() {
	tickets 30
	odd_lines 31 60 '{"id": "pN", "text": "ticket N asks about L W"}' >pool.jsonl
	odd_lines 61 70 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >harder.jsonl
	script one '{"facts": {"bytes": 1000}, "ms": 40, "steps": [{"match":"about a","label":"a"},{"match":"about b","label":"b"},{"match":"about c","label":"a"}]}'
	script two "{\"facts\": {\"bytes\": 9000000}, \"ms\": 40, \"steps\": [$right_steps]}"
	job one.script.json,two.script.json
}

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
	has "$(cat job.yaml)" "variants: {short: {file: prompts/short-"
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

@test "keyboard only" {
	slow_job
	toe 0 smoke job.yaml --name r
	in_browser keyboard
}

@test "every view at 390 and 1,440 pixels, light and dark: nothing sticks out, axe finds nothing serious" {
	slow_job
	toe 0 smoke job.yaml --name r
	toe 0 add job.yaml harder.jsonl --as harder
	toe 1 smoke job.yaml --name other --models one.script.json
	label_draft
	toe 0 prompts job.yaml --keep short --text 'Choose one of {labels}.'
	in_browser looks r other
}

# label_inbox: 43 tickets without labels; three hold personal data, two repeat each other.
label_inbox() {
	{
		echo 'No,Subject,Body'
		odd_lines 1 40 'T-N,About L N,"The L thing is odd: W W"'
		echo 'T-041,About a,"Write to anna@example.org about the a thing, W is my name"'
		echo 'T-042,Login,"My name is John Miller and the b thing failed for me again today"'
		echo 'T-043,Login,"My name is John Miller and the b thing failed for me again today!"'
	} >inbox.csv
}

# label_draft: the draft d, which two readers have begun, and an upload whose columns are not chosen yet.
label_draft() {
	label_inbox
	toe 0 label inbox.csv -o d
	for name in a b c; do toe 0 label d --bucket "$name" --about "the $name thing, and what people write about it"; done
	printf '1\n2\n3\nq\n' >keys.txt
	for name in first second; do "$toehold" label d -r "$name" <keys.txt; done
	toe 0 label d -r second --undo
	mkdir -p labels-raw/secrets
	cp inbox.csv labels-raw/secrets
	: >labels-raw/labels.journal
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

@test "a task that writes: marks and texts in the place of labels" {
	extract_job
	toe 0 smoke job.yaml --name r
	in_browser written
}

@test "hostile tickets, labels, names and replies are dead on every view" {
	hostile_runs
	in_browser hostile "$first" "$free"
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
