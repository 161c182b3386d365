#!/usr/bin/env bats
# From an export to a job by labelling: a draft, two readers, what is redacted (docs/labelling.md).
load helper

# inbox: 40 tickets without labels, three with personal data, two that repeat another.
inbox() {
	{
		echo 'No,Subject,Body'
		odd_lines 1 40 'T-N,About L N,"The L thing is odd: W W"'
		echo 'T-041,About a,"Write to anna@example.org about the a thing, W is my name"'
		echo 'T-042,Login,"My name is John Miller and the b thing failed for me again today"'
		echo 'T-043,Login,"My name is John Miller and the b thing failed for me again today!"'
	} >inbox.csv
}

# draft: of that inbox, with three buckets.
draft() {
	inbox
	toe 0 label inbox.csv -o d
	for name in a b c; do toe 0 label d --bucket "$name" --about "the $name thing"; done
}

# say READER ID OPTIONS…
say() { toe 0 label d -r "$1" -t "$2" "${@:3}"; }

# state READER FILTER: of the draft as that reader sees it.
state() {
	toe 0 label d -r "$1" --json -n 1000
	json "$2"
}

# right_label ID: the letter of "About L".
right_label() { grep "^$1," inbox.csv | cut -d, -f2 | cut -c7; }

# label_first N READER: the next N tickets, rightly, with the keys of the terminal.
label_first() {
	local id
	for id in $(state "$2" '[.tickets[] | select(.state == "open").id][:'"$1"'][]'); do
		case $id in T-041) echo a ;; T-042 | T-043) echo b ;; *) right_label "$id" ;; esac
	done | tr abc 123 >keys.txt
	run --separate-stderr "$toehold" label d -r "$2" <keys.txt
	is "$status" 0
}

@test "an export becomes a draft: private parts in secrets, the rest redacted" {
	inbox
	toe 0 label inbox.csv -o d
	has "$output" "43 tickets" "text from 'Subject' and 'Body', id from 'No'" "1 ticket (nearly) repeats another"
	is "$(stat -c %a d/secrets d/secrets/inbox.csv d/secrets/rows.jsonl d/secrets/redact.key d/labels.journal | xargs)" \
		"700 600 600 600 600"
	cmp inbox.csv d/secrets/inbox.csv
	lacks "$(cat d/labels.journal)" anna Miller
	toe 0 label d --json -n 1000
	is "$(json '.progress | "\(.tickets) \(.open)"')" "43 43"
	lacks "$output" anna@example.org "John Miller"
	is "$(json '[.tickets[] | select(.repeats) | "\(.id) \(.repeats)"] | length')" 1
	is "$(json '.tickets[-1].repeats | test("T-04[23]")')" true
	is "$(json '[.tickets[].parts[] | objects | .type] | sort | unique | join(" ")')" "EMAIL PERSON"
	toe 0 label d --json --reveal -n 1000
	has "$output" anna@example.org
	toe 3 label inbox.csv -o d
	has "$stderr" "has its tickets already"
	toe 3 label inbox.csv -o .
	has "$stderr" "already exists"
	toe 3 label nowhere --undo
	has "$stderr" "is no draft of labels; make one"
}

@test "the same export and seed give the same order, another seed another" {
	inbox
	for name in x y; do toe 0 label inbox.csv -o "$name"; done
	toe 0 label inbox.csv -o z --seed 2
	for name in x y z; do "$toehold" label "$name" --json -n 100 | jq -r '.tickets[].id' >"$name.txt"; done
	cmp x.txt y.txt
	is "$(cmp x.txt z.txt >/dev/null && echo same)" ""
	is "$(sort x.txt | cksum)" "$(sort z.txt | cksum)"
}

@test "preview: the columns and what they give, without personal data" {
	inbox
	toe 0 label inbox.csv --preview --json
	is "$(json '"\(.columns | map(.name) | join(",")) \(.meant.text | join("+")) \(.meant.id) \(.tickets)"')" \
		"No,Subject,Body Subject+Body No 43"
	is "$(json '.columns[2].cells | length')" 5
	lacks "$output" anna@example.org
	toe 0 label inbox.csv --preview --json --text Subject
	is "$(json '.first[0].text' | cut -c1-5)" About
	toe 0 label inbox.csv --preview --json --label No
	is "$(json '"\(.meant.label) \(.labelled) \(.first[0].label)"')" "No 43 T-001"
	toe 0 label inbox.csv --preview --json --label No --no-label
	is "$(json '"\(.meant.label) \(.labelled) \(.first[0].label)"')" "null 0 null"
	printf '\xff\xfe\x00binary' >junk.csv
	toe 3 label junk.csv --preview --json
	toe 0 label inbox.csv --preview --json --text Nothing
	has "$(json .problem)" "Nothing"
	[ ! -e d ]
}

