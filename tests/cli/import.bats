#!/usr/bin/env bats
# Data sets of other tools become tickets. Rows that cannot are reported with their lines. No file
# is overwritten.
load helper

# plans FILE LABELS: a job accepts the tickets in FILE, with these labels.
plans() {
	script one "{\"steps\": [{\"match\": \"\", \"label\": \"card\"}]}"
	printf 'labels: [%s]\ntickets: %s\nmodels: [one.script.json]\n' "$2" "$1" >job.yaml
	toe 0 plan job.yaml --json
}

@test "each format is recognised by its content, and the result is a tickets file" {
	printf 'question,__expected,__metadata:lang\n"Where, oh\nwhere?",card,en\nb,equals:top_up,\n' >pf.csv
	printf 'tests:\n- vars: {q: a}\n  assert: [{type: equals, value: card}]\n- vars: {q: b}\n  assert: [{type: icontains, value: top_up}]\n' >pf.yaml
	printf '[{"vars": {"q": "a"}, "assert": [{"type": "equals", "value": "card"}]},\n{"vars": {"q": "b"}, "assert": [{"type": "contains", "value": "top_up"}]}]' >pf.json
	printf '{"input": "a", "target": "A", "choices": ["card", "top_up"]}\n{"input": "b", "target": "top_up"}\n' >inspect.jsonl
	printf 'input,target,choices\na,B,"top_up,card"\nb,top_up,\n' >inspect.csv
	printf '{"input": [{"role": "user", "content": "a"}], "ideal": "card"}\n{"input": "b", "ideal": ["top_up"]}\n' >evals.jsonl
	printf 'Text,LABEL\r\na,card\r\nb,top_up\r\n' >plain.csv
	printf '[{"text": "a", "label": ["card"]}, {"text": "b", "label": "top_up"}]' >plain.json
	printf '__label__card a\n__label__top_up b\n' >lines.txt
	for row in pf.csv:promptfoo pf.yaml:promptfoo pf.json:promptfoo inspect.jsonl:inspect \
		inspect.csv:inspect evals.jsonl:openai-evals plain.csv:csv \
		plain.json:json lines.txt:fasttext; do
		file=${row%:*}
		toe 0 import "$file" -o out.jsonl --force
		is "$output" ""
		is "${stderr_lines[0]}" "$file: ${row#*:}, 2 of 2 rows taken, into out.jsonl"
		is "${stderr_lines[*]:1}" "  2 labels:       1  card       1  top_up"
		is "$(jq -r .label out.jsonl | paste -sd' ')" "card top_up"
		is "$(stat -c %a out.jsonl)" 600
		plans out.jsonl "card, top_up"
		is "$(json .tickets)" 2
		toe 0 import "$file"
		is "$output" "$(cat out.jsonl)"
	done
}

@test "a run on imported tickets sees the text byte for byte" {
	printf 'text,label\n"\x1b[2J\r\n \xe2\x80\xae é ""q"" %s",card\nb,other\n' \
		"$(head -c 1000000 /dev/zero | tr '\0' x)" >in.csv
	toe 0 import in.csv -o out.jsonl
	run grep -c $'[\x1b\r]' out.jsonl
	is "$output" 0
	plans out.jsonl "card, other"
	toe 1 smoke job.yaml
	is "$(sqlite3 job.toehold "SELECT hex(substr(body, 1, 20)) FROM text WHERE length(body) > 1000000")" \
		1B5B324A0D0A20E280AE20C3A920227122207878
}

@test "rows that are left out are counted, with their lines; the others are imported" {
	printf 'q,__expected\na,card\nb,llm-rubric:polite\n\n,card\n"c\nd",not-equals:x\ne,\nf,"{{x}}"\n' >in.csv
	toe 0 import in.csv --map card=visa,cart=visa
	is "$output" '{"id": "row-1", "text": "a", "label": "visa"}'
	is "$stderr" "in.csv: promptfoo, 1 of 6 rows taken
  3 rows left out: no assertion names a label (equals, contains or icontains) (lines 3, 6, 8)
  1 row left out: the text is empty (line 5)
  1 row left out: an assertion is a template ({{…}}); name the variable with the label with --label (line 9)
  --unlabelled FILE keeps the 3 rows without a label
  --map renames the label 'cart', but no row has it
  1 label:
      1  visa"
	toe 0 import in.csv -o out.jsonl --json
	is "$stderr" ""
	is "$(json '[.format, .rows, .taken, .out, .left_out[0].rows, .left_out[0].first_lines[2]] | join(" ")')" \
		"promptfoo 6 1 out.jsonl 3 8"
	{
		printf 'text,label\na,b\n'
		yes ,x | head -n 20
	} >many.csv
	toe 0 import many.csv
	has "$stderr" "20 rows left out: the text is empty (lines 3, 4, 5, 6, 7, 8, 9, 10 and 12 more)"
}

