#!/usr/bin/env bats
# Faults that take minutes: the deadline of loading, the budget's minutes, many kills.
load helper

toehold_cli=$root/tests/cli

@test "a worker that hangs or stops at load or in the pass is ended at the deadline; the others run" {
	tickets 3
	for place in load_fault pass_fault; do
		for fault in hang stop; do
			rm -f job.toehold*
			script bad "{\"$place\": \"$fault\"}"
			script good "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
			job 'bad.script.json, good.script.json'
			start=$(now_ms)
			toe 0 smoke job.yaml --json --timeout 1
			[ $(($(now_ms) - start)) -lt 70000 ]
			is "$(json asked[0].not_measured)" "no answer before the deadline; killed"
			is "$(json .pick)" "good plain"
			no_workers
		done
	done
}

@test "budget.minutes stops the run in time, names what was left out, and a new budget resumes it" {
	tickets 12
	script slow "{\"ms\": 10000, \"steps\": [$right_steps]}"
	job slow.script.json 'budget: {minutes: 1}'
	start=$(now_ms)
	toe 7 smoke job.yaml --name r
	took=$(($(now_ms) - start))
	[ $took -ge 50000 ]
	[ $took -lt 75000 ]
	has "$stderr" "slow plain: unfinished: $(count answer) of 12 tickets asked (the time budget is used up)"
	has "$output" "Unfinished: $(count answer) of 12 tickets asked" "Go on with: $toehold smoke job.yaml --name r"
	is "$(sqlite3 job.toehold "SELECT ended FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" budget
	known=$(count answer)
	[ "$known" -ge 5 ]
	toe 0 smoke job.yaml --name r
	check_store 12
	is "$(sqlite3 job.toehold "SELECT sum(n_answers) FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" 12
}

@test "budget.minutes that ends during the reasons keeps the labels" {
	tickets 12
	script slow "{\"reason_ms\": 9000, \"steps\": [$right_steps]}"
	job slow.script.json 'budget: {minutes: 1}'
	start=$(now_ms)
	toe 0 smoke job.yaml --name r
	[ $(($(now_ms) - start)) -lt 75000 ]
	[ "$(count reason)" -lt 12 ]
	is "$(count answer)" 12
}

@test "kill -9 at 500 random moments" {
	export KILLS=500
	run bats -f random "$toehold_cli/kill.bats"
	echo "$output"
	is "$status" 0
}

@test "kill -9 at every write" {
	export WRITES=1
	run bats -f 'every write' "$toehold_cli/kill.bats"
	echo "$output"
	is "$status" 0
}

@test "a server that loads its weights in the first request has time for it, whatever --timeout says" {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	python3 "$toehold_cli/http_server.py" loads port log 3>&- 2>err &
	local server=$!
	wait_for 20 test -e port
	tickets 3
	job "http://127.0.0.1:$(cat port)/v1#m"
	toe 0 smoke job.yaml --json --timeout 1
	kill $server
	is "$(json '.candidates[1].score | "\(.right)/\(.answered)"')" "3/3"
}
