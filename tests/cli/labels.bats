#!/usr/bin/env bats
# Yes or no, the steps of a scale, and several labels a ticket.

load helper

# 6 tickets; yes is right for a, no for b and c. The model gives yes .8 for a and .6 for b.
asked() {
	odd_lines 1 6 '{"id": "tN", "text": "ticket N asks about L W", "label": L}' |
		sed 's/"label": a/"label": true/; s/"label": [bc]/"label": false/' >tickets.jsonl
	script one '{"steps": [
		{"match": "about a", "label": "yes", "probs": {"yes": 0.8, "no": 0.2}},
		{"match": "about b", "label": "yes", "probs": {"yes": 0.6, "no": 0.4},
		 "reason": {"yes": "It looks like it.", "no": "It does not."}},
		{"match": "about c", "label": "no", "probs": {"yes": 0.1, "no": 0.9}}]}'
	printf '%s\n' 'task: yes-no' 'question: Is it about a?' 'tickets: tickets.jsonl' \
		'models: [one.script.json]' "$@" >job.yaml
}

@test "yes from half on: the likelier label" {
	asked
	toe 1 smoke job.yaml
	toe 0 show --json
	is "$(sqlite3 -readonly job.toehold 'SELECT task, yes_at, ordered FROM run')" "yes-no|0.5|0"
	is "$(of 'one plain' '.score.right')" 4
	toe 0 show --misses --candidate one
	has "$output" "How well 'yes' is found" 'precision' '50.0%' '2/4' 'Other trade-offs' \
		'a look at the data, not a result'
}

@test "yes_at: yes only from 70% on, and the reason explains the label that counts" {
	asked 'yes_at: 70%'
	toe 0 smoke job.yaml
	toe 0 show --json
	is "$(of 'one plain' '.score.right')" 6
	is "$(of 'one plain' '[.replies[] | select(.label == "no") | .rationale] | unique | length')" 2
	has "$(of 'one plain' '[.replies[].rationale] | join(" ")')" 'It does not.'
	# Other replies: the same tickets are asked again for another trade-off.
	asked 'yes_at: 50%'
	toe 1 smoke job.yaml --name half
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM pass WHERE way = 'plain'")" 2
}

@test "a trade-off that was chosen after results were seen is marked" {
	asked
	toe 1 smoke job.yaml
	asked 'yes_at: 70%'
	toe 0 smoke job.yaml --name later
	toe 0 show later --evidence
	has "$output" 'smoke-1'
}

@test "production answers with the run's trade-off" {
	asked 'yes_at: 70%'
	toe 0 smoke job.yaml
	echo '{"id": "n1", "text": "It is about b again"}' >new.jsonl
	is "$("$toehold" classify new.jsonl --label-only 2>/dev/null | jq -r .label)" no
}

@test "labels that are numbers, in their order; a rotated way is refused" {
	odd_lines 1 6 '{"id": "tN", "text": "ticket N asks about L W", "label": L}' |
		sed 's/"label": a/"label": 1/; s/"label": b/"label": 2/; s/"label": c/"label": 3/' >tickets.jsonl
	script one '{"steps": [{"match": "about a", "label": "1"}, {"match": "about b", "label": "3"},
		{"match": "about c", "label": "3"}]}'
	printf '%s\n' 'labels: [1, 2, 3]' 'order: true' 'tickets: tickets.jsonl' \
		'models: [one.script.json]' 'ways: [plain, rotated]' >job.yaml
	toe 1 smoke job.yaml
	toe 0 show --json
	is "$(of 'one plain' '.score.right')" 4
	has "$(of 'one rotated' '.refused')" 'the labels are the steps of a scale'
	is "$(sqlite3 -readonly job.toehold 'SELECT ordered FROM run')" 1
	toe 0 show --misses --candidate 'one plain'
	has "$output" 'Distance from the right level' 'answers within one step' '6/6'
}

# Three tickets with several labels; the model gets the first right, misses one, adds one.
several() {
	printf '%s\n' "$@" >job.yaml
	cat >>job.yaml <<-END
		labels: [card, fees, abroad]
		labels_per_ticket: any
		models: [one.script.json]
		use: evaluate
	END
	script one '{"steps": [
		{"match": "Spain", "says": "{\"card\":true,\"fees\":true,\"abroad\":true}"},
		{"match": "cost", "says": "{\"card\":false,\"fees\":false,\"abroad\":false}"},
		{"match": "Thank", "says": "{\"card\":true,\"fees\":false,\"abroad\":false}"}]}'
}

