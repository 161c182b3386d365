#!/usr/bin/env bats
# Every variant of the engine that this CPU runs gives the same labels, and says which it is. Sums of
# other instructions round differently, so probabilities differ a little (docs/engine.md).
load models

# runnable: the variants that were built and that this CPU runs, a word a line.
runnable() {
	local worker variant
	for worker in "$build"/toehold-llama-*; do
		variant=${worker##*/toehold-llama-}
		TOEHOLD_VARIANT=$variant "$toehold" --version | grep -q '^no engine' || echo "$variant"
	done
}

@test "all variants give the same labels, and each run names its own" {
	local variant variants
	variants=$(runnable)
	[ "$(wc -w <<<"$variants")" -ge 2 ] || skip_loudly "one variant was built; run TOEHOLD_VARIANTS=all scripts/engine"
	bank_job 12 'reason: none'
	for variant in $variants; do
		TOEHOLD_VARIANT=$variant smoke 1 --store "$variant.toehold"
		has "$(json 'asked[0].engine_build')" "static, $variant, "
		json 'asked[0].replies[].label' >"$variant.labels"
		json '[asked[0].replies[].probs[]]' >"$variant.probs"
	done
	for variant in $variants; do
		cmp "$variant.labels" "${variants%%$'\n'*}.labels"
	done
	echo "# $(wc -w <<<"$variants") variants; probabilities differ by $(jq -rs 'transpose | map(max - min) |
		"\(max) at most, \(add / length) on average"' ./*.probs)" >&3
	is "$(jq -s 'transpose | map(max - min) | max < 0.2' ./*.probs)" true
}

@test "TOEHOLD_VARIANT names no variant of this CPU: refused before a worker starts" {
	TOEHOLD_VARIANT=x86-64-v9 toe 2 hello "$tiny"
	has "$stderr" "TOEHOLD_VARIANT names 'x86-64-v9', which is not a variant that this CPU runs; it runs: "
}
