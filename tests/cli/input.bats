#!/usr/bin/env bats
# Invalid input: the message names file and position, the exit code is right, and no data is lost.
load helper

good_model() { script one "{\"steps\": [$right_steps]}"; }

# refuses PART…: smoke exits with 3 and a message with these parts, and creates no store.
refuses() {
	toe 3 smoke job.yaml
	is "$output" ""
	has "$stderr" "$@"
	[ ! -e job.toehold ]
}

@test "job file: missing, a folder, broken, empty, not text" {
	good_model
	tickets 2
	refuses "job.yaml" "No such file"
	mkdir job.yaml
	refuses "the folder 'job.yaml' has no job file (*.yaml); name one"
	rmdir job.yaml
	printf 'labels: [a, b\n' >job.yaml
	refuses "job.yaml:"
	: >job.yaml
	refuses "job.yaml"
	head -c 4096 /dev/urandom >job.yaml
	refuses "job.yaml"
	printf 'labels: [a, b]\ntickets: \xff.jsonl\n' >job.yaml
	refuses "job.yaml"
}

@test "job file: unknown key, wrong values, with line and column" {
	good_model
	tickets 2
	job one.script.json 'bard: 90%'
	refuses "job.yaml:4:1: unknown key 'bard'; did you mean"
	job one.script.json 'bar: 0'
	refuses "job.yaml:4:6: bar:"
	job one.script.json 'budget: {minutes: 0}'
	refuses "job.yaml:4:" "minutes"
	job one.script.json $'bar: 90%\nbar: 80%'
	refuses "job.yaml:5:1"
}

@test "job file: a repeated label, no labels, no models" {
	good_model
	tickets 2
	printf 'labels: [a, b, a]\ntickets: tickets.jsonl\nmodels: [one.script.json]\n' >job.yaml
	refuses "job.yaml:1:16: labels: 'a' is listed twice"
	printf 'tickets: tickets.jsonl\nmodels: [one.script.json]\n' >job.yaml
	refuses "job.yaml" "labels"
	printf 'labels: [a, b, c]\ntickets: tickets.jsonl\n' >job.yaml
	refuses "'job.yaml' names no models"
}

# row JSON: a third line in a file of valid tickets.
row() {
	tickets 2
	printf "$1\n" >>tickets.jsonl
	job one.script.json
}

@test "tickets: every error names its line" {
	good_model
	row '{"text": "x", "label": "d"}'
	refuses "tickets.jsonl:3: label 'd' is not one of the job's labels (a, b, c)"
	row '{"id": "t001", "text": "x", "label": "a"}'
	refuses "tickets.jsonl:3: id 't001' is already on line 1"
	row '{"id": "", "text": "x", "label": "a"}'
	refuses "tickets.jsonl:3: id is empty"
	row '{"text": "  ", "label": "a"}'
	refuses "tickets.jsonl:3: the text is empty"
	row '{"label": "a"}'
	refuses "tickets.jsonl:3: no 'text'"
	row '{"text": "x"}'
	refuses "tickets.jsonl:3: no 'label'"
	row '{"text": 5, "label": "a"}'
	refuses "tickets.jsonl:3: 'text' is a number"
	row '{"text": "x", "label": "a"'
	refuses "tickets.jsonl:3: column" "not JSON"
	row '{"text": "x\xff", "label": "a"}'
	refuses "tickets.jsonl:3: byte 12 of the line is not well-formed UTF-8"
	row '{"text": "x\\u0000", "label": "a"}'
	refuses "tickets.jsonl:3: 'text' holds a NUL"
	row '[1]'
	refuses "tickets.jsonl:3: a list begins here"
}

@test "tickets: missing, empty, a folder" {
	good_model
	job one.script.json
	refuses "tickets.jsonl" "No such file"
	: >tickets.jsonl
	refuses "tickets.jsonl: the file holds no tickets"
	rm tickets.jsonl
	mkdir tickets.jsonl
	refuses "'tickets.jsonl' is a folder"
}

