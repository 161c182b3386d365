#!/usr/bin/env bats
# From a messy export to a job that runs: columns, labels, personal data, split, models.
load helper

# export_of N [SEPARATOR]: N labelled tickets and ten without a label.
export_of() { python3 "$BATS_TEST_DIRNAME/messy_export.py" "$@" >export.csv; }

columns=(--text "E-mail text" --label "Category (agreed)" --id "Ticket No")

# model: a script that answers by the word that gives each label away.
model() {
	script small '{"steps":[{"match":"invoice","label":"Billing & Invoices"},
		{"match":"password","label":"Login / Password"},{"match":"crash","label":"Bug Report"},
		{"match":"wish","label":"Feature Request"},{"match":"where","label":"How-To Question"}]}'
}

lines() { if [ -e "$1" ]; then wc -l <"$1"; else echo 0; fi; }

@test "one command makes a job from an export, and the printed command runs it" {
	export_of 60
	model
	toe 0 init my-job --from export.csv --models small.script.json
	has "$output" "text from 'Subject' and 'E-mail text', label from 'Category (agreed)', id from 'Ticket No'" \
		 "70 rows, 60 with a label" "10  without a label: scratch/pool.jsonl" "     15  Billing & Invoices" "'bug report' (1) counts as 'Bug Report'" \
		"25  under test" "20  worked examples" "15  for baselines" "Models: 1 of 1" \
		"Next: toehold smoke my-job/job.yaml"
	is "$(lines my-job/scratch/tickets.jsonl) $(lines my-job/scratch/examples.jsonl)" "25 20"
	is "$(lines my-job/scratch/training.jsonl) $(lines my-job/scratch/pool.jsonl)" "15 10"
	is "$(stat -c %a my-job/secrets my-job/secrets/redact.key my-job/scratch/tickets.jsonl | xargs)" "700 600 600"
	has "$(cat my-job/job.yaml)" "ways: [plain, examples]" "per_label: 4" "Login / Password:  "
	run --separate-stderr "$toehold" smoke my-job/job.yaml --json
	[ "$status" -le 1 ]
	is "$(of 'small plain' .score.right) $(of 'small examples' .score.right)" "25 25"
}

@test "most tickets have no label: all of them go into the pool" {
	export_of 60
	model
	for ((i = 0; i < 3000; i++)); do printf 'HD-9%04d;2026-03-10 08:09;again;A question nobody labelled.;;\r\n' "$i"; done >>export.csv
	toe 0 init my-job --from export.csv --models small.script.json
	has "$output" "3070 rows, 60 with a label" "3010  without a label"
	is "$(lines my-job/scratch/pool.jsonl)" 3010
}

@test "on a terminal the columns are asked for; Enter keeps the guess" {
	export_of 60
	model
	python3 - "$toehold" <<-'END' >said
		import os, pty, sys
		answers = [b"E-mail text\n", b"\n", b"\n"]
		def read(fd):
		    data = os.read(fd, 1024)
		    if answers and data.rstrip().endswith(b"]"):
		        os.write(fd, answers.pop(0))
		    return data
		pty.spawn([sys.argv[1], "init", "my-job", "--from", "export.csv", "-m", "small.script.json"], read, lambda fd: b"")
	END
	has "$(cat said)" "Columns: Ticket No, Received, Subject, E-mail text, Category (agreed), Handled" \
		"Which hold the text (several: with commas)? [Subject,E-mail text]" "Which holds the label? [Category (agreed)]"
	is "$(jq -r .text my-job/scratch/*.jsonl | grep -c '^$')" 0
}

