#!/usr/bin/env bats
# A request for memory fails, anywhere. The program ends with a message, or continues without the
# memory. It never crashes, and the store is sound afterwards.
load helper

shim=$build/tests/libfail_malloc.so

# fail_requests STEP ARGUMENTS…: runs the verb with the N-th request failing, for N = 1, 1 + STEP, …
# In turn only that request fails, or that and all later ones. A run that succeeds prints its full
# output.
fail_requests() {
	local step=$1 n total code ended=0 tries=0
	shift
	LD_PRELOAD=$shim FAIL_MALLOC_COUNT=$PWD/count.txt "$toehold" "$@" >out.txt 2>err.txt 3>&-
	total=$(cat count.txt)
	[ "$total" -gt 100 ]
	mv out.txt good.txt
	for ((n = 1; n <= total; n += step)); do
		[ "$1" != smoke ] || rm -f job.toehold*
		code=0
		timeout 20 env LD_PRELOAD="$shim" FAIL_MALLOC_AT="$n" FAIL_MALLOC_STAY=$((tries % 2)) \
			"$toehold" "$@" >out.txt 2>err.txt 3>&- || code=$?
		tries=$((tries + 1))
		case $code in
		0) [ "$1" = smoke ] || cmp good.txt out.txt || { echo "$* with request $n failing"; return 1; } ;;
		[1-6]) [ -s err.txt ] ;;
		134)
			has "$(cat err.txt)" "out of memory"
			ended=$((ended + 1))
			;;
		*)
			echo "$* with request $n failing (stay: $(((tries - 1) % 2))): exit code $code"
			cat err.txt
			return 1
			;;
		esac
		[ ! -e job.toehold ] || [ "$1" != smoke ] || [ $((tries % 10)) -ne 0 ] || sound
	done
	tried "$1: $tries of $total requests failed, $ended times the program ended with 'out of memory'"
}

ready() {
	[ -e "$shim" ] || skip_loudly "$shim is not built"
	is_sanitized && skip_loudly "the sanitizer has its own malloc"
	one_job 3
	toe 0 smoke job.yaml --name r
}

@test "if any request for memory of smoke fails, the program ends well" {
	ready
	fail_requests "$(tries 797 7)" smoke job.yaml --name r
	toe 0 smoke job.yaml --name r
	sound
}

@test "if any request for memory of decide, show, runs, verify, report and export fails, the program ends well" {
	ready
	fail_requests "$(tries 397 3)" decide --json
	fail_requests "$(tries 397 3)" show --replies
	fail_requests "$(tries 97 1)" runs
	fail_requests "$(tries 197 3)" verify
	fail_requests "$(tries 397 5)" report -o page.html --force
	fail_requests "$(tries 397 3)" export --format csv
	sound
}

@test "if any request for memory of plan and models fails, the program ends well" {
	ready
	fail_requests "$(tries 197 3)" plan job.yaml
	fail_requests "$(tries 97 3)" models one.script.json
}
