#!/usr/bin/env bats
# Planted changes of a real model: the gate names each before a new ticket is labelled, and an
# unchanged model repeats its answers to the bit (docs/change-gate.md).
load models
load llama_server

# quantized OUT: the tiny model as another quant.
quantized() {
	local program=$engine_prefix/bin/llama-quantize
	[ -x "$program" ] || skip_loudly "no llama-quantize; run scripts/engine --tools"
	"$program" --allow-requantize "$(model_path "$tiny")" "$1" q4_0 1 >quantize.log 2>&1
}

# measured [JOB LINES]: the run r of gated.gguf, a copy of the tiny model; new.jsonl has two new tickets.
measured() {
	cp "$(model_path "$tiny")" gated.gguf
	bank_job 8 "$(printf 'reason: none\n%s' "${1-}")"
	sed -i 's/^models:.*/models: [gated.gguf]/' job.yaml
	run "$toehold" smoke job.yaml --threads 1 --name r
	[ "$status" -le 1 ]
	tail -n 2 "$root/demo/tickets-25.jsonl" | jq -c '{id, text}' >new.jsonl
}

classify() { toe "$1" classify new.jsonl --run r -c "${way:-gated plain}" "${@:2}"; }

@test "nothing changed: the run's answers come back to the bit, in every way" {
	local way
	measured 'ways: [plain, letters, calibrated]'
	for way in "gated plain" "gated letters" "gated calibrated"; do
		classify 0
		lacks "$stderr" "note:" "asked again"
	done
	way="gated plain" classify 0 --label-only
	lacks "$stderr" "note:" "asked again"
}

@test "another quant and an edited template are refused; accepted, the answers show them" {
	local change
	measured
	quantized quant.gguf
	printf '%s' "{% for m in messages %}{{ m.content }}{% endfor %} Answer:" >plain.jinja
	python3 "$root/tests/model/edit_gguf.py" template gated.gguf template.gguf plain.jinja
	for change in quant template; do
		cp "$change.gguf" gated.gguf
		classify 3
		has "$stderr" "the weights of gated plain are not those of run 'r'" "accept it with --accept-change"
		[ "$change" = quant ] || has "$stderr" "its chat template is another"
		classify 0 --accept-change
		has "$stderr" "of 5 tickets differ (" "accepted with --accept-change"
	done
}

@test "another variant of the engine is named, and passes within the tolerance" {
	local now other
	measured
	now=$("$toehold" show r --json | jq -r '[.candidates[] | .engine_build | select(. != null) | select(test("static"))][0]')
	for other in x86-64-v2 x86-64-v3; do
		case $now in *", $other,"*) continue ;; esac
		TOEHOLD_VARIANT=$other "$toehold" --version | grep -q '^no engine' && continue
		TOEHOLD_VARIANT=$other run --separate-stderr "$toehold" classify new.jsonl --run r -c "gated plain"
		has "$stderr" "note: since run 'r' the engine build was llama.cpp" "static, $other,"
		[[ $status -eq 0 && $stderr == *"asked again: probabilities are at most"* ]] ||
			[[ $status -eq 4 && $stderr == *"tickets differ ("* ]]
		return
	done
	skip_loudly "one variant was built; run TOEHOLD_VARIANTS=all scripts/engine"
}

@test "replay --with another quant: the flips, and the exit code by --allow" {
	measured
	quantized quant.gguf
	run --separate-stderr "$toehold" replay r -c "gated plain" --with quant.gguf --json
	[ "$status" -eq "$([ "$(json .flips)" -gt 0 ] && echo 1 || echo 0)" ]
	is "$(json '.candidates[] | "\(.a.name), \(.b.name), \(.both_answered)"')" "gated plain, quant plain, 8"
	is "$(json '.candidates[0].other_probabilities | length')" 8
	toe 0 replay r -c "gated plain" --with quant.gguf --allow 8
	has "$output" "of 8 labels changed; " "weights of gated plain"
}

@test "nothing changed: texts that the run wrote in a batch pass by their marks" {
	local name
	cp "$root"/demo/extract/{job.yaml,examples.jsonl} .
	head -n 6 "$root/demo/extract/tickets.jsonl" >tickets.jsonl
	tail -n 2 "$root/demo/extract/tickets.jsonl" | jq -c '{id, text}' >new.jsonl
	run "$toehold" smoke job.yaml --models "$tiny" --name r
	[ "$status" -le 1 ]
	for name in plain examples; do
		toe 0 run new.jsonl --run r -c "$("$toehold" show r --json |
			jq -r --arg way "$name" '.candidates[].name | select(endswith(" " + $way))')"
		lacks "$stderr" "note:" "asked again"
	done
}
