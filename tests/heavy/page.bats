#!/usr/bin/env bats
# The page in a real browser: Chromium without a window, through playwright-core, which is pinned and
# installed into the cache. tests/heavy/page.mjs has the scenarios.
load ../cli/helper
load ../cli/page
load ../cli/hostile
load ../cli/tasks

# packages: prints the folder of node_modules, which npm fills once; fails if it cannot.
packages() {
	local folder
	folder=$cache_before/page/$(sha256sum "$BATS_TEST_DIRNAME/page.pin" | cut -c1-16)
	if [ ! -d "$folder" ]; then
		rm -rf "$folder.new"
		grep -v '^#' "$BATS_TEST_DIRNAME/page.pin" | HOME=$home_before xargs npm install --silent \
			--no-audit --no-fund --prefix "$folder.new" || return 1
		mv "$folder.new" "$folder"
	fi >&2
	printf '%s\n' "$folder/node_modules"
}

setup() {
	enter_scratch
	chromium=$(command -v chromium || command -v chromium-browser) || skip_loudly "there is no Chromium"
	command -v node >/dev/null || skip_loudly "there is no node"
	modules=$(packages) || skip_loudly "npm cannot install what tests/heavy/page.pin names"
	export chromium
}

# in_browser SCENARIO [ARGUMENTS]: starts the page on this folder and drives it.
in_browser() {
	mkdir "$scratch/driver"
	cp "$BATS_TEST_DIRNAME"/page*.mjs "$scratch/driver"
	ln -s "$modules" "$scratch/driver/node_modules"
	page_in .
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
	in_browser looks r other
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
