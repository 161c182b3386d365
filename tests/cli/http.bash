# shellcheck shell=bash
# Shared by the tests with a scripted server (http_server.py).
load helper

setup() {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	enter_scratch
	servers=()
	unset TOEHOLD_HTTP_TOKEN OPENAI_API_KEY OPENAI_BASE_URL http_proxy https_proxy
}

teardown() {
	local server
	for server in "${servers[@]}"; do
		kill "$server" 2>/dev/null || true
	done
	leave_scratch
}

# serve SCENARIO [OTHER PORT]: starts a server; sets port and log.
serve() {
	python3 "$BATS_TEST_DIRNAME/http_server.py" "$1" "port-$1" "log-$1" "${2-}" 3>&- 2>"err-$1" &
	servers+=($!)
	wait_for 20 test -e "port-$1" || { cat "err-$1"; return 1; }
	port=$(cat "port-$1")
	log=log-$1
}

# asked SCENARIO [TICKETS] [JOB LINES]: starts a server and writes a job of six tickets for it.
asked() {
	serve "$1"
	tickets "${2-6}"
	job "http://127.0.0.1:$port/v1#m" "${3-}"
}

# long_third: the third ticket's text becomes a long one.
long_third() {
	printf '{"id": "t003", "text": "ticket 003 %s about a", "label": "a"}\n' "$(printf 'very long %.0s' {1..40})" >third
	sed -i -e '3r third' -e 3d tickets.jsonl
}

of() { json ".candidates[] | select(.name == \"m plain\") | $1"; }
outcomes() { of '[.replies[].outcome] | join(" ")'; }
given() { of '[.replies[] | .label // "-"] | join(" ")'; }
detail() { of ".replies[2].detail // empty"; }
probe() { sqlite3 -readonly job.toehold "SELECT json_extract(probes, '$.$1') FROM segment WHERE probes <> ''"; }
event() { sqlite3 -readonly job.toehold "SELECT text FROM event WHERE kind = '$1'"; }
posts() { jq -c "select(.post and .ticket > 0) | $1" "$log"; }
