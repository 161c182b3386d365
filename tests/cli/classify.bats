#!/usr/bin/env bats
# The pick in production: labels in order, resumed after any stop, unsure tickets left to a person;
# then drift, and tickets that a person labelled.
load helper

# A run with a pick, over 30 tickets; work.jsonl has N others.
with_pick() {
	tickets 30
	script one "{\"steps\": [$right_steps]}"
	job one.script.json "${2-}"
	toe 0 smoke job.yaml --name r --store job.toehold
	work_tickets "$1" >work.jsonl
}

# work_tickets N: writes N tickets without labels.
work_tickets() {
	local i labels=(a b c)
	for ((i = 1; i <= $1; i++)); do
		printf '{"id": "w%05d", "text": "message %05d asks about %s"}\n' "$i" "$i" "${labels[i % 3]}"
	done
}

labels_of() { jq -r '[.id, .label // "-", .outcome] | join(" ")' "$1"; }

@test "labels and reasons, in the order of the tickets; to a file, to a pipe, as CSV" {
	with_pick 150
	toe 0 classify work.jsonl -o out.jsonl
	has "$stderr" "one · plain of run 'r': 30 of 30 right, at least 88% guaranteed. GOOD ENOUGH." "150 tickets in"
	is "$(labels_of out.jsonl | sed -n '1p;2p;150p' | tr '\n' ';')" "w00001 b ok;w00002 c ok;w00150 a ok;"
	is "$(jq -r .id out.jsonl | md5sum)" "$(jq -r .id work.jsonl | md5sum)"
	is "$(jq -r .rationale out.jsonl | sort -u)" "It says so."
	"$toehold" classify --quiet <work.jsonl >piped.jsonl
	cmp out.jsonl piped.jsonl
	"$toehold" classify work.jsonl --quiet -o out.csv
	is "$(sed -n 2p out.csv | tr -d '\r')" '"w00001","b",1,"ok",,"It says so."'
	is "$(wc -l <out.csv)" 151
	jq -r '[.id, .text] | @csv' work.jsonl | sed '1i id,text' >work.csv
	"$toehold" classify work.csv --quiet --label-only -o from.jsonl
	is "$(jq -c '[.id, .label]' from.jsonl | md5sum)" "$(jq -c '[.id, .label]' out.jsonl | md5sum)"
	jq -e 'has("rationale") | not' from.jsonl >/dev/null
}

# unsure N: a run whose pick is sure of no ticket; work.jsonl has N tickets.
unsure() {
	with_pick "$1"
	script one "{\"steps\": [{\"match\": \"message\", \"label\": \"a\", \"probs\": {\"a\": 0.6, \"b\": 0.3, \"c\": 0.1}}, $right_steps]}"
	toe 0 smoke job.yaml --name unsure
}