@test "columns are guessed by name and content; a wrong guess is corrected by options" {
	model
	python3 - <<-'END'
		rows = ["invoice number %d is wrong %s" % (i, chr(97 + i) * 9) if i % 2 else
			"password %d was forgotten %s" % (i, chr(97 + i) * 9) for i in range(20)]
		with open("odd.csv", "w") as f:
		    f.write("Nr;Agent;Thing;Queue;What it was about\n")
		    for i, text in enumerate(rows):
		        f.write("%d;Jo;%s;%s;%s\n" % (i, "abcdefghijklmnopqrst"[i], "billing" if i % 2 else "login", text))
	END
	toe 0 init a --from odd.csv -m small.script.json
	has "$output" "text from 'What it was about', label from 'Queue', id from 'Nr'"
	toe 0 init b --from odd.csv -m small.script.json --text Thing
	has "$output" "label from 'Queue', id from 'Nr'"
	lacks "$output" "text from"
	printf 'text,label\none text here,a\nanother text there,b\nsomething else yet,a\nno more of it,b\n' >plain.csv
	toe 0 init c --from plain.csv -m small.script.json
	is "$(cat c/scratch/*.jsonl | jq -r .label | sort -u | xargs)" "a b"
}

@test "every label has its share of tests and examples, and nothing is in two files" {
	export_of 60 ,
	model
	toe 0 init my-job --from export.csv "${columns[@]}" -m small.script.json --json
	is "$(json '[.under_test, .examples, .examples_per_label, .training, .pool] | join(" ")')" "25 20 4 15 10"
	is "$(jq -r .label my-job/scratch/examples.jsonl | sort | uniq -c | awk '{print $1}' | xargs)" "4 4 4 4 4"
	is "$(jq -r .label my-job/scratch/tickets.jsonl | sort | uniq -c | awk '{print $1}' | xargs)" "7 4 4 4 6"
	is "$(cat my-job/scratch/*.jsonl | jq -r .id | sort | uniq -d)" ""
	mv my-job first
	toe 0 init my-job --from export.csv "${columns[@]}" -m small.script.json
	diff <(jq -r .id first/scratch/tickets.jsonl) <(jq -r .id my-job/scratch/tickets.jsonl)
	toe 0 init other --from export.csv "${columns[@]}" -m small.script.json --seed 2
	run diff <(jq -r .id first/scratch/tickets.jsonl) <(jq -r .id other/scratch/tickets.jsonl)
	is "$status" 1
}

@test "no personal data gets into the folder's shared part" {
	export_of 60 ,
	model
	toe 0 init my-job --from export.csv "${columns[@]}" -m small.script.json
	has "$output" "EMAIL 4" "IBAN 4" "PHONE 4" "PERSON 3"
	lacks "$(cat my-job/scratch/* my-job/job.yaml)" anna.meyer "DE89 3704" 901820 "Anna Meyer" DE136695976
	toe 0 plan my-job
	sed 's/Bug Report/anna.meyer@example.org/' export.csv >leak.csv
	toe 4 init leaky --from leak.csv "${columns[@]}"
	has "$stderr" "leak.csv: a label looks like personal data (EMAIL)"
	[ ! -e leaky ]
}

@test "few tickets: a third of them become examples; one ticket of a label is its example" {
	export_of 20 ,
	model
	toe 0 init my-job --from export.csv "${columns[@]}" -m small.script.json
	has "$output" "15  under test" "5  worked examples" "label about 15 more tickets"
	lacks "$output" "for baselines"
	has "$(cat my-job/job.yaml)" "per_label: 1"
	run --separate-stderr "$toehold" smoke my-job --json
	is "$(of 'small examples' .score.right)" 15
}

@test "the export can come through a pipe" {
	export_of 60
	model
	toe 0 init a --from export.csv -m small.script.json
	"$toehold" init b --from - -m small.script.json <export.csv
	"$toehold" init c --from <(cat export.csv) -m small.script.json
	for copy in b c; do
		diff <(jq -c '[.id, .label]' a/scratch/tickets.jsonl) <(jq -c '[.id, .label]' $copy/scratch/tickets.jsonl)
	done
	has "$(head -1 b/job.yaml)" "Made from 'standard input'"
}

