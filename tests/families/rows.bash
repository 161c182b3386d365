# shellcheck shell=bash
# One family through the whole program. The results go to $results as JSON, one file a row.
# tests/families/write_doc.py makes docs/families.md from them.
load "../cli/helper"

families=${TOEHOLD_FAMILIES-}
[ -n "$families" ] || families=$("$root/scripts/families" --print 2>/dev/null) || true
engine_models=${TEST_VOCABS_DIR:-$("$root/scripts/engine" --print)/models}
results=${TOEHOLD_FAMILIES_RESULTS:-${BATS_RUN_TMPDIR:-/tmp}/families}
python() { HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/python" "$@"; }

setup() {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	[ -d "$families" ] || skip_loudly "the small models are missing; run scripts/families"
	enter_scratch
	export TOEHOLD_MODELS=$families TOEHOLD_CACHE=$BATS_FILE_TMPDIR/cache
	mkdir -p "$TOEHOLD_CACHE" "$results"
}

# family_job MODELS: makes a job with the demo's labels over six of its tickets.
family_job() {
	head -n 6 "$root/demo/tickets-25.jsonl" >tickets.jsonl
	sed -n '/^labels:/,/^tickets:/p' "$root/demo/job.yaml" | sed '/^tickets:/d' >job.yaml
	printf 'tickets: tickets.jsonl\nmodels: [%s]\nbudget: {tokens: 24}\n' "$1" >>job.yaml
}

# Random weights do not reach the bar: exit code 1, or 0 by chance.
family_smoke() {
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json "$@"
	[ "$status" -le 1 ] && return
	printf 'stdout: %s\nstderr: %s\n' "$output" "${stderr-}"
	return 1
}

# Every ticket has an answer in the label set and a reason; one batch writes all six reasons.
answers_are_sound() {
	is "$(json 'asked[0].score | "\(.tickets) \(.answered) \(.ok)"')" "6 6 6"
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '["card", "payment", "cash_withdrawal", "transfer", "top_up", "other"] as $labels
		| [asked[0].replies[] | (.label | IN($labels[])) and (.probs | keys | length) == 6] | all')" true
	is "$(json '[asked[0].replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	is "$(json '[asked[0].replies[].reason_outcome | IN("ok", "cut")] | all')" true
	is "$(json '[asked[0].replies[].reason_batch] | max > 1')" true
}

# identified FACTS: the file's facts match the generator's, and the licence matches the table.
identified() {
	local facts=$1
	is "$(json '.[0] | "\(.arch) \(.n_params) \(.name) \(.template_sha256 // "")"')" \
		"$(jq -r '"\(.arch) \(.n_params) \(.name) \(.template_sha256 // "")"' "$facts")"
	is "$(json '.[0].kind // "model"')" model
	is "$(json '.[0].sha256')" "$(sha256sum "${facts%.json}.gguf" | cut -d' ' -f1)"
	is "$(json '.[0].family.id')" "$(jq -r .family "$facts")"
	is "$(json '.[0].commercial_use | "\(.verdict) \(.id)"')" "READ $(jq -r .licence "$facts")"
}

# whole_way ROW: tests identify, plan, smoke, memory, render, show and report, and stores the results.
whole_way() {
	local facts=$families/$1.json opening
	toe 0 models --json "$families/$1.gguf"
	identified "$facts"
	output=$(jq '.[0]' <<<"$output")
	printf '%s' "$output" >identity.json
	family_job "$1.gguf"
	toe 0 plan job.yaml --json
	is "$(json 'asked[0].estimate_rough')" false
	family_smoke
	printf '%s' "$output" >result.json
	answers_are_sound
	# Within 10%, or 4 MB: these processes have less than 30.
	is "$(json 'asked[0] | (.size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1) or
		(.size_bytes - .peak_rss_bytes | fabs | . <= 4194304)')" true
	is "$(json 'asked[0].licence_id')" "$(jq -r .licence "$facts")"
	opening=$(python "$root/tests/families/check_rendered.py" "$facts" result.json)
	toe 0 show --json
	is "$(json '[asked[0].replies[].label] | join(" ")')" "$(jq -r '.candidates | map(select(.name | startswith("baseline ") | not))[0].replies | map(.label) | join(" ")' result.json)"
	toe 0 verify
	toe 0 report -o report.html
	has "$(cat report.html)" "$1 plain"
	jq --slurpfile identity identity.json --argjson opening "$opening" --arg row "$1" \
		'.candidates | map(select(.name | startswith("baseline ") | not))[0] | {row: $row, $opening,
		marks: .template_marks, memory: (.size_bytes / .peak_rss_bytes), labels: ([.replies[].label] | unique | length),
		identity: $identity[0]}' result.json >"$results/$1.json"
}

# embeds ROW: the row is an encoder of its family; hello shows its vector, which has length 1.
embeds() {
	local facts=$families/$1.json
	toe 0 models --json "$families/$1.gguf"
	is "$(json '.[0] | "\(.kind) \(.arch) \(.n_params) \(.name) \(.pooling) \(.family.pooling) \(.family.id)"')" \
		"$(jq -r '"encoder \(.arch) \(.n_params) \(.name) \(.pooling) \(.pooling) \(.family)"' "$facts")"
	jq '.[0]' <<<"$output" >identity.json
	toe 0 hello --threads 1 --json "$families/$1.gguf" "my card is lost"
	is "$(json '"\(.model.n_embd) \(.vector | length)"')" "32 32"
	is "$(json '.vector | map(. * .) | add | . - 1 | fabs | . < 1e-6')" true
	jq -n --arg row "$1" --slurpfile identity identity.json '{$row, identity: $identity[0]}' >"$results/$1.json"
}

# Removes the figures that differ from machine to machine from a page.
same_figures() { sed -E -e 's/[+-]?[0-9]+%/N%/g' -e 's/[0-9]+ of 25/N of 25/' "$1"; }