@test "label, unsure, skip, undo: each is there after the process ended" {
	draft
	first=$(state first '.tickets[0].id')
	say first "$first" --as a
	is "$(state first '.tickets[0] | "\(.id) \(.label)"')" "$first a"
	say first "$first" --unsure
	is "$(state first '.tickets[0].state')" unsure
	toe 0 label d -u --json
	is "$(json '.changed[0] | "\(.id) \(.label)"')" "$first a"
	say first T-001 --skip
	is "$(state first '.progress | "\(.labelled) \(.skipped) \(.open)"')" "1 1 41"
	for i in 1 2 3 4 5; do toe 0 label d --undo; done
	toe 3 label d --undo
	has "$stderr" "there is nothing to undo"
	is "$(state first '.buckets | length')" 0
	toe 2 label d -t T-001
	toe 2 label d -t T-001 --as a --skip
	toe 2 label d --as a
	toe 2 label d --about x
}

@test "steps at once take turns, and none is lost" {
	draft
	for i in $(seq 10 29); do "$toehold" label d -r "reader $((i % 3))" -t "T-0$i" --as a >/dev/null & done
	wait
	is "$(jq -s 'map(select(.do == "label")) | length' d/labels.journal)" 20
	is "$(for i in 0 1 2; do state "reader $i" .progress.labelled; done | paste -sd+ | bc)" 20
}

@test "keys in the terminal: number, skip, unsure, undo, new bucket, end" {
	draft
	printf '%s\n' 1 2 u s '?' x '+ spam' 4 q >keys.txt
	run --separate-stderr "$toehold" label d <keys.txt
	is "$status" 0
	has "$output" "1 a  2 b  3 c" "d: 2 of 43 tickets labelled by first, 1 unsure, 1 skipped."
	lacks "$output" "John Miller" anna@example.org
	is "$(state first '[.tickets[] | select(.label) | .label] | join(" ")')" "a spam"
}

@test "a place that is no personal data is uncovered, here or everywhere, and the job shows it" {
	draft
	toe 0 label d --json --reveal -n 1000
	mark=$(json '[.tickets[] | select(.id == "T-042").parts[] | objects | .mark][0]')
	is "$(json '.tickets[] | select(.id == "T-042").parts[] | objects | "\(.why) \(.covered)"' | head -n 1 | grep -c true)" 1
	say first T-042 --uncover "$mark"
	is "$(state first '[.tickets[].parts[] | objects | select(.covered | not)] | length')" 1
	toe 0 label d -u
	say first T-042 --uncover "$mark" --everywhere
	is "$(state first '[.tickets[].parts[] | objects | select(.covered | not)] | length')" 2
	label_first 43 first
	toe 0 label d --finish job --json
	is "$(json .covered)" 1
	has "$(cat job/scratch/*.jsonl)" "John Miller" "[EMAIL_"
	lacks "$(cat job/scratch/*.jsonl job/job.yaml)" anna@example.org
	lacks "$(cat job/job.yaml)" personal_data
	mail=$(state first '[.tickets[] | select(.id == "T-041").parts[] | objects | .mark][0]')
	say first T-041 --uncover "$mail"
	toe 0 label d --finish job2
	has "$output" "1 that looks like it left open"
	has "$(cat job2/job.yaml)" "personal_data: allowed"
	has "$(cat job2/scratch/*.jsonl)" anna@example.org
}

