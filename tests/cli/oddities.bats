#!/usr/bin/env bats
# 150 odd files of tickets, each with its tickets or its message: oddities.py has the table.
load helper

odd() { run --separate-stderr python3 "$BATS_TEST_DIRNAME/oddities.py" "$toehold" "$@"; }

@test "the importer and the reader of a job's files give the right tickets, or say what is wrong" {
	printf 'labels: [x, y, N/A, None, "null", "007", "TRUE", "no", "C#", große Frage]\ntickets: base.jsonl\n' >job.yaml
	printf '{"text": "something else entirely, to be tested", "label": "x"}\n' >base.jsonl
	odd
	is "$output" "155 cases, 303 readings, 0 wrong"
}

@test "classify gives the same texts, and the rows before one that is no ticket" {
	tickets 12
	script one "{\"steps\": [$right_steps, {\"match\": \"\", \"label\": \"a\"}]}"
	job one.script.json
	toe_full 0 smoke job.yaml --name r
	odd r
	is "$output" "155 cases, 14 readings, 0 wrong"
	{
		for i in {1..70}; do printf '{"id": "%s", "text": "about a %s"}\n' "$i" "$i"; done
		printf '{"id": "x", "text": "cut \\ud83d"}\n{"id": "y", "text": "about b"}\n'
	} >in.jsonl
	toe 3 classify in.jsonl --label-only -q
	is "$(wc -l <<<"$output")" 70
	has "$stderr" "in.jsonl:71: column 32: a text holds half of a character that was cut (\uD83D)"
	{
		echo 'id;text'
		for i in {1..70}; do echo "$i;about a $i"; done
		echo '71;a "b" c'
	} >in.csv
	toe 3 classify in.csv --label-only -q
	is "$(wc -l <<<"$output")" 70
	has "$stderr" "in.csv:72: the row that begins here: a cell holds a quote that is not doubled"
}

@test "a job names the columns of its files; suggest, add, learn and redact take the same options" {
	printf 'Ticket No;Subject;E-mail text;Kind\n1;Late;about a;a\n2;;about b;b\n3;Where;about c;c\n' >export.csv
	script one "{\"steps\": [$right_steps]}"
	printf 'labels: [a, b, c]\ntickets: export.csv\ntraining: t.jsonl\nmodels: [one.script.json]\n%s\n' \
		'columns: {text: [subject, E-mail text], label: Kind, id: Ticket No}' >job.yaml
	tickets 9 t.jsonl
	toe 0 smoke job.yaml --name r --store s.toehold
	toe 0 export --store s.toehold --format tickets
	is "$(jq -c '[.id, .text, .label]' <<<"$output" | head -2)" '["1","Late\n\nabout a","a"]
["2","about b","b"]'
	toe 0 verify --store s.toehold
	printf 'nr,Question,Answer\n7,something new about b,b\n8,and this is about c,c\n' >more.csv
	toe 0 suggest job.yaml --from more.csv --text question --id nr -n 1 -o h.jsonl --store s.toehold
	has "$(cat h.jsonl)" "something new about b"
	toe_full 0 add job.yaml more.csv --as harder --text Question --label Answer --id nr --store s.toehold
	has "$output" "2/2 (100%)"
	toe 0 learn job.yaml more.csv --to l.jsonl --text Question --label answer
	is "$(jq -r .text l.jsonl | wc -l)" 2
	toe 0 redact export.csv --text "Subject,E-mail text" --label Kind -o r.jsonl
	is "$(head -1 r.jsonl | jq -c .)" '{"id":"1","text":"Late\n\nabout a","label":"a"}'
	sed 's/, label: Kind//' job.yaml >job2.yaml
	toe 3 plan job2.yaml
	has "$stderr" "export.csv:1: no column for the label; name one of 'Ticket No', 'Subject', 'E-mail text', 'Kind' in the job, as in 'columns: {label: NAME}'"
}

@test "a workbook that unpacks to more than 512 MiB is refused while it is unpacked" {
	python3 -c "
import zipfile
z = zipfile.ZipFile('bomb.xlsx', 'w', zipfile.ZIP_DEFLATED, compresslevel=1)
R = '<Relationships><Relationship Id=\"r\" Type=\"x/%s\" Target=\"%s\"/></Relationships>'
z.writestr('_rels/.rels', R % ('officeDocument', 'xl/workbook.xml'))
z.writestr('xl/workbook.xml', '<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" r:id=\"r\"/></sheets></workbook>')
z.writestr('xl/_rels/workbook.xml.rels', R % ('worksheet', 's.xml'))
with z.open('xl/s.xml', 'w', force_zip64=True) as f:
    f.write(b'<worksheet>')
    for i in range(600):
        f.write(b' ' * (1 << 20))
z.close()
"
	toe 3 import bomb.xlsx
	has "$stderr" "makes the workbook larger than 512 MiB once it is unpacked"
}