@test "near labels are pointed out, and --map makes them one" {
	export_of 60 ,
	model
	sed -i '0,/,Login .. Password,/s//,Login \/ Pasword,/' export.csv
	sed -i '0,/,Login . Password,/s//,Login \/ Pasword,/' export.csv
	toe 0 init a --from export.csv "${columns[@]}" -m small.script.json
	has "$output" "1  Login / Pasword   did you mean 'Login / Password'? --map 'Login / Pasword=Login / Password'"
	toe 0 init b --from export.csv "${columns[@]}" -m small.script.json \
		--map 'Login / Pasword=Login / Password'
	lacks "$output" Pasword
}

@test "a wrong column for the label is refused, and nothing is written" {
	export_of 60 ,
	toe 3 init my-job --from export.csv --text "E-mail text" --label Subject
	has "$stderr" "70 different labels" "Is another column the label? Name it with --label"
	is "$(ls -A)" "export.csv"
	sed -i 's/Bug Report\|bug report\|Login . Password\|Billing & Invoices\|Feature Request *\|How-To Question/One/' export.csv
	toe 3 init my-job --from export.csv "${columns[@]}"
	has "$stderr" "all tickets have the same label" "the columns are 'Ticket No', 'Received', 'Subject'"
	is "$(ls -A)" export.csv
	echo '[{"id": 1, "description": "It crashes", "custom_fields": [{"value": "Bug"}]}]' >export.json
	toe 3 init my-job --from export.json
	has "$stderr" "no ticket has a label; a job needs two labels or more. Name what holds the label with --label" \
		"'custom_fields.0.value'"
}

@test "an existing folder is never touched, an empty one is filled" {
	export_of 60 ,
	model
	mkdir my-job
	toe 0 init my-job/ --from export.csv "${columns[@]}" -m small.script.json
	cp -r my-job before
	toe 3 init my-job --from export.csv "${columns[@]}" -m small.script.json
	has "$stderr" "'my-job' already exists and was not changed; name a new folder, such as 'my-job-2'"
	diff -r before my-job
	toe 3 init . --from export.csv "${columns[@]}"
	toe 2 init --from export.csv
	has "$stderr" "name the folder for the job: toehold init my-job --from FILE"
	touch file
	toe 3 init file --from export.csv "${columns[@]}"
	toe 3 init missing/x --from nowhere.csv
	[ ! -e missing ]
}

@test "the same text with two labels is left out, with its lines" {
	export_of 60 ,
	model
	sed -n '2p' export.csv | sed 's/HD-1200/HD-1/; s/Billing & Invoices/Bug Report/' >>export.csv
	toe 0 init my-job --from export.csv "${columns[@]}" -m small.script.json
	has "$output" "2  left out: the same text has two labels" "line 2:"
	is "$(cat my-job/scratch/*.jsonl | jq -r .id | grep -c '^HD-1$\|^HD-1200$')" 0
}

@test "ids that are the same address, spelt in two ways, stay two ids" {
	printf '%s\n' text,label,id 'one about invoices,a,jo@example.org' 'two about passwords,b,JO@example.org' >mails.csv
	toe 0 init my-job --from mails.csv
	is "$(cat my-job/scratch/*.jsonl | jq -r .id | sed 's/_[0-9a-f]*//' | sort | xargs)" "[EMAIL] [EMAIL]-2"
	toe 0 label mails.csv -o d --json
	is "$(json '.tickets[].id' | sed 's/_[0-9a-f]*//' | sort | xargs)" "[EMAIL] [EMAIL]-2"
}

@test "without a model the job says how to get one" {
	export_of 60 ,
	toe 0 init my-job --from export.csv "${columns[@]}"
	has "$output" "No model was found on this machine" "  toehold pull hf:Qwen/" "Next: toehold smoke my-job/job.yaml"
	has "$(cat my-job/job.yaml)" "  #   toehold pull hf:Qwen/" "  - hf:Qwen/"
	toe 3 smoke my-job/job.yaml
	has "$stderr" "$(grep -o 'toehold pull hf:.*' my-job/job.yaml)"
	model
	toe 0 plan my-job --models small.script.json
}
