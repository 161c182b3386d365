#!/usr/bin/env bats
# Many workers that die, hang or run out of memory, and controllers that die. Every ticket gets its
# outcome, other tickets are not affected, and no worker is left behind.
load helper

# every_second N FAULT…: 2 N tickets; each odd one meets the next fault, each even one is answered.
every_second() {
	local n=$1 i steps=
	shift
	local faults=("$@")
	for ((i = 1; i <= 2 * n; i++)); do
		printf '{"id": "t%03d", "text": "ticket %03d asks about b", "label": "b"}\n' "$i" "$i"
	done >tickets.jsonl
	for ((i = 1; i <= 2 * n; i += 2)); do
		steps+=$(printf '{"match": "ticket %03d", "fault": "%s"},' "$i" "${faults[(i / 2) % ${#faults[@]}]}")
	done
	script bad "{\"steps\": [$steps {\"match\": \"about b\", \"label\": \"b\"}]}"
	script good '{"facts": {"bytes": 9000000}, "steps": [{"match": "about b", "label": "b"}]}'
}

# all_classed N OUTCOMES: each of N faults has one of these outcomes; all other tickets are answered.
all_classed() {
	is "$(json '.candidates[] | select(.name == "bad plain") | [.replies[].outcome] |
		[range(1; length; 2) as $i | .[$i]] | unique | join(" ")')" ok
	is "$(json --arg these "$2" '.candidates[] | select(.name == "bad plain") | [.replies[].outcome] |
		[range(0; length; 2) as $i | .[$i]] | map(select(inside($these))) | length')" "$1"
	is "$(json '.candidates[] | select(.name == "good plain").score.right')" $((2 * $1))
	check_store $((2 * $1))
	no_workers
}

@test "workers die in every way: each ticket gets its outcome within a second, the others are answered" {
	local n
	n=$(tries 12 200)
	every_second "$n" segv abort sigsys kill exit garbage
	job 'bad.script.json, good.script.json' 'reason: none'
	toe 0 smoke job.yaml --json --no-ladder
	all_classed "$n" "crashed out_of_memory"
	is "$(json '[.candidates[] | select(.name == "bad plain").replies[] |
		select(.outcome != "ok" and .label_us > 1000000)] | length')" 0
	tried "$n deaths of workers"
}

@test "a worker that hangs is ended within a second of its deadline, and its ticket counts as wrong" {
	local n start
	n=$(tries 2 40)
	every_second "$n" hang stop
	job 'bad.script.json, good.script.json' 'reason: none'
	start=$(now_ms)
	toe 0 smoke job.yaml --json --no-ladder --timeout 1
	[ $(($(now_ms) - start)) -lt $((n * 2000 + 3000)) ]
	all_classed "$n" timeout
	tried "$n hangs"
}

@test "workers run out of memory, but the controller does not" {
	is_sanitized && skip_loudly "the sanitizer's own memory exceeds every budget"
	local n
	n=$(tries 3 100)
	every_second "$n" memory
	job 'bad.script.json, good.script.json' $'reason: none\nbudget: {memory: 512 MiB}'
	toe 0 smoke job.yaml --json --no-ladder
	all_classed "$n" "crashed out_of_memory"
	tried "$n times out of memory"
}

@test "in a container without memory the kernel kills the worker, not the controller" {
	is_sanitized && skip_loudly "the sanitizer's own memory exceeds the limit"
	local group=/sys/fs/cgroup/memory/toehold-test-$$ n
	[ -w /sys/fs/cgroup/memory/cgroup.procs ] || skip_loudly "cannot make a memory group of version 1 here"
	mkdir "$group" 2>/dev/null || skip_loudly "cannot make a memory group here"
	n=$(tries 2 30)
	every_second "$n" memory
	job 'bad.script.json, good.script.json' 'reason: none'
	echo $((96 * 1024 * 1024)) >"$group/memory.limit_in_bytes"
	run --separate-stderr bash -c 'echo $BASHPID >"$0/cgroup.procs" && exec "$@"' "$group" \
		"$toehold" smoke job.yaml --json --no-ladder
	rmdir "$group"
	is "$status" 0
	all_classed "$n" out_of_memory
	has "$(json '.candidates[] | select(.name == "bad plain").replies[0].detail')" "signal 9"
	tried "$n kills by the kernel"
}

@test "a hanging worker ends when its controller is killed" {
	local n i
	n=$(tries 4 100)
	tickets 2
	script hang '{"steps": [{"match": "about", "fault": "hang"}]}'
	job hang.script.json
	for ((i = 0; i < n; i++)); do
		rm -f job.toehold*
		start smoke job.yaml --name r
		hangs() { [ -n "$(workers_of $pid)" ]; }
		wait_for 5 hangs
		sleep "0.$(printf %03d $((RANDOM % 120)))"
		kill -9 $pid
		wait $pid || true
		wait_for 2 no_workers
	done
	tried "$n controllers killed, no worker left after 2 s"
}

# change_while HOW: changes a candidate's script during the run, after a few answers.
change_while() {
	local kept
	rm -f job.toehold*
	tickets 12
	script one "{\"ms\": 60, \"steps\": [$right_steps]}"
	script good "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'one.script.json, good.script.json'
	start smoke job.yaml --name r --json --no-ladder
	wait_for 5 answers 2
	case $1 in
	written) echo " " >>one.script.json ;;
	replaced) cp one.script.json other && mv other one.script.json ;;
	truncated) : >one.script.json ;;
	removed) rm one.script.json ;;
	esac
	wait $pid || true
	output=$(cat out.txt)
	has "$(cat err.txt)" "one plain: the model file changed during the run"
	kept=$(json '.candidates[] | select(.name == "one plain").score.answered')
	[ "$kept" -ge 2 ]
	[ "$kept" -lt 12 ]
	is "$(json '.candidates[] | select(.name == "good plain").score.right')" 12
	is "$(count answer "outcome <> 'ok'")" 0
	is "$(count event "kind = 'changed'")" 1
	no_workers
}

@test "if a model file changes during a run, later answers are discarded" {
	local how
	for how in written replaced truncated removed; do change_while $how; done
	tried "4 ways to change a file"
}
