# shellcheck shell=bash
# A real llama-server of the same engine build, for the files of tests that compare with it. It
# replaces teardown(). scripts/engine --tools builds the server.

# Set before the test gets its own home and cache.
engine_prefix=$("$root/scripts/engine" --print)
server=

# serve OPTIONS…: starts llama-server with the tiny model at a free port, in $port.
serve() {
	local program=$engine_prefix/bin/llama-server
	[ -x "$program" ] || skip_loudly "no llama-server; run scripts/engine --tools"
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$program" -m "$(model_path "$tiny")" --alias tiny --host 127.0.0.1 --port "$port" -t 1 "$@" \
		>server.log 2>&1 3>&- &
	server=$!
	wait_for 120 curl -fso /dev/null "http://127.0.0.1:$port/health" || { tail server.log; return 1; }
}

teardown() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	leave_scratch
}