@test "--review never cuts what a person wrote: other files, labels added, lines added or removed" {
	unsure 130
	classify() { toe "$1" classify work.jsonl -q --label-only -o out.jsonl --abstain-below 80% --review "$2"; }
	printf '{"id": "x", "text": "mine", "label": "a"}\n' >mine.jsonl
	cp job.yaml job.csv
	ln -s nobody link.jsonl
	for name in mine.jsonl job.csv link.jsonl; do
		classify 3 "$name"
		has "$stderr" "'$name' already exists, may hold labels, and was not changed"
		[ ! -e out.jsonl ] && [ ! -e out.jsonl.state ]
	done
	cmp job.yaml job.csv
	is "$(cat mine.jsonl)" '{"id": "x", "text": "mine", "label": "a"}'
	[ ! -e nobody ]
	# A session that stopped after 64 of 130 tickets, at its end and while it wrote the next ones.
	classify 0 review.jsonl
	for file in out review; do
		head -64 $file.jsonl >$file.half
		sed -n 65p $file.jsonl | head -c 20 >$file.torn
	done
	jq -c --arg t "$(head -64 work.jsonl >half.jsonl
		"$toehold" classify half.jsonl -q --label-only -o half.out.jsonl --abstain-below 80% --review half.review.jsonl
		jq -r .tickets half.out.jsonl.state)" \
		--arg out "$(sha256sum <out.half | cut -c1-64)" --argjson on "$(stat -c %s out.half)" \
		--arg review "$(sha256sum <review.half | cut -c1-64)" --argjson rn "$(stat -c %s review.half)" \
		'.rows = 64 | .tickets = $t | .complete = false | .out = {bytes: $on, sha256: $out, announced: 0}
		| .review = {bytes: $rn, sha256: $review, announced: 0}' out.jsonl.state >state
	cp out.jsonl whole.jsonl
	cp review.jsonl whole-review.jsonl
	stopped() { cp out.half out.jsonl; cp review.half review.jsonl; cp state out.jsonl.state; }
	stopped
	classify 0 review.jsonl
	cmp out.jsonl whole.jsonl
	cmp review.jsonl whole-review.jsonl
	for change in '3s/"label":""/"label":"a"/' '$d' '$a {"id":"h","text":"by hand","label":"b"}' '5s/message/Message/'; do
		stopped
		sed -i "$change" review.jsonl
		cp review.jsonl labelled
		classify 3 review.jsonl
		has "$stderr" "'review.jsonl' was " "nothing was cut"
		cmp review.jsonl labelled
		cmp out.jsonl out.half
	done
	# What the killed session had announced is its own, and is written again.
	stopped
	cat out.torn >>out.jsonl
	cat review.torn >>review.jsonl
	jq -c '.out.announced = 5000 | .review.announced = 5000' state >out.jsonl.state
	classify 0 review.jsonl
	cmp out.jsonl whole.jsonl
	cmp review.jsonl whole-review.jsonl
	stopped
	rm review.jsonl
	classify 3 review.jsonl
	[ ! -e review.jsonl ]
	stopped
	mv review.jsonl elsewhere && ln -s elsewhere review.jsonl
	classify 3 review.jsonl
	has "$stderr" "'review.jsonl' is a link"
	cmp elsewhere review.half
}

@test "one writer at a time; a failed command leaves no file" {
	with_pick 200
	script one "{\"steps\": [$right_steps], \"ms\": 20}"
	toe 0 smoke job.yaml --name slow
	"$toehold" classify work.jsonl --run slow -q --label-only -o out.jsonl &
	for ((i = 0; i < 200; i++)); do [ -s out.jsonl ] && break; sleep 0.05; done
	toe 3 classify work.jsonl --run slow -q --label-only -o out.jsonl
	has "$stderr" "another 'toehold classify' is writing 'out.jsonl'"
	kill -9 $!
	wait $! || true
	toe 0 classify work.jsonl --run slow -q --label-only -o out.jsonl
	is "$(wc -l <out.jsonl)" 200
	printf '{"id": "w1"}\n{"id": "w2", "text": "ok"}\n' >bad.jsonl
	toe 3 classify bad.jsonl -o none.jsonl
	lacks "$stderr" "The rows so far"
	toe 3 classify bad.jsonl -q -o none.csv --abstain-below 80% --review none-review.csv
	is "$(echo none*)" 'none*'
}

