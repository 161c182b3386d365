#!/usr/bin/env bats
# Private data stays private: tickets are only in the store and on standard output, nothing uses a
# network, and the run records each worker's sandbox.
load helper

# 20 tickets, each with a canary word of its own; the first is missed.
canaries() {
	local k labels=(a b c)
	for ((k = 1; k <= 20; k++)); do
		printf '{"id": "t%d", "text": "CANARY%05dX about %s", "label": "%s"}\n' \
			"$k" $((k * 4127)) "${labels[k % 3]}" "${labels[k % 3]}"
	done >tickets.jsonl
	script one "{\"ms\": ${1-0}, \"steps\": [{\"match\": \"CANARY04127X\", \"label\": \"c\", \"reason\": \"CANARYREASON\"}, $right_steps]}"
	job one.script.json
}

@test "canaries: only in the store, and in output that shows tickets" {
	canaries
	toe_full 0 smoke job.yaml
	has "$output" CANARY04127X
	[[ $stderr != *CANARY* ]]
	is "$(grep -o CANARY.....X <<<"$output" | sort -u)" CANARY04127X
	toe 0 smoke job.yaml --json
	[[ $stderr != *CANARY* ]]
	toe 0 runs
	[[ $output$stderr != *CANARY* ]]
	toe 0 decide --json
	[[ $output$stderr != *CANARY* ]]
	toe 0 plan job.yaml --json
	[[ $output$stderr != *CANARY* ]]
	toe 0 show --replies
	is "$(grep -o 'CANARY.....X' <<<"$output" | sort -u | wc -l)" 20
	# Every file of the test: in its home, cache, temporary folder and working folder.
	is "$(cd "$scratch" && grep -rl CANARY . | sort)" \
		$'./desk/job.toehold\n./desk/one.script.json\n./desk/tickets.jsonl'
	is "$(stat -c %a job.toehold job.toehold.lock)" $'600\n600'
}

@test "canaries: not in arguments, environment or files while it runs" {
	canaries 30
	touch before
	"$toehold" smoke job.yaml >out.txt 2>err.txt 3>&- &
	pid=$!
	seen=0
	while kill -0 $pid 2>/dev/null; do
		for p in $pid $(workers_of $pid); do
			cat "/proc/$p/cmdline" "/proc/$p/environ" 2>/dev/null >>seen.txt || true
			[ "$p" = $pid ] || seen=$((seen + 1))
		done
		sleep 0.05
	done
	wait $pid
	[ "$seen" -ge 3 ]
	grep -ao CANARY seen.txt err.txt | nothing
	is "$(find "$TMPDIR" "$HOME" -type f | wc -l)" 0
	find /tmp /var/tmp -maxdepth 1 -type f -newer before -exec grep -l CANARY {} + 2>/dev/null | nothing
}