@test "a second reader does not see the first one's labels; agreement, kappa, settling" {
	draft
	label_first 25 first
	is "$(state second '"\([.tickets[] | select(.label)] | length) \([.tickets[:25][] | .of_others] | all)"')" "0 true"
	label_first 25 second
	toe 0 label d --agree --json
	is "$(json '.pairs[0] | "\(.tickets) \(.same) \(.kappa)"')" "25 25 1"
	odd=$(state second '[.tickets[] | select(.label == "a")][0].id')
	say second "$odd" --as b
	toe 0 label d --agree
	has "$output" "first and second: 24 of 25 tickets the same (96%)" "To settle" "$odd  first: a, second: b"
	toe 0 label d --agree --json
	is "$(json '.shared | map(select(.disputed)) | map("\(.id) \(.said.first) \(.said.second)") | join(";")')" "$odd a b"
	toe 0 label d --finish early --json
	is "$(json .disputed)" 1
	say first "$odd" --as a --settle
	toe 0 label d --agree --json
	is "$(json '.shared | map(select(.disputed)) | length')" 0
	toe 0 label d --finish job --json
	is "$(json '"\(.under_test + .examples + .training + .pool + .repeats) \(.disputed)"')" "43 0"
}

@test "finish: the job runs, its labels have their descriptions, and placeholders keep their key" {
	draft
	label_first 43 first
	script one "{\"steps\": [$right_steps]}"
	toe 0 label d --finish job --models one.script.json
	has "$output" "under test: scratch/tickets.jsonl" "Next: toehold smoke job/job.yaml"
	has "$(cat job/job.yaml)" "# Made from 'inbox.csv' by 'toehold label'" "a: the a thing"
	cmp d/secrets/redact.key job/secrets/redact.key
	run --separate-stderr "$toehold" smoke job/job.yaml --json
	[ "$status" -le 1 ]
	toe 3 label d --finish job
	toe 0 label inbox.csv -o empty
	toe 3 label empty --finish job3
	has "$stderr" "no ticket has a label yet"
}

@test "an export with labels: they are the buckets, and a reader can differ" {
	inbox
	sed -e '1s/$/,Queue/' -e '2,$s/\r\?$/,billing/' -e '5,20s/billing$/login/' inbox.csv >labelled.csv
	toe 0 label labelled.csv -o d
	has "$output" "43 with a label of the file"
	is "$(state first '"\(.buckets | map(.name) | sort | join(" ")) \(.progress.ready)"')" "billing login 43"
	say first T-001 --as login
	toe 0 label d --agree --json
	is "$(json '.pairs[0] | "\(.a) \(.b) \(.same)/\(.tickets)"')" "first file 0/1"
	toe 0 label labelled.csv -o e --no-label
	toe 0 label e --json
	is "$(json '"\(.buckets | length) \(.progress.ready)"')" "0 0"
}

@test "a journal that was cut goes on; one that was changed is named with its line" {
	draft
	say first T-001 --as a
	printf '{"do":"label","reader":"first","id":"T-0' >>d/labels.journal
	is "$(state first .progress.labelled)" 1
	say first T-002 --as b
	is "$(state first .progress.labelled)" 2
	sed -i '2s/bucket/bouquet/' d/labels.journal
	toe 3 label d --json
	has "$stderr" "d/labels.journal:2"
}

@test "hostile tickets and names stay text" {
	printf '%s\n' '{"id": "<b>1", "text": "<script>alert(1)</script> \u202e odd"}' \
		'{"id": "a\"2", "text": "\u001b[31mred text of a ticket"}' >odd.jsonl
	toe 0 label odd.jsonl -o d
	toe 0 label d --bucket '"><img src=x onerror=alert(1)>'
	toe 0 label d -r $'a\n"b' -t '<b>1' --as '"><img src=x onerror=alert(1)>'
	toe 0 label d -r $'a\n"b' --json
	is "$(json '.tickets[] | select(.label) | .id')" '<b>1'
	lacks "$output" $'\033' $'\u202e'
	printf 'q\n' >keys.txt
	run "$toehold" label d <keys.txt
	lacks "$output" $'\033' $'\u202e'
	toe 3 label d --bucket $'\xff'
	toe 3 label d --bucket ' '
}

@test "two imports into one folder at once: the tickets are those of the one that succeeded" {
	inbox
	for seed in 1 2 3 4 5 6; do "$toehold" label inbox.csv -o d --seed "$seed" >"said.$seed" 2>&1 & done
	wait
	is "$(wc -l <d/labels.journal)" 1
	toe 0 label inbox.csv -o other --seed "$(jq .seed d/labels.journal)"
	for name in d other; do "$toehold" label "$name" --json -n 100 | jq -r '.tickets[].id' >"$name.txt"; done
	cmp d.txt other.txt
}