@test "CSV for people: texts beside labels, a review file with the labels to choose from" {
	unsure 3
	printf '{"id": "0025", "text": "=cmd: \\"a\\",\\nsecond line; message"}\n' >>work.jsonl
	printf '{"id": "-5", "text": "%s; message %s"}\n' "'=quoted" one "''+twice" two "'tis no formula" three >more
	jq -c '.id += (input_line_number | tostring)' more >>work.jsonl
	toe 0 classify work.jsonl -q --label-only --with-text -o labels.csv --abstain-below 80% --review review.csv
	python3 - <<-'END'
		import csv
		rows = list(csv.DictReader(open("labels.csv", newline="")))
		assert list(rows[0]) == ["id", "text", "label", "probability", "outcome", "guess", "rationale"], rows[0]
		assert rows[0]["text"] == "message 00001 asks about b" and rows[0]["probability"] == "0.6", rows[0]
		assert rows[3]["id"] == "0025" and rows[3]["text"] == "'=cmd: \"a\",\nsecond line; message", rows[3]
		review = list(csv.DictReader(open("review.csv", newline="")))
		assert list(review[0]) == ["id", "text", "label", "allowed_labels"], review[0]
		assert {r["allowed_labels"] for r in review} == {"a | b | c"} and {r["label"] for r in review} == {""}
		for row in review[3:]:
		    row["label"] = "b"
		w = csv.DictWriter(open("done.csv", "w", newline=""), list(review[0]))
		w.writeheader()
		w.writerows(review)
	END
	printf '{"id": "t1", "text": "an old one", "label": "b"}\n' >training.jsonl
	toe 0 learn job.yaml done.csv --to training.jsonl
	has "$output" "4 added" "3 without a label"
	diff <(tail -4 training.jsonl | jq -c '[.id, .text]') <(tail -4 work.jsonl | jq -c '[.id, .text]')
	toe 0 classify work.jsonl -q --label-only --with-text
	is "$(head -1 <<<"$output")" '{"id":"w00001","text":"message 00001 asks about b","label":"a","probability":0.6,"outcome":"ok"}'
	toe 0 classify work.jsonl -q --label-only -o /dev/null --abstain-below 80% --review - --csv
	is "$(head -1 <<<"$output")" $'id,text,label,allowed_labels\r'
}

@test "killed at 50 random moments and resumed: the same bytes" {
	with_pick 400
	script one "{\"steps\": [$right_steps], \"ms\": 1}"
	toe 0 smoke job.yaml --name slow
	"$toehold" classify work.jsonl --run slow --quiet --label-only -o calm.jsonl
	n=$(kills 50)
	RANDOM=${SEED:-$$}
	echo "SEED=${SEED:-$$}"
	for ((round = 0; round < n; round++)); do
		"$toehold" classify work.jsonl --run slow --quiet --label-only -o out.jsonl &
		sleep "0.$(printf %03d $((RANDOM % 250)))"
		kill -9 $! 2>/dev/null || true
		wait $! || true
		[ $((round % 10)) -ne 9 ] || { "$toehold" classify work.jsonl --run slow --quiet --label-only \
			-o out.jsonl; cmp calm.jsonl out.jsonl; rm out.jsonl out.jsonl.state; }
	done
	"$toehold" classify work.jsonl --run slow --quiet --label-only -o out.jsonl
	cmp calm.jsonl out.jsonl
	toe 0 classify work.jsonl --run slow --label-only -o out.jsonl
	has "$stderr" "'out.jsonl' is complete: 400 rows"
}

@test "other tickets, other settings, another program's file: not resumed" {
	with_pick 100
	toe 0 classify work.jsonl -o out.jsonl
	sed 's/message 00007/message 7/' work.jsonl >other.jsonl
	head -50 work.jsonl >short.jsonl
	work_tickets 101 >longer.jsonl
	toe 3 classify longer.jsonl -o out.jsonl
	has "$stderr" "'out.jsonl' is complete with 100 rows, but 'longer.jsonl' holds more tickets"
	for state in complete open; do
		[ $state = complete ] || sed -i 's/"complete":true/"complete":false/' out.jsonl.state
		toe 3 classify work.jsonl -o out.jsonl --label-only
		has "$stderr" "written with another run, candidate or options"
		toe 3 classify other.jsonl -o out.jsonl
		has "$stderr" "the first 100 tickets are not those of the rows in 'out.jsonl'"
		toe 3 classify short.jsonl -o out.jsonl
		has "$stderr" "holds 50 tickets, but 'out.jsonl' has more rows"
	done
	truncate -s 100 out.jsonl
	toe 3 classify work.jsonl -o out.jsonl
	has "$stderr" "was shortened"
	echo mine >notes.jsonl
	toe 3 classify work.jsonl -o notes.jsonl
	has "$stderr" "exists and cannot be resumed"
	is "$(cat notes.jsonl)" mine
	echo '{' >out.jsonl.state
	toe 3 classify work.jsonl -o out.jsonl
	has "$stderr" "'out.jsonl.state' is damaged"
	toe 2 classify work.jsonl -o labels.txt
	has "$stderr" "the name must end in .jsonl or .csv"
}

