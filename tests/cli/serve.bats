#!/usr/bin/env bats
# The pick as a server: which requests are accepted, the answers, the queue, and the end.
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

@test "labels over HTTP: one ticket, many, and as a chat" {
	served
	answered 200 '{"id":"1","label":"b","probability":1.0000,"outcome":"ok","rationale":"It says so."}' \
		POST /classify --token "$token" --body '{"text": "it asks about b"}'
	answered 200 '{"tickets":[{"id":"x","label":"a",' POST /classify --token "$token" \
		--body '{"tickets": [{"id": "x", "text": "about a"}, {"id": "y", "text": "about c"}]}'
	is "$(tail -n +2 <<<"$reply" | jq -r '.tickets | map(.label) | join(" ")')" "a c"
	answered 200 '"object":"chat.completion"' POST /v1/chat/completions --token "$token" \
		--body '{"model": "any", "messages": [{"role": "system", "content": "Say c."}, {"role": "user", "content": "about b"}]}'
	is "$(tail -n +2 <<<"$reply" | jq -r '.choices[0].message.content | fromjson | .label')" b
	answered 200 '"id":"one plain"' GET /v1/models --token "$token"
	answered 200 'toehold_tickets_total 4' GET /metrics --token "$token"
	answered 200 '"status":"ok"' GET /health
}

