#!/usr/bin/env bats
# purge: private words leave the store for good. The chain and every other run stay intact, also if
# purge is killed at any point.
load helper

# canary N: a word of 28 characters; no two share 12 in a row.
canary() { printf 'c%s' "$(sha256sum <<<"canary $1" | cut -c1-27)"; }

# 34 tickets with a canary each, their replies with another, 31 more in the prompt and one in a
# comment of the job: 100 in all, one a line in $scratch/canaries.
job_of_canaries() {
	local i word steps='' labels=(a b c)
	for ((i = 1; i <= 34; i++)); do
		word=$(canary "$i")
		echo "$word" >>"$scratch/canaries"
		printf '{"id": "t%d", "text": "%s asks about %s", "label": "%s"}\n' \
			"$i" "$word" "${labels[i % 3]}" "${labels[i % 3]}" >>tickets.jsonl
		steps+="{\"match\": \"$word\", \"label\": \"${labels[i % 3]}\", \"reason\": \"It says $(canary "reason $i").\"},"
		canary "reason $i" >>"$scratch/canaries"
		echo >>"$scratch/canaries"
	done
	script one "{\"steps\": [$steps $right_steps]}"
	{
		printf 'labels: [a, b, c]\ntickets: tickets.jsonl\nmodels: [one.script.json]\nprompt: |\n  Say {labels}.\n'
		for ((i = 1; i <= 31; i++)); do
			echo "  $(canary "prompt $i")"
			canary "prompt $i" >>"$scratch/canaries"
			echo >>"$scratch/canaries"
		done
		echo "# $(canary comment)"
		canary comment >>"$scratch/canaries"
		echo >>"$scratch/canaries"
	} >job.yaml
	is "$(grep -c . "$scratch/canaries")" 100
}

residue() { python3 "$BATS_TEST_DIRNAME/residue.py" "$scratch/canaries" "$scratch"; }

# hide_files: removes the job's own files, which residue would find.
hide_files() { rm tickets.jsonl job.yaml one.script.json; }

measured() {
	tickets 6
	script one "{\"steps\": [$right_steps]}"
	script two "{\"steps\": [{\"match\": \"001\", \"label\": \"a\", \"reason\": \"Because I say so twice.\"}, $right_steps]}"
	job 'one.script.json, two.script.json'
	toe 0 smoke job.yaml --name first
}

whole() {
	is "$(sqlite3 -readonly job.toehold 'PRAGMA integrity_check')" ok
	toe 0 verify
	has "$output" "none was changed"
}

left() { sqlite3 -readonly job.toehold 'SELECT count(*) FROM text WHERE length(body) > 0'; }

@test "100 canaries: only in the store before, nowhere afterwards, not even 12 bytes of one" {
	job_of_canaries
	toe 0 smoke job.yaml --name first
	hide_files
	is "$(residue)" "desk/job.toehold whole"
	for word in $(cat "$scratch/canaries"); do
		grep -qa "$word" job.toehold || { echo "$word was never in the store"; return 1; }
	done
	toe 0 purge first
	has "$output" "0 of " "texts found in job.toehold, job.toehold.lock"
	is "$(residue)" ""
	is "$(left)" 0
	is "$(ls)" $'job.toehold\njob.toehold.lock'
	is "$(find "$TMPDIR" "$HOME" -type f | wc -l)" 0
	is "$(sqlite3 -readonly job.toehold 'PRAGMA freelist_count')" 0
	is "$(stat -c %a job.toehold)" 600
	toe 0 verify
}

@test "the search that the tests use finds a piece" {
	job_of_canaries
	hide_files
	is "$(residue)" ""
	echo "xx$(canary 7 | cut -c4-15)xx" >left
	is "$(residue)" "desk/left piece"
	canary 7 >left
	is "$(residue)" "desk/left whole"
}

@test "the chain continues: a noted head is still found, and the chain has the event" {
	measured
	head=$(sqlite3 -readonly job.toehold 'SELECT hash FROM head')
	rows=$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')
	toe 0 purge first --json
	is "$(json .found_texts)" 0
	is "$(json .chain_rows)" $((rows + 1))
	removed=$(json .removed_texts)
	toe 0 verify --head "$head"
	has "$output" "the hash of row $rows" "purged"
	is "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM text WHERE body IS NULL')" "$removed"
	is "$(sqlite3 -readonly job.toehold "SELECT kind, text LIKE '$removed texts % removed', at_us > 0 FROM event
		ORDER BY seq DESC LIMIT 1")" "purged|1|1"
}