@test "labels that are not sure enough are not taken and go to a person" {
	tickets 30
	script one '{"steps": [{"match": "00001", "label": "a", "probs": {"a": 0.6, "b": 0.3, "c": 0.1}},
		{"match":"ticket 001","label":"b", "probs": {"a": 0.2, "b": 0.7, "c": 0.1}},
		{"match":"about a","label":"a"},{"match":"about b","label":"b"},{"match":"about c","label":"c"}]}'
	job one.script.json
	toe 0 smoke job.yaml --name r --store job.toehold
	toe 0 classify --thresholds
	has "$output" "threshold" "0.0000     100% (30)" "100% (30)" \
		"It states 99% on average and is right on 100% (30 of 30): no further off than chance explains. Only indicative: fewer than 100 answers."
	work_tickets 20 >work.jsonl
	toe 0 classify work.jsonl -o out.jsonl --abstain-below 80% --review review.jsonl
	has "$stderr" "19 labelled, 1 not sure enough, 0 failed"
	is "$(jq -c 'select(.outcome != "ok")' out.jsonl)" \
		'{"id":"w00001","label":null,"probability":0.6,"outcome":"abstained","guess":"a","rationale":"It says so."}'
	is "$(cat review.jsonl)" '{"id":"w00001","text":"message 00001 asks about b","label":""}'
	toe 0 classify work.jsonl -o guessed.jsonl --abstain-below 80% --review guess.jsonl --show-guess
	is "$(cat guess.jsonl)" \
		'{"id":"w00001","text":"message 00001 asks about b","label":"","guess":"a","probability":0.6}'
	toe 2 classify work.jsonl --review other.jsonl
	has "$stderr" "--review needs --abstain-below"
	toe 2 classify work.jsonl --show-guess
	has "$stderr" "--show-guess needs --review"
	toe 2 classify work.jsonl --abstain-below 80% -o same.jsonl --review same.jsonl
	has "$stderr" "need two files"
	for both in "--review -" "--review /dev/stdout" "-o - --review /dev/fd/1"; do
		read -ra words <<<"$both"
		toe 2 classify work.jsonl --abstain-below 80% "${words[@]}"
		has "$stderr" "need two files"
	done
	toe 0 classify work.jsonl --quiet --abstain-below 80
	is "$(jq -c 'select(.outcome != "ok") | .id' <<<"$output")" '"w00001"'
	for below in lots 6000% -0.8 0 1.5 nan 0,8; do
		toe 2 classify work.jsonl --abstain-below "$below"
		has "$stderr" "--abstain-below takes a share above 0 and at most 1, such as 0.6 or 60%, not '$below'"
		toe 2 serve --abstain-below "$below"
		has "$stderr" "a share above 0 and at most 1"
	done
}