@test "several labels: right is all of them and no other, from JSON and from a table" {
	several 'tickets: t.jsonl'
	cat >t.jsonl <<-'END'
		{"id": "a", "text": "Why was I charged for my card in Spain?", "labels": ["fees", "card", "abroad"]}
		{"id": "b", "text": "What does it cost to pay?", "label": "fees"}
		{"id": "c", "text": "Thank you very much!", "labels": []}
	END
	cat >t.csv <<-'END'
		id,text,label
		a,Why was I charged for my card in Spain?,card; fees ;abroad
		b,What does it cost to pay?,fees
		c,Thank you very much!,
	END
	toe 1 smoke job.yaml
	several 'tickets: t.csv'
	toe 1 smoke job.yaml --store table.toehold
	for store in job table; do
		is "$(sqlite3 -readonly $store.toehold 'SELECT group_concat(label || ":" || answer.detail, ", ")
			FROM answer JOIN pass ON pass.id = pass_id WHERE way = "plain"')" \
			"0:, 1:missing fees, 2:too many: card"
	done
	is "$(sqlite3 -readonly job.toehold 'SELECT sha256 FROM slice')" "$(sqlite3 -readonly table.toehold 'SELECT sha256 FROM slice')"
	is "$(sqlite3 -readonly job.toehold 'SELECT task FROM run')" several-labels
	toe 0 show --misses --candidate one --store job.toehold
	has "$output" 'b  expected fees, said label missing: no label' 'expected no label, said label too many: card'
	has "$output" 'all: micro' '75.0%' # 3 of the 4 labels that are said and of the 4 that are there
}

@test "several labels: the baselines answer with the most frequent set, and by words" {
	several 'tickets: t.jsonl' 'training: training.jsonl' 'bar: 60%'
	for ((i = 0; i < 60; i++)); do
		labels=()
		((i % 2)) || labels+=(card)
		((i % 3)) || labels+=(fees)
		jq -nc --arg i "$i" '{id: ("r" + $i), labels: $ARGS.positional,
			text: ("it is about " + ($ARGS.positional | join(" and ")) + " a\($i) b\($i) c\($i)")}' \
			--args "${labels[@]}"
	done >training.jsonl
	cat >t.jsonl <<-'END'
		{"id": "a", "text": "Why was my card swallowed in Spain?", "labels": ["card"]}
		{"id": "b", "text": "Two fees for one card, why?", "labels": ["fees", "card"]}
		{"id": "c", "text": "Thank you very much!", "labels": []}
	END
	toe 0 smoke job.yaml
	has "$stderr" 'no training ticket has the label abroad'
	has "$output" 'PICK baseline words: 3 of 3'
	toe 0 show --json
	is "$(of 'baseline majority' '[.replies[].mark] | join("; ")')" 'label missing; label missing; right'
	is "$(of 'baseline words' '.score.right')" 3
	is "$(jq '[.candidates[] | select(.name | test("bayes"))] | length' <<<"$output")" 0
	echo '{"id": "n", "text": "a new card, and its fees"}' >new.jsonl
	toe 0 run new.jsonl
	is "$output" '{"id":"n","answer":{"card":true,"fees":true,"abroad":false},"outcome":"ok"}'
	toe 0 replay smoke-1
	has "$output" 'THE SAME'
}

@test "several labels: what is refused" {
	several 'tickets: t.jsonl' 'ways: [letters]'
	echo '{"id": "a", "text": "x", "labels": ["fee"]}' >t.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "the way 'letters' chooses among labels"
	several 'tickets: t.jsonl'
	toe 3 smoke job.yaml
	has "$stderr" "t.jsonl:1: label 'fee' is not one of the job's labels"
	several 'tickets: t.jsonl' 'reason: first'
	sed -i 's/fee"/fees"/' t.jsonl
	toe 0 smoke job.yaml
	has "$stderr" "a written answer has no reason beside it: 'reason: first' changes nothing"
	several 'tickets: t.jsonl' 'task: extract' 'fields: {a: string}'
	toe 3 smoke job.yaml
	has "$stderr" "'labels_per_ticket: any' is for the task classify"
}
