#!/usr/bin/env bats
# "-", pipes and devices wherever a verb takes a file; links and existing files that no verb writes
# through or over; a reader that goes away.
load helper

# A run 'r' of 12 tickets with a pick, in job.toehold.
with_run() {
	tickets 12
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --store job.toehold
}

# Tickets without labels that resemble none of the run.
pool() {
	printf '{"text": "%s"}\n' "the lift is stuck: about b" "who waters the plants? about c" \
		"a parcel came broken, about a" >pool.jsonl
}

# out_of COMMAND…: what the command writes with -o FILE.
out_of() {
	rm -f whole
	"$toehold" "$@" -o whole >/dev/null 2>&1
	cat whole
}

@test "-o - and /dev/stdout are standard output, for every verb that writes a file" {
	with_run
	printf 'text,label\nhello there,a\n' >in.csv
	cat >verbs <<-'END'
		export r --format csv
		report r
		report r --brief
		import in.csv
		redact tickets.jsonl
	END
	while read -r line; do
		read -ra verb <<<"$line"
		whole=$(out_of "${verb[@]}")
		for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
			toe 0 "${verb[@]}" -o "$name"
			is "$output" "$whole"
			lacks "$stderr" "wrote"
			rm -f before && "$toehold" "${verb[@]}" -o "$name" 2>/dev/null >>before
			is "$(cat before)" "$whole"
		done
		toe 0 "${verb[@]}" -o /dev/null
		[ -c /dev/null ]
		is "$("$toehold" "${verb[@]}" -o >(cat >caught) >/dev/null 2>&1; wait $!; cat caught)" "$whole"
		mkfifo fifo
		cat fifo >caught &
		toe 0 "${verb[@]}" -o fifo
		wait $!
		is "$(cat caught)" "$whole"
		[ -p fifo ]
		rm fifo
	done <verbs
	[ ! -e - ]
	toe 3 export r --format csv -o /dev/full
	has "$stderr" "cannot write to '/dev/full': No space left on device"
	toe 2 import in.csv -o - --json
	has "$stderr" "--json and --out both need standard output"
	toe 2 redact tickets.jsonl -o - --json
	has "$stderr" "--json and --out both need standard output"
}

@test "- , /dev/stdin and pipes are inputs, and the messages go to standard error" {
	with_run
	printf 'text,label\nhello there,a\n' >in.csv
	want=$("$toehold" import in.csv 2>/dev/null)
	for name in - /dev/stdin /dev/fd/0; do
		is "$("$toehold" import "$name" 2>/dev/null <in.csv)" "$want"
		is "$(cat in.csv | "$toehold" import "$name" 2>/dev/null)" "$want"
	done
	is "$("$toehold" import <(cat in.csv) 2>/dev/null)" "$want"
	run --separate-stderr "$toehold" import - <in.csv
	has "$stderr" "standard input: csv, 1 of 1 row taken"
	is "$("$toehold" redact - -o - 2>said <tickets.jsonl | jq -r .id | wc -l)" 12
	has "$(cat said)" "standard input: 12 tickets, 0 places covered"
	[ -e secrets/redact.key ]
	is "$("$toehold" classify /dev/stdin -q --label-only <tickets.jsonl | wc -l)" 12
	is "$("$toehold" classify <(cat tickets.jsonl) -q --label-only | wc -l)" 12
	printf '{"id": "h1", "text": "ticket 101 asks about a", "label": "a"}\n' >more.jsonl
	run --separate-stderr "$toehold" add job.yaml - --as harder <more.jsonl
	has "$output" "harder tickets"
	printf '{"id": "n1", "text": "quite new: about c", "label": "c"}\n' |
		"$toehold" learn job.yaml - --gold - >gold 2>said
	is "$(jq -r .label gold)" c
	has "$(cat said)" "1 added to 'standard output'"
	pool
	run --separate-stderr "$toehold" suggest job.yaml --from - -n 2 -o - <pool.jsonl
	is "$(jq -r .label <<<"$output" | tr '\n' ';')" ";;"
	has "$stderr" "standard input: "
	run --separate-stderr "$toehold" import - <<<"text,label
,"
	has "$stderr" "standard input"
}