@test "a candidate that writes freely: its labels are read, and no threshold is taken" {
	tickets 12
	script one '{"steps": [{"match": "about a", "says": "{\"label\": \"a\", \"rationale\": \"It asks about a.\"}"},
		{"match": "about b", "says": "B."}, {"match": "about c", "says": "It is c, I think."}, {"match": "Hello", "says": "Hi!"}]}'
	job one.script.json
	toe 0 smoke job.yaml --name r --free --store job.toehold
	work_tickets 3 >work.jsonl
	printf '{"id": "w4", "text": "Hello there"}\n' >>work.jsonl
	toe 0 classify work.jsonl
	has "$stderr" "3 labelled, 0 not sure enough, 1 failed"
	is "$(jq -r '[.label // "-", .probability // "-", .outcome, .rationale // "-"] | join(" ")' <<<"$output")" \
		$'b - ok -\nc - ok -\na - ok It asks about a.\n- - off_label -'
	toe 0 classify work.jsonl --label-only
	is "$(jq -r '[.label // "-", .rationale // "-"] | join(" ")' <<<"$output" | tr '\n' ';')" "b -;c -;a -;- -;"
	for how in "" --quiet --label-only; do
		# shellcheck disable=SC2086 # nothing is an option too
		toe 3 classify work.jsonl --abstain-below 90% -o out.jsonl $how
		has "$stderr" "one plain has no label probabilities in run 'r' (with --free there are none)" \
			"take every label" "--candidate"
		[ ! -e out.jsonl ]
	done
	toe 3 classify --thresholds
	has "$stderr" "no threshold can be applied"
	toe 3 serve --abstain-below 90%
	has "$stderr" "one plain has no label probabilities"
	# Another candidate of the same run gives them.
	toe 0 classify work.jsonl --quiet --abstain-below 90% -c "baseline majority"
	is "$(jq -r .outcome <<<"$output" | sort -u)" abstained
}

@test "reviewed tickets become training; tickets under test never do; gold only if it is named" {
	tickets 30
	printf '{"id": "t1", "text": "an old one about b", "label": "b"}\n' >training.jsonl
	job one.script.json "training: training.jsonl"
	script one "{\"steps\": [$right_steps]}"
	{
		printf '{"id": "r1", "text": "my parcel is late, and it is all about a", "label": "a", "guess": "b"}\n'
		printf '{"id": "r2", "text": "nobody has looked at this", "label": ""}\n'
		printf '{"id": "r3", "text": "Ticket 004 asks about b!", "label": "b"}\n'
		printf '{"id": "t1", "text": "an old one about b", "label": "b"}\n'
	} >review.jsonl
	toe 0 learn job.yaml review.jsonl --dry-run
	has "$output" "1 would be added to 'training.jsonl'"
	is "$(wc -l <training.jsonl)" 1
	toe 0 learn job.yaml review.jsonl
	is "$output" "1 added to 'training.jsonl'; 1 without a label, 1 already there, 1 refused: they (nearly) repeat a ticket under test"
	is "$(tail -1 training.jsonl)" '{"id":"r1","text":"my parcel is late, and it is all about a","label":"a"}'
	toe 0 learn job.yaml review.jsonl
	has "$output" "0 added" "2 already there"
	toe 0 learn job.yaml review.jsonl --gold gold.jsonl
	is "$(wc -l <gold.jsonl)" 2
	toe 3 learn job.yaml review.jsonl --gold gold.jsonl
	has "$stderr" "a set of test tickets must not change"
	toe 3 learn job.yaml review.jsonl --to tickets.jsonl
	printf '{"id": "r9", "text": "x", "label": "nolabel"}\n' >bad.jsonl
	toe 3 learn job.yaml bad.jsonl
	has "$stderr" "label 'nolabel' is not one of the job's labels"
}

