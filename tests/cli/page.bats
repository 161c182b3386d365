#!/usr/bin/env bats
# The page in a browser: who may ask, what is read, what is done (docs/page.md).
load helper
load page

@test "the address works once; the cookie opens the rest" {
	use_data
	page_in .
	get /api/state
	is "$status" 401
	is "$(curl -s -o /dev/null -w '%{http_code}' -I "$address")" 200 # it only looks
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
	get /api/read/plan
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

@test "what is listed: the file that was named, endings in capitals, nothing from secrets" {
	use_data
	mkdir secrets
	cp tickets-12.jsonl secrets/rows.jsonl
	printf 'text,label\none,top_up\n' >TICKETS.CSV
	printf 'These are notes.\n' >notes.txt
	page_in notes.txt
	enter
	get /api/state
	is "$(json '"\(.job) \(.jobs[] | select(.id == "notes.txt").problem[:14])"')" "notes.txt notes.txt:1:1:"
	is "$(json '[.files[].id] | [index("TICKETS.CSV", "secrets/rows.jsonl") != null] | @json')" "[true,false]"
}

@test "models are those of a verb's result, not those of a paper" {
	use_data
	toe 0 smoke job.yaml --name r
	page_in job.yaml
	enter
	get '/api/files/json?run=r'
	has "$output" '"path": "small.script.json"'
	post /api/do/hello '{"model": "small.script.json"}'
	has "$(json .error)" "is not a model that the page has listed"
	get '/api/read/plan'
	do_it hello '{"model": "small.script.json"}'
}

@test "refused: another host, another site, no header, a long body, another path or method" {
	use_data
	page_in job.yaml
	enter
	get /api/state -H 'Host: evil.example'
	is "$status" 421
	get /api/state -H "Host: evil.example:${base##*:}"
	is "$status" 421
	get / -H 'Host: evil.example'
	is "$status" 421
	for headers in '-H|Origin: http://evil.example|-H|X-Toehold: page' '-H|X-Toehold: page' "-H|Origin: $base" "-H|Origin: http://127.0.0.1:1|-H|X-Toehold: page" \
		"-H|Origin: null|-H|X-Toehold: page" "-H|Origin: $base|-H|X-Toehold: page|-H|Sec-Fetch-Site: same-site"; do
		mapfile -td '|' words < <(printf %s "$headers")
		get /api/do/report --data '{}' "${words[@]}"
		is "$status $(json .error)" "403 only the page itself may ask"
	done
	get /api/state -H 'Origin: http://evil.example'
	is "$status" 403
	is "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: toehold-${base##*:}=$(printf 'a%.0s' {1..48})" "$base/api/state")" 401
	head -c 300000 /dev/zero | tr '\0' ' ' >big
	post /api/do/report @big
	is "$status" 413
	post /api/do/report @big -H 'Transfer-Encoding: chunked'
	is "$status" 413
	head -c 200000 /dev/zero | tr '\0' x | jq -Rc '{name: .}' >long
	post /api/do/smoke @long
	is "$status $(json .error)" "400 a value is too long"
	post /api/do/report 'no JSON'
	is "$status" 400
	post /api/do/report '[]'
	is "$status" 400
	post /api/do/purge '{}'
	is "$status" 404
	post /api/state '{}'
	is "$status" 405
	get /api/do/report
	is "$status" 405
	get /api/state --head
	is "${status}" 200
	get '/?x'
	is "$status" 200
	get / -I
	has "$output" "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';" \
		"frame-ancestors 'none'" "X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" "Cache-Control: no-store"
	is "$(ss -tlnH 2>/dev/null | grep -c "127.0.0.1:${base##*:} " || true)" \
		"$(ss -tlnH 2>/dev/null | grep -c ":${base##*:} " || true)"
	get /api/state
	is "$(json '.jobs | length')" 1
}

@test "names from a browser: nothing that the page did not list reaches a command line" {
	use_data
	printf '{"id": "x", "text": "Top up failed", "label": "top_up"}\n' >../outside.jsonl
	echo 'a file that the page does not list' >hidden
	page_in job.yaml
	enter
	for path in /assets/../job.yaml /assets/..%2fjob.yaml /assets/%2e%2e/job.yaml /etc/passwd /assets/ /assets/a/b \
		/api/read/serve /api/read/../state /api/files/..%2f..%2fjob.yaml /api/files/purge /api/actions/9/events \
		/api/actions/..%2f1/events /api/nothing; do
		get "$path" --path-as-is
		is "$path $status" "$path 404"
	done
	get '/api/read/show?store=../x.toehold'
	is "$(json .error)" "'show' has no parameter 'store'"
	get '/api/read/plan?job=../job.yaml'
	is "$(json .error)" "'job' of 'plan' is not a job of this folder"
	get '/api/read/plan?job=%ff'
	is "$status" 400
	get '/api/read/plan?models=/etc/passwd'
	is "$(json .error)" "'models' of 'plan' is not a model that the page has listed"
	while read -r action body words; do
		post "/api/do/$action" "$body"
		is "$status" 400
		has "$(json .error)" "$words"
	done <<-'END'
		smoke {"store":"x"} 'smoke' has no parameter 'store'
		report {"run":"r","out":"job.yaml","force":true} 'report' has no parameter 'force'
		export {"run":"r","out":"job.yaml","force":true} 'export' has no parameter 'force'
		smoke {"json-events":"/etc/x"} 'smoke' has no parameter
		smoke {"job":"../job.yaml"} is not a job of this folder
		smoke {"job":7} is not a job of this folder
		smoke {"models":["http://evil.example/v1#m"]} is not a model that the page has listed
		smoke {"models":[7]} must hold texts
		smoke {"name":{"a":1}} has a value of the wrong kind
		smoke {"name":"a\u0000b"} the body is not a JSON object
		hello {"model":"small.script.json"} is not a model that the page has listed
		add {"tickets":"../outside.jsonl"} is not a file of this folder
		add {"tickets":"/etc/passwd"} is not a file of this folder
		suggest {"from":"tickets-12.jsonl","out":"../x.jsonl"} must be a plain file name
		suggest {"from":"tickets-12.jsonl","out":".x"} must be a plain file name
		init {"folder":"-x"} must be a plain file name
		init {"folder":"a/b"} must be a plain file name
		report {"out":"/tmp/x.html"} must be a plain file name
		try {"prompt":["../outside.jsonl"]} is not a file of this folder
		try {"prompt":["hidden"]} is not a file of this folder
	END
	for body in '{"use": "../x"}' '{"use": "heads/x.head.json"}' '{"use": "-x"}'; do
		post /api/draft/head "$body"
		is "$status" 400
		has "$(json .error)" "must be a plain file name"
	done
	post /api/draft/prompt '{"from": "/etc/passwd", "keep": "x"}'
	is "$(json .error)" "'prompt' has no parameter 'from'"
	post /api/draft/prompt '{"keep": "../x", "text": "y"}'
	is "$(json '"\(.exit_code) \(.result)"')" "3 null"
	[ ! -e prompts ]
	# An option is one word, whatever its value: it cannot become another.
	post /api/do/smoke '{"name": "--json-events=owned"}'
	id=$(json .id)
	is "$(json .command)" "toehold smoke --name=--json-events=owned job.yaml"
	events "$id" '.[-1].state' >/dev/null
	[ ! -e owned ]
}

@test "prompts are written, kept, compared, asked and put into the job; so is a head" {
	use_data
	cp job.yaml before.yaml
	page_in job.yaml
	enter
	get /api/read/prompts
	is "$(json '.result.prompts | map(.id) | join(" ")')" job
	own=$(json '.result.prompts[0].text')
	text="$own"$'\nIt\'s <b>"short"</b> $(touch owned)'
	post /api/draft/prompt "$(jq -cn --arg text "$text" '{keep: "short", text: $text}')"
	is "$(json '.result.text')" "$text"
	kept=$(json .result.id)
	# The command can be typed as it stands.
	command=$(json .command)
	rm -r prompts
	eval "${command/#toehold/\"\$toehold\"}" >/dev/null
	[ -e "prompts/$kept.txt" ] && [ ! -e owned ]
	get "/api/read/prompts?diff=job,$kept"
	is "$(json '.result.lines | map(select(.mark != " ") | .mark + .text) | join("|")')" "+It's <b>\"short\"</b> \$(touch owned)"
	get /api/read/plan
	is "$(json '.result.candidates | map(select(.reads_prompt).name) | join(", ")')" "small plain, large plain"
	do_it try "{\"tickets\": 2, \"prompt\": [\"$kept\"]}"
	is "$(json .command)" "toehold try --prompt=$kept --tickets=2 job.yaml"
	is "$(events "$id" '.[-3:] | "\(.[0].event) \(.[0].done) \(.[0].total) \(.[-1].state) \(.[-1].result.tickets[0].answers | length)"')" "progress 8 8 done 4"
	cmp job.yaml before.yaml
	post /api/draft/prompt "{\"use\": \"$kept\"}"
	is "$(json '"\(.command) \(.result.variant)"')" "toehold prompts --use=$kept job.yaml short"
	is "$(diff before.yaml job.yaml)" "$(diff before.yaml <(cat before.yaml; echo "variants: {short: {file: prompts/$kept.txt}}"))"
	post /api/draft/head '{"use": "small"}'
	is "$(json .exit_code)" 3
	has "$(json .message)" "there is no head 'small'"
	get /api/state
	is "$(json '.runs | length')" 0
}

@test "hostile names survive: jobs, labels, ids, runs" {
	mkdir -- "a 'b\"; \$(x)" "-rf"
	odd=$'a \'b"; $(x)/it\'s.yaml'
	cat >"$odd" <<-'END'
		job: "<script>alert(1)</script>"
		labels: ["<b>\"'&", "b\\n", c]
		tickets: t.jsonl
		models: [one.script.json]
	END
	for n in $(seq 12); do
		jq -cn --arg id $'<img src=x>"\' '"$n" --arg text "ticket $n </script> ]]> $(odd_word "$n")" --arg gold "<b>\"'&" \
			'{id: $id, text: $text, label: $gold}'
	done >"${odd%/*}/t.jsonl"
	echo '{"steps": [{"label": "<b>\"'"'"'&"}]}' >"${odd%/*}/one.script.json"
	cp "$odd" -- "-rf/-x.yaml"
	cp "${odd%/*}"/{t.jsonl,one.script.json} ./-rf
	printf 'tickets: [\n' >broken.yaml
	printf 'services: {}\n' >compose.yaml
	page_in .
	enter
	get /api/state
	is "$(json '.jobs[] | select(.id == "broken.yaml").problem | startswith("broken.yaml:")')" true
	rm broken.yaml
	get /api/state
	is "$(json '.jobs | map(.id) | sort | @json')" "$(jq -cn --arg odd "$odd" '["-rf/-x.yaml", $odd]')"
	is "$(json '.jobs[0].name')" '<script>alert(1)</script>'
	do_it smoke "$(jq -cn --arg job "$odd" '{job: $job, name: "<r> \"1\" $(touch owned)"}')"
	# The command can be typed as it stands.
	is "$(json .command)" "toehold smoke '--name=<r> \"1\" \$(touch owned)' 'a '\\''b\"; \$(x)/it'\\''s.yaml'"
	is "$(events "$id" '.[-1] | "\(.state) \(.result.run)"')" 'done <r> "1" $(touch owned)'
	is "$(events "$id" 'map(select(.event == "answer"))[0].ticket')" $'<img src=x>"\' 1'
	get "/api/read/show" -G --data-urlencode "job=$odd" --data-urlencode 'run=<r> "1" $(touch owned)' \
		--data-urlencode ticket=$'<img src=x>"\' 3'
	is "$(json '.result.gold')" "<b>\"'&"
	is "$(json '.result.id')" $'<img src=x>"\' 3'
	get /api/files/report -G --data-urlencode "job=$odd" --data-urlencode 'run=<r> "1" $(touch owned)' -D head
	is "$status" 200
	has "$(tr -d '\r' <head)" 'Content-Disposition: inline; filename="report--r---1----touch-owned-.html"' "sandbox"
	do_it smoke '{"job": "-rf/-x.yaml", "name": "-x"}'
	is "$(json .command)" "toehold smoke --name=-x -- -rf/-x.yaml"
	is "$(events "$id" '.[-1].state')" done
	[ ! -e owned ]
}

@test "200 requests at once are all answered" {
	use_data
	toe 0 smoke job.yaml --name r
	page_in job.yaml
	enter
	for n in $(seq 200); do
		case $((n % 4)) in
		0) path=/api/read/decide?run=r ;;
		1) path=/api/state ;;
		2) path=/ ;;
		*) path=/api/read/nothing ;;
		esac
		printf 'url = "%s%s"\noutput = "/dev/null"\n' "$base" "$path"
	done >urls
	curl -s -b jar --parallel --parallel-immediate --parallel-max 200 -w '%{http_code}\n' -K urls |
		sort | uniq -c | tr -s ' ' >seen.txt
	is "$(cat seen.txt)" $' 150 200\n 50 404'
	kill -INT "$pid"
	wait "$pid"
	pid=
}