@test "files are overwritten only with --force, and never the file that is read" {
	printf 'text,label\na,b\n' >in.csv
	echo mine >out.jsonl
	toe 3 import in.csv -o out.jsonl
	has "$stderr" "'out.jsonl' already exists and was not changed"
	is "$(cat out.jsonl)" mine
	toe 0 import in.csv -o out.jsonl --force
	is "$(jq -r .text out.jsonl)" a
	cp in.csv before
	ln -s in.csv link.csv
	for name in in.csv ./in.csv link.csv; do
		toe 3 import in.csv -o "$name" --force
		has "$stderr" "'$name' is the input file"
	done
	cmp in.csv before
	printf 'id,text,label\n1,a,b\n1,b,b\n' >in.csv
	echo mine >out.jsonl
	toe 3 import in.csv -o out.jsonl --force
	has "$stderr" "in.csv:3: id '1' is already on line 2"
	is "$(cat out.jsonl)" mine
	toe 3 import in.csv -o nowhere/out.jsonl
	is "$(ls -A | sort | paste -sd' ')" "before in.csv link.csv out.jsonl"
}

@test "an invalid file is refused with file and line" {
	refused() {
		toe 3 import "$@"
		is "$output" ""
	}
	refused nothing.csv
	has "$stderr" "cannot open 'nothing.csv'"
	mkdir folder
	refused folder
	has "$stderr" "'folder' is a folder"
	printf 'q,r,__expected\na,b,c\n' >in
	refused in
	has "$stderr" "in:1: there are 2 variables: 'q', 'r'; name the one with the text with --text"
	toe 0 import in --text r
	printf 'text,label\na,b\ncaf\xff,b\n' >in
	refused in
	has "$stderr" "in:3: byte 4 of the line is not well-formed UTF-8"
	printf 'text,label\na\0,b\n' >in
	refused in
	has "$stderr" "in:2: byte 2 of the line is a NUL"
	printf -- '- vars: {q: file:///etc/passwd}\n' >in
	refused in
	has "$stderr" "in:1: 'file:///etc/passwd' points to another file"
	printf 'a: &a [x]\ntests: [*a, *a]\n' >in
	refused in
	has "$stderr" "in:1:4: a YAML anchor"
	printf '{"q": {"t": "a"}, "l": ["b"]}\n' >in
	refused in
	has "$stderr" "in: no member is called as a text usually is; name it with --text PATH; the paths of the first record are 'q.t', 'l.0'"
	toe 0 import in --text q.t --label l
	head -c 4096 /dev/urandom >in
	refused in
}

@test "a file that a job refuses is never called tickets already" {
	printf '[{"text": "a", "label": 0, "label_text": "card"}, {"text": "b", "label": 1, "label_text": "other"}]' >in.json
	toe 0 import in.json -o out.jsonl
	has "$stderr" "the label is 'label_text'"
	plans out.jsonl "card, other"
	printf '{"text": "a", "label": 0}\n{"text": "b", "label": 1}\n' >in.jsonl
	toe 0 import in.jsonl
	has "$stderr" "The labels are numbers; --map 0=NAME,1=NAME gives them names."
	printf 'text,label\na,0.0\nb,1.0\n' >in.csv
	toe 0 import in.csv
	has "$stderr" "The labels are numbers; --map 0.0=NAME,1.0=NAME gives them names."
	toe 0 import in.jsonl --map 0=card,1=other -o out.jsonl --force
	plans out.jsonl "card, other"
	printf '{"text": "a", "label": true}\n' >in.jsonl
	toe 3 import in.jsonl
	has "$stderr" "the label is true or false, not a name (--map true=NAME,false=NAME gives it one)"
	toe 0 import in.jsonl --map true=yes
}

