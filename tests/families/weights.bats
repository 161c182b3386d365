#!/usr/bin/env bats
# `tune --weights` on small models with random weights: what it writes, keeps, refuses and cleans up.
# Its benefit is measured on real models (docs/measured/weights.md).
load rows

# learner MODEL: makes a job whose training file nearly always has the same label. Even random weights
# learn that in a few steps. None of its tickets is under test.
learner() {
	family_job "$1"
	jq -c 'select(.label == "card")' "$root/demo/training.jsonl" | head -n 15 >train.jsonl
	jq -c 'select(.label == "payment")' "$root/demo/training.jsonl" | head -n 3 >>train.jsonl
}

# learn CODE ARGUMENTS…: trains two epochs at a rate that changes even random weights.
learn() {
	local code=$1
	shift
	toe "$code" tune job.yaml --weights --train train.jsonl --epochs 2 --rate 1e-2 --threads 1 "$@"
}

# tensors A B: prints the names of tensors that differ and the header's texts that differ.
differing() { python "$root/tests/families/compare_gguf.py" "$@"; }

@test "weights change, the header stays, the record names the training, and the model is a candidate" {
	learner llama2.gguf
	learn 0 --json --out tuned/l.gguf
	is "$(json '"\(.training.tickets) \(.training.held_out) \(.best > 0)"')" "18 4 true"
	is "$(json '.epochs | length')" 3
	# The training loss falls, even with random weights.
	is "$(json '.epochs | .[2].training_loss < .[1].training_loss')" true
	is "$(json '.written.sha256')" "$(sha256sum tuned/l.gguf | cut -d' ' -f1)"
	is "$(json '.epochs[.best].log_loss == .written.held_out.log_loss
		or (.epochs[.best].log_loss - .written.held_out.log_loss | fabs) < 0.05')" true
	is "$(stat -c %a tuned/l.gguf tuned/l.gguf.tuning.json | sort -u)" 600
	[ ! -e tuned/l.gguf.tuning ]
	differing "$families/llama2.gguf" tuned/l.gguf >differs.json
	is "$(jq -c .header differs.json)" '["general.finetune","toehold.tuned.base_sha256","toehold.tuned.program","toehold.tuned.training_sha256"]'
	is "$(jq -c '.missing' differs.json)" '[]'
	[ "$(jq '.tensors | length' differs.json)" -gt 4 ]

	is "$(jq -r .base.sha256 tuned/l.gguf.tuning.json)" "$(sha256sum "$families/llama2.gguf" | cut -d' ' -f1)"
	lacks "$(cat tuned/l.gguf.tuning.json)" "$(jq -r '.text' train.jsonl | head -n 1 | cut -c1-20)"
	sed -i 's#^models: .*#models: [llama2.gguf, tuned/l.gguf]#' job.yaml
	family_smoke
	is "$(json 'asked | length')" 2
	is "$(json '[asked[].refused] | unique | tostring')" '[null]'
	is "$(json '[asked[].template_sha256] | unique | length')" 1
	is "$(json '[asked[].licence_id] | unique | length')" 1
	is "$(json '[asked[] | .replies[0].probs | tostring] | unique | length')" 2
	toe 0 show --full
	has "$output" "the weights of l are those of llama2 (sha256"
	has "$output" "epochs over 18 tickets of train.jsonl"
}

@test "the same tickets and seed give the same file" {
	learner llama2.gguf
	learn 0 --out one.gguf --json
	learn 0 --out two.gguf --json
	cmp one.gguf two.gguf
}

@test "--quant writes another type than the model's" {
	learner llama2.gguf
	learn 0 --out q8.gguf --quant Q8_0 --json
	is "$(json .written.quant)" Q8_0
	toe 0 models --json q8.gguf
	is "$(json '.[0].quant')" Q8_0
}

@test "--layers leaves the layers before the last ones unchanged" {
	learner llama2.gguf
	learn 0 --out last.gguf --layers 1
	differing "$families/llama2.gguf" last.gguf >differs.json
	is "$(jq -r '[.tensors[] | capture("blk\\.(?<n>[0-9]+)\\.").n] | unique | join(" ")' differs.json)" \
		"$(jq -r '.layers - 1' differs.json)"
}