@test "a purged run: the same decision, texts that say (purged), and exports" {
	measured
	toe 0 decide first --json
	same='del(.chain_head, .events, .prompt) | del(.. | .rendered?)'
	json "$same" >before.json
	toe 0 purge first
	toe 0 decide first --json
	json "$same" | diff before.json -
	is "$(json '.prompt, (asked[] | .. | .rendered? // empty)' | sort -u)" "(purged)"
	toe 0 show first --replies --candidate 'two plain'
	has "$output" "(purged)"
	[[ $output != *"asks about"* ]]
	toe 0 show first --json
	is "$(json '[asked[].replies[] | .raw, .rationale] | unique | .[]')" "(purged)"
	[[ $output != *"asks about"* ]]
	toe 0 show first --all
	has "$output" "(purged)"
	toe 0 show first --full
	has "$output" "removed"
	toe 0 runs
	for format in $("$toehold" export --help | grep -oE 'csv|jsonl|junit|promptfoo|inspect' | sort -u); do
		toe 0 export first --format "$format"
		[[ $output != *"asks about"* ]]
	done
	toe 0 report first --out page.html
	grep -c '(purged)' page.html
	grep "asks about" page.html | nothing
	toe 0 diff first first
}

@test "a purged run that is unfinished cannot go on, and nothing says that it can" {
	slow_job 100
	start smoke job.yaml --name r
	wait_for 20 answers 13
	kill -INT $pid
	wait $pid || true
	toe 0 decide r
	has "$output" "Go on with: "
	toe 0 purge r
	toe 0 decide r
	has "$output" "Unfinished: "
	[[ $output != *"Go on with"* ]]
	toe 0 report r --brief
	has "$output" "This run was purged and cannot be finished: start another."
}

@test "verbs that need the texts are refused with the reason" {
	measured
	toe 0 purge first
	toe 4 replay first
	has "$stderr" "run 'first'" "was purged from the store"
	tickets 8 more.jsonl
	tail -n 2 more.jsonl >harder.jsonl
	toe 4 add job.yaml harder.jsonl --as harder
	has "$stderr" "was purged from the store"
	toe 4 suggest job.yaml --from harder.jsonl
	has "$stderr" "was purged from the store"
	toe 4 smoke job.yaml --name first
	has "$stderr" "run 'first' was purged" "another --name"
	toe 4 smoke job.yaml --name again
	has "$stderr" "were purged from store 'job.toehold'" "--store FILE"
	is "$(count run)" 1
	is "$(left)" 0
	toe 0 smoke job.yaml --name again --store "$scratch/other.toehold"
	whole
}

@test "texts that another run uses: refused, left with --own, removed with --shared" {
	measured
	toe 0 smoke job.yaml --name second
	before=$(sha256sum <job.toehold)
	toe 4 purge first
	has "$stderr" "nothing was removed" "also used by 'second'" "--shared" "--own"
	is "$(sha256sum <job.toehold)" "$before"
	toe 2 purge first --shared --own
	cp job.toehold copy

	toe 0 purge first --own
	has "$output" "removed 2 texts" "texts that 'second' also uses"
	toe 0 show second --replies
	has "$output" "asks about"
	[[ $output != *"(purged)"* ]]
	# A purged run uses no text: now only the second run has the tickets.
	toe 0 purge second
	is "$(left)" 0
	whole

	cp copy job.toehold
	toe 0 purge first --shared
	has "$output" "Lost too" "'second'"
	is "$(left)" 2
	toe_full 0 show second
	has "$output" "shared texts were removed with run 'first'"
	toe 4 replay second
	whole
}

@test "a run of another job in the same store keeps every word" {
	measured
	tickets 3 other.jsonl
	sed -i 's/asks about/tells of/; s/ticket 0/letter 0/' other.jsonl
	script three '{"steps": [{"match": "of a", "label": "a"}, {"match": "of b", "label": "b"}, {"match": "of c", "label": "c"}]}'
	printf 'labels: [a, b, c]\ntickets: other.jsonl\nmodels: [three.script.json]\n' >other.yaml
	toe 0 smoke other.yaml --name letters --store job.toehold
	sqlite3 -readonly job.toehold "SELECT hex(body) FROM text JOIN ticket ON text_id = text.id WHERE slice_id = 2" >before
	is "$(wc -l <before)" 3
	toe 0 purge first
	sqlite3 -readonly job.toehold "SELECT hex(body) FROM text JOIN ticket ON text_id = text.id WHERE slice_id = 2" | diff before -
	toe 0 show letters --replies
	has "$output" "letter 001 tells of"
	whole
}

