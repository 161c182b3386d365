#!/usr/bin/env bats
# A real llama-server of the same engine build with the tiny model: identity, probes, times, and
# labels from the set. scripts/engine --tools builds the server.
load models
load llama_server

# ask_server OPTIONS…: starts the server, if this build can ask one.
ask_server() {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	serve "$@"
}

of() { json ".candidates[] | select(.name == \"tiny plain\") | $1"; }
column() { sqlite3 -readonly job.toehold "SELECT $1"; }

@test "a llama-server: its identity, its probes, and labels from the set" {
	ask_server -c 4096 -np 2
	cp -R "$root"/demo/* .
	head -n 8 tickets-25.jsonl >eight.jsonl
	sed -i 's/^tickets:.*/tickets: eight.jsonl/; s/^budget:.*/budget: {tokens: 40}/' job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --models "http://127.0.0.1:$port/v1#tiny" --way plain \
		--json --timeout 300
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
	is "$(of '[.replies[].outcome] | unique | join(" ")')" ok
	is "$(of '[.replies[].rule] | unique | join(" ")')" json
	is "$(of '[.replies[] | select(.ttft_us > 0 and .label_us >= .ttft_us and .prompt_tok > 50)] | length')" 8
	is "$(of '[.replies[] | select((.rationale // "") != "")] | length >= 6')" true
	# The server reports the same identity as the file's header.
	is "$(column "json_extract(server, '$.identity.software') FROM segment WHERE server <> ''")" llama.cpp
	is "$(column "json_extract(server, '$.context') FROM segment WHERE server <> ''")" 2048
	is "$(column "n_params FROM candidate WHERE engine = 'http' AND pass_id <> 0")" 134515008
	is "$(column "quant FROM candidate WHERE engine = 'http' AND pass_id <> 0")" Q4_1
	# The probes show that the server obeys.
	is "$(column "json_extract(probes, '$.schema.verdict') FROM segment WHERE probes <> ''")" obeyed
	is "$(column "json_extract(probes, '$.kept_prompt.verdict') FROM segment WHERE probes <> ''")" stated
	is "$(column "json_extract(probes, '$.thinking.came') FROM segment WHERE probes <> ''")" 0
	has "$(column "json_extract(probes, '$.long_prompt.verdict') FROM segment WHERE probes <> ''")" whole
	is "$(column "json_extract(probes, '$.options_refused') FROM segment WHERE probes <> ''")" "[]"
	# From the second ticket on the shared prompt is cached.
	is "$(column "count(*) > 5 FROM answer WHERE cached_tok > 20 AND cached_tok < prompt_tok")" 1
}

@test "toehold reports that the server's context is too short for a prompt" {
	ask_server -c 512 -np 1
	printf '{"id": "%s", "text": "%s", "label": "b"}\n' 1 "a short one" 2 "$(printf 'a very long one %.0s' {1..300})" \
		>tickets.jsonl
	job "http://127.0.0.1:$port/v1#tiny" 'bar: 50%'
	run --separate-stderr "$toehold" smoke job.yaml --json
	is "$(of '[.replies[].outcome] | join(" ")')" "ok too_long"
	has "$(of '.replies[1].detail')" "exceeds the available context size"
}

@test "letters of a llama-server: a decision without reasons" {
	ask_server -c 4096 -np 1
	bank_job 6 'reason: none'
	run --separate-stderr "$toehold" smoke job.yaml --models "http://127.0.0.1:$port/v1#tiny" --way plain \
		--json --timeout 300
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
	is "$(of '[.replies[].rule] | unique | join(" ")')" letters
	is "$(of '[.replies[] | [.probs[]] | length, (add * 1e6 | round)] | unique | join(" ")')" "6 1000000"
	is "$(column "count(*) FROM answer WHERE rule = 'letters' AND label_mass > 0 AND label_mass <= 1")" 6
}

@test "a decision model behind a llama-server: probabilities near those of toehold's own engine" {
	python3 "$root/tests/model/make_decision.py" "$(model_path "$tiny")" jev.gguf openjev temperature=0.85
	ask_server -c 4096 -np 1 -m jev.gguf --alias jev
	bank_job 6
	run --separate-stderr "$toehold" smoke job.yaml --models "jev.gguf,http://127.0.0.1:$port/v1#jev" \
		--threads 1 --json --timeout 300
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
	is "$(json '[asked[] | [.replies[].rule] | unique[]] | sort | join(" ")')" "decision systemone"
	# The server splits prompts into other batches, which moves probabilities of 4-bit weights.
	is "$(json '[asked[] | [.replies[] | [.probs[]]]] | transpose | map(transpose[] | (.[0] - .[1]) | fabs) | max < 0.1')" true
	is "$(column "json_extract(server, '$.routes') FROM segment WHERE server <> ''")" '["systemone"]'
}
