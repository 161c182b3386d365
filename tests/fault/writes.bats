#!/usr/bin/env bats
# Disk errors and power loss: the program is killed at a write, or a write or a sync fails. No stored
# answer is lost, and the same command resumes.
load helper

# harder: writes two tickets to add to the run r.
harder() {
	printf '{"id": "h%d", "text": "harder %d asks about b", "label": "b"}\n' 1 1 2 2 >harder.jsonl
}

# base_run: makes the run r and moves its store to base.kept. Each try to add tickets starts from a copy.
base_run() {
	one_job 2
	harder
	toe 0 smoke job.yaml --name r
	mv job.toehold base.kept
}

add_whole() {
	toe 0 add job.yaml harder.jsonl --as harder --run r --json
	is "$(json 'asked[0] | "\(.score.right) \(.harder.answered)"')" "2 2"
	is "$(sqlite3 job.toehold "SELECT count(*) FROM answer JOIN pass ON pass.id = pass_id
		WHERE way = 'plain'")" 4
	is "$(sqlite3 job.toehold 'SELECT count(*) FROM (SELECT 1 FROM answer
		GROUP BY pass_id, ticket HAVING count(*) > 1)')" 0
	sound
}

@test "kill -9 at every write of add, one after another" {
	must_trace
	local n=0 step writes=0
	step=$(tries 31 1)
	base_run
	for ((n = 1; n < 2000; n += step)); do
		cp base.kept job.toehold
		rm -f job.toehold-journal
		strace -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=SIGKILL:when="$n" \
			"$toehold" add job.yaml harder.jsonl --as harder --run r >/dev/null 2>&1 3>&- && break
		writes=$((writes + 1))
		add_whole
	done
	[ "$writes" -ge 3 ]
	tried "$writes kills at a write of add"
}

# fail_calls CALLS ERROR STEP: runs smoke with the N-th of these calls failing, for N = 1, 1 + STEP, …
fail_calls() {
	local calls=$1 error=$2 step=$3 n code failed=0 ignored=0
	one_job 2
	for ((n = 1; n < 2000; n += step)); do
		rm -f job.toehold*
		code=0
		strace -o trace.txt -e trace="$calls" -e inject="$calls:error=$error:when=$n" \
			"$toehold" smoke job.yaml --name r >out.txt 2>err.txt 3>&- || code=$?
		grep -q INJECTED trace.txt || break
		case $code in
		6)
			grep -qE 'disk|store|folder|write' err.txt
			failed=$((failed + 1))
			;;
		3) # before the store is opened
			grep -q 'cannot write .*models.json' err.txt
			failed=$((failed + 1))
			;;
		0) ignored=$((ignored + 1)) ;; # the run does not need the call: the lock's text
		*)
			echo "$error at $calls $n: exit code $code"
			cat err.txt
			return 1
			;;
		esac
		[ ! -e job.toehold ] || sound
		toe 0 smoke job.yaml --name r --json
		is "$(json 'asked[0].score.right')" 2
		check_store 2
		sound
	done
	[ "$failed" -ge 3 ]
	tried "$error at $calls: $((failed + ignored)) calls, $failed ended the run, $ignored did not matter"
}

@test "no space at every write: the run stops, and resumes when there is space" {
	must_trace
	fail_calls pwrite64 ENOSPC "$(tries 53 1)"
}

@test "a disk error at every write" {
	must_trace
	fail_calls pwrite64 EIO "$(tries 61 1)"
}

@test "a disk error at every sync never counts as done" {
	must_trace
	fail_calls fsync,fdatasync EIO "$(tries 29 1)"
}