@test "refused requests: no token, a wrong one, another host, another path or method" {
	served
	answered 401 "token is missing or wrong" POST /classify --body '{"text": "about b"}'
	answered 401 "token" POST /classify --token "${token%?}x" --body '{"text": "about b"}'
	answered 401 "token" GET /metrics
	answered 421 "is not served" POST /classify --token "$token" --host evil.example --body '{"text": "about b"}'
	answered 421 "is not served" GET /health --host "evil.example:80"
	answered 404 "POST /classify" POST /label --token "$token" --body '{"text": "about b"}'
	answered 405 "another method" GET /classify --token "$token"
	is "$(ss -tlnH 2>/dev/null | grep -c "127.0.0.1:${url##*:}" || true)" \
		"$(ss -tlnH 2>/dev/null | grep -c ":${url##*:} " || true)"
}

@test "a malformed request gets a message, and the next one is answered" {
	served
	for body in '' '[]' '{' '{"text": 7}' '{"text": " "}' '{"tickets": []}' '{"tickets": [7]}' \
		'{"text": "a\u0000b"}' '{"text": "a", "text": "b"}' '{"id": 1, "text": "a"}'; do
		answered 400 '"error"' POST /classify --token "$token" --body "$body"
	done
	answered 400 "does not stream" POST /v1/chat/completions --token "$token" \
		--body '{"stream": true, "messages": [{"role": "user", "content": "x"}]}'
	answered 400 "no user message" POST /v1/chat/completions --token "$token" --body '{"messages": []}'
	head -c 1100000 /dev/zero | tr '\0' x >big.txt
	answered 413 "too long" POST /classify --token "$token" --file big.txt
	answered 422 "holds personal data" POST /classify --token "$token" --body '{"text": "mail jane.roe@example.com"}'
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
}

@test "a ticket that kills the worker is answered, and so is the next" {
	served
	answered 200 '"outcome":"crashed"' POST /classify --token "$token" --body '{"text": "die"}'
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
}

@test "requests beyond the queue get 503; every accepted one is answered" {
	ms=100 served --queue 4
	seen=$(ask POST /classify --token "$token" --body '{"text": "about b"}' --times 20)
	echo "$seen"
	[[ $seen =~ ^200:([0-9]+)\ 503:([0-9]+)$ ]]
	is $((BASH_REMATCH[1] + BASH_REMATCH[2])) 20
	[ "${BASH_REMATCH[1]}" -ge 4 ]
	answered 200 'toehold_waiting 0' GET /metrics --token "$token"
}

@test "it stops gracefully: waiting requests are answered, and the counts are stored" {
	ms=300 served
	ask POST /classify --token "$token" --body '{"text": "about b"}' --times 4 >seen.txt &
	asker=$!
	wait_for 60 has_come 4
	kill -INT "$pid"
	wait "$asker"
	is "$(cat seen.txt)" "200:4"
	wait "$pid"
	pid=
	has "$(cat said.txt)" "4 requests answered."
	is "$(sqlite3 job.toehold "SELECT json_extract(text, '\$.labelled') FROM event WHERE kind = 'work'")" 4
	toe 0 verify --all
}

@test "a given token is not printed; no pick, no server; a taken port" {
	TOEHOLD_SERVE_TOKEN=open-sesame served
	is "$(wc -l <server.txt)" 1
	answered 200 '"label":"b"' POST /classify --token open-sesame --body '{"text": "about b"}'
	toe 4 serve --port "${url##*:}"
	has "$stderr" "cannot listen on 127.0.0.1:${url##*:}"
	script bad '{"steps": [{"match": "about", "label": "a"}]}'
	job bad.script.json
	toe 1 smoke job.yaml --name none --store other.toehold
	toe 4 serve --store other.toehold
	has "$stderr" "has no pick"
}

# Questions about the labels of the run, in each shape.
systemone='{"model": "m", "state": "about b", "questions": {"q": {"type": "choice", "instructions": "Which?", "criteria": {"c": null, "b": "the second", "a": null}}}}'
choices='{"model": "m", "input": "about b", "questions": [{"type": "choice", "instructions": "Which?", "choices": [{"value": "c"}, {"value": "b"}, {"value": "a"}]}]}'
options='{"model": "m", "input": "about b", "questions": [{"id": "q", "type": "choice", "question": "Which?", "options": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}]}'

# decided FILTER: a value of the JSON in the last reply.
decided() { tail -n +2 <<<"$reply" | jq -c "$1"; }

@test "as a decision model: each shape gets every probability, in the order asked for" {
	served
	answered 200 '"model":"one plain"' POST /v1/systemone --token "$token" --body "$systemone"
	is "$(decided '.answers.q | .choice, .type, (.probabilities | keys_unsorted), .probabilities.b')" $'"b"\n"choice"\n["c","b","a"]\n1'
	is "$(decided '.answers.q.confidence, .usage.output_tokens')" $'1\n0'
	answered 200 '"answers":[' POST /v1/decisions --token "$token" --body "$choices"
	is "$(decided '.answers[0] | [.choice, (.probabilities[] | .value, .probability)]')" '["b","c",0,"b",1,"a",0]'
	answered 200 '"object":"decisions"' POST /v1/decisions --token "$token" --body "$options"
	is "$(decided '.answers.q.probabilities')" '{"c":0,"b":1,"a":0}'
	# Several questions about one text, and a text that is JSON.
	answered 200 '"answers"' POST /v1/systemone --token "$token" \
		--body "$(jq -c '.questions.r = .questions.q | .state = {text: "about a"}' <<<"$systemone")"
	is "$(decided '.answers | map(.choice) | join(" ")')" '"a a"'
	answered 401 "token" POST /v1/systemone --body "$systemone"
}

@test "questions about other labels, of other types, or malformed are 400, and the next one is answered" {
	local path base change words
	served
	while IFS='~' read -r path base change words; do
		answered 400 '"type":"invalid_request_error"' POST "/v1/$path" --token "$token" --body "$(jq -c "$change" <<<"${!base}")"
		has "$reply" "$words"
	done <<-'END'
		systemone~systemone~.questions.q.criteria.d = null~exactly the labels of this run: a, b, c
		systemone~systemone~del(.questions.q.criteria.a)~exactly the labels of this run
		systemone~systemone~.questions.q.type = "score"~not 'score'
		systemone~systemone~.questions.q.type = "noul"~not 'noul'
		systemone~systemone~.questions = {}~no question
		systemone~systemone~.questions = []~an object of questions by id
		systemone~systemone~.state = " "~'state' must be a text
		systemone~systemone~del(.state)~'state' must be a text
		systemone~systemone~.state = "a\u0000b"~NUL
		systemone~systemone~.questions = ([range(65)] | map({key: "q\(.)", value: {type: "choice", criteria: {a: null, b: null, c: null}}}) | from_entries)~at most 64
		decisions~choices~.questions[0].choices[0].value = true~exactly the labels
		decisions~choices~.questions[0].choices[0].value = "b"~exactly the labels
		decisions~choices~.questions[0].choices[0].value = "b\u0000x"~exactly the labels
		decisions~choices~.questions[0].type = "choice\u0000"~only questions of the type
		decisions~options~.questions[0].id = "q\u0000r"~without NUL
		decisions~options~.questions += .questions~two questions have the 'id' 'q'
		decisions~choices~.questions[0].type = "predicate"~not 'predicate'
		decisions~choices~.input = ["x"]~'input' must be a text
		decisions~options~.questions[0].id = 7~needs an 'id'
		decisions~options~.questions[0].options += [{name: "d"}]~exactly the labels
		decisions~options~.questions = {}~a list of questions
	END
	answered 400 "not a JSON object" POST /v1/systemone --token "$token" --body '{'
	answered 422 "holds personal data" POST /v1/systemone --token "$token" \
		--body "$(jq -c '.state = "mail jane.roe@example.com"' <<<"$systemone")"
	answered 500 "the worker died" POST /v1/systemone --token "$token" --body "$(jq -c '.state = "die"' <<<"$systemone")"
	answered 200 '"choice":"b"' POST /v1/systemone --token "$token" --body "$systemone"
}

@test "without probabilities, a decision is refused before the model runs" {
	right_steps='{"match": "about a", "says": "a"}, {"match": "about b", "says": "b"}, {"match": "about c", "says": "c"}'
	how=--free served
	answered 501 "no label probabilities; POST /classify" POST /v1/systemone --token "$token" --body "$systemone"
	has "$reply" '"type":"server_error"'
	answered 501 "no label probabilities" POST /v1/decisions --token "$token" --body "$options"
	answered 200 '"output_modalities":["text"]' GET /v1/models --token "$token"
	answered 200 'toehold_tickets_total 0' GET /metrics --token "$token"
}

@test "another toehold tests this one as a decision model" {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	right_steps+=',{"match":"Hello","label":"a"},{"match":"The cat sat","label":"b"}'
	served
	answered 200 '"labels":["a","b","c"]' GET /v1/models --token "$token"
	mkdir other
	cp tickets.jsonl other
	cd other
	printf 'labels: [c, b, a]\ntickets: tickets.jsonl\nmodels: ["%s/v1"]\n' "$url" >job.yaml
	TOEHOLD_HTTP_TOKEN=$token toe 0 smoke job.yaml --json
	is "$(json '[asked[] | .name] | join(" ")')" "${url#http://} plain"
	is "$(json '[asked[] | .replies[] | .rule, .outcome] | unique | join(" ")')" "ok systemone"
	is "$(json '[asked[] | .replies[] | select(.label != .gold)] | length')" 0
	is "$(json '[asked[] | .replies[0].probs[]] | add')" 1
}