@test "a purge makes no verdict surer: a prompt that was edited after a look stays edited" {
	measured
	tickets 9 tickets.jsonl # another slice, with the six tickets of the first run in it
	job 'one.script.json, two.script.json' $'prompt: |\n  Sort this. {labels}'
	toe 0 smoke job.yaml --name second
	toe 0 decide second
	before=$output
	has "$before" "first"
	toe 0 purge first
	toe 0 decide second
	is "$output" "$before"
	sqlite3 job.toehold "UPDATE ticket SET id = 'x' || id WHERE slice_id = 1" # other tickets, after all
	toe 0 decide second
	[ "$output" != "$before" ]
}

@test "tickets that were added go with the run, and a probe is another run that shares them" {
	measured
	printf '{"id": "h1", "text": "a harder one, of b", "label": "b"}\n' >harder.jsonl
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder
	[ "$status" -le 1 ]
	cp job.toehold copy
	toe 0 purge first
	is "$(left)" 0
	grep -a "a harder one" job.toehold | nothing
	cp copy job.toehold
	toe 0 smoke job.yaml --name other --probe
	toe 4 purge other
	has "$stderr" "'other-probe'"
	toe 0 purge other-probe --own
	toe 4 purge other
	has "$stderr" "also used by 'first'"
	[[ $stderr != *probe* ]]
	toe 0 purge first --shared
	toe 0 purge other
	is "$(left)" 0
	whole
}

@test "replies without their reasons, asked for once more by another run, do no harm" {
	measured
	tickets 6 same.jsonl
	sed 's/tickets.jsonl/same.jsonl/' job.yaml >other.yaml
	toe 0 smoke other.yaml --name keeps --store job.toehold --free
	toe 0 purge first --own
	toe 0 smoke other.yaml --name third --store job.toehold --way plain,calibrated
	has "$stderr" "all replies are already stored"
	toe 0 show third --replies
	has "$output" "asks about" "(purged)"
	whole
}

@test "a second purge has nothing to do, and says so" {
	measured
	toe 0 purge first
	rows=$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')
	toe 0 purge first
	has "$output" "no text left to remove"
	is "$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')" "$rows"
	toe 3 purge nobody
	has "$stderr" "no run named 'nobody'"
	toe 6 purge first --store none.toehold
	[ ! -e none.toehold ]
}

@test "a purge waits for no writer" {
	slow_job 40
	start smoke job.yaml --name r
	wait_for 5 answers 2
	toe 6 purge r
	has "$stderr" "is in use by process"
	wait $pid
	toe 0 purge r
}

# hurt CALL INJECTION: injects it at about 12 of the program's calls, one after another (WRITES=1:
# at each). Then the store must be sound, nothing may be left beside it, and purge can be repeated.
hurt() {
	local n calls hurts=0
	cp job.toehold "$BATS_TEST_TMPDIR/whole"
	strace -f -o "$BATS_TEST_TMPDIR/calls" -e "trace=$1" "$toehold" purge first >out.txt 3>&-
	calls=$(grep -c "$1(" "$BATS_TEST_TMPDIR/calls")
	for ((n = 1; n <= calls; n += ${WRITES:-$((calls / 12 + 1))})); do
		rm -f job.toehold job.toehold-journal
		cp "$BATS_TEST_TMPDIR/whole" job.toehold
		# The first write only names the holder of the lock, so it may fail.
		strace -f -o /dev/null -e "trace=$1" -e "inject=$1:$2:when=$n" \
			"$toehold" purge first >out.txt 2>err.txt 3>&- || hurts=$((hurts + 1))
		toe 0 verify
		toe 0 purge first
		is "$(left)" 0
		is "$(residue)" ""
		is "$(ls job.toehold*)" $'job.toehold\njob.toehold.lock'
	done
	cp "$BATS_TEST_TMPDIR/whole" job.toehold
	echo "$1 $2: $hurts of $calls"
	[ "$hurts" -ge "$3" ]
}

traceable() {
	command -v strace >/dev/null || skip_loudly "there is no strace"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
}

@test "kill -9 at a write, sync, truncation or removal: the store is sound, and purge can be repeated" {
	traceable
	job_of_canaries
	toe 0 smoke job.yaml --name first
	hide_files
	hurt pwrite64 signal=SIGKILL 8
	hurt fdatasync signal=SIGKILL 2
	hurt ftruncate signal=SIGKILL 1
	hurt unlink signal=SIGKILL 1
}

@test "a full disk at a write: reported, nothing half done, and purge can be repeated" {
	traceable
	job_of_canaries
	toe 0 smoke job.yaml --name first
	hide_files
	hurt pwrite64 error=ENOSPC 8
	has "$(cat err.txt)" "disk error in store 'job.toehold'"
}
