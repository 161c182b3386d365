#!/usr/bin/env bats
# All five models: labels, prompts, their facts, and the demo's decision.
load ../model/models
needed=("$encoder" "$tiny" "$half" "$large" "$base")
writers=("$tiny" "$half" "$large" "$base")

# passes PROGRAM: a test program passes with all models.
passes() {
	(cd "$root" && TOEHOLD_HEAVY=1 "$build/tests/$1") >out 2>&1 || {
		grep -E -B3 -A3 'ERROR|FAILED|LINE|Error' out
		return 1
	}
	grep -E '^\[  PASSED|label by label' out | sort | uniq -c | sort -rn | head -20 | sed 's/^/# /' >&3
}

@test "awkward labels with each model" { passes test_llama_labels; }

@test "prompts, control tokens and independence of tickets with each model" { passes test_llama_prompt; }

@test "models: the facts of all four" {
	toe 0 models --json "$(model_path "$tiny")" "$(model_path "$base")" "$(model_path "$half")" "$(model_path "$large")"
	is "$(json '.[] | [.name, .arch, .quant, .n_params, .n_ctx_train, .n_layer, .licence, .template_sha256[:12]] | map(tostring) | join("|")')" \
		"$(
			cat <<-'FACTS'
				Smollm2 135M 8k Lc100K Mix1 Ep2|llama|Q4_1|134515008|8192|30|apache-2.0|872be49dbb63
				Gemma 3 270m|gemma3|Q4_K - Medium|268098176|32768|18|gemma|
				Qwen2.5 Coder 0.5B Instruct AWQ|qwen2|Q4_K - Medium|630167424|32768|24||cd8e9439f057
				Qwen2.5 Coder 1.5B Instruct GGUF|qwen2|Q4_K - Medium|1777088000|32768|28||d5495a1e5db0
			FACTS
		)"
	is "$(json '.[] | .sha256[:16]' | tr '\n' ' ')" \
		"b179c9523d0e6a0f a5fd3b62230aa5ec 1d9614638d18024d cc324af070c2ecbf "
}

@test "hello with each model that writes, the base model included" {
	local name
	for name in "${writers[@]}"; do
		toe 0 hello "$name" --threads 1 --json
		is "$(json '.ttft_us > 0 and .reason_tok_per_s > 0 and .peak_rss_bytes > 50000000')" true
	done
	toe 0 hello "$base" --threads 1
	has "$output" "template   none: a plain instruction format is used"
}

@test "k-quants: two phases and one at a time give the same probabilities, with examples" {
	cp -R "$root"/demo/* .
	head -n 6 "$root/demo/tickets-25.jsonl" >tickets-25.jsonl
	sed -i 's/minutes: 10, //' job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --json --threads 1 --models "$half" --way examples
	replies >two-phase
	run --separate-stderr "$toehold" smoke job.yaml --json --threads 1 --models "$half" --way examples \
		--one-at-a-time
	is "$(replies | wc -l)" 6
	replies | cmp two-phase -
}

# right CANDIDATE: the number of right answers of 25.
right() { json --arg name "$1" '.candidates[] | select(.name == $name).score.right'; }

@test "the demo: scores within their bounds, the pick, memory against the plan" {
	cp -R "$root"/demo/* .
	sed -i 's/minutes: 10, //' job.yaml # a busy machine must not change the outcome
	run --separate-stderr timeout 1800 "$toehold" smoke job.yaml --json --threads "${HEAVY_THREADS-2}"
	is "$status" 0
	json 'asked[] | "# \(.name): \(.score.right) of 25, peak/plan \(.peak_rss_bytes) / \(.size_bytes) = \(.peak_rss_bytes * 100 / .size_bytes | floor)%"' >&3
	echo "# $(json .why)" >&3
	[ "$(right "${tiny%.gguf} plain")" -ge 6 ] && [ "$(right "${tiny%.gguf} plain")" -le 10 ]
	[ "$(right "${half%.gguf} plain")" -ge 13 ]
	[ "$(right "${large%.gguf} plain")" -ge 16 ]
	[ "$(right "${tiny%.gguf} examples")" -le 9 ]
	[ "$(right "${half%.gguf} examples")" -ge 20 ]
	[ "$(right "${large%.gguf} examples")" -ge 23 ]
	[ "$(right "${encoder%.gguf} plain")" -ge 21 ]
	[ "$(right "${encoder%.gguf} examples")" -ge 19 ]
	[ "$(right "${encoder%.gguf} trained")" -ge 24 ]
	is "$(json .pick)" "baseline words"
	is "$(json '[.candidates[].score.answered] | unique | @json')" "[25]"
	is "$(json '[asked[] | .size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1] | all')" true
}
