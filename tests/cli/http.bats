#!/usr/bin/env bats
# Servers of the OpenAI kind: probed first, then asked, and never trusted. The server is a script
# (http_server.py) that behaves as each test needs it; tests/model/http.bats asks a real one.
load http

@test "an obedient server: labels, reasons, counts, probes, identity" {
	asked good
	toe 0 smoke job.yaml --json --name r
	is "$(given)" "b c a b c a"
	is "$(outcomes)" "ok ok ok ok ok ok"
	is "$(of '[.replies[].rule] | unique | join(" ")')" json
	has "$(of '.replies[0].rationale')" 'It asks about b.' 'Füße, "quoted" \ and 目'
	is "$(of '.replies[0] | .ttft_us > 0 and .label_us >= .ttft_us')" true
	is "$(probe schema.verdict) $(probe long_prompt.verdict) $(probe thinking.came) $(probe answers_as)" \
		"obeyed whole 0 m"
	is "$(sqlite3 -readonly job.toehold "SELECT thinking FROM segment WHERE probes <> ''")" \
		"off: none came when it was tried"
	is "$(event server)" ""
	is "$(event warning)" ""
	# The requests, ticket by ticket: greedy, seeded, one at a time.
	is "$(posts '[.body.temperature, .body.seed, .body.stream, .body.model, .flying] | map(tostring) | join(" ")' | sort -u)" \
		'"0 1 true m 1"'
	is "$(posts '.body.response_format.json_schema.schema.properties | keys_unsorted | join(" ")' | sort -u)" \
		'"label rationale"'
	check_store 6
	# Nothing is asked twice.
	local n
	n=$(wc -l <"$log")
	toe 0 smoke job.yaml --json --name again
	is "$(given)" "b c a b c a"
	is "$(posts .ticket | wc -l)" 6
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM event WHERE kind = 'reused'")" 1
	toe 0 verify
	toe 0 report -o report.html
	toe_full 0 show
	has "$output" "unknown"
	run "$toehold" check
	has "$(tr -s ' \n' ' ' <<<"$output")" "the memory of a server is not visible" \
		"for a server only the digest that it reports"
}

@test "plan: it takes no memory, its size is unknown, and it is last" {
	asked good
	script s "{\"facts\": {\"bytes\": 900000000}}"
	job "http://127.0.0.1:$port/v1#m, s.script.json"
	toe 0 plan job.yaml --json
	is "$(json '[.candidates[].name] | last')" "m plain"
	is "$(json '.candidates[-1] | "\(.size_bytes) \(.path)"')" "0 http://127.0.0.1:$port/v1#m"
	printf 'ways: [plain, calibrated]\n' >>job.yaml
	toe 0 plan job.yaml
	has "$output" "m · calibrated will not run: a server reports no label probabilities"
	has "$output" "unknown"
	job "http://127.0.0.1:$port/v1#m" 'budget: {memory: 100 MB}'
	toe 0 smoke job.yaml
}

@test "hello asks a server for one answer" {
	serve good
	toe 0 hello "http://127.0.0.1:$port/v1#m" "I ask about account"
	has "$output" "http://127.0.0.1:$port/v1#m" "label      account" "probes     all passed"
	toe 0 hello "http://127.0.0.1:$port" --json
	is "$(json '.server.identity.model')" m
	is "$(json '.probes.schema.verdict')" obeyed
	has "$(json .sandbox)" "port $port"
}

@test "a prompt that is cut without a word ends the pass before the first ticket" {
	asked cuts
	toe 8 smoke job.yaml --json
	is "$(of .score)" null
	has "$(of .not_measured)" "silently cuts long prompts" "it counts 300"
	is "$(posts .ticket)" ""
}

@test "a prompt that is cut at only one ticket shows in the counts" {
	asked cuts-tickets
	long_third
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok too_long ok ok ok"
	has "$(detail)" "the server cut the prompt: it counts 5 tokens"
}

@test "no counts and no memory of the number: marked, not refused" {
	asked forgets
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	has "$(event server)" "a long prompt: not known"
}

@test "counts that do not add up are marked" {
	asked lies
	toe 0 smoke job.yaml --json
	has "$(event server)" "whole, but its counts do not add up"
}

