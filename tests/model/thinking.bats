#!/usr/bin/env bats
# Thinking and adapters through the whole program, with the tiny model: with the chat template of
# a family that thinks, and with small LoRA files (edit_gguf.py).
load models

templates=${TEST_TEMPLATES_DIR-}

# model_with TEMPLATE: makes thinker.gguf, the tiny model with the template of that name.
model_with() {
	[ -n "$templates" ] || skip_loudly "TEST_TEMPLATES_DIR is not set"
	python3 "$root/tests/model/edit_gguf.py" template "$(model_path "$tiny")" thinker.gguf \
		"$templates/$1.jinja"
}

adapter() { python3 "$root/tests/model/edit_gguf.py" lora "$(model_path "$tiny")" "$@"; }

# with_model SPEC [MORE LINES]: a job over three tickets with that model.
with_model() {
	bank_job 3 "${2-}"
	sed -i "s|^models: .*|models: [\"$1\"]|; s|{tokens: 24}|{tokens: 8}|" job.yaml
}

any_pick() { [ "$status" -le 1 ] || { echo "$output $stderr"; return 1; }; }

run_smoke() {
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json "$@"
	any_pick
}

@test "with a budget of thinking, thoughts are counted separately and are not part of the answer" {
	model_with Qwen-Qwen3-0.6B
	with_model thinker.gguf 'thinking: 12'
	run_smoke
	is "$(json -r 'asked[0].thinking')" 'at most 12 tokens'
	is "$(json 'asked[0].thoughts.answers')" 3
	is "$(json '[asked[0].replies[] | select(.think_tok <= 12 and .think_us > 0 and
		.first_us < .ttft_us and .ttft_us <= .label_us)] | length')" 3
	is "$(json '[asked[0].replies[] | select(.raw | test("think"))] | length')" 0
	is "$(json '[asked[0].replies[] | select(.label)] | length')" 3
	has "$(json -r 'asked[0].rendered')" '<think>'
}

@test "thinking is switched off by the template's own switch, which gives another prompt" {
	model_with Qwen-Qwen3-0.6B
	with_model thinker.gguf
	run_smoke
	is "$(json -r 'asked[0].thinking')" 'off: switched in the template'
	is "$(json 'asked[0].thoughts')" null
	has "$(json -r 'asked[0].rendered')" $'<think>\n\n</think>'
}

@test "free text: a thought is not read as the answer" {
	model_with openai-gpt-oss-120b
	with_model thinker.gguf 'thinking: 12'
	run_smoke --free
	is "$(json -r 'asked[0].thinking')" 'at most 12 tokens'
	is "$(json '[asked[0].replies[] | select(.think_tok > 0 and (.raw | test("analysis") | not))] | length')" 3
}

@test "an adapter that changes nothing gives the same answers as another candidate" {
	adapter zero.gguf b=zero licence=apache-2.0
	with_model "$tiny"
	run_smoke --name base
	replies >base.txt
	with_model "$tiny + zero.gguf"
	run_smoke --name adapted
	replies >adapted.txt
	diff base.txt adapted.txt
	is "$(json 'asked[0].reused')" false
	has "$(json -r 'asked[0].name')" zero
}

@test "an adapter that changes something is found by name, and its sha256 is on record" {
	adapter noise.gguf seed=3 licence=apache-2.0
	with_model "$tiny"
	run_smoke --name base
	replies >base.txt
	with_model "$tiny + noise.gguf"
	run_smoke --name adapted
	replies >adapted.txt
	run diff -q base.txt adapted.txt
	is "$status" 1
	toe 0 show adapted --all
	has "$output" "$(sha256sum noise.gguf | cut -d' ' -f1)"
}

@test "the worse licence of model and adapter counts" {
	adapter closed.gguf b=zero licence=cc-by-nc-4.0
	with_model "$tiny + closed.gguf"
	toe 0 plan job.yaml --json
	is "$(json -r '[.candidates[] | select(.licence)][0].licence.verdict')" BLOCK
	has "$(json -r '[.candidates[] | select(.licence)][0].licence.why')" "adapter 'closed'"
}

@test "an adapter for another architecture fails to load, with the engine's message" {
	adapter wrong.gguf arch=qwen2 licence=apache-2.0
	with_model "$tiny + wrong.gguf"
	toe 8 smoke job.yaml --threads 1 --json
	has "$(json -r 'asked[0].not_measured')" "could not be loaded" 'arch mismatch'
}

@test "an adapter with another template is marked" {
	adapter other.gguf b=zero licence=apache-2.0 'template={{ messages[0].content }}'
	with_model "$tiny + other.gguf"
	run_smoke
	has "$(json -r 'asked[0].template_marks')" "adapter's template differs"
}

# A file made by llama.cpp's convert_lora_to_gguf.py has no template: training leaves it in a file beside.
@test "the files that PEFT leaves beside a converted adapter are read before anything runs" {
	mkdir peft
	adapter peft/lora.gguf b=zero licence=apache-2.0
	printf '{"peft_type": "LORA", "use_rslora": true}' >peft/adapter_config.json
	printf '{{ messages[0].content }}' >peft/chat_template.jinja
	with_model "$tiny + peft/lora.gguf"
	toe 0 plan job.yaml
	has "$output" "note: the chat template beside the adapter 'lora' (chat_template.jinja) is not the model's" \
		"note: the adapter 'lora' was trained with rsLoRA"
	rm peft/adapter_config.json
	toe 0 plan job.yaml
	[[ $output != *"note: the adapter"* ]]
}

@test "an adapter given as a model is refused with a message" {
	adapter alone.gguf b=zero
	with_model alone.gguf
	toe 0 plan job.yaml
	has "$output" 'will not run' adapter
	run "$toehold" hello alone.gguf
	[ "$status" -ne 0 ]
	has "$output" adapter
}

@test "hello takes an adapter" {
	adapter zero.gguf b=zero
	toe 0 hello "$(model_path "$tiny") + zero.gguf" --threads 1
	has "$output" 'label' 'TTFT'
}
