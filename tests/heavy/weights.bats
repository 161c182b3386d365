#!/usr/bin/env bats
# Tests which kinds of model the engine can train, as docs/weights.md lists them, and that real
# weights learn: they get more held-out tickets right than before.
load ../families/rows

# tickets N: makes N training tickets of each label; none is under test.
tickets() {
	jq -c . "$root/demo/training.jsonl" | awk -v n="$1" '{
		match($0, /"label":"[a-z_]*"/); label = substr($0, RSTART, RLENGTH)
		if (seen[label]++ < n) print }' >train.jsonl
}

# learns CODES ROW…: trains each row for two epochs; the exit code is one of CODES.
learns() {
	local codes=$1 row
	shift
	tickets 3
	for row in "$@"; do
		rm -f job.toehold
		family_job "$row.gguf"
		run --separate-stderr "$toehold" tune job.yaml --weights --train train.jsonl --epochs 2 \
			--rate 1e-2 --threads 1 --out "$row.gguf" --force
		printf '%s: exit code %s\n%s\n' "$row" "$status" "$stderr"
		case " $codes " in *" $status "*) ;; *) return 1 ;; esac
		[ "$status" -le 1 ] || has "$stderr" "the engine cannot train a part of this kind of model"
	done
}

@test "kinds that the engine can train" {
	learns "0 1" llama2 llama3 vicuna mistral mistral3 qwen2 qwen3 deepseek-r1-distill llava base
}

@test "kinds that the engine cannot train" {
	learns 5 mixtral qwen3moe gpt-oss grok deepseek-v2 deepseek-v3 llama4 gemma1 gemma2 gemma3 \
		gemma4 phi2 phi3 falcon falcon-h1 bloom mamba
}

@test "the tiny model learns the demo's labels" {
	local models=$cache_before/models
	[ -e "$models/smollm2-135m-instruct-q4_1.gguf" ] || skip_loudly "the tiny model is not there"
	TOEHOLD_MODELS=$models
	tickets 25
	family_job smollm2-135m-instruct-q4_1.gguf
	toe 0 tune job.yaml --weights --train train.jsonl --epochs 2 --json --out tiny.gguf
	[ "$(json '.epochs[.best].right - .epochs[0].right')" -ge 5 ]
	# After quantizing it is nearly as good.
	[ "$(json '.epochs[.best].right - .written.held_out.right')" -le 3 ]
}