@test "a worker gets neither the user's environment nor open files" {
	canaries 30
	printf secret >secret
	SECRET_TOKEN=hunter2 "$toehold" smoke job.yaml >out.txt 2>err.txt 3>&- 9<secret &
	pid=$!
	working() { [ "$(count answer 2>/dev/null || echo 0)" -ge 3 ]; }
	wait_for 5 working
	worker=$(workers_of $pid)
	is "$(tr '\0' '\n' <"/proc/$worker/environ" | sed 's/=.*//' | grep -v ASAN_OPTIONS | sort | xargs)" "LC_ALL TOEHOLD_SANDBOX"
	is "$(tr '\0' ' ' <"/proc/$worker/cmdline")" "$build/toehold-script "
	is_sanitized || is "$(awk '/^Max data size/ { print $4, $5 }' "/proc/$worker/limits")" "2147483648 2147483648"
	is "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$worker/limits" "/proc/$pid/limits" | sort -u)" "0 0"
	# Sealed memory through which the state of the shared prompt comes and goes (docs/sandbox.md).
	readlink /proc/"$worker"/fd/* |
		grep -vE "^(pipe:.*|/dev/null|$PWD/one.script.json|/memfd:toehold-prefix \(deleted\))\$" | nothing
	wait $pid
}

@test "a crash leaves no core file" {
	tickets 2
	script one '{"steps": [{"match": "001", "fault": "segv"}]}'
	job one.script.json
	run bash -c 'ulimit -c unlimited; exec "$@"' bash "$toehold" smoke job.yaml
	is "$(find "$scratch" -name 'core*' | wc -l)" 0
}

@test "a crash of toehold itself leaves no core file" {
	canaries 30
	bash -c 'ulimit -c unlimited; exec "$@"' bash "$toehold" smoke job.yaml >out.txt 2>err.txt 3>&- &
	pid=$!
	working() { [ "$(count answer 2>/dev/null || echo 0)" -ge 3 ]; }
	wait_for 5 working
	kill -ABRT $pid
	wait $pid || status=$?
	is "$status" 134
	is "$(find "$scratch" -name 'core*' | wc -l)" 0
}

@test "no network: only Unix sockets are made" {
	command -v strace >/dev/null || skip_loudly "there is no strace"
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	use_data
	strace -ff -e trace=network -o trace "$toehold" smoke job.yaml >out.txt 2>err.txt 3>&-
	has "$(cat out.txt)" "PICK large · plain"
	# One file a process, so that no call is split over two lines.
	cat trace.* >trace.txt
	# A worker tries its sandbox before it opens a model: a refused call opens no socket.
	grep -E 'AF_INET|AF_PACKET|AF_NETLINK|AF_VSOCK' trace.txt | grep -v '= -1 EPERM' | nothing
	strace -f -e trace=execve -o exec.txt "$toehold" show >out.txt 2>err.txt
	is "$(grep -c 'execve(' exec.txt)" 1
}

@test "no network: cut off from all, the labels are the same" {
	unshare -rn true 2>/dev/null || skip_loudly "no network namespace can be had here"
	use_data
	toe 0 smoke job.yaml --json --store out.toehold
	labels >out.txt
	run --separate-stderr unshare -rn "$toehold" smoke job.yaml --json --store in.toehold
	is "$status" 0
	labels | diff out.txt -
}

@test "the libraries that the program and its workers link" {
	ldd "$build/toehold" "$build/toehold-script" | grep -E 'curl|libssl|llama|ggml' | nothing
	ldd "$build/toehold-script" | grep sqlite | nothing
}

@test "the sandbox's level is in every session, and --no-sandbox is too" {
	use_data
	toe 0 smoke job.yaml
	toe 0 show --settings
	shown=$(grep -E '^ +sandbox ' <<<"$output")
	has "$shown" sandbox
	[[ $shown != *no-sandbox* ]]
	[[ $shown =~ (namespaces|Landlock|seccomp) ]]
	is "$(sqlite3 job.toehold 'SELECT count(DISTINCT sandbox) FROM segment JOIN pass ON pass.id = pass_id
		WHERE engine_build LIKE "script%"')" 1
	is "$(sqlite3 job.toehold "SELECT DISTINCT sandbox FROM segment JOIN pass ON pass.id = pass_id
		WHERE way = 'majority'")" "no model file is opened"
	toe_full 0 smoke job.yaml --no-sandbox --store open.toehold
	toe_full 0 show --store open.toehold
	has "$(grep -E '^ +sandbox ' <<<"$output")" "none: --no-sandbox"
}

@test "the sandbox holds: a worker cannot read, write, connect or start anything" {
	run "$toehold" doctor
	has "$output" "all refused"
}

@test "the store records the machine and the settings" {
	use_data
	toe 0 smoke job.yaml
	is "$(sqlite3 job.toehold "SELECT count(*) FROM run WHERE host = '$(uname -n)' AND n_cores > 0
		AND memory_bytes > 0 AND program LIKE 'toehold %' AND length(prompt_sha256) = 64")" 1
	is "$(sqlite3 job.toehold "SELECT count(*) FROM pass WHERE engine_build = 'script 1'
		AND length(model_sha256) = 64 AND length(slice_sha256) = 64 AND sampler = 'greedy'")" 2
}
