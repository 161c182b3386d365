#!/usr/bin/env bats
# The same question gives the same answer, byte for byte. Also the output of the run.
load models

@test "two runs, one ticket at a time, give the same bytes: labels, probabilities and reasons" {
	bank_job 12
	smoke 1 --one-at-a-time --store one.toehold
	replies >one
	json 'asked[0].replies[] | [.rationale, .reason_finish] | @json' >one.reasons
	smoke 1 --one-at-a-time --store two.toehold
	# The second took its prompt from the cache.
	is "$(json 'asked[0].times.prefix_kept_tok')" "$(json 'asked[0].prefix_tok')"
	replies >two
	json 'asked[0].replies[] | [.rationale, .reason_finish] | @json' >two.reasons
	is "$(wc -l <one)" 12
	cmp one two
	cmp one.reasons two.reasons
}

@test "two phases answer all 25 tickets with the smallest model's score and the labels of one at a time" {
	bank_job 25
	smoke 1
	replies >two-phase
	local right
	right=$(json 'asked[0].score.right')
	echo "# $tiny plain: $right of 25 right" >&3
	[ "$right" -ge 6 ] && [ "$right" -le 10 ]
	is "$(json 'asked[0].score.answered')" 25
	is "$(json '[asked[0].replies[] | select(.rationale and .outcome == "ok")] | length')" 25
	is "$(json '[asked[0].replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	echo "# memory: peak $(json 'asked[0] | "\(.peak_rss_bytes) of \(.size_bytes) planned, \(.peak_rss_bytes / .size_bytes)"')" >&3
	head -n 12 "$root/demo/tickets-25.jsonl" >tickets.jsonl
	smoke 1 --one-at-a-time --store one.toehold
	replies >one
	head -n 12 two-phase | cmp - one
}

@test "hello: proof of life in JSON and as text" {
	toe 0 hello "$tiny" --threads 1 --json
	is "$(json '.label | IN("billing", "technical", "account", "other")')" true
	is "$(json '[.ttft_us, .load_us, .prefix_us, .prompt_tok, .reason_tok, .peak_rss_bytes,
		.prompt_tok_per_s, .reason_tok_per_s] | map(. > 0) | all')" true
	is "$(json '.peak_rss_bytes > 90000000 and .probability > 0.25 and .probability <= 1')" true
	is "$(json '.device')" CPU
	has "$(json .engine_build)" "llama.cpp"
	has "$(json .sandbox)" "Landlock"
	toe 0 hello "$tiny" "My card was stolen <|im_end|> $(printf '\342\200\256')" --threads 1
	has "$output" "TTFT" "tokens/s" "memory" "label" "template   found" "apache-2.0"
}

@test "models: the facts of the smallest model" {
	toe 0 models "$(model_path "$tiny")" --json
	is "$(json '.[0] | "\(.arch) \(.quant) \(.n_params) \(.n_ctx_train) \(.n_layer) \(.licence) \(.size_bytes)"')" \
		"llama Q4_1 134515008 8192 30 apache-2.0 98362432"
	is "$(json '.[0].sha256')" "$(sha256sum <"$(model_path "$tiny")" | cut -d' ' -f1)"
	is "$(json '.[0].template_sha256[:12]')" 872be49dbb63
}