@test "an export with the name of a file of the draft is kept beside it" {
	printf '{"id": "x", "text": "one"}\n{"id": "y", "text": "two"}\n' >rows.jsonl
	toe 0 label rows.jsonl -o d
	cmp rows.jsonl d/secrets/export-rows.jsonl
	is "$(state first .progress.tickets)" 2
	inbox
	mv inbox.csv redact.key
	toe 0 label redact.key -o e
	has "$(cat e/secrets/redact.key)" "$(grep -xE '[0-9a-f]{64}' e/secrets/redact.key)"
	cmp redact.key e/secrets/export-redact.key
}

@test "preview: no half of an account's number, no address in a header or a label" {
	printf 'No,Body,Ask boss@example.org\n1,"%s DE89370400440532013000 is mine",info@example.org\n2,short,x\n' \
		"$(printf 'word %.0s' {1..58})" >odd.csv
	toe 0 label odd.csv --preview --json --label 'Ask boss@example.org'
	is "$(json '.first[0].label' | cut -c1-7)" "[EMAIL_"
	lacks "$output" DE89 boss@example.org info@example.org
	toe 0 label odd.csv --preview --json --label nothing
	lacks "$output" boss@example.org
	echo "Ticket ID,Customer Name,Date received,City,Street,Zip code,Phone number,E-mail,Company,Kategorie (neu),Nachricht" >heads.csv
	echo "1,2,3,4,5,6,7,8,9,a,text" >>heads.csv
	toe 0 label heads.csv --preview --json
	is "$(json '.columns | map(.name) | join(",")')" "$(head -n 1 heads.csv)"
}

@test "keys in the terminal: skipped tickets take turns, and a long line is one line" {
	printf '{"id": "x", "text": "one odd thing"}\n{"id": "y", "text": "two other words"}\n' >two.jsonl
	toe 0 label two.jsonl -o d
	toe 0 label d --bucket a
	printf '%s\n' s s s '?' q >keys.txt
	toe 0 label d <keys.txt
	is "$(state first '[.tickets[].state] | join(" ")')" "skipped unsure"
	printf '%511s1\nq\n' '' >keys.txt
	toe 0 label d <keys.txt
	has "$output" "0 of 2 tickets labelled"
}

@test "finish says only what its reader can do" {
	draft
	toe 4 label d --bucket info@example.org
	has "$stderr" "personal data (EMAIL)"
	toe 3 label d -r file -t T-001 --skip
	has "$stderr" "another name"
	for id in T-001 T-002; do say first "$id" --as a; done
	toe 3 label d --finish job
	has "$stderr" "Label more tickets"
	lacks "$stderr" --label
	label_first 41 first
	say first T-001 --as a
	say first T-042 --as a
	say first T-043 --as b
	toe 0 label d --finish job
	has "$output" "inbox.csv: 43 tickets, 43 with a label"
	lacks "$output" "line 4" --map
}

@test "options that do not belong together are refused, not ignored" {
	draft
	toe 2 label inbox.csv -o new --undo
	toe 2 label inbox.csv --preview --bucket a
	toe 2 label d --no-label
	toe 2 label d --map a=b
	toe 2 label d --bucket a --about words --rename b
	[ ! -e new ]
	printf 'text,label\none,%0200d\ntwo,x\n' 1 >long.csv
	toe 3 label long.csv -o new --label label
	has "$stderr" "too long" "--no-label"
	[ ! -e new/secrets/rows.jsonl ]
}

# more: a job with the key of its placeholders, a run of it, and hard.jsonl with proposals of a pool.
more() {
	tickets 30
	odd_lines 31 60 '{"id": "pN", "text": "ticket N asks about L W"}' >pool.jsonl
	echo '{"id": "p61", "text": "Write to anna@example.org about a, please"}' >>pool.jsonl
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	sed -i 's/^labels:.*/labels: {a: of a, b: of b, c: of c}/' job.yaml
	toe 0 redact pool.jsonl -o covered.jsonl
	toe 0 smoke job.yaml --name r
	toe 0 suggest job.yaml --from covered.jsonl --all -n 31 -o "${1-hard.jsonl}"
}

