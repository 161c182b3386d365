#!/usr/bin/env bats
# A head on a real model: trained on a few of the demo's training tickets, used on others.
load models

# some N FILE: writes the first N of each label of the demo's training tickets to FILE.
some() {
	jq -c . "$root/demo/training.jsonl" | awk -v n="$1" '{
		match($0, /"label":"[a-z_]*"/); label = substr($0, RSTART, RLENGTH)
		if (seen[label]++ < n) print }' >"$2"
}

@test "ten tickets a label teach the tiny model more than its prompt; nothing is computed twice" {
	bank_job 10
	some 10 train.jsonl
	toe 0 tune job.yaml --train train.jsonl --threads 1 --json
	is "$(json '"\(.training.tickets) \(.states.computed) \(.states.numbers)"')" "60 60 576"
	# Chance gives 10 of 60; 44 were measured.
	[ "$(json .held_out.right)" -ge 30 ]
	cp heads/*.head.json first.json
	toe 0 tune job.yaml --train train.jsonl --threads 1 --json --force
	is "$(json '"\(.states.cached) \(.states.computed)"')" "60 0"
	is "$(jq -c .weights first.json)" "$(jq -c .weights heads/*.head.json)"

	echo "heads: [heads/${tiny%.gguf}.head.json]" >>job.yaml
	smoke 1
	is "$(json 'asked | map(.way) | sort | join(" ")')" "plain tuned"
	is "$(json '[asked[] | select(.way == "tuned").replies[].rule] | unique | join(" ")')" head
	is "$(json '[asked[] | select(.way == "tuned").replies[].rationale | length > 0] | all')" true
	# Without a head it is 8 of 25, of which the first ten tickets have at most five.
	[ "$(json 'asked[] | select(.way == "tuned").score.right')" -gt \
		"$(json 'asked[] | select(.way == "plain").score.right')" ]
	# A run computes the same state as the tuning, so the probabilities are the same again.
	replies >one
	smoke 1 --name again --store second.toehold
	replies >two
	diff one two
}

@test "a head is not tested on its training tickets" {
	bank_job 1
	some 2 train.jsonl
	toe 0 tune job.yaml --train train.jsonl --threads 1 --json -o twelve.head.json
	sed -i 's/^tickets: .*/tickets: train.jsonl/' job.yaml
	echo 'heads: [twelve.head.json]' >>job.yaml
	smoke 4 --way tuned
	has "$stderr" "learnt from tickets that (nearly) repeat tickets under test"
}

# rows_are N: at least N rows are written.
rows_are() { [ -e out.jsonl ] && [ "$(wc -l <out.jsonl)" -ge "$1" ]; }

@test "a tuned candidate batched gives nearly the labels of one by one; resumed after a kill, the same bytes" {
	local name="${tiny%.gguf} tuned" way round pid
	bank_job 4 "bar: 10%"
	some 10 train.jsonl
	tail -n 80 "$root/demo/training.jsonl" | jq -c '{id, text}' >work.jsonl
	toe 0 tune job.yaml --train train.jsonl --threads 1
	echo "heads: [heads/${tiny%.gguf}.head.json]" >>job.yaml
	smoke 0 --way tuned
	for way in "" --one-by-one; do
		# shellcheck disable=SC2086 # it holds no option or one
		"$toehold" classify work.jsonl -c "$name" --label-only $way --quiet -o "calm$way.jsonl"
		is "$(jq -r .id "calm$way.jsonl" | md5sum)" "$(jq -r .id work.jsonl | md5sum)"
		is "$(jq -r .outcome "calm$way.jsonl" | sort -u)" ok
	done
	# Of 400 tickets and a head from 200, 396 were the same (docs/measured/tuning.md).
	[ "$(paste <(jq -r .label calm.jsonl) <(jq -r .label calm--one-by-one.jsonl) |
		awk '$1 == $2 { n++ } END { print n }')" -ge 72 ]
	for round in 1 64; do # killed in the first batch, and in the second
		"$toehold" classify work.jsonl -c "$name" --label-only --quiet -o out.jsonl 3>&- &
		pid=$!
		[ "$round" -eq 1 ] && sleep 0.3 || wait_for 120 rows_are 64
		kill -KILL "$pid"
		wait "$pid" || true
		! rows_are 80 || return 1
	done
	"$toehold" classify work.jsonl -c "$name" --label-only --quiet -o out.jsonl
	cmp calm.jsonl out.jsonl
}
