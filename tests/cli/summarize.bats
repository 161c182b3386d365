#!/usr/bin/env bats
# The task summarize: marks of written answers, and the baseline that copies.
load helper

# Two models: a good one, and one that writes too much and too little.
summaries() {
	cat >tickets.jsonl <<-'END'
	{"id": "twice", "text": "Customer: I was charged twice in spring.\nAgent: One payment is refunded.", "must": [{"fact": "charged twice", "any": ["charged twice", "double charg"]}, "refund"], "must_not": ["cancel"], "nice": ["spring"], "reference": "A double charge was refunded."}
	{"id": "late", "text": "Customer: My parcel is late.\nAgent: It comes on Friday, without the driver ringing.", "gold": {"must": ["late", "friday"]}}
	END
	cat >job.yaml <<-'END'
	job: summaries
	task: summarize
	words: 8
	tickets: tickets.jsonl
	models: [good.script.json, bad.script.json]
	bar: 50%
	use: evaluate
	END
	script good '{"steps": [{"match": "twice", "says": "A double charge is refunded."}, {"match": "late", "says": "Late; it comes on Friday."}]}'
	script bad '{"steps": [{"match": "twice", "says": "The contract was cancelled because somebody was charged twice."}, {"match": "late", "says": ""}]}'
}

@test "a summary is right if it states the musts, and no must_not, within the cap" {
	summaries
	toe 0 smoke job.yaml --json
	is "$(of 'good plain' .score.right)" 2
	is "$(of 'bad plain' .score.right)" 0
	is "$(of 'baseline lead' .score.right)" 0
	is "$(json .pick)" "good plain"
}

@test "details name facts by number, and no word of a text" {
	summaries
	toe 0 smoke job.yaml --json
	is "$(of 'bad plain' '[.replies[].detail] | join("|")')" \
		"9 words, at most 8; must 2 missing; must_not 1 stated|the answer has no word"
	is "$(of 'baseline lead' '[.replies[].detail] | join("|")')" "must 2 missing|must 2 missing"
}

@test "the words of the job are the cap, and stand in the prompt" {
	summaries
	sed -i 's/words: 8/words: 9/' job.yaml
	toe 0 smoke job.yaml --json
	is "$(of 'bad plain' '.replies[0].detail')" "must 2 missing; must_not 1 stated"
	has "$(json .prompt)" "at most 9 words"
}

@test "a gold answer that cannot be right is refused with its line" {
	summaries
	echo '{"id": "x", "text": "t", "must": ["a refund"], "must_not": ["refund"]}' >tickets.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:1" "each phrase of 'must' 1"
	echo '{"id": "x", "text": "t", "must": []}' >tickets.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:1" "'must' is missing"
	echo '{"id": "x", "text": "t"}' >tickets.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:1" "no 'gold'"
}

@test "a purge leaves no word of a summary or a fact" {
	summaries
	toe 0 smoke job.yaml --name r
	grep -qa "double charge" job.toehold
	toe 0 purge r
	run ! grep -qaiE "double charge|charged twice|refunded" job.toehold
}

# marks_agree TICKETS: the marks of 14 models are those of a second implementation of the rule.
marks_agree() {
	python3 "$BATS_TEST_DIRNAME/summary_cases.py" "$1" 14
	{
		printf '%s\n' 'task: summarize' 'words: 40' "tickets: $1" 'bar: 80%' 'use: evaluate' 'personal_data: allowed' 'models:'
		printf -- '- %s\n' m*.script.json
	} >job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --json
	[ "$status" -le 1 ]
	json 'asked | .[].replies[] | {id, raw, mark, detail}' | jq -c . >replies.jsonl
	python3 "$BATS_TEST_DIRNAME/summary_marks.py" "$1" 40 <replies.jsonl >agreed || { cat agreed; return 1; }
	# Every mark occurs, or the agreement says little.
	is "$(jq -s 'map(.mark) | unique | length' replies.jsonl)" 5
}

@test "marks agree with a second implementation on 210 summaries" {
	cat "$root"/demo/summarize/tickets-*.jsonl >tickets.jsonl
	marks_agree tickets.jsonl
	is "$(cat agreed)" "210 compared, 0 differ"
}

@test "the same on real conversations" {
	[ -e "${TOEHOLD_TEST_DATA-}/summarize/tickets-15.jsonl" ] || skip_loudly "TOEHOLD_TEST_DATA has no conversations"
	cat "$TOEHOLD_TEST_DATA"/summarize/*.jsonl >tickets.jsonl
	marks_agree tickets.jsonl
	is "$(cat agreed)" "280 compared, 0 differ"
}
