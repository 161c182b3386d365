#!/usr/bin/env bats
# Labelling on the page: uploads, steps, two pages on one draft, and what is refused (docs/labelling.md).
load helper
load page

inbox() {
	{
		echo 'No,Subject,Body'
		odd_lines 1 20 'T-N,About L N,"The L thing is odd: W W"'
		echo 'T-021,Hello,"Write to anna@example.org about the a thing, W is my name"'
	} >"${1-inbox.csv}"
}

# upload FILE [NAME]: sets draft.
upload() {
	post "/api/draft/upload?name=${2-$1}" "@$1"
	is "$status" 200
	draft=$(json .draft)
}

# step JSON: of the draft; its result stays in $output.
step() {
	post /api/draft/step "$1"
	is "$status" 200
	output=$(json .result)
}

# leave PATH BODY: posts it and is gone, as a tab that is closed right after a click.
leave() {
	exec 9<>"/dev/tcp/127.0.0.1/${base##*:}"
	printf 'POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nX-Toehold: page\r\nCookie: %s\r\nContent-Length: %s\r\n\r\n%s' "$1" \
		"${base#http://}" "$base" "$(sed -n 's/.*\(toehold-[0-9]*\)\t/\1=/p' jar)" "${#2}" "$2" >&9
	exec 9>&-
}

# labelled N: tickets of the draft d.
labelled() {
	get '/api/read/draft?draft=d&reader=first'
	[ "$(json .result.progress.labelled)" = "$1" ]
}

# refused STATUS PATH BODY WORDS
refused() {
	post "$2" "$3"
	is "$status" "$1"
	has "$output" "$4"
}

@test "an upload becomes a draft, is labelled, read twice, and made a job; each step shows its command" {
	inbox
	page_in .
	enter
	upload inbox.csv
	is "$draft" labels-inbox
	is "$(stat -c %a labels-inbox/secrets labels-inbox/secrets/inbox.csv labels-inbox/labels.journal | xargs)" "700 600 600"
	cmp inbox.csv labels-inbox/secrets/inbox.csv
	get /api/state
	is "$(json '.drafts[] | "\(.id) \(.file) \(.ready)"')" "labels-inbox inbox.csv false"
	get "/api/read/columns?upload=labels-inbox"
	is "$(json '"\(.result.tickets) \(.result.meant.text | join("+"))"')" "21 Subject+Body"
	lacks "$output" anna@example.org
	get "/api/read/columns?upload=labels-inbox&label=Subject&no-label"
	is "$(json '"\(.result.labelled) \(.result.first[0].label)"')" "0 null"
	post /api/draft/make '{"upload": "labels-inbox", "out": "labels-inbox", "text": ["Subject", "Body"], "id": "No"}'
	is "$(json .command)" "toehold label --out=labels-inbox --text=Subject,Body --id=No labels-inbox/secrets/inbox.csv"
	is "$(json .result.progress.tickets)" 21
	step '{"draft": "labels-inbox", "reader": "first", "bucket": "a", "about": "of a"}'
	step '{"draft": "labels-inbox", "reader": "first", "bucket": "b"}'
	get "/api/read/draft?draft=labels-inbox&reader=first"
	is "$(json '.result | "\(.tickets | length) \([.tickets[].parts[] | objects | .text] | join(" "))"')" "21 anna@example.org"
	for id in $(json '.result.tickets[].id'); do
		case $id in *[02468]) as=a ;; *) as=b ;; esac
		step "{\"draft\": \"labels-inbox\", \"reader\": \"first\", \"ticket\": \"$id\", \"as\": \"$as\"}"
		step "{\"draft\": \"labels-inbox\", \"reader\": \"second\", \"ticket\": \"$id\", \"as\": \"$as\"}"
	done
	step '{"draft": "labels-inbox", "reader": "second", "undo": true}'
	is "$(json '.progress.labelled')" 20
	get "/api/read/agreement?draft=labels-inbox&reader=first"
	is "$(json '.result.pairs[0] | "\(.same) \(.tickets) \(.kappa)"')" "20 20 1"
	post /api/draft/finish '{"draft": "labels-inbox", "finish": "support", "tests": 10}'
	is "$(json '"\(.result.job) \(.result.under_test)"')" "support/job.yaml 10"
	has "$(cat support/job.yaml)" "a: of a"
	lacks "$(cat support/scratch/*)" anna@example.org
	get /api/state
	is "$(json '.jobs[].id')" support/job.yaml
}

