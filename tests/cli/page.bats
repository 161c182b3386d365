#!/usr/bin/env bats
# The page in a browser: who may ask, what is read, what is done (docs/page.md).
load page

@test "the address works once; the cookie opens the rest" {
	use_data
	page_in .
	get /api/state
	is "$status" 401
	run curl -s -i -c jar "$address"
	has "$output" "303 See Other" "Location: /" "HttpOnly; SameSite=Strict; Path=/" \
		"Set-Cookie: toehold-${base##*:}="
	get /api/state
	is "$status $(json '.jobs[0] | "\(.id) \(.name) \(.task)"')" "200 job.yaml bank tickets classify"
	is "$(json '.runs | length')" 0
	# The same browser may use the address again; another gets one from who sees the terminal.
	is "$(curl -s -o /dev/null -w '%{http_code}' -b jar "$address")" 303
	is "$(curl -s -o /dev/null -w '%{http_code}' "$address")" 403
	has "$(cat said.txt)" "was used already"
	rm jar
	address=$(tail -n 1 said.txt)
	enter
	get /api/state
	is "$status" 200
	is "$(curl -s -o /dev/null -w '%{http_code}' "$base/?token=${address##*=}x")" 403
	kill -INT "$pid"
	wait "$pid"
	pid=
}

@test "a smoke test from the page: its events, its result, what is read of it" {
	use_data
	page_in job.yaml
	enter
	do_it smoke '{"name": "r", "models": ["small.script.json", "large.script.json"]}'
	is "$(json .command)" "toehold smoke --name=r --models=small.script.json,large.script.json job.yaml"
	is "$(events "$id" '.[-1] | "\(.state) \(.exit_code) \(.result.pick)"')" "done 0 large plain"
	is "$(events "$id" 'map(select(.event == "answer")) | length')" 24
	get "/api/read/show?run=r&ticket=$(head -n 1 tickets-12.jsonl | jq -r .id)"
	is "$(json '"\(.exit_code) \(.result.answers | length)"')" "0 3"
	get /api/state
	is "$(json '"\(.runs[0].run) \(.actions[0].state)"')" "r done"
	"$toehold" show r --json >shown.json
	get '/api/read/show?run=r'
	is "$(json -S .result | jq -cS .)" "$(jq -cS . shown.json)"
}
