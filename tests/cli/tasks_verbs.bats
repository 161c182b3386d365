#!/usr/bin/env bats
# Verbs with a task that writes: what they do, or that they do not apply.
load helper
load tasks

# extract_run: a run, and twelve new tickets.
extract_run() {
	extract_job
	toe 0 smoke job.yaml --name w
	jq -c 'del(.gold)' tickets.jsonl >inbox.jsonl
}

@test "run writes the answers: JSON as JSON, CSV with a column per field; it resumes" {
	extract_run
	toe 0 run inbox.jsonl
	is "$(sed -n 2p <<<"$output")" '{"id":"t1","answer":{"order":"QX2462","amount":99},"outcome":"ok"}'
	is "$(sed -n 12p <<<"$output")" '{"id":"t11","answer":"no idea","outcome":"ok"}'
	has "$stderr" "three · plain of run 'w': 10 of 12 right" "12 answered, 0 failed"
	toe 0 run inbox.jsonl -o out.csv
	is "$(sed -n 1p out.csv | tr -d '\r')" 'id,"order","amount",answer,outcome,detail'
	is "$(sed -n 2p out.csv | tr -d '\r')" \
		'"t0","QX1731","10","{""order"":""QX1731"",""amount"":10}","ok",""'
	is "$(sed -n 13p out.csv | tr -d '\r')" '"t11",,,"no idea","ok",""'
	toe 0 run inbox.jsonl -o out.csv
	has "$stderr" "'out.csv' is complete: 12 rows."
	toe 0 show w --settings
	has "$output" "in production 2 sessions"
	lacks "$output" watch
}

@test "run labels too, with the rows of classify" {
	right 12
	toe 0 smoke job.yaml --name labels
	jq -c 'del(.label)' tickets.jsonl >inbox.jsonl
	toe 0 classify inbox.jsonl
	local rows=$output
	toe 0 run inbox.jsonl
	is "$output" "$rows"
	toe 0 run inbox.jsonl --abstain-below 50%
	is "$output" "$rows"
}

@test "verbs that need labels say so, and what to do instead" {
	extract_run
	toe 2 classify inbox.jsonl
	has "$stderr" "does not apply to the task 'extract'" "'toehold run' with the same options"
	toe 3 run inbox.jsonl --abstain-below 50%
	has "$stderr" "a written answer has none"
	toe 3 promise w --right 95%
	has "$stderr" "a written answer has none"
	toe 4 suggest job.yaml --from inbox.jsonl
	has "$stderr" "'toehold add JOB FILE --as harder'"
	toe 4 tune job.yaml --model three.script.json --train tickets.jsonl
	has "$stderr" "(the way 'examples')"
	toe 4 learn job.yaml inbox.jsonl
	has "$stderr" "nothing learns from written answers"
	toe 4 hello three.script.json --job job.yaml
	has "$stderr" "'toehold smoke JOB --first'"
	toe 4 watch w
	has "$stderr" "it compares the shares of labels"
}

@test "add, decide, replay, diff, verify and plan work as with labels" {
	extract_run
	sed 's/"id": "t/"id": "h/; s/order/package/' tickets.jsonl | sed 's/"package":/"order":/' |
		head -n 4 | jq -c '.text |= "Once more and in short: " + .' >harder.jsonl
	toe 0 add job.yaml harder.jsonl --as harder
	has "$output" "3/4"
	toe 0 decide w
	toe 0 replay w
	has "$output" "THE SAME: all 32 answers."
	lacks "$output" label
	toe 0 diff w w
	toe 0 verify w
	toe 0 plan job.yaml
	has "$output" "12 tickets, task extract, bar 50%"
	toe 0 show w --prompt --candidate three --ticket t1
	has "$output" "You extract facts from a text." "- amount: a number" "parcel QX2462 arrived broken"
}

@test "diff: another text is a changed answer, also under the same mark" {
	extract_run
	sed -i 's/\\"amount\\":99/\\"amount\\":98/; s/no idea/none/' three.script.json
	run --separate-stderr "$toehold" smoke job.yaml --name second
	toe 1 diff w second
	has "$output" "three plain: 2 of 12 answers changed, 0 of them changed the mark" \
		"t1: invented value in both" '    gold  {"order":"QX2462","amount":11}' \
		'    A     {"order":"QX2462","amount":99}' '    B     {"order":"QX2462","amount":98}' \
		"2 of 24 answers changed, 0 of them changed the mark."
	lacks "$output" label
	toe 1 diff w second --json
	is "$(json '.candidates[] | select(.a.name == "three plain") | .other_marks, .flips[1].b.raw')" $'0\nnone'
	is "$(json '.candidates[] | select(.a.name == "three plain") | .flips[0].a.mark, .flips[0].gold_a')" \
		$'invented value\n{"order":"QX2462","amount":11}'
	sed -i 's/98/11/' three.script.json
	run --separate-stderr "$toehold" smoke job.yaml --name third
	toe 1 diff w third
	has "$output" "three plain: 2 of 12 answers changed, 1 of them changed the mark" \
		"t1: invented value, B: right"
	toe 0 purge w --own
	toe 1 diff w third
	has "$output" "1 of 24 answers changed, 1 of them changed the mark."
}

