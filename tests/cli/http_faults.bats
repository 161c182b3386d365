#!/usr/bin/env bats
# Servers of the OpenAI kind: a fault on the wire costs one ticket. The server is a script
# (http_server.py) that behaves as each test needs it; tests/model/http.bats asks a real one.
load http

@test "a hang ends at the deadline, and the other tickets are answered" {
	local how
	for how in hangs hangs-mid; do
		rm -f job.toehold
		asked $how
		toe 1 smoke job.yaml --json --timeout 2
		is "$(outcomes)" "ok ok timeout ok ok ok"
		has "$(detail)" "the deadline"
	done
}

@test "a server that says nothing any more is not waited for at every ticket" {
	local start
	asked deaf 12
	start=$(now_ms)
	toe 8 smoke job.yaml --json --timeout 1
	[ $(($(now_ms) - start)) -lt 15000 ]
	is "$(posts .ticket | sort -un | wc -l)" 4
	has "$(of .not_measured)" "nothing came before the deadline"
}

@test "a stream that dies is tried again; one that always dies is an error" {
	asked dies-once
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	has "$(detail)" "answered after 2 tries"
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(n_retries, '') FROM answer WHERE rule = 'json'")" 001000
	rm job.toehold
	asked dies
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok engine_error ok ok ok"
	has "$(detail)" "given up after 4 tries"
}

@test "errors that pass are tried again, with the pause that the server asks for" {
	local how
	for how in 500-then-ok 429-then-ok; do
		rm -f job.toehold
		asked $how
		toe 0 smoke job.yaml --json
		is "$(given)" "b c a b c a"
		has "$(detail)" "answered after" "HTTP ${how%%-*}"
	done
}

@test "a permanent error is reported in the server's words, made safe" {
	asked 500
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok engine_error ok ok ok"
	has "$(detail)" 'HTTP 500: a bad \x1b[31mday' "after 4 tries"
	rm job.toehold
	asked error-mid
	toe 1 smoke job.yaml --json
	has "$(detail)" "the model fell over"
}

@test "garbage, gigantic lines and streams without end cost one ticket" {
	local how
	for how in garbage gigantic flood; do
		rm -f job.toehold
		asked $how
		toe 1 smoke job.yaml --json
		is "$(outcomes)" "ok ok engine_error ok ok ok"
		check_store 6
	done
	rm -f job.toehold
	asked endless
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok cut ok ok ok"
}

@test "a stream that stays open after its end is not waited for" {
	local start
	start=$(now_ms)
	asked lingers 3
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a"
	[ $(($(now_ms) - start)) -lt 40000 ]
}

@test "bytes in any cut: inside characters, inside escapes, CR LF, HTTP/1.0, and no stream at all" {
	local how
	for how in bytes crlf http10 whole; do
		rm -f job.toehold
		asked $how 3
		toe 0 smoke job.yaml --json
		is "$(given)" "b c a"
		has "$(of '.replies[0].rationale')" 'Füße, "quoted" \ and 目, all of it.'
	done
	has "$(event server)" "it does not stream"
}

@test "labels in any script are distinguished to the letter" {
	serve bytes
	printf '{"id": "%s", "text": "ticket 00%s asks about %s", "label": "%s"}\n' 1 1 größe größe 2 2 目录 目录 \
		3 3 'q"uote' 'q"uote' | sed 's/q"uote/q\\"uote/g' >tickets.jsonl
	printf 'labels: [größe, 目录, "q\\"uote", größer]\ntickets: tickets.jsonl\nmodels: ["http://127.0.0.1:%s/v1#m"]\n' \
		"$port" >job.yaml
	toe 0 smoke job.yaml --json
	is "$(given)" 'größe 目录 q"uote'
}