@test "a page that is killed, and two pages on one draft: nothing is lost" {
	inbox
	toe 0 label inbox.csv -o d
	toe 0 label d --bucket a
	page_in .
	enter
	step '{"draft": "d", "ticket": "T-001", "as": "a"}'
	kill -9 "$pid"
	rm page.txt
	page_in .
	enter
	get '/api/read/draft?draft=d&reader=first'
	is "$(json .result.progress.labelled)" 1
	other=$pid
	mv jar jar.other
	from=$base
	rm page.txt
	page_in .
	enter
	for i in 2 3 4 5 6 7; do
		curl -s -b jar.other -H "Origin: $from" -H 'X-Toehold: page' -d "{\"draft\": \"d\", \"ticket\": \"T-00$i\", \"as\": \"a\"}" "$from/api/draft/step" >/dev/null &
		asked[i]=$!
		step "{\"draft\": \"d\", \"ticket\": \"T-01$i\", \"as\": \"a\"}"
	done
	wait "${asked[@]}"
	kill -9 "$other"
	get '/api/read/draft?draft=d&reader=first'
	is "$(json .result.progress.labelled)" 13
}

@test "a tab that is closed right after a click, and a Ctrl-C: labels are kept, and the job is whole" {
	inbox
	toe 0 label inbox.csv -o d
	toe 0 label d --bucket a
	toe 0 label d --bucket b
	page_in .
	enter
	for n in {01..20}; do
		case $n in *[02468]) as=a ;; *) as=b ;; esac
		leave /api/draft/step "{\"draft\": \"d\", \"ticket\": \"T-0$n\", \"as\": \"$as\"}"
	done
	wait_for 20 labelled 20
	leave /api/draft/finish '{"draft": "d", "finish": "support", "tests": 10}'
	wait_for 10 compgen -G 'support*'
	kill -INT "$pid"
	wait "$pid"
	pid=
	is "$(compgen -G 'support*')" support
	[ -e support/job.yaml ]
}

