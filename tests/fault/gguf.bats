#!/usr/bin/env bats
# Model files made to break their reader. Each is refused with a message, or its worker's death gets
# an outcome, within the time limit. The controller survives, and no other file or network is used.
load helper

# ends FILE CODES ARGUMENTS…: the command ends in time, with one of the codes and some output.
ends() {
	local file=$1 codes=$2
	shift 2
	run timeout --signal=KILL 30 "$toehold" "$@"
	case " $codes " in
	*" $status "*) [ -n "$output" ] && return ;;
	esac
	printf '%s: toehold %s: exit code %s\n%s\n' "$file" "$1" "$status" "$output"
	return 1
}

ready() {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	is_sanitized && skip_loudly "the engine is not sanitized, so this run would find nothing more"
	return 0
}

@test "each kind of malformed header ends in time, when the header is read and when the model is loaded" {
	ready
	local n file k=0
	n=$(python3 "$root/tests/fault/make_gguf.py")
	[ "$n" -ge 60 ]
	for file in *.gguf; do
		k=$((k + 1))
		ends "$file" "0 3" models --no-hash "$file"
		[ "$((k % $(tries 6 1)))" -ne 0 ] || ends "$file" "3 5" hello "$file" --threads 1
	done
	is "$(find . -type f ! -name '*.gguf' | wc -l)" 0
	is "$(find "$TMPDIR" "$HOME" -type f | wc -l)" 0
	tried "$n malformed files"
}

@test "a run with malformed files still measures the good model" {
	ready
	python3 "$root/tests/fault/make_gguf.py" >/dev/null
	tickets 3
	script good "{\"steps\": [$right_steps]}"
	job "good.script.json$(find . -name '*.gguf' | sort | awk -v every="$(tries 8 1)" 'NR % every == 0 && NR <= 63 { printf ", %s", $0 }')"
	run --separate-stderr timeout 300 "$toehold" smoke job.yaml --json --threads 1
	is "$status" 0
	is "$(json '.candidates[] | select(.name == "good plain").score.right')" 3
	no_workers
}

@test "malformed files touch no network and no other file" {
	ready
	must_trace
	local file k=0 of
	of=$(tries 20 1)
	python3 "$root/tests/fault/make_gguf.py" >/dev/null
	for file in *.gguf; do
		k=$((k + 1))
		[ $((k % of)) -eq 0 ] || continue
		rm -f trace.[0-9]*
		strace -ff -o trace -e trace=network,openat,execve "$toehold" models --no-hash "$file" \
			>/dev/null 2>&1 3>&- || true
		cat trace.[0-9]* >trace.txt # one file a process: no call is split over two lines
		# A worker makes forbidden calls itself to check its sandbox; these are refused.
		grep -E 'AF_INET|AF_PACKET|AF_NETLINK' trace.txt | grep -v ' = -1 E' | nothing
		grep -E 'O_(WRONLY|RDWR|CREAT)' trace.txt | grep -v ' = -1 E' |
			grep -vE "/dev/null|$scratch|/proc/(self|[0-9]+)/" | nothing
	done
}