@test "purge removes gold and written answers" {
	extract_run
	grep -q QX2462 job.toehold
	toe 0 purge w
	run ! grep -q QX2462 job.toehold
	toe 0 show w --misses
	lacks "$output" QX2462
	toe 0 show w --json
	has "$(of "three plain" '.replies[1].detail')" "invented amount"
}

@test "redact: a gold answer may not keep what leaves the text" {
	printf '%s\n' '{"id": "a", "text": "Write to jane.roe@example.com about it.",
		"gold": {"mail": "jane.roe@example.com"}}' | tr -d '\n\t' >in.jsonl
	toe 4 redact in.jsonl -o out.jsonl
	has "$stderr" "in.jsonl:1: 'gold' repeats what is removed from the text" "--drop gold"
	[ ! -e out.jsonl ]
	toe 0 redact in.jsonl -o out.jsonl --drop gold
	run ! grep -q example.com out.jsonl
}

@test "init --task: the sample of each task, or the tasks that there are" {
	toe 2 init there --task nothing
	has "$stderr" "there is no sample job of the task 'nothing'; there are classify"
	for task in $(sed 's/.*there are //; s/,//g' <<<"$stderr"); do
		toe 0 init "my-$task" --task "$task"
		[ -s "my-$task/tickets.jsonl" ] || ls "my-$task"/tickets*.jsonl
		[ "$task" = classify ] || grep -Eq "^task: $task|^labels_per_ticket: any" "my-$task/job.yaml"
	done
	toe 0 init by-folder --task labels
	cmp by-folder/job.yaml my-several-labels/job.yaml
	has "$output" "Next: name your models in by-folder/job.yaml"
	for model in $(sed -n 's/^  - //p' by-folder/job.yaml); do
		script "${model%.gguf}" '{"steps": []}'
		mkdir -p models && mv "${model%.gguf}.script.json" "models/$model"
	done
	TOEHOLD_MODELS=$PWD/models toe 0 init with-models --task labels
	has "$output" "Next: run 'toehold smoke with-models/job.yaml'. Its models are on this machine."
	toe 2 init other --task extract --from some.csv
	has "$stderr" "leave out --task"
}

@test "import: gold answers of lines and lists come in as they are" {
	extract_job
	toe 0 import tickets.jsonl -o lines.jsonl
	has "$output$stderr" "12 rows with a gold answer"
	diff <(jq -Sc . tickets.jsonl) <(jq -Sc . lines.jsonl)
	jq -s . tickets.jsonl | sed '1s/^/ \n/' >plain.json
	toe 0 import plain.json -o plain.jsonl
	diff <(jq -Sc . tickets.jsonl) <(jq -Sc . plain.jsonl)
	jq -s '{"a {": "{", data: map({key: .id, body: .text, call: {gold}, n: -1.5e3, category: "orders"})}' \
		tickets.jsonl >list.json
	sed -i '0,/"n": -1[^,]*/s//"n": NaN/' list.json
	toe 0 import list.json --text body --id key --gold call.gold -o list.jsonl
	has "$stderr" "11 rows with a gold answer" "the record has NaN"
	diff <(jq -Sc . tickets.jsonl | sed 1d) <(jq -Sc . list.jsonl)
	jq -s '{text: map(.text), gold: map(.gold)}' tickets.jsonl >columns.json
	toe 3 import columns.json -o columns.jsonl
	has "$stderr" "its gold answer is not in a record of its own"
	toe 0 import list.json --text body --id key --label category -o labels.jsonl
	is "$(jq -c 'has("gold"), .label' labels.jsonl | sort -u | tr '\n' ' ')" '"orders" false '
	sed -i 's/tickets.jsonl/lines.jsonl/' job.yaml
	toe 0 smoke job.yaml --name again
	has "$output" "10/12"
}

@test "import: gold answers of a table, as JSON or as columns, make the same job" {
	extract_job
	jq -r '[.id, .text, .gold.order, .gold.amount, (.gold | tojson)] | @csv' tickets.jsonl |
		sed '1i id,text,order,amount,"right answer"' >table.csv
	toe 2 import table.csv --gold order --label amount
	has "$stderr" "leave out --label or --gold"
	toe 3 import table.csv --gold order,amuont
	has "$stderr" "table.csv:1: no column 'amuont' for --gold; name one of 'id', 'text', 'order'"
	toe 0 import table.csv --gold order,amount -o columns.jsonl
	has "$stderr" "12 rows with a gold answer"
	is "$(sed -n 1p columns.jsonl | jq -c .gold)" '{"order":"QX1731","amount":"10"}'
	toe 0 import table.csv --gold 'right answer' -o json.jsonl
	diff <(jq -Sc . tickets.jsonl) <(jq -Sc . json.jsonl)
	sed -i 's/tickets.jsonl/columns.jsonl/' job.yaml
	toe 0 smoke job.yaml --name columns
	has "$output" "10/12"
}