@test "suggested tickets for a job: its labels, labelled, given back, added, decided again" {
	more
	toe 0 label hard.jsonl -o d --job job.yaml
	is "$(state first '"\(.job) \(.buckets | map("\(.name): \(.about)") | join(", ")) \(.progress.ready)"')" \
		"job.yaml a: of a, b: of b, c: of c 0"
	toe 3 label d --bucket more
	has "$stderr" "are the labels of the job 'job.yaml'"
	toe 3 label d --bucket a --about words
	toe 3 label d --bucket a --rename x
	toe 3 label d --bucket a --remove
	toe 3 label d --finish job2
	has "$stderr" "--finish labelled.jsonl"
	toe 2 label d --finish hard-labelled.csv
	has "$stderr" "must end in .jsonl"
	toe 3 label d --finish hard-labelled.jsonl
	has "$stderr" "no ticket has a label yet"
	for id in $(jq -r .id hard.jsonl | head -n 10); do
		say first "$id" --as "$(jq -r --arg id "$id" 'select(.id == $id).text | capture("about (?<l>.)").l' hard.jsonl)"
	done
	say first p61 --as a
	toe 0 label d --finish hard-labelled.jsonl
	has "$output" "11 labelled tickets; 20 without a label left out." "0 places covered" \
		"Next: toehold add job.yaml hard-labelled.jsonl --as harder"
	is "$(stat -c %a hard-labelled.jsonl)" 600
	is "$(jq -s 'length' hard-labelled.jsonl)" 11
	has "$(cat hard-labelled.jsonl)" "Write to [EMAIL_"
	lacks "$(cat hard-labelled.jsonl)" anna@example.org
	toe 3 label d --finish hard-labelled.jsonl # it is never written over
	has "$stderr" "exists"
	toe 0 add job.yaml hard-labelled.jsonl --as harder --all --json
	is "$(json '"\(.added) \(.change.role)"')" "11 harder"
}

@test "tickets for a job that names an encoding are escaped, so that it reads them as they are" {
	tickets 30
	script one "{\"steps\": [$right_steps]}"
	job one.script.json 'columns: {encoding: windows-1252}'
	sed -i 's/^labels:.*/labels: {a: of a, b: of b, c: of c}/' job.yaml
	toe 0 smoke job.yaml --name r
	echo '{"id": "n1", "text": "Übrigens about a, für 5 €"}' >hard.jsonl
	toe 0 label hard.jsonl -o d --job job.yaml
	say first n1 --as a
	toe 0 label d --finish labelled.jsonl
	is "$(jq -r .text labelled.jsonl)" "Übrigens about a, für 5 €"
	is "$(LC_ALL=C grep -c '[^ -~]' labelled.jsonl || true)" 0
	toe 0 add job.yaml labelled.jsonl --as harder
	is "$("$toehold" export r -f tickets -o - | jq -r 'select(.id == "n1").text')" "Übrigens about a, für 5 €"
}

