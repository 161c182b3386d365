#!/usr/bin/env bats
# Memory with a real model: the plan against the peak, and budgets just over and just under the
# estimate.
load models

# A prefix from the cache takes less memory than one that is computed.
export TOEHOLD_PREFIX_CACHE=off

# planned: the bytes of the plan.
planned() {
	toe 0 plan job.yaml --json
	json 'asked[0].size_bytes'
}

@test "the plan's memory is within 10% of the measured peak" {
	bank_job 8
	smoke 1
	echo "# planned $(json 'asked[0].size_bytes'), peak $(json 'asked[0].peak_rss_bytes')" >&3
	is "$(json 'asked[0] | .size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1')" true
}

@test "with a budget just over the estimate the run stays within it" {
	local bytes
	bank_job 8
	bytes=$(($(planned) + 1000))
	sed -i "s/^budget:.*/budget: {memory: $bytes, tokens: 24}/" job.yaml
	smoke 1
	is "$(json '[asked[0].replies[].outcome] | unique | @json')" '["ok"]'
	is "$(json "asked[0].peak_rss_bytes <= $bytes * 1.1")" true
}

@test "a smaller budget gives fewer tickets at a time and the same labels, and limits the worker" {
	local all one
	bank_job 1
	one=$(planned)
	bank_job 25
	all=$(planned)
	smoke 1
	replies >all
	sed -i "s/^budget:.*/budget: {memory: $(((one + all) / 2)), tokens: 24}/" job.yaml
	toe 0 plan job.yaml --json
	is "$(json 'asked[0] | .n_wave > 1 and .n_wave < 25')" true
	toe 0 plan job.yaml
	has "$output" "tickets at a time: more do not fit into memory"
	"$toehold" smoke job.yaml --threads 1 --json --store less.toehold >out 2>err 3>&- &
	wait_for 60 eval "pgrep -P $! toehold-llama >worker"
	is "$(awk '/^Max data size/ { print $4 }' "/proc/$(cat worker)/limits")" "$(((one + all) / 2))"
	wait $! || is $? 1
	output=$(cat out)
	is "$(json 'asked[0].score.answered')" 25
	replies | cmp all -
}

@test "a budget just under one ticket's estimate is refused, with the sum" {
	bank_job 1
	sed -i "s/^budget:.*/budget: {memory: $(($(planned) - 1000)), tokens: 24}/" job.yaml
	toe 4 smoke job.yaml
	has "$stderr" "for one ticket at a time (weights" "+ context of" "+ buffers" "the budget allows"
}

@test "the engine's counts are cached, and asked again for another worker" {
	local cache=$TOEHOLD_CACHE/models.json
	bank_job 1
	toe 0 plan job.yaml
	is "$(jq '[.models[].facts | .host_bytes > 10000000 and .cell_bytes == 23040] | all' "$cache")" true
	jq '.models |= map_values(.facts.host_bytes = 1)' "$cache" >changed
	cp changed "$cache"
	toe 0 plan job.yaml
	is "$(jq '[.models[].facts.host_bytes == 1] | any' "$cache")" true
	jq '.models |= map_values(.reader = "another")' "$cache" >changed
	cp changed "$cache"
	toe 0 plan job.yaml
	is "$(jq '[.models[].facts.host_bytes > 10000000] | any' "$cache")" true
}
