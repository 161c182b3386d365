#!/usr/bin/env bats
# Workers that lie (tests/engine/liar.c), and then every verb over what they left in the store: no
# verb crashes or hangs, what it prints is sound, and the store stays whole.
load helper

# lying SEED PER_MILLE: from now on the worker lies.
lying() { echo "$1 $2" >bin/liar.seed; }

liars() {
	mkdir bin
	cp "$toehold" bin/toehold
	cp "$build/liar/toehold-script" bin/toehold-script
	toehold=$PWD/bin/toehold
}

# ends SECONDS ARGUMENTS…: the verb ends by itself, with an exit code of its own and no sanitizer's
# word. What it prints goes to a file: the lies are long.
ends() {
	local seconds=$1
	shift
	status=0
	timeout -k 1 "$seconds" "$toehold" "$@" >printed 2>said || status=$?
	[ "$status" -lt 124 ] && ! grep -qE 'runtime error|Sanitizer' said && return
	echo "seed $seed: toehold $*: exit code $status"
	head -c 2000 said
	return 1
}

# prints_json: if the verb worked, it printed JSON, which has no NaN and no infinity.
prints_json() {
	[ "$status" -gt 1 ] || jq -es 'length > 0' printed >/dev/null && return
	echo "seed $seed: no JSON: $(head -c 300 printed)"
	return 1
}

@test "a worker that lies: no verb crashes, hangs or prints nonsense, and the store stays whole" {
	local n verb
	n=$(tries 12 300)
	seed=0
	liars
	for ((i = 1; i <= n; i++)); do
		seed=$i
		lying "$i" $((5 << i % 5))
		rm -f job.toehold* out.*
		use_data
		sed -i '1s/{/{"prefix_parts": 2, /' small.script.json
		ends 60 smoke job.yaml --name r --timeout 1 --json
		[ -e job.toehold ] || continue
		[ "$(stat -c %s job.toehold)" -lt 40000000 ]
		for verb in "show r --json" "decide r --json" "check r --json" "runs --json" "export r --format jsonl"; do
			# shellcheck disable=SC2086 # words
			ends 30 $verb
			[ "$status" -ne 2 ]
			prints_json
		done
		ends 30 report r -o out.html
		ends 30 verify
		[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { cat said; return 1; }
		ends 60 classify --run r tickets-12.jsonl --label-only --timeout 1 -o out.jsonl
		[ ! -e out.jsonl ] || jq -e . out.jsonl >/dev/null
	done
	tried "$n runs of lies"
}

@test "tune ends, whatever the states are" {
	local n words i
	n=$(tries 4 100)
	liars
	use_data
	words=(card top_up other)
	for ((i = 0; i < 40; i++)); do
		echo "{\"id\": \"n$i\", \"text\": \"number $i of many about ${words[i % 3]}\", \"label\": \"${words[i % 3]}\"}"
	done >train.jsonl
	for ((i = 1; i <= n; i++)); do
		seed=$i
		lying "$i" $((2 << i % 5))
		rm -rf heads "$TOEHOLD_CACHE"
		ends 60 tune job.yaml --model small.script.json --train train.jsonl --timeout 1 -o "head-$i.json"
	done
	tried "$n tunings with lies"
}