@test "a value that is covered in the job has the same placeholder in the tickets that are given back" {
	draft
	label_first 43 first
	toe 0 label d --finish first
	mark=$(grep -ho '\[EMAIL_[0-9a-f]*\]' first/scratch/*.jsonl | head -n 1)
	echo 'id,text
n1,Once more: anna@example.org and the b thing' >more.csv
	toe 0 label more.csv -o e --job first/job.yaml
	cmp first/secrets/redact.key e/secrets/redact.key
	toe 0 label e -t n1 --as b
	toe 0 label e --finish more.jsonl --json
	is "$(json '"\(.tickets) \(.left_out) \(.covered) \(.left_open) \(.next)"')" \
		"1 0 1 0 toehold add first/job.yaml more.jsonl --as harder"
	has "$(cat more.jsonl)" "$mark"
	toe 0 label e -t n1 --uncover "$mark"
	toe 4 label e --finish open.jsonl # the job would refuse it
	has "$stderr" "1 place that looks like personal data" "first/job.yaml"
	[ ! -e open.jsonl ]
	echo 'personal_data: allowed' >>first/job.yaml
	toe 0 label e --finish open.jsonl
	has "$output" "left open by readers"
}

@test "a draft for a job: labels of the export must be the job's, and a written task has none" {
	tickets 30
	job one.script.json
	printf 'text,label\none thing,A\ntwo words,b\n' >new.csv
	toe 0 label new.csv -o d --job job.yaml
	is "$(state first '[.tickets[].file_label] | sort | join(" ")')" "a b"
	printf 'text,label\none thing,a\ntwo words,spam\n' >odd.csv
	toe 3 label odd.csv -o e --job job.yaml
	has "$stderr" "'spam' is none of the job's" "--map"
	toe 0 label odd.csv -o f --job job.yaml --map spam=c
	printf 'task: summarize\ntickets: tickets.jsonl\n' >written.yaml
	toe 4 label new.csv -o g --job written.yaml
	has "$stderr" "do not have one label each"
	[ ! -e g ]
	toe 3 label new.csv -o g --job nowhere.yaml
	toe 2 label d --job job.yaml
}

@test "a draft for a job: the job is found from each folder, and named by its folder too" {
	tickets 30
	mkdir my-job elsewhere
	job one.script.json
	mv job.yaml my-job/
	mv tickets.jsonl my-job/
	printf 'id,text\nn1,Write to anna@example.org\n' >new.csv
	toe 0 label new.csv -o d --job my-job
	is "$(state first .job)" my-job/job.yaml
	toe 0 label d -t n1 --as a
	(cd my-job && "$toehold" label ../d --json | jq -r .job) >job.txt
	is "$(cat job.txt)" job.yaml
	cd elsewhere
	toe 0 label ../d --finish out.jsonl
	has "$output" "Next: toehold add $(realpath ../my-job/job.yaml) out.jsonl --as harder"
	mark=$("$toehold" label ../d --json -n 9 | jq -r '[.tickets[].parts[] | objects | .mark][0]')
	toe 0 label ../d -t n1 --uncover "$mark"
	toe 4 label ../d --finish open.jsonl
	has "$stderr" "does not allow that"
}

@test "keys in the terminal offer a new bucket only if there can be one" {
	tickets 30
	job one.script.json
	printf 'id,text\nn1,one thing\n' >new.csv
	toe 0 label new.csv -o free
	toe 0 label new.csv -o bound --job job.yaml
	run --separate-stderr "$toehold" label free <<<q
	has "$output" "u undo · + NAME new bucket · q end"
	run --separate-stderr "$toehold" label bound <<<q
	has "$output" "u undo · q end"
}

@test "accept: the labels of the export for all that is still to be read, and one undo takes them back" {
	inbox
	sed -e '1s/$/,Queue/' -e '2,$s/\r\?$/,billing/' -e '5,20s/billing$/login/' -e '30s/billing$//' inbox.csv >labelled.csv
	toe 0 label labelled.csv -o d
	say first T-001 --as login
	say first T-002 --skip
	is "$(state first .progress.acceptable)" 40
	toe 0 label d --accept --json
	is "$(json '"\(.changed | length) \(.progress.labelled) \(.progress.acceptable) \(.progress.open)"')" "40 41 0 1"
	is "$(state first '[.tickets[] | select(.id == "T-001" or .id == "T-002") | "\(.label) \(.state)"] | sort | join(", ")')" \
		"login labelled, null skipped"
	toe 3 label d --accept
	has "$stderr" "no ticket that is still to be read"
	toe 0 label d --undo --json
	is "$(json '"\(.changed | length) \(.progress.labelled)"')" "40 1"
	toe 0 label d -r second --accept
	toe 2 label d --accept --undo
}

@test "a draft is deleted with its export; what else lies in the folder stays" {
	draft
	toe 2 label d --delete --undo
	toe 0 label d --delete --json
	is "$(json '"\(.deleted) \(.folder_stays)"')" "d false"
	[ ! -e d ]
	toe 3 label d --delete
	has "$stderr" "is no draft of labels"
	draft
	echo mine >d/note.txt
	mkdir elsewhere && echo keep >elsewhere/file && ln -s ../../elsewhere/file d/secrets/link
	toe 0 label d --delete
	has "$output" "other files in the folder were left"
	is "$(ls d)" note.txt
	is "$(cat elsewhere/file)" keep
	mkdir -p labels-raw/secrets && cp inbox.csv labels-raw/secrets && : >labels-raw/labels.journal
	toe 0 label labels-raw --delete # an upload whose columns were not chosen yet
	[ ! -e labels-raw ]
	draft 2>/dev/null || { rm -r d && draft; }
	rm -r d/secrets && mkdir other && ln -s ../other d/secrets
	echo keep >other/file
	toe 3 label d --delete # a link is not followed
	is "$(cat other/file)" keep
}
