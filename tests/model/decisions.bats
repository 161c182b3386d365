#!/usr/bin/env bats
# Decision models from the file to the verdict, with real weights under a header that
# make_decision.py writes. How probabilities are computed: test_llama_decision.c.
load models

# decision NAME TYPE [KEY=VALUE…]: NAME.gguf, made once a file of tests.
decision() {
	local name=$1
	shift
	[ -e "$BATS_FILE_TMPDIR/$name.gguf" ] ||
		python3 "$root/tests/model/make_decision.py" "$(model_path "$tiny")" "$BATS_FILE_TMPDIR/$name.gguf" "$@"
	ln -sf "$BATS_FILE_TMPDIR/$name.gguf" .
}

@test "smoke asks decision models natively, without examples and reasons" {
	decision jev openjev temperature=0.85
	decision lev lev
	bank_job 6 'ways: [plain, calibrated, examples]
examples: {file: examples.jsonl, per_label: 1}'
	cp "$root/demo/examples.jsonl" .
	toe 0 plan job.yaml --models jev.gguf,lev.gguf
	has "$output" 'jev · plain' 'jev · calibrated' 'lev · plain: decision model, type lev: asked natively, without reasons'
	[[ $output != *'jev · examples'* ]]
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --models jev.gguf,lev.gguf
	[ "$status" -le 1 ]
	for name in 'jev plain' 'lev plain'; do
		is "$(of "$name" .score.answered)" 6
		is "$(of "$name" '[.replies[].rule] | unique | join(" ")')" decision
		is "$(of "$name" '[.replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
		is "$(of "$name" '[.replies[] | .rationale] | unique | join(" ")')" ''
	done
	toe 0 verify
	has "$output" 'Nothing differs.'
	toe 0 show
	has "$output" 'jev · plain'
	toe 0 classify tickets.jsonl --candidate 'lev calibrated' --label-only --quiet
	is "$(jq -r 'select(.label and .probability > 0) | .id' <<<"$output" | wc -l)" 6
}

@test "a decision model is not tuned, and --free does not change how it is asked" {
	decision jev openjev temperature=0.85
	bank_job 2 'training: training.jsonl'
	head -n 12 "$root/demo/training.jsonl" >training.jsonl
	toe 4 tune job.yaml --model jev.gguf
	has "$stderr" 'jev is a decision model, which rates the labels by itself: ask it as it is, or tune another model'
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --free --models jev.gguf
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].rule] | unique | join(" ")')" decision
}

@test "the types with a scoring head go the whole way, and say what they cut" {
	local name families
	families=${TOEHOLD_FAMILIES-}
	[ -f "$families/laya.gguf" ] || skip_loudly "the small models are missing; run scripts/families"
	bank_job 3
	for name in laya kev d1-omni; do
		run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --models "$families/$name.gguf" --store "$name.toehold"
		[ "$status" -le 1 ]
		is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
		is "$(json '[asked[0].replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
		case $name in
		laya) is "$(json '[asked[0].replies[].detail | contains("of the labels were cut")] | all')" true ;;
		esac
		toe 0 models "$families/$name.gguf"
		has "$output" 'decision model, type' 'family'
	done
}

@test "hello shows the question, every label's probability and the type" {
	decision jev openjev temperature=0.85
	toe 0 hello jev.gguf 'My card was stolen.' --threads 1
	has "$output" 'decision model, type openjev' 'question   What is this message about?' \
		'none: a decision model does not write'
	[[ $output =~ labels\ +[a-z]+\ [0-9.]+%,\ [a-z]+\ [0-9.]+%,\ [a-z]+\ [0-9.]+%,\ [a-z]+\ [0-9.]+% ]]
	toe 0 hello jev.gguf --json --threads 1
	is "$(json .model.decision_type)" openjev
}

@test "a type that this version cannot ask, a file without a prompt and too many labels are refused" {
	local i
	decision clef clef
	decision bare openjev template=none
	decision jev openjev temperature=0.85
	toe 3 hello clef.gguf
	has "$stderr" 'of type clef, which this version cannot ask; start a server that can'
	toe 3 hello bare.gguf
	has "$stderr" 'the file lacks its prompt (tokenizer.chat_template.systemone)'
	{
		echo 'labels:'
		for i in $(seq 256); do echo "  label $i:"; done
		printf 'tickets: tickets.jsonl\nmodels: [jev.gguf, clef.gguf]\n'
	} >job.yaml
	echo '{"id": "1", "text": "Hi.", "label": "label 1"}' >tickets.jsonl
	toe 0 plan job.yaml
	has "$output" 'takes at most 52 labels, and the job has 256' 'of type clef'
}

@test "several labels: a question about each, in one candidate" {
	decision jev openjev temperature=0.85
	decision lev lev
	cp "$root"/demo/labels/*.jsonl .
	head -n 2 "$root/demo/labels/tickets-25.jsonl" >tickets-25.jsonl
	sed '/^models:/,/^ways:/d; /^training:/d; /^examples:/d; s/^use:.*/use: evaluate/' \
		"$root/demo/labels/job.yaml" >job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --models jev.gguf,lev.gguf
	[ "$status" -le 1 ]
	is "$(json '[.candidates[].replies[].raw | fromjson | keys | length] | unique | join(" ")')" 8
	is "$(json '[.candidates[].replies[].outcome] | join(" ")')" 'ok ok ok ok ok ok'
	toe 0 show --prompt --candidate 'jev plain'
	has "$output" 'one for each label   this is the prompt about the first' "Does the label '"
	toe 0 verify
}
