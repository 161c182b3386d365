#!/usr/bin/env bats
# Probabilities of decision models against llama.cpp's own server, POST /v1/systemone, built from the
# same source (scripts/engine --tools): a choice, yes or no, and a scale. Types that answer with a code have the tiny model's weights
# (make_decision.py); types with a scoring head are small models with random ones (scripts/families).
load ../model/models

# server: prints the path of llama-server, built if it is not there. LLAMA_SERVER names another.
server() {
	[ -n "${LLAMA_SERVER-}" ] && printf '%s\n' "$LLAMA_SERVER" && return
	HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/engine" --tools 2>/dev/null | grep llama-server
}

# job_of TYPE: job.yaml asks a question of this type about four tickets of the demo.
job_of() {
	local question='Which label fits this text best?' labels
	bank_job 4
	labels=$(sed -n 's/^  \([a-z_]*\): "\(.*\)"$/{"\1": "\2"}/p' job.yaml | jq -sc add)
	case $1 in
	noul)
		question='Does it say that something failed?'
		labels='{"yes": "something did not work", "no": "anything else"}'
		printf '%s\n' 'task: yes-no' "question: $question" >job.yaml
		;;
	score)
		question='How urgent is it?'
		labels='{"1": "can wait for a week", "2": "this week", "3": "today", "4": "now"}'
		printf '%s\n' 'order: true' 'prompt: |' "  $question" '  {labels}' >job.yaml
		;;
	esac
	jq -n --arg question "$question" --argjson labels "$labels" '{$question, $labels}' >"$1.labels.json"
	if [ "$1" != choice ]; then
		printf 'labels: %s\ntickets: tickets.jsonl\nmodels: [x]\n' "$labels" >>job.yaml
		jq -c --slurpfile asked "$1.labels.json" '.label = ($asked[0].labels | keys_unsorted[0])' \
			tickets.jsonl >relabelled && mv relabelled tickets.jsonl
	fi
	cp tickets.jsonl "$1.tickets.jsonl"
}

# equals_server MODEL.gguf: the same probabilities for questions of each type.
equals_server() {
	local program type said
	program=$(server) || skip_loudly "llama-server cannot be built; run scripts/engine --tools"
	for type in choice noul score; do
		job_of "$type"
		run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --models "$1" --store "$type.toehold"
		[ "$status" -le 1 ]
		is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
		printf '%s\n' "$output" >"$type.result.json"
	done
	said=$(python3 "$root/tests/heavy/systemone_reference.py" "$program" "$1" choice noul score)
	sed "s/^/# $(basename "$1"), largest difference, tickets: /" <<<"$said" >&3
	is "$(awk '$3 == 4 && $2 < 1e-3' <<<"$said" | wc -l)" 3
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
