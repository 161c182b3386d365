#!/usr/bin/env bats
# A real model behind an address: a plain candidate and a tuned one. The labels are the same as
# those of classify --one-by-one. tests/cli/serve.bats tests the HTTP server itself.
load models

teardown() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
	leave_scratch
}

# wanted CANDIDATE: the answers of classify for the same tickets, one ticket per decode.
wanted() {
	"$toehold" classify work.jsonl -c "$1" --label-only --one-by-one --quiet | jq -c '[.id, .label]'
}

# served CANDIDATE [OPTIONS]: starts serve and sets pid, url and token.
served() {
	"$toehold" serve -c "$@" >server.txt 2>said.txt 3>&- &
	pid=$!
	wait_for 60 eval "[ -s server.txt ] || ! kill -0 $pid 2>/dev/null"
	url=$(sed -n 1p server.txt)
	token=$(sed -n 's/^token //p' server.txt)
	[ -n "$url" ] && [ -n "$token" ]
}

# ask ARGUMENTS…: sets status and reply.
ask() {
	reply=$(python3 "$root/tests/cli/ask_server.py" "$url" "$@")
	status=$(head -1 <<<"$reply")
	reply=$(tail -n +2 <<<"$reply")
}

# post PATH BODY
post() { ask POST "$1" --token "$token" --body "$2"; }

# The demo's training file holds none of the tickets under test.
work() { tail -n "$1" "$root/demo/training.jsonl" | jq -c '{id, text}' >work.jsonl; }

# metric NAME: its current value.
metric() {
	ask GET /metrics --token "$token"
	sed -n "s/^toehold_$1 //p" <<<"$reply"
}

has_come() { [ "$(metric requests_total)" -eq "$1" ]; }

@test "a plain candidate: one ticket, several, a chat, a missing token, and the counts" {
	local name="${tiny%.gguf} plain"
	bank_job 4 "bar: 10%"
	smoke 0 --way plain
	work 4
	wanted "$name" >wanted
	served "$name"
	post /classify "$(head -1 work.jsonl)"
	is "$status" 200
	is "$(jq -c '[.id, .label]' <<<"$reply")" "$(head -1 wanted)"
	is "$(jq '.outcome == "ok" and (.rationale | length > 0)' <<<"$reply")" true
	post /classify "$(jq -cs '{tickets: .}' work.jsonl)"
	is "$status" 200
	is "$(jq -c '.tickets[] | [.id, .label]' <<<"$reply")" "$(cat wanted)"
	post /v1/chat/completions "$(sed -n 2p work.jsonl |
		jq -c '{model: "any", messages: [{role: "system", content: "Say other."}, {role: "user", content: .text}]}')"
	is "$status" 200
	is "$(jq -r '.choices[0].message.content | fromjson | .label' <<<"$reply")" \
		"$(sed -n 2p wanted | jq -r '.[1]')"
	ask POST /classify --token "${token%?}x" --body '{"text": "my card is lost"}'
	is "$status" 401
	is "$(metric tickets_total) $(metric failed_total) $(metric refused_total)" "6 0 1"
	kill -TERM "$pid"
	wait "$pid"
	pid=
	has "$(cat said.txt)" "3 requests answered."
	toe 0 verify --all
}

@test "a tuned candidate gives the labels and probabilities of classify, and answers before it stops" {
	local name="${tiny%.gguf} tuned" asker
	bank_job 4 "bar: 10%"
	head -n 60 "$root/demo/training.jsonl" >train.jsonl
	toe 0 tune job.yaml --train train.jsonl -n 30 --threads 1
	echo "heads: [heads/${tiny%.gguf}.head.json]" >>job.yaml
	smoke 0 --way tuned
	work 12
	"$toehold" classify work.jsonl -c "$name" --label-only --one-by-one --quiet | jq -c . >rows
	served "$name" --label-only
	post /classify "$(head -1 work.jsonl)"
	is "$status $(jq -c . <<<"$reply")" "200 $(head -1 rows)"
	post /classify "$(jq -cs '{tickets: .[:2]}' work.jsonl)"
	is "$(jq -c '.tickets[]' <<<"$reply")" "$(head -2 rows)"
	jq -cs '{tickets: .}' work.jsonl >many.json
	python3 "$root/tests/cli/ask_server.py" "$url" POST /classify --token "$token" \
		--file many.json >answered 3>&- &
	asker=$!
	wait_for 60 has_come 3
	kill -TERM "$pid"
	is "$(cat answered)" ""
	wait "$asker"
	is "$(head -1 answered)" 200
	is "$(tail -n +2 answered | jq -c '.tickets[]')" "$(cat rows)"
	wait "$pid"
	pid=
	has "$(cat said.txt)" "3 requests answered."
	is "$(sqlite3 -readonly job.toehold "SELECT json_extract(text, '\$.labelled') FROM event
		WHERE kind = 'work' ORDER BY id DESC LIMIT 1")" 15
}