@test "a job is a file, because its store stands beside it" {
	with_run
	toe 3 plan - <job.yaml
	has "$stderr" "a job must be a file"
	[ ! -e -.toehold ]
}

@test "a reader that goes away ends the program as SIGPIPE does, without a word" {
	with_run
	seq 3000 | jq -c '{id: "m\(.)", text: "message \(.) asks about a", label: "a"}' >many.jsonl
	for verb in "show r --all" "export r --format jsonl" "import many.csv" "classify many.jsonl -q --label-only"; do
		jq -r '[.id, .text, .label] | @csv' many.jsonl | sed '1i id,text,label' >many.csv
		read -ra words <<<"$verb"
		code=$("$toehold" "${words[@]}" 2>said | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}")
		[ "$code" -eq 141 ] || [ "$code" -eq 0 ]
		lacks "$(cat said)" "toehold:"
	done
	# The reader is gone before the program starts: the outcome does not depend on timing.
	code=$(exec 3> >(true); wait $!; "$toehold" show r --all 2>said >&3 || echo $?)
	is "$code" 141
	is "$(cat said)" ""
	code=$("$toehold" show r --all 2>said >/dev/full; echo $?) || true
	is "$code" 3
	has "$(cat said)" "cannot write to standard output"
}

@test "no verb writes through a link or over a file, not even one that leads nowhere" {
	with_run
	printf 'text,label\nhello there,a\n' >in.csv
	pool
	cp job.toehold store.jsonl
	echo treasure >kept.jsonl
	for verb in "export r --format csv" "report r" "import in.csv" "redact tickets.jsonl" \
		"suggest job.yaml --from pool.jsonl"; do
		read -ra words <<<"$verb"
		ln -sf kept.jsonl link.jsonl
		ln -sf nobody dangling.jsonl
		for name in kept.jsonl link.jsonl dangling.jsonl; do
			toe 3 "${words[@]}" -o "$name"
			has "$stderr" "'$name' already exists and was not changed"
		done
		is "$(cat kept.jsonl)" treasure
		[ ! -e nobody ]
		toe 0 "${words[@]}" -o link.jsonl --force
		[ ! -L link.jsonl ]
		is "$(cat kept.jsonl)" treasure
		is "$(stat -c %a link.jsonl)" 600
		rm link.jsonl
		toe 4 "${words[@]}" -o store.jsonl --force
		has "$stderr" "'store.jsonl' is a toehold store"
	done
	toe 0 verify --store store.jsonl
	mkdir folder
	ln -s nobody folder/job.yaml
	ln -s nobody folder/evidence.html
	toe 3 init folder
	toe 3 report r --evidence -o folder
	has "$stderr" "'folder/evidence.html' already exists and was not changed"
	is "$(ls folder)" $'evidence.html\njob.yaml'
	[ ! -e nobody ]
	printf '{"id": "n", "text": "quite new: about c", "label": "c"}\n' >new.jsonl
	toe 3 learn job.yaml new.jsonl --gold dangling.jsonl
	toe 3 learn job.yaml new.jsonl --to dangling.jsonl
	[ -L dangling.jsonl ] && [ ! -e nobody ]
	# Links planted under every name that a part file had: ".PID.part".
	mkdir trap
	python3 - <<-'END'
		import os
		for pid in range(1, 32769):
		    os.symlink("../kept.jsonl", f"trap/out.csv.{pid}.part")
	END
	toe 0 export r --format csv -o trap/out.csv
	is "$(cat kept.jsonl)" treasure
	[ -f trap/out.csv ] && [ ! -L trap/out.csv ]
}