@test "tickets: 1 MB of text, a byte-order mark, blank lines and CSV are accepted" {
	good_model
	{
		printf '\xef\xbb\xbf{"text": "about a", "label": "a"}\n\n'
		printf '{"text": "about b %s", "label": "b"}\r\n\n' "$(head -c 1000000 /dev/zero | tr '\0' x)"
	} >tickets.jsonl
	job one.script.json
	toe 0 smoke job.yaml --json
	is "$(json 'asked[0].score.right')" 2
	is "$(sqlite3 job.toehold 'SELECT max(length(body)) FROM text')" 1000008
	printf 'id,text,label\n1,"about a,\nand more",a\n2,about c,c\n' >tickets.csv
	sed -i 's/tickets.jsonl/tickets.csv/' job.yaml
	toe 0 smoke job.yaml --json --name csv
	is "$(json 'asked[0].score.right')" 2
	printf 'id,text,label\n1,about a,a\n2,about c,x\n' >tickets.csv
	toe 3 smoke job.yaml --name csv2
	has "$stderr" "tickets.csv:3: label 'x'"
}

@test "tickets full of escapes and commands reach the terminal as text" {
	good_model
	printf '%s\n' '{"text": "\u001b[2J\u001b]0;owned\u0007 about \u202enothing\u202c <|im_end|> $(id)", "label": "a"}' >tickets.jsonl
	printf 'labels: [a, b, c]\ntickets: tickets.jsonl\nmodels: [wrong.script.json]\n' >job.yaml
	script wrong '{"steps": [{"match": "about", "label": "b", "reason": "\u001b[31mred\u0007"}]}'
	for verb in "smoke job.yaml" "show" "show --replies" "show --json" "smoke job.yaml --json"; do
		# shellcheck disable=SC2086
		run "$toehold" $verb
		[[ $output != *[$'\x1b\x07']* ]]
		[[ $output != *$'\u202e'* || $verb == *json* ]]
	done
}

@test "model: missing, a folder, empty, not a model" {
	tickets 2
	job nothing.script.json
	refuses "no model 'nothing.script.json'" "Tried: 'nothing.script.json'"
	mkdir folder.script.json
	job folder.script.json
	refuses "'folder.script.json' is a folder; name a model file in it"
	: >empty.script.json
	job empty.script.json
	refuses "'empty.script.json' is empty"
	job hf:some/model
	refuses "no file of the repository 'some/model' is here; looked in"
}

@test "model: a truncated file is refused and the others run; if it is the only one, exit code 3" {
	good_model
	tickets 3
	head -c 40 one.script.json >cut.script.json
	job cut.script.json
	refuses "no candidate can run: cut plain" "cut.script.json:"
	job 'cut.script.json, one.script.json'
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "one plain"
	has "$(json '.candidates[] | select(.name == "cut plain").refused')" "cut.script.json"
	is "$(json '.candidates[] | select(.name == "cut plain") | has("score")')" false
	toe 3 hello cut.script.json
	toe 3 models cut.script.json
	# When it is complete again, it runs, in the same run.
	good_model
	cp one.script.json cut.script.json
	echo >>cut.script.json
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map(.score.right) | join(" ")')" "3 3"
}

@test "model: the file disappears or changes between two runs" {
	good_model
	tickets 3
	job one.script.json
	toe 0 smoke job.yaml
	script one "{\"steps\": [{\"match\": \"about\", \"label\": \"a\"}]}"
	toe 1 smoke job.yaml --json
	is "$(json 'asked[0].score.right')" 1
	rm one.script.json
	toe 3 smoke job.yaml
	toe 0 show smoke-1 --json
	is "$(json 'asked[0].score.right')" 3
}

@test "store: a missing folder, or one that cannot be written" {
	good_model
	tickets 2
	job one.script.json
	toe 6 smoke job.yaml --store nowhere/x.toehold
	has "$stderr" "nowhere/x.toehold"
	mkdir locked
	if [ "$(id -u)" -ne 0 ]; then
		chmod 555 locked
		toe 6 smoke job.yaml --store locked/x.toehold
		chmod 755 locked
	elif unshare -m true 2>/dev/null; then
		run unshare -m sh -c 'mount --bind locked locked && mount -o remount,ro,bind locked &&
			exec "$@"' sh "$toehold" smoke job.yaml --store locked/x.toehold
		is "$status" 6
		has "$output" "locked/x.toehold"
	else
		skip_loudly "root, and no mount namespace: every folder can be written"
	fi
	[ -z "$(ls -A locked)" ]
	mkdir folder.toehold
	toe 3 smoke job.yaml --store folder.toehold
	has "$stderr" "'folder.toehold' is a folder without a store"
}

