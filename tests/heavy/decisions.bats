#!/usr/bin/env bats
# Probabilities of decision models against llama.cpp's own server, POST /v1/systemone, built from the
# same source (scripts/engine --tools). Types that answer with a code have the tiny model's weights
# (make_decision.py); types with a scoring head are small models with random ones (scripts/families).
load ../model/models

# server: prints the path of llama-server, built if it is not there. LLAMA_SERVER names another.
server() {
	[ -n "${LLAMA_SERVER-}" ] && printf '%s\n' "$LLAMA_SERVER" && return
	HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/engine" --tools 2>/dev/null | grep llama-server
}

# equals_server MODEL.gguf: the same probabilities for four tickets of the demo.
equals_server() {
	local program labels
	program=$(server) || skip_loudly "llama-server cannot be built; run scripts/engine --tools"
	bank_job 4
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --models "$1"
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	printf '%s\n' "$output" >result.json
	sed -n 's/^  \([a-z_]*\): "\(.*\)"$/{"\1": "\2"}/p' job.yaml | jq -s add >labels.json
	labels=$(python3 "$root/tests/heavy/systemone_reference.py" "$program" "$1" result.json tickets.jsonl \
		labels.json 'Which label fits this text best?')
	echo "# $(basename "$1"): largest difference, tickets: $labels" >&3
	is "${labels#* }" 4
	jq -en --arg d "${labels% *}" '$d | tonumber < 1e-3' >/dev/null
}

coded() {
	python3 "$root/tests/model/make_decision.py" "$(model_path "$tiny")" decision.gguf "$@"
	equals_server decision.gguf
}

headed() {
	local folder
	folder=$(HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/families" "$1" 2>/dev/null)
	equals_server "$folder/$1.gguf"
}

@test "openjev" { coded openjev temperature=0.85; }
@test "lev, in both orders" { coded lev temperature.small=1.3; }
@test "nimble" { coded nimble; }
@test "pplx-decider" { coded pplx-decider temperature=0.7; }
@test "lfm2-d1, with a temperature for six to ten labels" { coded lfm2-d1 temperature=3 temperature.6_10=0.9; }
@test "laya, with labels that it cuts" { headed laya; }
@test "kev" { headed kev; }
@test "lfm2-d1-omni" { headed d1-omni; }
