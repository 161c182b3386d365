#!/usr/bin/env bats
# The plan's memory against the worker's measured peak, for each model, three sizes of context and
# two sizes of batch. docs/measured/memory.md has the table.
load ../model/models
needed=("$tiny" "$base" "$half" "$large")
# A prefix from the cache takes less memory than one that is computed.
export TOEHOLD_PREFIX_CACHE=off

# few: five short tickets. examples: the demo's 25 with 24 examples. long: 60 tickets of four texts.
job_of() {
	case $1 in
	few)
		jq -cs 'sort_by(.text | length) | .[:5][]' tickets-25.jsonl >tickets.jsonl
		more='ways: [plain]'
		;;
	examples)
		cp tickets-25.jsonl tickets.jsonl
		more=$'ways: [examples]\nexamples: {file: examples.jsonl, per_label: 4}'
		;;
	long)
		jq -cs 'def texts: map(.text); . as $rows | range(60) | {id: "long-\(.)",
			text: ([range(. * 5; . * 5 + 4) | $rows[. % ($rows | length)].text] | join(" ")),
			label: $rows[. * 5 % ($rows | length)].label}' training.jsonl >tickets.jsonl
		more='ways: [plain]'
		;;
	esac
	sed -n '/^labels:/,/^tickets:/p' "$root/demo/job.yaml" | sed '/^tickets:/d' >job.yaml
	printf 'tickets: tickets.jsonl\nmodels: [%s]\nbudget: {tokens: 24}\npersonal_data: allowed\n%s\n' \
		"$2" "$more" >>job.yaml
}

# cell MODEL CONTEXT BATCH: one row of the table; fails if the plan is off by more than 10%.
cell() {
	job_of "$2" "$1"
	run --separate-stderr timeout 1500 "$toehold" smoke job.yaml --json --threads "${HEAVY_THREADS-2}" \
		--batch "$3" --store "$1-$2-$3.toehold"
	[ "$status" -le 1 ]
	json --arg context "$2" --arg batch "$3" \
		'asked[0] | "# \(.name) | \($context) | \($batch) | plan \(.size_bytes / 1e6 | round) MB | peak \(.peak_rss_bytes / 1e6 | round) MB | \((.size_bytes / .peak_rss_bytes - 1) * 1000 | round / 10)%"' >&3
	is "$(json 'asked[0] | .size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1')" true
}

@test "planned and measured memory differ by at most 10%: models x contexts x batches" {
	local model context batch wrong=0
	cp "$root"/demo/*.jsonl .
	for model in "${needed[@]}"; do
		for context in few examples long; do
			for batch in 512 2048; do
				cell "$model" "$context" "$batch" || wrong=$((wrong + 1))
			done
		done
	done
	is "$wrong" 0
}