@test "a schema that is ignored: labels are read from its text, and a note says so" {
	asked ignores-schema
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	is "$(of '[.replies[].rule] | unique | join(" ")')" word
	is "$(probe schema.verdict)" ignored
	has "$(event server)" "labels are read from its text"
	# The same in free mode, which sends no schema.
	toe 0 smoke job.yaml --json --free
	is "$(given)" "b c a b c a"
	is "$(posts '.body | has("response_format")' | sort | uniq -c | tr -s ' ')" $' 6 false\n 6 true'
}

@test "in production: labels of a server, with and without a schema; a threshold is refused before it is asked" {
	local scenario n
	for scenario in good ignores-schema; do
		rm -f job.toehold
		asked $scenario
		toe 0 smoke job.yaml --name r
		sed 's/"label": "."/"label": ""/' tickets.jsonl >work.jsonl
		n=$(wc -l <"$log")
		toe 3 classify work.jsonl --quiet --abstain-below 80%
		has "$stderr" "m plain has no label probabilities in run 'r' (this server was asked for text, which has none)"
		is "$output" ""
		is "$(wc -l <"$log")" "$n"
		toe 0 classify work.jsonl --quiet
		is "$(jq -r '[.label, .outcome, .probability // "-"] | join(" ")' <<<"$output" | tr '\n' ';')" \
			"b ok -;c ok -;a ok -;b ok -;c ok -;a ok -;"
	done
}

@test "text without any label is a wrong answer, not an error" {
	asked babbles
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "off_label off_label off_label off_label off_label off_label"
	check_store 6
}

@test "thinking that comes all the same is counted apart, and never read as the answer" {
	local how
	for how in thinks thinks-inline ignores-and-thinks; do
		rm -f job.toehold
		asked $how
		toe 0 smoke job.yaml --json
		is "$(given)" "b c a b c a"
		is "$(probe thinking.came)" 1
		has "$(event server)" "it thinks although thinking is off"
		is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM answer WHERE think_tok > 0 AND first_us < ttft_us
			AND think_us > 0 AND pass_id IN (SELECT pass_id FROM segment WHERE probes <> '')")" 6
		has "$(sqlite3 -readonly job.toehold "SELECT thinking FROM segment WHERE probes <> ''")" "NOT off"
	done
}

@test "too long, capped and empty answers have their outcomes" {
	asked too-long
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok too_long ok ok ok"
	has "$(detail)" "exceeds the available context size"
	rm job.toehold
	asked capped
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok cut ok ok ok"
	is "$(of '.replies[0].reason_outcome')" cut
	rm job.toehold
	asked empty
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok off_label ok ok ok"
}

@test "answers by another model are refused: at once, or if it changes midway" {
	asked wrong-model
	toe 8 smoke job.yaml --json
	has "$(of .not_measured)" "asked for 'm', it answered as 'another'"
	is "$(posts .ticket)" ""
	is "$(json '"\(.state) \(.pick)"')" "not measured null"
	rm job.toehold
	asked switches
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok ok engine_error engine_error engine_error"
	has "$(of '.replies[3].detail')" "another model answered: 'another'"
}

@test "cloud models behind this machine's address are refused before a ticket is sent" {
	local how
	for how in cloud cloud-name; do
		serve $how
		tickets 6
		job "http://127.0.0.1:$port/v1"
		toe 3 smoke job.yaml
		has "$stderr" "is a cloud model"
		is "$(jq -c 'select(.post)' "$log")" ""
	done
}

@test "Ollama: the digest it states, its facts, and no model that only embeds" {
	asked ollama
	toe 0 smoke job.yaml --json --name r
	is "$(sqlite3 -readonly job.toehold "SELECT origin, origin_digest, quant, arch, n_params, size_bytes, licence
		FROM candidate WHERE engine = 'http' AND pass_id <> 0")" "server|$(printf 'ab%.0s' {1..32})|Q4_K_M|llama|1200000000|1234567|apache-2.0"
	is "$(posts '.body.reasoning_effort' | sort -u)" '"none"'
	serve encoder
	job "http://127.0.0.1:$port/v1#m"
	toe 4 smoke job.yaml --store other.toehold
	has "$stderr" "cannot answer"
	toe 3 hello "http://127.0.0.1:$port/v1#m"
	has "$stderr" "it turns text into numbers and cannot answer"
}

@test "a prompt that was kept without saying so is found by its time" {
	asked cached
	toe 0 smoke job.yaml --json
	is "$(probe kept_prompt.verdict)" hidden
	has "$(event server)" "its times are not comparable"
}