@test "no pick, a calibrated pick, a baseline, a blocked one, a changed model" {
	tickets 30
	script bad '{"steps": [{"match": "about", "label": "a"}]}'
	job bad.script.json
	toe 1 smoke job.yaml --name none
	work_tickets 9 >work.jsonl
	toe 4 classify work.jsonl
	has "$stderr" "run 'none' has no pick: no candidate scored the bar (closest:" "--candidate NAME"
	refusal=$stderr
	toe 4 watch
	is "$stderr" "$refusal"
	toe 3 watch -c nobody
	has "$stderr" "run 'none' has no candidate 'nobody'; it has '"
	toe 0 classify work.jsonl -c "bad plain" -l
	has "$stderr" "BELOW THE BAR (proven). It is not the pick of that run. The chance that it really reaches"
	is "$(jq -r .label <<<"$output" | sort | uniq -c | tr -s ' ')" " 9 a"
	toe 0 classify work.jsonl -c "baseline majority" -l
	is "$(jq -r .label <<<"$output" | sort -u | wc -l)" 1
	toe 3 classify work.jsonl -c nobody
	has "$stderr" "has no candidate 'nobody'"
	# A baseline needs no model's file.
	mv bad.script.json away
	toe 0 classify work.jsonl -c "baseline majority" -l
	toe 3 classify work.jsonl -c "bad plain" -l
	mv away bad.script.json
	script bad '{"steps": [{"match": "about", "label": "b"}]}'
	toe 3 classify work.jsonl -c "bad plain"
	has "$stderr" "the weights of bad plain are not those of run 'none'"
}

@test "a calibrated candidate is corrected by the means of its run, reasons included" {
	tickets 30
	script one '{"steps": [
		{"match":"about a","label":"a","probs":{"a":0.90,"b":0.06,"c":0.04},"reason":{"a":"For a.","b":"For b.","c":"For c."}},
		{"match":"about b","label":"a","probs":{"a":0.50,"b":0.46,"c":0.04},"reason":{"a":"For a.","b":"For b.","c":"For c."}},
		{"match":"about c","label":"a","probs":{"a":0.50,"b":0.06,"c":0.44},"reason":{"a":"For a.","b":"For b.","c":"For c."}}]}'
	job one.script.json "ways: [calibrated]"
	toe 0 smoke job.yaml --name r
	work_tickets 12 >work.jsonl
	toe 0 classify work.jsonl
	is "$(jq -r '[.label, .rationale] | join(" ")' <<<"$output" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
		" 4 a For a.; 4 b For b.; 4 c For c.;"
	toe 0 classify work.jsonl -l
	is "$(jq -r .label <<<"$output" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" " 4 a; 4 b; 4 c;"
}

@test "a failed ticket is a row; a lost worker ends the work, which can be resumed" {
	tickets 30
	script one "{\"steps\": [{\"match\":\"00005\",\"fault\":\"segv\"},$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r
	work_tickets 20 >work.jsonl
	toe 0 classify work.jsonl -l
	is "$(jq -r 'select(.label == null) | "\(.id) \(.outcome)"' <<<"$output")" "w00005 crashed"
	is "$(wc -l <<<"$output")" 20
	has "$stderr" "19 labelled, 0 not sure enough, 1 failed"
}

@test "personal data is refused as in smoke; bad lines are named; empty input is not an error" {
	with_pick 70
	printf '{"id": "p", "text": "write to jane.roe@example.com about b"}\n' >>work.jsonl
	toe 4 classify work.jsonl -o out.jsonl
	has "$stderr" "work.jsonl:71" "holds personal data"
	is "$(wc -l <out.jsonl)" 64
	head -70 work.jsonl >clean.jsonl
	printf '{"id": "x", "text": 7}\n' >>clean.jsonl
	toe 3 classify clean.jsonl -l
	has "$stderr" "clean.jsonl:71" "'text' is a number; write it as a string"
	toe 0 classify -l </dev/null
	is "$output" ""
	toe 3 classify missing.jsonl
	has "$stderr" "cannot open 'missing.jsonl'"
}

@test "Ctrl-C: whole batches stay, and the same command resumes" {
	with_pick 600
	script one "{\"steps\": [$right_steps], \"ms\": 2}"
	toe 0 smoke job.yaml --name slow
	"$toehold" classify work.jsonl --run slow -l -o out.jsonl 2>said.txt &
	wait_for 60 test -s out.jsonl
	kill -INT $!
	! wait $! || return 1
	has "$(cat said.txt)" "the same command resumes there"
	is $(($(wc -l <out.jsonl) % 64)) 0
	"$toehold" classify work.jsonl --run slow -l -o out.jsonl --quiet
	is "$(wc -l <out.jsonl)" 600
	is "$(jq -r .id out.jsonl | sort -u | wc -l)" 600
}

