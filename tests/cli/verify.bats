#!/usr/bin/env bats
# toehold verify names every change in the store and in the files that runs name.
load helper

measured() {
	use_data
	toe 0 smoke job.yaml --name first
}

# states: one line for each check.
states() { json '.files[] | "\(.run) \(.what) \(.path) \(.state)"'; }

# broken SQL PART: verify finds and names the change.
broken() {
	cp job.toehold whole
	sqlite3 job.toehold "$1"
	toe 6 verify
	has "$stderr" "the chain of store 'job.toehold' is broken" "$2"
	is "$output" ""
	mv whole job.toehold
}

@test "a run that nobody touched fits" {
	measured
	toe 0 verify --json
	is "$(states)" "first model small.script.json same
first model large.script.json same
first tickets tickets-12.jsonl same
first tickets in the store tickets-12.jsonl same"
	is "$(json .differs)" false
	is "$(json .rows)" "$(sqlite3 job.toehold 'SELECT seq FROM head')"
	is "$(json .head)" "$(sqlite3 job.toehold 'SELECT hash FROM head')"
	is "$(json '.files[] | select(.path == "small.script.json").found_sha256')" \
		"$(sha256sum small.script.json | cut -d' ' -f1)"
	toe 0 verify first
	has "$output" "$(sqlite3 job.toehold 'SELECT hash FROM head')" "none was changed" \
		"keep the head elsewhere" "Nothing differs."
	is "$stderr" ""
	toe 3 verify nobody
	has "$stderr" "no run named 'nobody'"
}

@test "a changed row is named: exit code 6" {
	measured
	row=$(sqlite3 job.toehold "SELECT seq FROM answer WHERE ticket = 3 LIMIT 1")
	broken "UPDATE answer SET label = (label + 1) % 3 WHERE seq = $row" "row $row: what table 'answer'"
	broken "UPDATE answer SET ttft_us = ttft_us - 1 WHERE seq = $row" "row $row: what table 'answer'"
	broken "PRAGMA foreign_keys = OFF; DELETE FROM answer WHERE seq = $row" "row $row: the row is missing"
	broken "UPDATE run SET bar = 0.5" "row 1: what table 'run'"
	text=$(sqlite3 job.toehold "SELECT text_id FROM ticket LIMIT 1")
	broken "UPDATE text SET body = CAST('another' AS BLOB) WHERE id = $text" "the text of 'ticket.text' in table 'ticket'"
	broken "UPDATE head SET seq = seq - 1" "numbered"
	toe 0 verify
}

@test "a file that add took by other columns is read by them again" {
	measured
	printf 'Nr,Frage,Ziel\n1,where is the new card,card\n2,how do I top up,top_up\n' >more.csv
	"$toehold" add job.yaml more.csv --as ordinary --text Frage --label Ziel --id Nr >added.txt || [ $? -eq 1 ]
	toe 0 verify --json
	is "$(states | grep more.csv)" "first tickets more.csv same
first tickets in the store more.csv same"
	sed -i 's/new card/old card/' more.csv
	toe 1 verify --json
	is "$(states | grep more.csv | head -n 1)" "first tickets more.csv changed"
}

# refused SQL PART...: verify refuses the changed store with these words.
refused() {
	local sql=$1
	shift
	cp job.toehold whole
	sqlite3 job.toehold "$sql"
	toe 6 verify
	has "$stderr" "$@"
	mv whole job.toehold
}

@test "a text that is gone without a purge on record: exit code 6" {
	measured
	is "$(sqlite3 job.toehold "SELECT count(*) FROM event WHERE kind = 'purged'")" 0
	refused "UPDATE text SET body = NULL, salt = NULL WHERE id = (SELECT raw_id FROM answer LIMIT 1)" \
		"a text in table 'answer' of store 'job.toehold' is gone" "no purge that removed it is on record"
	refused "UPDATE text SET body = NULL, salt = NULL WHERE id = (SELECT prompt_id FROM run)" "table 'run'"
	refused "UPDATE text SET body = NULL, salt = NULL" "no purge that removed it is on record"
	# Two runs share tickets and passes: the purge of one keeps them, and so they must be there.
	sed 's/^bar: .*/bar: 50%/' job.yaml >easier.yaml
	toe 0 smoke easier.yaml --name second --store job.toehold
	toe 0 purge second --own
	toe 0 verify --all
	refused "UPDATE text SET body = NULL, salt = NULL WHERE id = (SELECT text_id FROM ticket LIMIT 1)" \
		"table 'ticket'"
	toe 0 purge first
	toe 0 verify --all
	refused "UPDATE text SET salt = x'00' WHERE body IS NULL" "no purge that removed it is on record"
}

