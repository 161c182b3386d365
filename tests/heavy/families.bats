#!/usr/bin/env bats
# The families with available real weights, through the whole program. docs/families.md has the
# results; tests/families has the small models of the other families.
load ../model/models
needed=("$tiny" "$half" "$base")

results=${TOEHOLD_FAMILIES_RESULTS:-$BATS_FILE_TMPDIR/families}
python() { HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/python" "$@"; }

# real FILE FAMILY: tests identify, smoke on 25 tickets, memory, show, verify and report.
real() {
	toe 0 models --json "$(model_path "$1")"
	is "$(json '.[0] | "\(.kind) \(.family.id)"')" "model $2"
	mkdir -p "$results"
	json '.[0]' >identity.json
	bank_job 25
	sed -i "s/^models:.*/models: [$1]/" job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --json --threads "${HEAVY_THREADS-2}"
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '[asked[0].replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	is "$(json 'asked[0] | .size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1')" true
	json --slurpfile identity identity.json 'asked[0] | {identity: $identity[0], right: .score.right,
		memory: (.size_bytes / .peak_rss_bytes)}' >"$results/$1.json"
	toe 0 show
	toe 0 verify
	toe 0 report -o report.html
}

@test "SmolLM2, with LLaMA's architecture" { real "$tiny" smollm; }
@test "Qwen2.5" { real "$half" qwen2; }
@test "Gemma 3, a base model" { real "$base" gemma; }

@test "docs/families.md has the results of these tests" {
	local page=$root/docs/families.md
	python "$root/tests/families/write_doc.py" "$results" "$page" --real >families.md
	if [ "${GOLDEN_WRITE-}" = 1 ]; then
		cp families.md "$page"
	fi
	diff <(sed -E -e 's/[+-]?[0-9]+%/N%/g' -e 's/[0-9]+ of 25/N of 25/' "$page") \
		<(sed -E -e 's/[+-]?[0-9]+%/N%/g' -e 's/[0-9]+ of 25/N of 25/' families.md) ||
		{ echo "If the new text is meant: GOLDEN_WRITE=1 bats tests/heavy/families.bats"; return 1; }
}