@test "memory stays flat over many tickets" {
	with_pick 10
	job one.script.json "personal_data: allowed"
	toe 0 smoke job.yaml --name r2
	work_tickets "${MANY:-6000}" >many.jsonl
	head -1000 many.jsonl >few.jsonl
	few=$(peak_of classify few.jsonl --run r2 -l -o few.out.jsonl)
	many=$(peak_of classify many.jsonl --run r2 -l -o many.out.jsonl)
	echo "peak: $few kB over 1,000 tickets, $many kB over ${MANY:-6000}"
	[ $((many - few)) -lt 1500 ]
}

# Peak memory of only the program, in kB.
peak_of() {
	is_sanitized && skip_loudly "sanitizers keep what was freed"
	python3 - "$toehold" "$@" <<-'PY'
		import os, subprocess, sys
		p = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		_, _, usage = os.wait4(p.pid, 0)
		print(usage.ru_maxrss)
	PY
}

@test "watch: similar tickets, and changed tickets" {
	with_pick 120
	toe 3 watch
	has "$stderr" "has not labelled any tickets yet"
	toe 0 classify work.jsonl -l -o same.jsonl
	toe 0 watch
	has "$output" "1 session in production" "No sign that the tickets have changed."
	for i in $(seq 1 200); do
		printf '{"id": "n%s", "text": "message %s asks about a"}\n' "$i" "$i"
	done >new.jsonl
	toe 0 classify new.jsonl -l -o new.out.jsonl
	toe 1 watch --last 1 --json
	is "$(json '[.sessions, .n_then, .n_now, .drifted] | join(" ")')" "1 30 200 true"
	toe 1 watch --last 1
	has "$output" "more a, less" "label 25 new ones, then 'toehold add' them"
	toe 0 verify --all
}

@test "a classify that refuses its tickets prints no verdict and no count, and leaves no file" {
	use_data
	"$toehold" smoke job.yaml >/dev/null 2>&1 || true
	echo '{"id":"q","text":"mail me at joe.smith@example.org"}' >personal.jsonl
	toe 4 classify personal.jsonl -o out.csv
	has "$stderr" "personal.jsonl:1: ticket 'q' holds personal data (EMAIL)"
	[[ $stderr != *verdict* && $stderr != *"tickets in"* && $stderr != *resumes* ]]
	toe 3 classify nowhere.jsonl -o out.csv
	[[ $stderr != *verdict* && $stderr != *"tickets in"* ]]
	toe 3 classify tickets-12.jsonl -o no/out.csv
	has "$stderr" "its folder does not exist; make it first"
	[[ $stderr != *verdict* && $stderr != *"tickets in"* ]]
	[ ! -e out.csv ] && [ ! -e out.csv.state ]
}

@test "watch counts the same tickets once, however often they are classified" {
	use_data
	"$toehold" smoke job.yaml >/dev/null 2>&1 || true
	toe 3 watch
	has "$stderr" "'toehold classify --run smoke-1' starts it"
	head -8 tickets-12.jsonl >new.jsonl
	for i in 1 2 3 4; do
		toe 0 classify new.jsonl -o "labels-$i.jsonl" -q
	done
	run --separate-stderr "$toehold" watch --json
	is "$(json '[.sessions, .repeated_sessions, .n_now] | join(" ")')" "1 3 8"
	tail -4 tickets-12.jsonl >other.jsonl
	toe 0 classify other.jsonl -o other-labels.jsonl -q
	run --separate-stderr "$toehold" watch
	has "$output" "2 sessions in production (3 more of the same tickets are not counted)"
	is "$(awk '$1 == "tickets" {print $3}' <<<"$output")" 12
}
