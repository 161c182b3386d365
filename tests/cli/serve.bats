#!/usr/bin/env bats
# The pick as a server: which requests are accepted, the answers, the queue, and the end.
load serve

@test "labels over HTTP: one ticket, many, and as a chat" {
	served
	answered 200 '{"id":"1","label":"b","probability":1,"outcome":"ok","rationale":"It says so."}' \
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
	answered 405 "another method" GET /classify --token "$token" --headers
	has "$reply" "Allow: POST, OPTIONS"
	answered 405 "Allow: GET, HEAD, OPTIONS" POST /metrics --token "$token" --headers
	answered 401 "WWW-Authenticate: Bearer" GET /v1/models --headers
	answered 404 '"code":"not_found"' POST /v1/responses --token "$token" --body '{}'
	is "$(ss -tlnH 2>/dev/null | grep -c "127.0.0.1:${url##*:}" || true)" \
		"$(ss -tlnH 2>/dev/null | grep -c ":${url##*:} " || true)"
}

@test "a malformed request gets a message, and the next one is answered" {
	served
	for body in '' '[]' '{' '{"text": 7}' '{"text": " "}' '{"tickets": []}' '{"tickets": [7]}' \
		'{"text": "a\u0000b"}' '{"text": "a", "text": "b"}' '{"id": 1.5, "text": "a"}' '{"id": "a\u0000b", "text": "a"}' \
		"{\"id\": \"$(printf 'x%.0s' {1..257})\", \"text\": \"a\"}"; do
		answered 400 '"error"' POST /classify --token "$token" --body "$body"
	done
	answered 400 "no user message" POST /v1/chat/completions --token "$token" --body '{"messages": []}'
	head -c 1100000 /dev/zero | tr '\0' x >big.txt
	answered 413 "too long" POST /classify --token "$token" --file big.txt
	answered 422 "holds personal data" POST /classify --token "$token" --body '{"text": "mail jane.roe@example.com"}'
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
}

@test "a ticket that kills the worker is answered, and so is the next" {
	served
	answered 500 '"type":"server_error"' POST /v1/chat/completions --token "$token" \
		--body '{"messages": [{"role": "user", "content": "die"}]}'
	has "$reply" "the worker died"
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
	for token in x 1234567 'with a blank in it'; do
		TOEHOLD_SERVE_TOKEN=$token toe 2 serve
		has "$stderr" "at least 8 printable characters"
	done
	script bad '{"steps": [{"match": "about", "label": "a"}]}'
	job bad.script.json
	toe 1 smoke job.yaml --name none --store other.toehold
	toe 4 serve --store other.toehold
	has "$stderr" "has no pick"
}

@test "HEAD, OPTIONS, the page, the models and the metrics" {
	served
	answered 200 "Content-Type: text/html" HEAD / --headers
	lacks "$reply" "<html"
	answered 204 "Allow: POST, OPTIONS" OPTIONS /v1/chat/completions --headers
	answered 421 "is not served" OPTIONS /classify --host evil.example
	answered 401 "" HEAD /v1/models
	answered 200 "Content-Security-Policy: default-src 'none'" GET / --headers
	has "$reply" "$url/classify"
	lacks "$reply" "<script"
	lacks "$reply" "$token"
	answered 200 '"object":"list"' GET /v1/models --token "$token"
	is "$(decided '.data[0] | [.id, .object, .owned_by, (.created | . > 1700000000)]')" '["one plain","model","toehold",true]'
	answered 200 '"id":"one plain"' GET /v1/models/one%20plain --token "$token"
	answered 404 '"code":"not_found"' GET /v1/models/other --token "$token"
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
	answered 200 'toehold_build_info{version="' GET /metrics --token "$token"
	has "$reply" 'candidate="one plain"} 1'
	has "$reply" 'toehold_answer_seconds_count 1'
	has "$reply" 'toehold_answer_seconds_bucket{le="+Inf"} 1'
	# Every metric has its HELP and TYPE.
	is "$(grep -c '^# HELP' <<<"$reply")" "$(grep -c '^# TYPE' <<<"$reply")"
	is "$(sed -n 's/^\(toehold_[a-z_]*\).*/\1/p' <<<"$reply" | sed 's/_\(bucket\|sum\|count\)$//' | sort -u)" \
		"$(sed -n 's/^# HELP \([a-z_]*\) .*/\1/p' <<<"$reply" | sort -u)"
	# The printed command asks the server.
	has "$(cat said.txt)" "Ask it: curl -H \"Authorization: Bearer $token\" $url/classify"
}

# slow N: opens N connections that send a byte of a header now and then; until it is killed.
slow() {
	python3 - "$url" "$1" <<-'END' &
		import socket, sys, time, urllib.parse
		url = urllib.parse.urlparse(sys.argv[1])
		held = []
		for i in range(int(sys.argv[2])):
		    s = socket.create_connection((url.hostname, url.port))
		    s.sendall(b"G")
		    held.append(s)
		open("held", "w").close()
		start = time.monotonic()
		while held:
		    time.sleep(0.2)
		    for s in held[:]:
		        try:
		            s.sendall(b"E")
		            if s.recv(1, socket.MSG_DONTWAIT) == b"":
		                held.remove(s)
		        except BlockingIOError:
		            pass
		        except OSError:
		            held.remove(s)
		print("%.0f" % (time.monotonic() - start), file=open("closed", "w"))
	END
	wait_for 20 test -e held
}

@test "slow connections shut nobody out, and end after five seconds" {
	served
	slow 300
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
	answered 200 '"status":"ok"' GET /health
	wait_for 20 test -s closed
	[ "$(cat closed)" -le 8 ]
}

@test "clients that closed their connection are not answered, and leave room in the queue" {
	ms=300 served --queue 8
	ask POST /classify --token "$token" --body '{"text": "about b"}' >first.txt &
	wait_for 20 has_come 1
	ask POST /classify --token "$token" --body '{"text": "about b"}' --times 8 --gone >/dev/null
	answered 200 '"label":"b"' POST /classify --token "$token" --body '{"text": "about b"}'
	# The first, and at most the one that was being answered when its client left.
	n=$(ask GET /metrics --token "$token" | sed -n 's/^toehold_tickets_total //p')
	[ "$n" -le 3 ]
}

# Questions about the labels of the run, in each shape.
systemone='{"model": "m", "state": "about b", "questions": {"q": {"type": "choice", "instructions": "Which?", "criteria": {"c": null, "b": "the second", "a": null}}}}'
choices='{"model": "m", "input": "about b", "questions": [{"type": "choice", "instructions": "Which?", "choices": [{"value": "c"}, {"value": "b"}, {"value": "a"}]}]}'
options='{"model": "m", "input": "about b", "questions": [{"id": "q", "type": "choice", "question": "Which?", "options": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}]}'

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

@test "as a decision model: an ordered run answers scores, and a run of yes or no says how probable yes is" {
	more='order: true' served
	score='{"model": "m", "state": "about b", "questions": {"q": {"type": "score", "instructions": "How?", "criteria": ["1", "2", "3"]}}}'
	answered 200 '"type":"score"' POST /v1/systemone --token "$token" --body "$score"
	is "$(decided '.answers.q | [.score == 1, .legend["1"], .probabilities["1"] == 1]')" '[true,"b",true]'
	answered 400 "exactly the 3 steps of this run" POST /v1/systemone --token "$token" --body "$(jq -c 'del(.questions.q.criteria[0])' <<<"$score")"
	answered 200 '"answers":[' POST /v1/decisions --token "$token" \
		--body '{"model": "m", "input": "about c", "questions": [{"type": "score", "instructions": "How?", "levels": [{"label": "x"}, {"label": "y"}, {"label": "z"}]}]}'
	is "$(decided '.answers[0] | [.score == 2, .probabilities[2].label, .probabilities[2].probability == 1]')" '[true,"c",true]'
	answered 200 '"choice":"b"' POST /v1/systemone --token "$token" --body "$systemone"
	answered 400 "of the type 'choice' and 'score' are answered here, not 'noul'" POST /v1/systemone --token "$token" \
		--body "$(jq -c '.questions.q.type = "noul"' <<<"$score")"
	kill -9 "$pid"
	sed 's/"label": "a"/"label": true/; s/"label": "[bc]"/"label": false/' tickets.jsonl >asked.jsonl
	script two '{"steps": [{"match": "about a", "label": "yes", "probs": {"yes": 0.75, "no": 0.25}}, {"match": "about", "label": "no"}]}'
	printf '%s\n' 'task: yes-no' 'question: Is it about a?' 'tickets: asked.jsonl' 'models: [two.script.json]' >job.yaml
	toe 0 smoke job.yaml --name yn --store yn.toehold
	rm server.txt
	"$toehold" serve --run yn --store yn.toehold >server.txt 2>said.txt &
	pid=$!
	wait_for 20 test -s server.txt
	url=$(sed -n 1p server.txt) token=$(sed -n 's/^token //p' server.txt)
	answered 200 '"type":"noul"' POST /v1/systemone --token "$token" \
		--body '{"model": "m", "state": "about a", "questions": {"q": {"type": "noul", "instructions": "Is it?"}}}'
	is "$(decided '.answers.q.noul')" 0.75
	answered 200 '"type":"predicate"' POST /v1/decisions --token "$token" \
		--body '{"model": "m", "input": "about a", "questions": [{"type": "predicate", "instructions": "Is it?"}]}'
	is "$(decided '.answers[0].probability')" 0.75
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
