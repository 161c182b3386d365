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
