#!/usr/bin/env bats
# What reports and exports say of written answers.
load helper
load tasks

@test "show: gold and written answers in place of labels, and no table of labels" {
	extract_job
	toe 0 smoke job.yaml --name w
	has "$output" "three · plain  10/12"
	toe 0 show w --misses
	has "$(tr -s " " <<<"$output")" "How the answers ended" "right 10 83%" "invented value 1 8%" \
		't1 expected {"order":"QX2462","amount":11}, said invented value: {"order":"QX2462","amount":99}' \
		"t11 expected" "said not the JSON that was asked for: no idea"
	lacks "$output" "Confusion" "Macro-F1"
	toe 0 show w --ticket t5
	has "$output" 'expected answer {"order":"QX5386","amount":15}' "invented value"
	toe 0 show w --json
	is "$(json .task)" extract
	is "$(of "three plain" '.figures.endings[0].answers')" 10
	is "$(of "three plain" '.replies[1] | .mark, .gold, .raw')" \
		$'invented value\n{"order":"QX2462","amount":11}\n{"order":"QX2462","amount":99}'
	is "$(of "three plain" '.replies[1] | has("label")')" false
}

@test "what to do next names only what a written answer can have" {
	extract_job
	sed -i 's/bar: 50%/bar: 99%/' job.yaml
	toe 1 smoke job.yaml --name w
	has "$output" "What to do next" "(the way 'examples')" "toehold try job.yaml --prompt PROMPT.txt" "ways: [plain, examples]"
	lacks "$output" calibrated letters baselines training
	sed 's/"id": "t/"id": "x/; s/My order/This order/' tickets.jsonl | head -n 4 |
		sed 's/QX/AB/g' >examples.jsonl
	printf 'examples: examples.jsonl\nways: [plain, examples]\n' >>job.yaml
	toe 1 smoke job.yaml --name p --way plain
	has "$output" "The job names these ways already; run it without --way." "Then: toehold smoke job.yaml"
	lacks "$output" "in the place of its lines"
}

@test "the page and the card: figures beside the score, no confusion, no advice on labels" {
	extract_job
	toe 0 smoke job.yaml --name w
	toe 0 report w -o page.html
	grep -q '<h2>Beside the score</h2>' page.html
	run ! grep -q 'What is mistaken for what' page.html
	toe 1 check w
	has "$output" "one task 'extract'"
	lacks "$output" "each label"
}

@test "the short reports: the figures beside the score, and no word of labels" {
	extract_job
	toe 0 smoke job.yaml --name w
	toe 0 report w --brief -o -
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"Figures Of three · plain. Answers: right 10; invented value 1; not the JSON that was asked for 1." \
		"F1 of fields: order 96%; amount 87%; all fields 91%."
	lacks "$output" label
	toe 0 report w --markdown -o -
	has "$output" "**Answers: three · plain**" "**F1 of fields: three · plain**" "| all fields |"
	toe 0 report w --slide -o slide.svg
	has "$(grep -o '>[^<]*F1 of fields[^<]*<' slide.svg)" "three · plain · F1 of fields: order 96%;"
	toe 1 check w
	lacks "$output" "the label" "first label"
	has "$output" "first answer after" "0 tokens: the answer is the first thing it chooses"
}

@test "exports: each has the gold answer and the written one; tickets can be read again" {
	extract_job
	toe 0 smoke job.yaml --name w
	"$toehold" export w --format tickets >again.jsonl
	diff <(jq -S . tickets.jsonl) <(jq -S . again.jsonl)
	is "$("$toehold" export w --format jsonl | jq -r 'select(.id == "t1" and .candidate == "one plain") |
		.mark, .label, .gold, .raw')" \
		$'invented value\nnull\n{"order":"QX2462","amount":11}\n{"order":"QX2462","amount":99}'
	has "$("$toehold" export w --format wide)" '"invented value: {""order"":""QX2462"",""amount"":99}"'
	has "$("$toehold" export w --format junit)" "got invented value: {&quot;order&quot;:"
	is "$("$toehold" export w --format promptfoo | jq -c '.results.results[0] |
		[.success, .testCase.assert[0].value]')" '[true,"{\"order\":\"QX1731\",\"amount\":10}"]'
	is "$("$toehold" export w --format inspect | jq -r '.samples[1] | .target, .scores.label.answer')" \
		$'{"order":"QX2462","amount":11}\n{"order":"QX2462","amount":99}'
	"$toehold" export w -o book.xlsx
	[ -s book.xlsx ]
}

@test "events: the task, and the time of a written answer by its own name" {
	extract_job
	toe 0 smoke job.yaml --name w --json-events events.jsonl
	is "$(jq -rs '.[0] | .event, .task' events.jsonl)" $'run_started\nextract'
	is "$(jq -rs '[.[] | select(.event == "answer")] | "\(length) \(all(.answer_us > 0 and (has("label_us") | not)))"' events.jsonl)" "24 true"
	run ! grep -q QX2462 events.jsonl
}

@test "try: written answers whole, in lines of the terminal's width" {
	extract_job
	jq '.steps[].says = ("one two three four five six seven eight nine ten " * 3 + "end")' \
		one.script.json >long.script.json
	COLUMNS=80 toe 0 try job.yaml --models long.script.json --ticket t1
	is "$(grep -c end <<<"$output")" 1
	is "$(grep -o ten <<<"$output" | wc -l)" 3
	[ "$(grep -v sha256 <<<"$output" | wc -L)" -le 80 ]
}
