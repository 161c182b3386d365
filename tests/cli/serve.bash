# shellcheck shell=bash
# Shared by the tests of `toehold serve`.
load helper

teardown() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
	leave_scratch
}

# served [OPTIONS]: starts the server for a run with a pick; sets url, token and pid.
served() {
	tickets 30
	script one "{\"ms\": ${ms:-0}, \"steps\": [{\"match\":\"die\",\"fault\":\"segv\"},$right_steps]}"
	job one.script.json "${more-}"
	toe 0 smoke job.yaml --name r --store job.toehold ${how-}
	"$toehold" serve "$@" >server.txt 2>said.txt &
	pid=$!
	for _ in $(seq 200); do [ -s server.txt ] && break || sleep 0.05; done
	url=$(sed -n 1p server.txt)
	token=$(sed -n 's/^token //p' server.txt)
	[ -n "$url" ]
}

ask() { python3 "$BATS_TEST_DIRNAME/ask_server.py" "$url" "$@"; }

# answered STATUS BODY-PART ARGUMENTS…
answered() {
	local status=$1 part=$2
	shift 2
	reply=$(ask "$@")
	is "$(head -1 <<<"$reply")" "$status"
	has "$reply" "$part"
}

# has_come N: N requests have arrived, answered or not.
has_come() { ask GET /metrics --token "$token" | grep -qx "toehold_requests_total $1"; }

# decided FILTER: a value of the JSON in the last reply.
decided() { tail -n +2 <<<"$reply" | jq -c "$1"; }
