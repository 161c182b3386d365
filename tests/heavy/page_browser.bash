# shellcheck shell=bash
# Shared by the tests of the page in a real browser: Chromium without a window, through playwright-core.
# page.mjs has the scenarios.

load "${BATS_TEST_DIRNAME%/*}/heavy/page_packages"

# need_browser: sets chromium and modules, or skips the test.
need_browser() {
	chromium=$(command -v chromium || command -v chromium-browser) || skip_loudly "there is no Chromium"
	node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null ||
		skip_loudly "there is no node, or it is older than 20"
	modules=$(HOME=$home_before page_packages "$cache_before") ||
		skip_loudly "npm is not here, or cannot install what tests/heavy/page.pin names"
	export chromium
}

# in_browser SCENARIO [ARGUMENTS]: starts the page on this folder and drives it.
in_browser() {
	need_browser
	mkdir "$scratch/driver"
	cp "$root"/tests/heavy/page*.mjs "$scratch/driver"
	ln -s "$modules" "$scratch/driver/node_modules"
	[ "${pid-}" ] || page_in .
	run node "$scratch/driver/page.mjs" "$1" "$address" "${@:2}"
	echo "$output"
	[ "$status" -ne 69 ] || skip_loudly "Chromium does not start: $output"
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

# two_runs: of that job: r with harder tickets, and other; and a prompt that was kept.
two_runs() {
	slow_job
	toe 0 smoke job.yaml --name r
	toe 0 add job.yaml harder.jsonl --as harder
	toe 1 smoke job.yaml --name other --models one.script.json
	toe 0 prompts job.yaml --keep short --text 'Choose one of {labels}.'
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
