#!/usr/bin/env bats
# Killed at any moment: no answer is lost or asked twice, no worker is left behind, and the same
# command resumes and reaches the result of an undisturbed run.
load helper

@test "kill -9 at 40 random moments" {
	slow_job
	undisturbed
	n=$(kills 40)
	RANDOM=${SEED:-$$}
	echo "SEED=${SEED:-$$}"
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		start smoke job.yaml --name r
		sleep "0.$(printf %03d $((RANDOM % 320)))"
		kill -9 $pid 2>/dev/null || true
		wait $pid || true
		wait_for 2 no_workers
		if [ -e job.toehold ]; then
			is "$(sqlite3 job.toehold 'PRAGMA integrity_check')" ok
			toe 0 runs job.yaml
		fi
		goes_on
	done
}

@test "kill -9 at the very start, step by step" {
	slow_job 0
	undisturbed
	for ((round = 0; round < 16; round++)); do
		rm -f job.toehold*
		start smoke job.yaml --name r
		sleep "0.$(printf %03d $((round * 5)))"
		kill -9 $pid 2>/dev/null || true
		wait $pid || true
		goes_on
	done
}

@test "kill -9 again and again, on one store, until it is done" {
	slow_job
	undisturbed
	n=$(kills 12)
	for ((round = 0; round < n; round++)); do
		start smoke job.yaml --name r
		sleep "0.$(printf %03d $((60 + RANDOM % 120)))"
		kill -9 $pid 2>/dev/null || true
		wait $pid || true
	done
	goes_on
}

@test "kill -9 after the end: the result is stored" {
	slow_job 0
	undisturbed
	start smoke job.yaml --name r
	wait $pid
	kill -9 $pid 2>/dev/null || true
	toe 0 smoke job.yaml --name r --json
	has "$stderr" "one plain: all replies are already stored"
	labels | diff calm.txt -
	check_store 12
}

@test "kill -9 at every write to the store, one after another" {
	command -v strace >/dev/null || skip_loudly "there is no strace"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	tickets 2
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
	writes=0
	for ((n = 1; n < 400; n += ${WRITES:-9})); do
		rm -f job.toehold*
		strace -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=SIGKILL:when=$n \
			"$toehold" smoke job.yaml --name r >/dev/null 2>&1 3>&- && break
		writes=$((writes + 1))
		toe 0 smoke job.yaml --name r --json
		is "$(json 'asked[0].score.right')" 2
		check_store 2
	done
	[ "$writes" -ge 10 ]
}

@test "no orphan: a hanging worker dies with its controller, with a sandbox and without" {
	tickets 2
	script hang '{"steps": [{"match": "about", "fault": "hang"}]}'
	job hang.script.json
	for options in "" "--no-sandbox"; do
		rm -f job.toehold*
		# shellcheck disable=SC2086
		start smoke job.yaml --name r $options
		hangs() { [ "$(count pass 2>/dev/null)" = 1 ] && [ -n "$(workers_of $pid)" ]; }
		wait_for 5 hangs
		sleep 0.3
		[ -n "$(workers_here)" ]
		kill -9 $pid
		wait $pid || true
		wait_for 2 no_workers
	done
}