@test "one broken row loses no other; --strict refuses the file" {
	printf '{"text": "a", "label": "x"}\n{"text": "b\\ud83d", "label": "x"}\n{"text": "c" "label": "x"}\n{"id": 123456789012345678901, "text": "d", "label": "x"}\n' >in.jsonl
	toe 0 import in.jsonl
	is "$(jq -r .text <<<"$output" | paste -sd' ')" "a d"
	has "$output" '"id": "123456789012345678901"'
	has "$stderr" "1 row left out: text holds half of a character" "(line 2)" \
		"1 row left out: it is not JSON (the first: '}' expected near '\"label\"') (line 3)"
	toe 3 import in.jsonl --strict
	has "$stderr" "in.jsonl:3: not JSON: '}' expected near '\"label\"'; correct the line"
}

@test "rows without a label are kept aside" {
	printf 'text,label\na,card\nb,\nc,card\n' >in.csv
	toe 0 import in.csv -o out.jsonl
	has "$stderr" "--unlabelled FILE keeps the 1 row without a label"
	toe 0 import in.csv -o out.jsonl --unlabelled pool.jsonl --force
	has "$stderr" "1 row without a label, into pool.jsonl"
	is "$(cat pool.jsonl)" '{"id": "row-2", "text": "b"}'
	is "$(stat -c %a pool.jsonl)" 600
	toe 3 import in.csv --unlabelled pool.jsonl
	has "$stderr" "'pool.jsonl' already exists"
	printf 'Ticket,Text\n1,a\n2,b\n' >none.csv
	toe 3 import none.csv
	has "$stderr" "or keep the rows without a label with --unlabelled FILE"
	toe 0 import none.csv -o none.jsonl --unlabelled all.jsonl
	is "$(wc -l <all.jsonl)" 2
	[ ! -e none.jsonl ]
	toe 2 import in.csv -o same --unlabelled same
	has "$stderr" "name the same file"
}

@test "labels are counted, and nearly the same names are told" {
	printf 'text,label\na,Bug Report\nb,Bug Report\nc,bug report\nd,Other\n' >in.csv
	toe 0 import in.csv -o out.jsonl
	has "$stderr" "  3 labels:
      2  Bug Report
      1  Other
      1  bug report   did you mean 'Bug Report'? --map 'bug report=Bug Report'"
	toe 0 import in.csv -o out.jsonl --json --force
	is "$(json '[.labels[] | "\(.rows) \(.label) \(.near)"] | join(", ")')" \
		"2 Bug Report null, 1 Other null, 1 bug report Bug Report"
	printf 'text,label\na,"Bills, $x"\nb,"Bills, $x"\nc,"bills, $x"\nd,"It'"'"'s, \\"\ne,"it'"'"'s, \\"\n' >hard.csv
	toe 0 import hard.csv
	maps=$(grep -o -- '--map .*' <<<"$stderr" | xargs -d '\n')
	eval "toe 0 import hard.csv -o merged.jsonl $maps"
	is "$(jq -r .label merged.jsonl | sort -u)" "Bills, \$x
It's, \\"
	printf 'text,label\n' >many.csv
	for i in $(seq 40); do echo "t$i,label number $i" >>many.csv; done
	toe 0 import many.csv -o many.jsonl
	has "$stderr" "  40 labels:" "and 10 more"
}

@test "messages that are not in the text are told, and --turns keeps them" {
	printf '{"input": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}], "ideal": "x"}\n' >in.jsonl
	toe 0 import in.jsonl
	has "$output" '"text": "c"'
	has "$stderr" "1 row has other messages than the last of a user, which are not in the text; --turns keep takes all messages" \
		"1 row has a system message, which is not in the text; put it into the job's prompt"
	toe 0 import in.jsonl --turns keep
	has "$output" '"text": "system: s\nuser: a\nassistant: b\nuser: c"'
	lacks "$stderr" "message"
	toe 2 import in.jsonl --turns all
	has "$stderr" "--turns is last or keep, not 'all'"
}

@test "usage" {
	printf 'text,label\na,b\n' >in.csv
	toe 2 import
	has "$stderr" "usage is 'toehold import FILE"
	toe 2 import in.csv --from promtfoo
	has "$stderr" "did you mean 'promptfoo'?"
	toe 2 import in.csv --map a
	has "$stderr" "'a' is not a pair for --map"
	toe 2 import in.csv --json
	has "$stderr" "--json needs a file for the tickets"
	toe 0 import --help
	has "$output" "toehold import FILE" "--map OLD=NEW"
}