@test "a redirect is never followed" {
	serve good
	local other=$port
	serve redirect "$other"
	tickets 2
	job "http://127.0.0.1:$port/v1#m"
	toe 8 smoke job.yaml --json
	has "$(of .not_measured)" "HTTP 307" "does not follow"
	is "$(cat log-good)" "" || [ ! -e log-good ]
	serve redirect-models "$other"
	job "http://127.0.0.1:$port/v1#m"
	toe 3 smoke job.yaml
	[ ! -s log-good ]
}

@test "options that a server refuses are left out, and the run says which" {
	asked strict
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	is "$(probe options_refused)" '["seed","stream_options","max_tokens"]'
	is "$(posts '.body | has("max_completion_tokens")' | sort -u)" true
}

@test "a server that refuses one token of a chat keeps its options for longer answers" {
	asked one-token
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	is "$(probe options_refused)" '[]'
	is "$(posts '.body | has("response_format") and has("seed") and has("stream_options") and has("max_tokens")' | sort -u)" true
}

@test "requests at a time: as many as asked for, in their order" {
	asked parallel 12 'parallel: 4'
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a b c a b c a"
	is "$(posts .flying | sort -n | tail -1)" 4
	is "$(sqlite3 -readonly job.toehold "SELECT max(n_parallel) FROM pass")" 4
}

@test "the token reaches its server, and nobody and nothing else" {
	asked token
	toe 3 smoke job.yaml
	has "$stderr" "it needs a token: set TOEHOLD_HTTP_TOKEN"
	export TOEHOLD_HTTP_TOKEN=secret-of-mine
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	! grep -rl secret-of-mine job.toehold "$TOEHOLD_CACHE" <<<"$output" || return 1
	# The key of another service is sent only to that service.
	unset TOEHOLD_HTTP_TOKEN
	export OPENAI_API_KEY=secret-of-mine OPENAI_BASE_URL=https://api.example.com/v1
	toe 3 smoke job.yaml --name other
	export OPENAI_BASE_URL=http://127.0.0.1:$port/v1
	toe 0 smoke job.yaml --name other
}

@test "addresses that are none, or hold a secret, and servers that are not there" {
	tickets 2
	local spec words
	while IFS='|' read -r spec words; do
		job "\"$spec\""
		toe 3 plan job.yaml
		has "$stderr" "$words"
	done <<-'END'
		http://user:secret@127.0.0.1:1/v1#m|a user name or a password
		http://127.0.0.1:99999/v1#m|the port is not a number
		http:///v1#m|neither a name nor an IP address
		http://127.0.0.1:1/v1?key=x#m|it holds a query
		http://[::1/v1#m|a bracket is not closed
	END
	job 'http://127.0.0.1:1/v1#m'
	toe 0 plan job.yaml
	has "$output" "no server answers at http://127.0.0.1:1/v1"
	toe 3 smoke job.yaml
	serve two-models
	job "http://127.0.0.1:$port/v1"
	toe 3 smoke job.yaml
	has "$stderr" "has several models; choose one" "'m', 'n'"
	serve no-json
	job "http://127.0.0.1:$port/v1#m"
	toe 3 smoke job.yaml
	has "$stderr" "what it sent is no JSON"
}

@test "tickets that leave this machine: the plan says so, and the run records it" {
	tickets 2
	# 192.0.2.0/24 belongs to nobody (RFC 5737) and is public: never asked without encryption.
	job 'http://192.0.2.1:8080/v1#m'
	toe 0 plan job.yaml
	has "$output" "TICKETS LEAVE THIS MACHINE for 192.0.2.1:8080"
	has "$output" "use https for it"
	job 'http://no-such-name.invalid:8080/v1#m'
	toe 3 smoke job.yaml
	has "$stderr" "no server answers"
}

@test "a stopped run resumes where it ended, and writes the missing reasons" {
	asked good
	toe 0 smoke job.yaml --json --name r
	# As if the controller had been killed between the last answer and its reason.
	sqlite3 -readonly job.toehold "SELECT count(*) FROM reason" >before
	cp job.toehold kept.toehold
	asked parallel 12
	start smoke job.yaml --json --name k --store k.toehold
	wait_for 30 eval '[ "$(sqlite3 -readonly k.toehold "SELECT count(*) FROM answer" 2>/dev/null || echo 0)" -ge 15 ]'
	kill -9 "$pid"
	wait "$pid" || true
	toe 0 smoke job.yaml --json --name k --store k.toehold
	is "$(given)" "b c a b c a b c a b c a"
	is "$(of '[.replies[] | select(.rationale)] | length')" 12
}
