#!/usr/bin/env bats
# A pick that writes, as a server.
load serve
load tasks

# served_extract: serves a run of extract_job; sets url, token and pid.
served_extract() {
	extract_job
	toe 0 smoke job.yaml --name w
	"$toehold" serve --run w >server.txt 2>said.txt &
	pid=$!
	for _ in $(seq 200); do [ -s server.txt ] && break || sleep 0.05; done
	url=$(sed -n 1p server.txt)
	token=$(sed -n 's/^token //p' server.txt)
	[ -n "$url" ]
}

# chat [BODY-MEMBERS]: asks about t1.
chat() {
	printf '{"model": "any", "messages": [{"role": "user", "content": "refund parcel QX2462"}]%s}' \
		"${1:+, $1}" >chat.json
	reply=$(ask POST /v1/chat/completions --token "$token" --file chat.json)
}

@test "a chat completion is the written answer; a schema must be the run's own" {
	served_extract
	chat
	is "$(head -1 <<<"$reply")" 200
	is "$(decided '.choices[0].message.content')" '"{\"order\":\"QX2462\",\"amount\":99}"'
	chat '"stream": true'
	has "$reply" 'data: [DONE]' '{\"order\":\"QX2462\"'
	schema=$("$toehold" show w --all --json | jq -c '[.. | .form? // empty | strings] | first | fromjson')
	chat "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"schema\": $schema}}"
	is "$(head -1 <<<"$reply")" 200
	chat '"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}}'
	is "$(head -1 <<<"$reply")" 400
	has "$reply" "or give the run's own schema"
	chat '"logprobs": true'
	is "$(head -1 <<<"$reply")" 400
	chat '"tools": [{"type": "function"}]'
	has "$reply" "this endpoint answers as the run was asked"
}

@test "rows as run writes them; the routes for decisions do not apply" {
	served_extract
	answered 200 '"answer":{"order":"QX2462","amount":99},"outcome":"ok"' \
		POST /classify --token "$token" --body '{"text": "parcel QX2462"}'
	answered 400 "no labels to decide between" \
		POST /v1/systemone --token "$token" --body '{"input": "x"}'
	answered 400 "no labels to decide between" \
		POST /v1/decisions --token "$token" --body '{"input": "x"}'
}
