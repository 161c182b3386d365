# shellcheck shell=bash
# A real llama-server of the same engine build, for the files of tests that compare with it.
# scripts/engine --tools builds it.

# Set before the test gets its own home and cache.
engine_prefix=$("$root/scripts/engine" --print)

# serve OPTIONS…: starts llama-server with the tiny model at a free port, in $port.
serve() {
	local program=$engine_prefix/bin/llama-server
	[ -x "$program" ] || skip_loudly "no llama-server; run scripts/engine --tools"
	free_port
	start_server "$program" -m "$(model_path "$tiny")" --alias tiny --host 127.0.0.1 --port "$port" \
		-t 1 "$@"
}
