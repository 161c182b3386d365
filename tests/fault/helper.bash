# shellcheck shell=bash
# What the tests of faults share. Each test runs a few times among the ordinary tests, and as
# often as docs/faults.md says with scripts/test --faults, which sets TOEHOLD_FAULTS=1.
load ../cli/helper

# tries FEW MANY: how often, here.
tries() { if [ "${TOEHOLD_FAULTS-}" = 1 ]; then echo "$2"; else echo "$1"; fi; }

# tried TEXT: what was tried, for the log.
tried() { echo "# tried: $*" >&3; }

# must_trace: these tests let a system call fail, or end the process at it.
must_trace() {
	command -v strace >/dev/null || skip_loudly "there is no strace"
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	return 0
}

# sound: the store opens, and all that is in it fits its chain.
sound() {
	is "$(sqlite3 job.toehold 'PRAGMA integrity_check')" ok
	toe 0 verify --all --store job.toehold
}

# one_job N: a job of one candidate that is right, over N tickets.
one_job() {
	tickets "$1"
	script one "{\"steps\": [$right_steps]}"
	job one.script.json "${2-}"
}
