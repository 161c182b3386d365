# shellcheck shell=bash
# Shared by the tests of faults. Among the ordinary tests each makes a few tries. With
# scripts/test --faults, which sets TOEHOLD_FAULTS=1, each makes as many as docs/faults.md says.
load ../cli/helper

# tries FEW MANY: the number of tries for this run.
tries() { if [ "${TOEHOLD_FAULTS-}" = 1 ]; then echo "$2"; else echo "$1"; fi; }

# tried TEXT: logs the tries.
tried() { echo "# tried: $*" >&3; }

# sound: the store opens, and its chain verifies.
sound() {
	is "$(sqlite3 job.toehold 'PRAGMA integrity_check')" ok
	toe 0 verify --all --store job.toehold
}

# one_job N [LINES]: a job over N tickets with one candidate, which is always right.
one_job() {
	tickets "$1"
	script one "{\"steps\": [$right_steps]}"
	job one.script.json "${2-}"
}