@test "it opens a browser if there is a desktop" {
	use_data
	mkdir bin
	printf '#!/bin/sh\necho "$@" >%q/opened.txt\n' "$PWD" >bin/xdg-open
	chmod +x bin/xdg-open
	[ "$(uname)" = Linux ] || skip_loudly "another opener"
	DISPLAY=:9 PATH=$PWD/bin:$PATH "$toehold" page job.yaml >page.txt 2>said.txt 3>&- &
	pid=$!
	wait_for 10 test -s opened.txt
	is "$(cat opened.txt)" "$(cat page.txt)"
	has "$(cat said.txt)" "Your browser opens it"
	kill -INT "$pid"
	wait "$pid"
	rm opened.txt
	PATH=$PWD/bin:$PATH DISPLAY='' WAYLAND_DISPLAY='' "$toehold" page >page.txt 2>said.txt 3>&- &
	pid=$!
	wait_for 10 grep -q "Open this address" said.txt
	kill -INT "$pid"
	wait "$pid"
	mkdir empty
	DISPLAY=:9 PATH=$PWD/empty "$toehold" page >page.txt 2>said.txt 3>&- &
	pid=$!
	wait_for 10 grep -q "Open this address" said.txt
	kill -INT "$pid"
	wait "$pid"
	pid=
	[ ! -e opened.txt ]
	toe 3 page nothing-here
	has "$stderr" "there is no 'nothing-here'"
	toe 2 page --port 70000
}