@test "names of files are not paths, whatever they are" {
	inbox
	page_in .
	enter
	upload inbox.csv '../../etc/passwd'
	is "$draft" labels-passwd
	upload inbox.csv '..%2F..%2F%2500'
	is "$draft" labels-00
	upload inbox.csv '%22%3E%3Cscript%3E.csv'
	is "$draft" labels-script
	upload inbox.csv ''
	is "$draft" labels-tickets
	upload inbox.csv ''
	is "$draft" labels-tickets-2
	upload inbox.csv "$(printf 'x%.0s' $(seq 300)).XLSX"
	[ -n "$(compgen -G "$draft/secrets/*.xlsx")" ]
	[ "${#draft}" -lt 60 ]
	printf '{"text": "one"}\n{"text": "two"}\n' >pasted
	upload pasted rows # a draft has a file rows.jsonl of its own
	get "/api/read/columns?upload=$draft"
	is "$(json .result.tickets)" 2
	is "$(find . -newer inbox.csv -type d -name 'labels-*' | wc -l)" 7
	[ ! -e ../etc ]
}

@test "refused: no header, no cookie, too long, unknown drafts and parameters, paths" {
	inbox
	toe 0 label inbox.csv -o d
	mkdir other && cp -r d other/deep
	page_in .
	enter
	is "$(curl -s -o /dev/null -w '%{http_code}' -b jar -H "Origin: $base" -d '{}' "$base/api/draft/step")" 403
	is "$(curl -s -o /dev/null -w '%{http_code}' -H "Origin: $base" -H 'X-Toehold: page' -d '{}' "$base/api/draft/step")" 401
	is "$(curl -s -o /dev/null -w '%{http_code}' -b jar -H "Origin: http://evil.example" -H 'X-Toehold: page' -d '{}' "$base/api/draft/upload?name=x")" 403
	head -c 70000000 /dev/zero >large.csv
	is "$(curl -s -o /dev/null -w '%{http_code}' -b jar -H "Origin: $base" -H 'X-Toehold: page' -H 'Expect:' --data-binary @large.csv "$base/api/draft/upload?name=large.csv" || true)" 413
	[ ! -e labels-large ]
	refused 400 '/api/draft/upload?name=x.csv' '' "is empty"
	refused 404 /api/draft/nothing '{}' "no such step"
	refused 400 /api/draft/step '[]' "not a JSON object"
	for name in nowhere ../d /etc d/../d other/deep ''; do
		refused 400 /api/draft/step "{\"draft\": \"$name\", \"undo\": true}" "is not a draft of this folder"
	done
	refused 400 /api/draft/step '{"draft": "d", "out": "x"}' "no parameter 'out'"
	refused 400 /api/draft/make '{"upload": "d", "out": "new"}' "is not a draft of this folder"
	refused 400 /api/draft/finish '{"draft": "d", "finish": "../x"}' "plain file name"
	post /api/draft/step '{"draft": "d", "ticket": "T-001", "as": "--finish=x"}'
	is "$(json '"\(.exit_code) \(.result)"')" "3 null"
	has "$output" "there is no such bucket"
	[ ! -e x ]
}

@test "tickets for a job: taken from a listed file, given back, deleted; each shows its command" {
	tickets 12
	job one.script.json
	odd_lines 31 34 '{"id": "pN", "text": "ticket N asks about L W"}' >hard.jsonl
	page_in .
	enter
	post /api/draft/take '{"from": "hard.jsonl", "out": "labels-hard", "job": "job.yaml"}'
	is "$(json .command)" "toehold label --out=labels-hard --job=job.yaml hard.jsonl"
	is "$(json '.result | "\(.job) \(.progress.tickets)"')" "job.yaml 4"
	for n in 1 2 3; do step "{\"draft\": \"labels-hard\", \"ticket\": \"p03$n\", \"as\": \"a\"}"; done
	post /api/draft/finish '{"draft": "labels-hard", "finish": "hard-labelled.jsonl"}'
	is "$(json .command)" "toehold label --finish=hard-labelled.jsonl labels-hard"
	is "$(json '.result | "\(.tickets) \(.left_out) \(.next)"')" "3 1 toehold add job.yaml hard-labelled.jsonl --as harder"
	get /api/state
	is "$(json '[.files[].name] | index("hard-labelled.jsonl") != null')" true
	step '{"draft": "labels-hard", "reader": "first", "undo": true}'
	post /api/draft/step '{"draft": "labels-hard", "accept": true}'
	has "$(json .message)" "no ticket that is still to be read"
	refused 400 /api/draft/take '{"from": "../hard.jsonl", "out": "x", "job": "job.yaml"}' "is not a file of this folder"
	refused 400 /api/draft/take '{"from": "hard.jsonl", "out": "../x", "job": "job.yaml"}' "plain file name"
	refused 400 /api/draft/take '{"from": "hard.jsonl", "out": "x", "job": "/etc/passwd"}' "is not a job of this folder"
	refused 400 /api/draft/delete '{"draft": "."}' "is not a draft of this folder"
	refused 400 /api/draft/delete '{"draft": "labels-hard", "everywhere": true}' "no parameter 'everywhere'"
	post /api/draft/delete '{"draft": "labels-hard"}'
	is "$(json '"\(.command) \(.result.deleted)"')" "toehold label --delete labels-hard labels-hard"
	get /api/state
	is "$(json '.drafts | length')" 0
	[ ! -e labels-hard ]
	is "$(jq -s length hard-labelled.jsonl)" 3
	# A folder of that name that is no draft: the next free name.
	mkdir labels-hard
	: >labels-hard-2
	post /api/draft/take '{"from": "hard.jsonl", "out": "labels-hard", "job": "job.yaml"}'
	is "$(json '"\(.command) \(.result.draft)"')" "toehold label --out=labels-hard-3 --job=job.yaml hard.jsonl labels-hard-3"
}

@test "a wrong label is corrected in a new version, which runs in the store of the old one" {
	right 12
	script two "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	sed -i 's/one.script.json/one.script.json, two.script.json/' job.yaml
	sed -i '3s/"label": "."/"label": "b"/' tickets.jsonl
	run --separate-stderr "$toehold" smoke job.yaml --name r
	page_in .
	enter
	post /api/draft/fix '{"job": "job.yaml", "run": "r", "ticket": ["t003"], "as": ["a"]}'
	is "$(json .command)" "toehold fix --ticket=t003 --as=a --store=job.toehold r"
	is "$(json '.result | "\(.job) \(.before) \(.name) \(.changes[0].was)"')" "job-2.yaml job.yaml r-fixed b"
	do_it smoke '{"job": "job-2.yaml", "name": "r-fixed", "store-of": "job.yaml"}'
	is "$(events "$id" 'map(select(.command)) | last.command')" "toehold smoke --name=r-fixed --store=job.toehold job-2.yaml"
	get '/api/read/show?job=job-2.yaml&run=r-fixed'
	is "$(json '.result.suspects | length')" 0
	refused 400 /api/do/smoke '{"job": "job-2.yaml", "store-of": "/etc/passwd"}' "is not a job of this folder"
	refused 400 /api/do/hello '{"store-of": "job.yaml"}' "no parameter"
	get "/api/read/show?job=$PWD/job-2.yaml&run=r-fixed" # a listed job by another path to it
	is "$(json .result.run)" r-fixed
	get "/api/read/show?job=$PWD/../job-2.yaml&run=r-fixed"
	has "$(json .error)" "is not a job of this folder"
}