@test "parts that somebody added to the file: exit code 6; a view of one's own is let be" {
	measured
	refused "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM note; END" \
		"has a part that toehold did not make (trigger t)"
	refused "CREATE TABLE mine (x)" "(table mine)"
	refused "CREATE INDEX quick ON answer (label)" "(index quick)"
	refused "ALTER TABLE reason ADD COLUMN more TEXT" "made otherwise (table reason)"
	sqlite3 job.toehold "CREATE VIEW mine AS SELECT name FROM run; VACUUM"
	toe 0 verify
	# A trigger does nothing while toehold writes.
	sqlite3 job.toehold "CREATE TRIGGER t AFTER INSERT ON event BEGIN UPDATE run SET bar = 0.1; END"
	toe 0 note first "a note"
	is "$(sqlite3 job.toehold "SELECT bar < 0.2 FROM run")" 0
}

@test "a link to the store has no lock of its own" {
	measured
	ln -s job.toehold link.toehold
	toe 0 note first "through the link" --store link.toehold
	[ ! -e link.toehold.lock ]
}

@test "an index that does not fit its table: exit code 6" {
	measured
	sqlite3 job.toehold "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage =
		(SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_reason_1')
		WHERE name = 'sqlite_autoindex_answer_1'"
	toe 6 verify
	has "$stderr" "store 'job.toehold' is damaged (" "restore a copy of it"
}

@test "a changed model file and a changed tickets file: exit code 1" {
	measured
	echo >>large.script.json
	toe 1 verify
	has "$output" "1 differs." "sha256 is $(sha256sum large.script.json | cut -c1-12)"
	sed -i 's/"label": *"[a-z_]*"/"label": "other"/' tickets-12.jsonl
	toe 1 verify --json
	is "$(states)" "first model small.script.json same
first model large.script.json changed
first tickets tickets-12.jsonl changed
first tickets in the store tickets-12.jsonl same"
	is "$(json .differs)" true
	cp "$data"/tickets-12.jsonl "$data"/large.script.json .
	toe 0 verify
	# No ticket has a label of the run any more: verify says why.
	echo '{"id": "x", "text": "x", "label": "nonsense"}' >tickets-12.jsonl
	toe 1 verify
	has "$output" changed "label 'nonsense' is not one of the job's labels"
}

@test "files that are gone cannot be checked, and are no difference" {
	measured
	rm small.script.json tickets-12.jsonl
	mkdir small.script.json
	toe 0 verify --json
	is "$(states)" "first model small.script.json not there
first model large.script.json same
first tickets tickets-12.jsonl not there
first tickets in the store tickets-12.jsonl same"
	toe 0 verify
	has "$output" "not there" "Nothing differs."
}

@test "another bar, another run: --all looks at every run, the default is the newest" {
	measured
	script one "{\"steps\": [$right_steps]}"
	tickets 3
	job one.script.json
	mv job.yaml other.yaml
	toe 0 smoke other.yaml --name second --store job.toehold
	echo >>small.script.json
	toe 0 verify --json
	is "$(states)" "second model one.script.json same
second tickets tickets.jsonl same
second tickets in the store tickets.jsonl same"
	toe 1 verify first
	toe 1 verify --all --json
	is "$(json '[.files[] | select(.state == "changed") | "\(.run) \(.path)"] | join(" ")')" \
		"first small.script.json"
	is "$(json '.files | length')" 7
}

@test "a head that was kept elsewhere" {
	measured
	head=$(sqlite3 -readonly job.toehold 'SELECT hash FROM head')
	rows=$(sqlite3 -readonly job.toehold 'SELECT seq FROM head')
	toe 0 verify --head "$head"
	has "$output" "kept head  the same"
	toe 0 note first "one more row"
	toe 0 verify --head "$head" --json
	is "$(json .kept_head_row)" "$rows"
	is "$(json .rows)" $((rows + 1))
	toe 0 verify --head "${head:0:16}"
	has "$output" "the hash of row $rows: nothing changed up to there"
	toe 1 verify --head "${head:1}"
	has "$output" "NOT in this chain" "1 differs."
	toe 2 verify --head "${head:0:15}"
	has "$stderr" "is not the head of a chain"
	toe 2 verify --head "G${head:1}"
}

@test "a forged chain fits itself, and is found by the kept head and by the tickets' hash" {
	measured
	head=$(sqlite3 -readonly job.toehold 'SELECT hash FROM head')
	cp job.toehold whole
	python3 "$BATS_TEST_DIRNAME/rechain.py" job.toehold
	is "$(sqlite3 -readonly job.toehold 'SELECT hash FROM head')" "$head"
	sqlite3 job.toehold "UPDATE answer SET label = 0"
	python3 "$BATS_TEST_DIRNAME/rechain.py" job.toehold
	toe 0 verify
	toe 1 verify --head "$head"
	has "$output" "NOT in this chain"
	cp whole job.toehold
	sqlite3 job.toehold "UPDATE ticket SET label = 'card' WHERE ord = 11"
	python3 "$BATS_TEST_DIRNAME/rechain.py" job.toehold
	toe 1 verify --json
	is "$(states | tail -n 1)" "first tickets in the store tickets-12.jsonl changed"
}

@test "purged texts: the chain verifies, and the tickets are reported as purged" {
	measured
	toe 0 purge first
	toe 0 verify --json
	is "$(states | tail -n 1)" "first tickets in the store tickets-12.jsonl purged"
	is "$(json .differs)" false
}

@test "a pool: only the sample that was asked is compared with its file" {
	measured
	words=(marzipan oxygen violin harbour lantern quartz bicycle umbrella)
	for i in "${!words[@]}"; do
		echo "{\"id\": \"p$i\", \"text\": \"${words[i]} and ${words[i]} again\"}"
	done >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl --sample 3
	name=$(sqlite3 -readonly job.toehold "SELECT name FROM run WHERE kind = 'suggest'")
	asked=$(sqlite3 -readonly job.toehold "SELECT line FROM ticket WHERE id LIKE 'p%'")
	is "$(wc -w <<<"$asked")" 3
	toe 0 verify "$name" --json
	is "$(states | grep pool)" "$name tickets pool.jsonl same
$name tickets in the store pool.jsonl same"
	cp pool.jsonl whole.jsonl
	for i in 1 2 3 4 5 6 7 8; do
		sed "${i}s/and/or/" whole.jsonl >pool.jsonl
		toe "$(grep -cx "$i" <<<"$asked")" verify "$name"
	done
	sed "1d" whole.jsonl >pool.jsonl
	toe 1 verify "$name"
	toe 0 verify first
}

@test "tickets that were added are looked at, too" {
	measured
	sed 's/"id": *"/&again-/; s/"text": *"/&Good evening, /' tickets-12.jsonl >more.jsonl
	toe 0 add job.yaml more.jsonl --as harder
	toe 0 verify --json
	is "$(states | grep more.jsonl | cut -d' ' -f2-)" "tickets more.jsonl same
tickets in the store more.jsonl same"
	sed -i 1d more.jsonl
	toe 1 verify
	has "$output" "1 differs."
}

@test "names with escapes and bidi overrides are shown harmless" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	name=$(printf 'o\033[2J\342\200\256ne.script.json')
	mv one.script.json "$name"
	job none.gguf
	toe 0 smoke job.yaml --name first --models "$name"
	toe 0 verify
	has "$output" 'o\x1b[2J\u{202e}ne.script.json'
	[[ $output != *$'\033'* && $output != *$'\342\200\256'* ]]
}

@test "nothing there, and an older store" {
	toe 3 verify
	has "$stderr" "no store"
	toe 6 verify --store none.toehold
	has "$stderr" "there is no store"
	measured
	sqlite3 job.toehold "PRAGMA user_version = 1"
	toe 6 verify
	has "$stderr" "older toehold (schema 1; this one needs " "move the file away and run again"
}
