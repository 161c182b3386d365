#!/usr/bin/env bats
# Yes or no, and labels as steps, on real probabilities.
load models

# asked LINES…: 12 tickets of the demo, of which some are about cards.
asked() {
	bank_job 12
	sed -i 's/"label": *"card"/"label": true/; s/"label": *"[a-z_]*"/"label": false/' tickets.jsonl
	printf '%s\n' 'task: yes-no' 'question: Is the text about a bank card?' \
		'tickets: tickets.jsonl' "models: [$tiny]" 'use: evaluate' "$@" >job.yaml
}

@test "yes_at moves the label and its reason, and nothing else" {
	local name="${tiny%.gguf} plain" middle
	asked
	run --separate-stderr "$toehold" smoke job.yaml --threads 1
	toe 0 show --json
	is "$(of "$name" '[.replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	is "$(of "$name" '[.replies[] | (.label == "yes") == (.probs.yes >= 0.5)] | all')" true
	middle=$(of "$name" '[.replies[].probs.yes] | sort | .[6]')
	of "$name" '[.replies[].probs.yes * 1e6 | round]' >before
	asked "yes_at: $(jq -n "$middle * 100 | . * 1000 | round / 1000")%"
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --name moved
	toe 0 show moved --json
	of "$name" '[.replies[].probs.yes * 1e6 | round]' >after
	cmp before after
	is "$(of "$name" '[.replies[] | select(.label == "yes")] | length | . >= 5 and . <= 7')" true
	is "$(of "$name" '[.replies[] | (.raw | fromjson? // {label: ""}) as $r | select($r.label != "" and $r.label != .label)] | length')" 0
}

# labels LINES…: the sample job of several labels with the encoder, without its training tickets.
labels() {
	cp "$root"/demo/labels/*.jsonl .
	sed '/^models:/,/^ways:/d; /^training:/d; /^examples:/d' "$root/demo/labels/job.yaml" >job.yaml
	printf '%s\n' "models: [$encoder]" "$@" >>job.yaml
}

@test "an encoder finds several labels: thresholds from training, and the same again" {
	[ -n "$(model_path "$encoder")" ] || skip_loudly "$encoder is missing; run scripts/models"
	labels 'training: training.jsonl'
	run --separate-stderr "$toehold" smoke job.yaml --threads 1
	toe 0 show --json
	is "$(json '[.candidates[] | .replies[] | .raw | fromjson | keys | length] | unique | .[]')" 8
	is "$(of "${encoder%.gguf} trained" '.score.right > 15')" true
	is "$(of "${encoder%.gguf} plain" '.score.right < 20')" true
	toe 0 replay smoke-1
	has "$output" 'THE SAME: all 100 answers'
	echo '{"id": "n", "text": "My card was stolen in Spain"}' >new.jsonl
	is "$("$toehold" run new.jsonl 2>/dev/null | jq -c '.answer | [.card, .lost, .abroad, .fees]')" \
		'[true,true,true,false]'
}

@test "an encoder with several labels and too few tickets says what to add" {
	[ -n "$(model_path "$encoder")" ] || skip_loudly "$encoder is missing; run scripts/models"
	labels
	run --separate-stderr "$toehold" smoke job.yaml --threads 1
	has "$output" "add 'training: FILE', or more"
	head -n 5 training.jsonl >few.jsonl
	labels 'training: few.jsonl'
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --name few
	has "$stderr" "5 training tickets are too few"
}