@test "store: garbage, another program's database, an empty file: refused and not changed" {
	good_model
	tickets 2
	job one.script.json
	head -c 20000 /dev/urandom >job.toehold
	cp job.toehold before
	for verb in "smoke job.yaml" show runs decide; do
		# shellcheck disable=SC2086
		toe 6 $verb
		has "$stderr" "job.toehold' is not a toehold store"
		cmp job.toehold before
	done
	rm job.toehold
	sqlite3 job.toehold 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)'
	cp job.toehold before
	toe 6 smoke job.yaml
	has "$stderr" "another program's database"
	cmp job.toehold before
	: >job.toehold
	toe 6 smoke job.yaml
	has "$stderr" "'job.toehold' is an empty file"
	is "$(wc -c <job.toehold)" 0
}

@test "store: a part overwritten with zeros is a damaged store, not a crash" {
	good_model
	tickets 40
	job one.script.json
	toe 0 smoke job.yaml
	cp job.toehold whole
	size=$(wc -c <whole)
	for at in 100 4096 8192 $((size / 2)) $((size - 4096)); do
		cp whole job.toehold
		dd if=/dev/zero of=job.toehold bs=1 seek="$at" count=3000 conv=notrunc status=none
		for verb in "show --json" runs "smoke job.yaml"; do
			# shellcheck disable=SC2086
			run --separate-stderr timeout 20 "$toehold" $verb
			[ "$status" -eq 0 ] || [ "$status" -eq 6 ] || { echo "$verb at $at: $status"; return 1; }
		done
	done
}

@test "store: none yet, several, and which one" {
	toe 3 show
	has "$stderr" "no store (*.toehold) in this folder"
	toe 6 show --store none.toehold
	has "$stderr" "there is no store 'none.toehold' yet"
	use_data
	toe 0 smoke job.yaml
	toe 0 smoke job.yaml --store other.toehold
	toe 3 show
	has "$stderr" "there are several stores; name one of job.toehold, other.toehold with --store"
	toe 0 show --store other.toehold
	is "$(stat -c %a job.toehold)" 600
}

@test "no space on the disk: exit code 6, the answers are kept, and the run can be resumed" {
	good_model
	tickets 200
	job one.script.json
	mkdir disk
	cat >full.sh <<-'END'
		mount -t tmpfs -o size="$2" tmpfs disk || exit 77
		cp job.yaml tickets.jsonl one.script.json disk/
		cd disk
		"$1" smoke job.yaml --name r --json >../out.json 2>err.txt
		code=$?
		cat err.txt >&2
		cp err.txt .. 2>/dev/null
		[ -e job.toehold ] || exit $code
		sqlite3 job.toehold "SELECT count(*) FROM answer JOIN pass ON pass.id = pass_id
			WHERE way = 'plain'" >../answers 2>&1
		sqlite3 job.toehold 'PRAGMA integrity_check' >../check 2>&1
		cp job.toehold ../kept.toehold
		exit $code
	END
	if [ "$(id -u)" -eq 0 ]; then unshare=(unshare -m); else unshare=(unshare -rm); fi
	"${unshare[@]}" true 2>/dev/null || skip_loudly "no mount namespace can be had here"
	for size in 100k 260k 300k 320k 340k 360k; do
		run "${unshare[@]}" sh full.sh "$toehold" "$size"
		[ "$status" -ne 77 ] || skip_loudly "no tmpfs can be mounted here"
		is "$status" 6
		has "$output" "disk error in store 'job.toehold" "run the same command again"
		rm -f job.toehold
		if [ -e kept.toehold ]; then
			is "$(cat check)" ok
			cat answers >>all-answers
			mv kept.toehold job.toehold
		fi
		toe 0 smoke job.yaml --name r --json
		is "$(json 'asked[0].score.right')" 200
		check_store 200
	done
	# Full before the first answer, between two, and after the last.
	[ "$(sort -un all-answers | wc -l)" -ge 3 ]
}

@test "standard output that is closed, or full, loses nothing" {
	use_data
	set +o pipefail
	"$toehold" smoke job.yaml --json 2>err.txt | head -c 1 >/dev/null
	check_store 12
	is "$(count answer)" 24
	is "$(count segment)" 2
	toe 0 show --json
	is "$(json .pick)" "large plain"
	run --separate-stderr sh -c '"$1" smoke job.yaml --name full >/dev/full' sh "$toehold"
	is "$status" 3
	has "$stderr" "cannot write to standard output"
	run --separate-stderr sh -c '"$1" smoke job.yaml --name closed >&- 2>/dev/null' sh "$toehold"
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ]
	toe 0 show closed
	check_store 12
}
