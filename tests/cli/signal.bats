#!/usr/bin/env bats
# Two runs at once, signals, killed workers: every answer is stored, and the same command resumes.
load helper

@test "a second smoke while one runs: exit code 6 within a second, and it names the other" {
	slow_job 60
	start smoke job.yaml --name r
	wait_for 5 answers 1
	begun=$(now_ms)
	toe 6 smoke job.yaml --name other
	[ $(($(now_ms) - begun)) -lt 1000 ]
	has "$stderr" "store 'job.toehold' is in use by process $pid since"
	# Reading is possible meanwhile.
	toe 0 runs
	toe 0 show r --json
	kill -0 $pid
	wait $pid
	check_store 12
	is "$(count run)" 1
}

@test "Ctrl-C once: the ticket in flight is finished, everything is stored, the same command resumes" {
	slow_job 0
	undisturbed
	slow_job 120
	start smoke job.yaml --name r
	wait_for 5 answers 2
	kill -INT $pid
	begun=$(now_ms)
	code=0
	wait $pid || code=$?
	[ $(($(now_ms) - begun)) -lt 1500 ]
	is $code 130
	known=$(count answer)
	[ "$known" -ge 2 ]
	[ "$known" -le 4 ]
	is "$(count answer "outcome <> 'ok'")" 0
	has "$(cat err.txt)" "one plain: unfinished: $known of 12 tickets asked (stopped)"
	has "$(cat out.txt)" "Unfinished: $known of 12 tickets asked, and 1 more candidate to finish"
	[[ $(cat out.txt) != *PICK* ]]
	no_workers
	goes_on
}

@test "Ctrl-C once, when a larger candidate is unfinished: the pick stands, and the exit code is 130" {
	tickets 4
	script one "{\"steps\": [$right_steps]}"
	script two "{\"ms\": 300, \"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'one.script.json, two.script.json'
	start smoke job.yaml --name r
	wait_for 5 answers 5
	kill -INT $pid
	code=0
	wait $pid || code=$?
	is $code 130
	has "$(cat out.txt)" "Unfinished: $(($(count answer) - 4)) of 4 tickets asked" "PICK one · plain: 4 of 4"
	has "$("$toehold" show r --evidence)" "The run is unfinished, but that cannot change this decision."
	toe 0 decide
	has "$output" "Unfinished: " "PICK one · plain"
}

@test "Ctrl-C in the reasons: the labels count, the reasons are written later" {
	tickets 8
	script one "{\"reason_ms\": 120, \"steps\": [$right_steps]}"
	job one.script.json
	start smoke job.yaml --name r
	reasons() { [ "$(count reason 2>/dev/null || echo 0)" -ge 2 ]; }
	wait_for 5 reasons
	kill -INT $pid
	begun=$(now_ms)
	code=0
	wait $pid || code=$?
	[ $(($(now_ms) - begun)) -lt 1000 ]
	is $code 130
	has "$(cat out.txt)" "PICK one · plain"
	has "$(cat err.txt)" "one plain: all 8 tickets asked, $((8 - $(count reason))) reasons to go (stopped)" \
		"The decision is made; reasons are missing. Go on with: $toehold smoke job.yaml --name r"
	[ "$(count reason)" -lt 8 ]
	toe 0 smoke job.yaml --name r
	is "$(count reason)" 8
	is "$(count answer)" 8
	[ "$(count reason 'recomputed = 1')" -ge 1 ]
}

@test "Ctrl-C while a model loads: no ticket is in flight, so it ends at once and loads no other" {
	tickets 2
	script one "{\"load_ms\": 20000, \"steps\": [$right_steps]}"
	script two "{\"load_ms\": 20000, \"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'one.script.json, two.script.json'
	toe 0 plan job.yaml --json
	start smoke job.yaml --name r
	begun() { [ "$(count pass 2>/dev/null || echo 0)" -ge 1 ]; }
	wait_for 50 begun
	sleep 0.2
	kill -INT $pid
	at=$(now_ms)
	code=0
	wait $pid || code=$?
	[ $(($(now_ms) - at)) -lt 2000 ]
	is $code 130
	is "$(count answer)" 0
	has "$(cat out.txt)" "Unfinished: 0 of 2 tickets asked, and 1 more candidate to finish"
	no_workers
}

# twice SIGNAL SIGNAL: sends both at a ticket that hangs.
twice() {
	tickets 3
	script one "{\"steps\": [{\"match\": \"002\", \"ms\": 30000}, $right_steps]}"
	script two "{\"load_ms\": 20, \"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"about\", \"ms\": 30000}]}"
	job 'one.script.json, two.script.json'
	rm -f job.toehold*
	start smoke job.yaml --name r
	wait_for 5 answers 1
	kill "-$1" $pid
	sleep 0.3
	kill -0 $pid
	kill "-$2" $pid
	begun=$(now_ms)
	code=0
	wait $pid || code=$?
	[ $(($(now_ms) - begun)) -lt 2000 ]
	is $code $((128 + $(kill -l "$1")))
	is "$(count answer)" 1
	is "$(sqlite3 job.toehold 'PRAGMA integrity_check')" ok
	no_workers
}

@test "Ctrl-C twice ends within two seconds; so do SIGTERM and SIGHUP" {
	twice INT INT
	twice TERM TERM
	twice HUP HUP
	twice INT TERM
}

@test "SIGTERM and SIGHUP once: as Ctrl-C" {
	for signal in TERM HUP; do
		rm -f job.toehold*
		slow_job 0
		undisturbed
		slow_job 60
		start smoke job.yaml --name r
		wait_for 5 answers 3
		kill -$signal $pid
		code=0
		wait $pid || code=$?
		is $code $((128 + $(kill -l $signal)))
		[ "$(count answer)" -lt 24 ]
		is "$(count answer "outcome <> 'ok'")" 0
		goes_on
		rm -f calm.toehold*
	done
}

@test "a worker that is killed from outside costs only its ticket" {
	tickets 8
	script one "{\"ms\": 80, \"steps\": [$right_steps]}"
	job one.script.json 'bar: 50%'
	start smoke job.yaml --name r
	wait_for 5 answers 2
	kill -SEGV "$(workers_of $pid)"
	wait $pid
	check_store 8
	is "$(count answer "outcome = 'crashed'")" 1
	is "$(count answer "outcome = 'ok'")" 7
}

@test "SIGSTOP and SIGCONT of the controller: it continues" {
	slow_job 20
	undisturbed
	start smoke job.yaml --name r
	wait_for 5 answers 2
	kill -STOP $pid
	sleep 0.3
	kill -CONT $pid
	wait $pid
	goes_on
}
