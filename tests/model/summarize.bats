#!/usr/bin/env bats
# The task summarize with the tiny model.
load models

# summary_job KEYS: the sample job with its first three tickets, and the tiny model.
summary_job() {
	cp "$root"/demo/summarize/examples.jsonl .
	head -n 3 "$root/demo/summarize/tickets-10.jsonl" >tickets.jsonl
	printf '%s\n' 'task: summarize' 'words: 40' 'tickets: tickets.jsonl' "models: [$tiny]" 'bar: 80%' \
		'use: evaluate' "$@" >job.yaml
}

@test "the tiny model writes summaries, and each gets a mark and its detail" {
	local name="${tiny%.gguf} plain"
	summary_job
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --timeout 1200 --json
	[ "$status" -le 1 ]
	is "$(of "$name" .score.answered)" 3
	is "$(of "$name" '[.replies[] | .outcome] | unique | join(" ")')" ok
	is "$(of "$name" '[.replies[] | (.raw | length) > 20] | all')" true
	# Its mark is that of the text, by a second implementation of the rule.
	of "$name" '.replies[] | {id, raw, mark, detail}' | jq -c . >replies.jsonl
	python3 "$root/tests/cli/summary_marks.py" tickets.jsonl 40 <replies.jsonl
}

@test "a worked example shows the shortest reference of its ticket" {
	summary_job 'ways: [examples]' 'examples: {file: examples.jsonl, per_label: 1}'
	head -n 1 tickets.jsonl >one.jsonl && mv one.jsonl tickets.jsonl
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --timeout 1200 --json
	[ "$status" -le 1 ]
	of "${tiny%.gguf} examples" .rendered >rendered
	is "$(jq -r '.references | min_by(length)' examples.jsonl | while read -r line; do grep -cF "$line" rendered; done | paste -sd+ | bc)" 1
}