@test "a model is not tested on the tickets that its weights learnt from" {
	learner llama2.gguf
	learn 0 --out l.gguf
	sed -i -e 's#^models: .*#models: [l.gguf]#' -e 's#^tickets: .*#tickets: train.jsonl#' job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	has "$stderr$output" "the tuned model 'l.gguf' learnt from tickets that (nearly) repeat tickets under test"
	# Without the training file the check is impossible.
	family_job l.gguf
	head -n 3 "$root/demo/tickets-harder-10.jsonl" >tickets.jsonl
	mv train.jsonl elsewhere.jsonl
	run --separate-stderr "$toehold" plan job.yaml --json
	has "$stderr$output" "was never compared with these tickets"
	echo '{"format": "toehold weights 1"}' >l.gguf.tuning.json
	toe 3 plan job.yaml
	has "$stderr" "is not a record of tuned weights, or it is damaged"
}

@test "Ctrl-C and a kill leave no worker behind, and no folder that stops a later tuning" {
	learner llama2.gguf
	"$toehold" tune job.yaml --weights --train train.jsonl --epochs 100 --rate 1e-2 --threads 1 --out l.gguf &
	wait_for 60 test -e l.gguf.tuning/best.gguf
	kill -INT $!
	wait $! || [ $? -le 5 ]
	[ -e l.gguf ] # the best epoch so far
	[ ! -e l.gguf.tuning ]
	"$toehold" tune job.yaml --weights --train train.jsonl --epochs 100 --rate 1e-2 --threads 1 --out k.gguf &
	wait_for 60 test -e k.gguf.tuning/copy.gguf
	kill -KILL $!
	wait $! || true
	[ ! -e k.gguf ]
	wait_for 5 no_worker
	learn 0 --out k.gguf
	[ ! -e k.gguf.tuning ]
}

no_worker() { ! pgrep -f "$build/toehold-llama" >/dev/null; }

# wait_for SECONDS COMMAND…
wait_for() {
	local tries=$(($1 * 10))
	shift
	while ! "$@"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.1
	done
}

@test "two tunings do not write the same file" {
	learner llama2.gguf
	mkdir l.gguf.tuning
	echo theirs >l.gguf.tuning/copy.gguf
	flock l.gguf.tuning sleep 20 &
	sleep 0.3
	learn 3 --out l.gguf
	has "$stderr" "another tuning is writing 'l.gguf'"
	is "$(cat l.gguf.tuning/copy.gguf)" theirs
	kill %1
}

@test "no room, a bad rate, an adapter or too few tickets are refused before anything is loaded" {
	learner llama2.gguf
	printf 'budget: {tokens: 24, memory: 120MB}\n' >budget
	sed -i '/^budget:/d' job.yaml
	cat budget >>job.yaml
	learn 4 --out l.gguf
	has "$stderr" "of memory, but only 120 MB is available"
	family_job "llama2.gguf + llama2-lora.gguf"
	learn 2 --out l.gguf
	has "$stderr" "only the weights of a plain model can be tuned"
	family_job llama2.gguf
	toe 2 tune job.yaml --weights --train train.jsonl --rate fast
	has "$stderr" "--rate fast: a learning rate is a number above 0"
	toe 2 tune job.yaml --weights --train train.jsonl --quant Q3
	has "$stderr" "--quant Q3: the types are F32, F16 and Q8_0"
	head -n 8 train.jsonl >few.jsonl
	toe 3 tune job.yaml --weights --train few.jsonl
	has "$stderr" "8 training tickets are too few"
	[ ! -e l.gguf ]
}

@test "a kind of model that the engine cannot train is refused with that reason" {
	learner bloom.gguf
	learn 5 --out l.gguf
	has "$stderr" "cannot be tuned (but a head can: leave out --weights)"
	has "$stderr" "the engine cannot train a part of this kind of model"
	[ ! -e l.gguf ]
	[ ! -e l.gguf.tuning ]
}
