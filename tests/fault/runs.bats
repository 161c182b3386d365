#!/usr/bin/env bats
# Many runs: two at once, signals at every moment, clocks that jump, and long use.
load helper

# overlaps: the number of pairs of workers whose working times overlap.
overlaps() {
	sqlite3 -readonly job.toehold "WITH s AS (SELECT segment.seq, started_us AS at, started_us + load_us +
		prefix_us + active_us AS until FROM segment JOIN pass ON pass.id = pass_id
		WHERE way = 'plain') SELECT count(*) FROM s AS x JOIN s AS y
		ON x.seq < y.seq AND x.at < y.until AND y.at < x.until"
}

@test "two runs race for one store: one is refused within a second and names the other" {
	local n round who code took won=0 refused=0
	n=$(tries 4 100)
	tickets 2
	script one "{\"ms\": 60, \"steps\": [$right_steps]}"
	job one.script.json
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		for who in x y; do
			(
				begun=$(now_ms)
				code=0
				"$toehold" smoke job.yaml --name $who >$who.out 2>$who.err 3>&- || code=$?
				echo "$code $(($(now_ms) - begun))" >$who.code
			) &
		done
		wait
		for who in x y; do
			read -r code took <$who.code
			case $code in
			0) won=$((won + 1)) ;;
			6)
				[ "$took" -lt 1000 ]
				grep -qE "in use by (process [0-9]+ since 20|another process)" $who.err
				refused=$((refused + 1))
				;;
			*) cat $who.err; return 1 ;;
			esac
		done
		[ "$won" -gt "$round" ]
		is "$(overlaps)" 0
		sound
	done
	[ "$refused" -gt 0 ]
	tried "$n races: $won ran, $refused were refused, none overlapped"
}

@test "signals at any moment end the program within two seconds, and the same command resumes" {
	local n round signals=(INT TERM HUP) signal begun
	n=$(tries 4 90)
	slow_job 8
	undisturbed
	RANDOM=${SEED:-$$}
	echo "SEED=${SEED:-$$}"
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		signal=${signals[round % 3]}
		start smoke job.yaml --name r
		sleep "0.$(printf %03d $((RANDOM % 400)))"
		begun=$(now_ms)
		kill -"$signal" $pid 2>/dev/null || true
		if [ $((round % 2)) -eq 1 ]; then
			sleep 0.02
			kill -"$signal" $pid 2>/dev/null || true
		fi
		wait $pid || true
		[ $(($(now_ms) - begun)) -lt 2000 ]
		no_workers
		goes_on
	done
	tried "$n signals, every second one twice"
}

@test "closing standard output at any moment loses nothing" {
	local n round
	n=$(tries 3 40)
	one_job 6
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		"$toehold" smoke job.yaml --name r 2>&1 3>&- | head -c $((round * 40)) >/dev/null || true
		toe 0 smoke job.yaml --name r
		check_store 6
	done
	tried "$n closed outputs"
}

# jumps_ok: no time of the slow job is negative or impossibly long.
jumps_ok() {
	is "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM answer WHERE ttft_us < -1 OR label_us < 0
		OR label_us > 2000000')" 0
	is "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM segment WHERE load_us < 0 OR prefix_us < 0
		OR active_us < 0 OR active_us > 20000000 OR answer_us < 0 OR reason_us < 0')" 0
}

@test "setting the clock an hour forward or back during a run does not change durations" {
	command -v faketime >/dev/null || skip_loudly "faketime is not installed"
	is_sanitized && skip_loudly "the sanitizer must be loaded first"
	local lib n round
	lib=$(find /usr/lib -maxdepth 3 -name 'libfaketime.so.1' 2>/dev/null | head -n 1)
	[ -n "$lib" ] || skip_loudly "libfaketime.so.1 was not found"
	n=$(tries 2 20)
	slow_job 10
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		echo "+0" >clock
		LD_PRELOAD=$lib FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 \
			FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \
			"$toehold" smoke job.yaml --name r >out.txt 2>err.txt 3>&- &
		pid=$!
		wait_for 10 answers 3
		[ $((round % 2)) -eq 0 ] && echo "+3600" >clock.new || echo "-3600" >clock.new
		mv clock.new clock
		wait $pid || { tail -n 3 err.txt; false; }
		jumps_ok
		check_store 12
		sound
	done
	tried "$n jumps of an hour"
}

# used COMMAND…: the command's peak memory in bytes.
used() {
	python3 - "$@" <<-'END'
		import resource, subprocess, sys
		done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
		assert done.returncode == 0, done.stderr
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
	END
}

@test "the memory of a run does not grow with the number of runs before it" {
	is_sanitized && skip_loudly "the sanitizer keeps what was freed"
	local n i first last
	n=$(tries 40 1000)
	one_job 6
	toe 0 smoke job.yaml --name r0
	for ((i = 1; i <= 10; i++)); do
		first="${first-}$(used "$toehold" smoke job.yaml --no-ladder --name "r$i")"$'\n'
	done
	for ((; i < n; i++)); do "$toehold" smoke job.yaml --no-ladder --name "r$i" >/dev/null 2>&1 3>&-; done
	for ((; i < n + 10; i++)); do
		last="${last-}$(used "$toehold" smoke job.yaml --no-ladder --name "r$i")"$'\n'
	done
	first=$(sort -n <<<"$first" | sed -n 6p)
	last=$(sort -n <<<"$last" | sed -n 6p)
	# Compares medians of ten runs. Allows 1% and the variation of the loader.
	[ $((last - first)) -le $((first / 100 + 131072)) ] || { echo "$first, then $last"; return 1; }
	sound
	tried "$((n + 10)) runs on one store: $first bytes at first, $last bytes at last"
}

@test "memory and open files of a run do not grow with the number of its workers" {
	is_sanitized && skip_loudly "the sanitizer keeps what was freed"
	local n i steps= fds=() rss=()
	n=$(tries 60 1000)
	for ((i = 1; i <= 2 * n; i++)); do
		printf '{"id": "t%05d", "text": "ticket %05d asks about b", "label": "b"}\n' "$i" "$i"
	done >tickets.jsonl
	for ((i = 1; i <= 2 * n; i += 2)); do
		steps+=$(printf '{"match": "ticket %05d", "fault": "exit"},' "$i")
	done
	script one "{\"steps\": [$steps {\"match\": \"about b\", \"label\": \"b\"}]}"
	job one.script.json 'reason: none'
	start smoke job.yaml --no-ladder --name r
	wait_for 20 answers 10
	while kill -0 $pid 2>/dev/null; do
		fds+=("$(find "/proc/$pid/fd" -mindepth 1 2>/dev/null | wc -l || true)")
		rss+=("$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)")
		sleep 0.05
	done
	wait $pid || true
	is "$(count answer)" $((2 * n))
	# The last readings are of a process that is ending.
	last=$((${#fds[@]} - 4))
	[ "$last" -ge 2 ]
	[ "${fds[last]}" -le $((fds[0] + 2)) ]
	# Until its end the pass keeps less than a kilobyte for each worker.
	[ "${rss[last]}" -le $((rss[0] + rss[0] / 100 + 512 + n)) ] || { echo "${rss[*]}"; return 1; }
	tried "$n workers in one run: ${fds[0]} open files at first, ${fds[last]} at last; ${rss[0]} kB, then ${rss[last]} kB"
}
