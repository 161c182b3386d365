#!/usr/bin/env bats
# The deadline of an answer belongs to the run: replay and add keep it unless an option changes it.
load helper

setup() {
	enter_scratch
	tickets 4
	script slow "{\"steps\": [{\"match\": \"002\", \"label\": \"c\", \"ms\": 1500}, $right_steps]}"
	job slow.script.json
}

kept() { sqlite3 job.toehold "SELECT timeout_us FROM run WHERE name = '$1'"; }

@test "replay asks with the run's deadline, or with the one that an option gives" {
	run --separate-stderr "$toehold" smoke job.yaml --name first --timeout 1
	is "$(kept first)" 1000000
	toe 0 replay first --name again
	is "$(kept again)" 1000000
	has "$output" "THE SAME: all 8 labels"
	toe 1 replay first --name longer --timeout 60
	is "$(kept longer)" 60000000
	has "$output" "NOT THE SAME: 1 of 8 labels differ"
}

@test "add asks with the run's deadline, or with the one that an option gives" {
	run --separate-stderr "$toehold" smoke job.yaml --name first --timeout 1
	# A candidate that answers nothing at all is not measured, so another ticket is answered.
	printf '%s\n' '{"id": "n1", "text": "number 002 again, which is slow", "label": "c"}' \
		'{"id": "n0", "text": "a quick one about a", "label": "a"}' >new.jsonl
	run --separate-stderr "$toehold" add job.yaml new.jsonl --as harder --run first --all
	toe 0 show first --json
	is "$(of 'slow plain' '.replies[] | select(.id == "n1") | .outcome')" timeout
	printf '%s\n' '{"id": "n2", "text": "another 002, slow as well, but waited for", "label": "c"}' >newer.jsonl
	run --separate-stderr "$toehold" add job.yaml newer.jsonl --as harder --run first --all --timeout 60
	toe 0 show first --json
	is "$(of 'slow plain' '.replies[] | select(.id == "n2") | .outcome')" ok
}
