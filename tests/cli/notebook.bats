#!/usr/bin/env bats
# The lab notebook: notes on runs, and finding runs again.
load helper

names() { json '[.[].run] | join(" ")'; }

# Three runs: one with a pick, one without, one of another job with another model.
three_runs() {
	use_data
	toe 0 smoke job.yaml --name first
	toe 1 smoke job.yaml --name strict --models small.script.json
	tickets 6
	script tiny "{\"steps\": [$right_steps]}"
	mv job.yaml bank.yaml
	job tiny.script.json 'job: letters'
	toe 0 smoke job.yaml --name third --store job.toehold
}

@test "a note is stored with its run, and shown" {
	three_runs
	rows=$(count event)
	toe 0 note first "shorter prompt"
	is "$output" "note added to run 'first'"
	toe 0 note first "as good: ü"
	toe 0 note strict "only the small one" --json
	is "$(json .note)" "only the small one"
	is "$(json .run)" strict
	is "$(count event)" $((rows + 3))
	is "$(count event "kind = 'note' AND pass_id = 0 AND at_us > 1e15")" 3
	toe 0 runs
	is "$(sed 's/  *$//; s/  */ /g; s/20[0-9T:-]*Z/WHEN/' <<<"$output")" \
		"run when mode candidates tickets pick right note
first WHEN two-phase 3 12 large plain 11/12 shorter prompt; as good: ü
strict WHEN two-phase 2 12 none only the small one
third WHEN two-phase 2 6 tiny plain 6/6"
	toe_full 0 show first
	has "$output" "shorter prompt" "as good: ü"
	toe 0 verify --all
	toe 0 runs --json
	is "$(json '.[0].events | map(select(.kind == "note").text) | join("|")')" \
		"shorter prompt|as good: ü"
}

@test "an invalid note is refused, and nothing is written" {
	toe 3 note first text
	has "$stderr" "no store"
	toe 6 note first text --store none.toehold
	has "$stderr" "there is no store 'none.toehold'"
	[ ! -e none.toehold ]
	use_data
	toe 0 smoke job.yaml --name first
	rows=$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')
	toe 3 note second text
	has "$stderr" "no run named 'second'; it has 'first'"
	toe 2 note first
	toe 2 note first two words
	toe 2 note first $' \n'
	has "$stderr" "the note is empty"
	toe 2 note first $'bad \xff byte'
	has "$stderr" "not UTF-8 (byte 5)"
	toe 2 note first "$(printf '%05000d' 0)"
	has "$stderr" "too long: 5000 bytes, and the limit is 4096"
	is "$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')" "$rows"
}

@test "filters: job, model, since, picked, word, and all together" {
	three_runs
	toe 0 note strict "What if only the SMALL one?"
	sqlite3 job.toehold "UPDATE run SET created_us = 1767225599999999 WHERE name = 'first';
		UPDATE run SET created_us = 1767225600000000 WHERE name = 'strict'"
	toe 0 runs --json
	is "$(names)" "first strict third"
	toe 0 runs --job letters --json
	is "$(names)" third
	toe 0 runs --job 'bank tickets' --json
	is "$(names)" "first strict"
	toe 0 runs --job bank --json
	is "$(names)" ""
	toe 0 runs --model LARGE --json
	is "$(names)" first
	toe 0 runs --model small --json
	is "$(names)" "first strict"
	toe 0 runs --since 2026-01-01 --json
	is "$(names)" "strict third"
	toe 0 runs --since 2025-12-31 --json
	is "$(names)" "first strict third"
	toe 0 runs --picked --json
	is "$(names)" "first third"
	toe 0 runs --grep small --json
	is "$(names)" strict
	toe 0 runs --grep STRI --json
	is "$(names)" strict
	toe 0 runs --picked --model small --since 2025-12-31 --json
	is "$(names)" first
	toe 0 runs --picked --grep strict
	has "$stderr" "none of the 3 runs matches"
}

@test "kinds: lists smoke tests by default, and other runs on request" {
	three_runs
	sqlite3 job.toehold "UPDATE run SET kind = 'probe', parent = 'first' WHERE name = 'strict';
		UPDATE run SET kind = 'replay', parent = 'first' WHERE name = 'third'"
	toe 0 runs --json
	is "$(names)" first
	toe 0 runs --kind probe --json
	is "$(names)" strict
	toe 0 runs --kind replay
	has "$output" "third" "replay of first"
	toe 0 runs --kind all --json
	is "$(names)" "first strict third"
	toe 2 runs --kind snoke
	has "$stderr" "unknown kind of run 'snoke'" "the kinds are smoke, probe, replay"
}

@test "invalid dates" {
	for date in 2026 2026-13-01 2026-00-10 23-11-2026 2026-11-2x 2026/11/23 ''; do
		toe 2 runs --since "$date"
		has "$stderr" "is not a date; write it as year-month-day"
	done
}

@test "escapes, bidi overrides and line breaks in notes and names are shown harmless" {
	use_data
	toe 0 smoke job.yaml --name first
	toe 0 note first $'red \e[31m\u202Eline\nbreak'
	toe 0 runs
	has "$output" 'red \x1b[31m\u{202e}line break'
	[[ $output != *$'\e'* && $output != *$'\u202E'* ]]
	is "$(wc -l <<<"$output")" 2
	toe 0 runs --grep "$(printf '\e[31m')" --json
	is "$(names)" first
}

@test "a note during a run is refused with the writer's name" {
	slow_job 30
	start smoke job.yaml --name r
	wait_for 5 answers 2
	toe 6 note r "in between"
	has "$stderr" "in use by process"
	wait $pid
	toe 0 note r afterwards
}
