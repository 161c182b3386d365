#!/usr/bin/env bats
# The licence of a model, judged for the job's use: from the file, a text beside it or the user's
# word. A forbidden model is refused, or measured but never picked.
load helper

# model NAME BYTES FACTS: a scripted model that answers every ticket correctly.
model() { script "$1" "{\"facts\": {\"bytes\": $2, $3}, \"steps\": [$right_steps]}"; }

research_only='"name": "Qwen2.5 3B Instruct", "licence": "other", "base_model": "https://huggingface.co/Qwen/Qwen2.5-3B"'

# kept NAME COLUMNS: what the store holds about a candidate.
kept() { sqlite3 -readonly job.toehold "SELECT $2 FROM candidate WHERE name = '$1' ORDER BY id DESC LIMIT 1"; }

@test "commercial use of a research-only model: refused, and the plan says why" {
	tickets 6
	model small 1000 "$research_only"
	job small.script.json
	toe 0 plan job.yaml
	has "$output" "will not run  BLOCK qwen-research" \
		"small · plain will not run: its licence (Qwen Research License) forbids commercial use" \
		"it is made from https://huggingface.co/Qwen/Qwen2.5-3B, and that has qwen-research" \
		"write 'use: evaluate' or give --evaluate" \
		"licence of small: BLOCK: its header says 'other', which toehold does not know; it is made from" \
		"and that has qwen-research. Conditions: research and evaluation only"
	toe 4 smoke job.yaml
	has "$stderr" "no candidate can run: small plain: its licence (Qwen Research License) forbids"
	[ ! -e job.toehold ]
	job small.script.json 'use: research'
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "small plain"
	is "$(json '.candidates[] | select(.name == "small plain").licence_verdict')" READ
}

@test "with another model beside it, only that one runs and is picked" {
	tickets 6
	model small 1000 "$research_only"
	model large 900000 '"licence": "apache-2.0"'
	job 'small.script.json, large.script.json'
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "large plain"
	is "$(kept 'small plain' 'licence_verdict, licence_id, licence_source, refused <> "", pass_id')" \
		"BLOCK|qwen-research|file: general.base_model|1|0"
	is "$(kept 'large plain' 'licence_verdict, licence_id, licence_source')" "OK|apache-2.0|file: general.license"
	is "$(kept 'baseline majority' 'licence_verdict')" ""
	is "$(sqlite3 -readonly job.toehold 'SELECT count(DISTINCT name) FROM candidate WHERE licence_judged_us > 0')" 3
	toe_full 0 show
	has "$output" "small · plain not measured: its licence (Qwen Research License) forbids commercial use"
}

@test "--evaluate measures and marks a forbidden model, records it, and never picks it" {
	tickets 6
	model small 1000 "$research_only"
	model large 900000 '"licence": "apache-2.0"'
	job 'small.script.json, large.script.json'
	toe 0 plan job.yaml --evaluate
	has "$output" "use commercial, to evaluate" "BLOCK qwen-research"
	toe_full 0 smoke job.yaml --evaluate
	loud="LICENCE FORBIDS COMMERCIAL USE"
	has "$stderr" "small plain: $loud (Qwen Research License): measured for evaluation, never picked"
	has "$output" "! small · plain" "! small · plain: $loud (qwen-research)" "PICK large · plain" \
		"small plain scored the bar too (6 of 6), but its licence forbids this use."
	toe 0 show --json
	is "$(json '.use, .pick')" $'commercial, to evaluate\nlarge plain'
	is "$(json '[.candidates[] | select(.blocked) | "\(.name) \(.score.right)/\(.score.tickets)"] | join(", ")')" \
		"small plain 6/6"
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM event WHERE kind = 'licence'")" 1
	# The same command resumes the run; without the option it starts another one.
	toe 0 smoke job.yaml --evaluate --name smoke-1
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM event WHERE kind = 'licence'")" 1
	toe 3 smoke job.yaml --name smoke-1
	has "$stderr" "run 'smoke-1' exists for the use 'commercial, to evaluate', and this one is 'commercial'"
}

@test "if only forbidden models are measured, there is no pick" {
	tickets 6
	model small 1000 "$research_only"
	job small.script.json 'use: evaluate'
	toe_full 1 smoke job.yaml
	has "$output" "NO PICK" "No candidate that may be used scored 90%." \
		"small plain scored the bar (6 of 6), but its licence forbids this use."
	has "$("$toehold" show --candidate small)" "Confusion of small · plain"
	toe 1 decide
	tickets 3 more.jsonl
	sed -i 's/ticket/further ticket/; s/"t0/"m0/' more.jsonl
	toe 1 add job.yaml more.jsonl --as ordinary
	is "$(count answer)" 9
}

@test "an unknown licence is READ, never OK" {
	tickets 6
	model plain 1000 '"licence": ""'
	model named 2000 '"name": "SmolLM2 135M Instruct", "licence": ""'
	model strange 3000 '"licence": "free for the good", "licence_link": "https://example.org/terms"'
	job 'plain.script.json, named.script.json, strange.script.json'
	toe 0 plan job.yaml
	has "$output" "licence of plain: READ: nothing is stated, and its name says nothing" \
		"READ apache-2.0?" "licence of named: READ: probably apache-2.0, by its name: confirm" \
		"confirmed under 'licences' in the job file" \
		"says 'free for the good', which toehold does not know (its link: https://example.org/terms)"
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map(.licence_verdict) | unique | join(" ")')" READ
	is "$(json .pick)" "plain plain"
}

@test "the user's word overrides the other sources" {
	tickets 6
	model small 1000 "$research_only"
	model unknown 2000 '"licence": ""'
	job 'small.script.json, unknown.script.json' \
		'licences: {small.script.json: own-agreement, unknown: cc-by-nc-4.0}'
	toe 0 plan job.yaml --json
	is "$(json 'asked | map("\(.licence.verdict) \(.licence.id) \(.licence.source)") | join(", ")')" \
		"OK own-agreement the job file, BLOCK cc-by-nc-4.0 the job file"
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "small plain"
	is "$(kept 'small plain' 'licence_verdict, licence_source')" "OK|the job file"
	has "$(kept 'small plain' licence_why)" "the job file says own-agreement" "and that has qwen-research"
	job small.script.json 'licences: {small.script.json: apache2.0}'
	toe 3 plan job.yaml
	has "$stderr" "job.yaml:4:31: licences: unknown licence 'apache2.0'; did you mean 'apache-2.0'?"
	job small.script.json 'licences: {smal: mit}'
	toe 0 plan job.yaml
	has "$output" "note: licences: the job has no model 'smal'"
}

@test "a licence text beside the file counts, and its sha256 is stored" {
	tickets 6
	mkdir one
	model one/small 1000 '"licence": "apache-2.0"'
	printf 'Llama 3.2 Community License Agreement\n\nand so on\n' >one/LICENSE.txt
	job one/small.script.json
	toe 0 smoke job.yaml --json
	is "$(kept 'small plain' 'licence_verdict, licence_id, licence_source, licence_text_sha256')" \
		"READ|llama3.2|LICENSE.txt beside the file|$(sha256sum one/LICENSE.txt | cut -d' ' -f1)"
	# If the folder holds another model, the text may belong to that one.
	model one/other 2000 '"licence": "apache-2.0"'
	toe 0 plan job.yaml --json
	is "$(json 'asked[0].licence | "\(.verdict) \(.id)"')" "OK apache-2.0"
	mv one/LICENSE.txt one/small.script.json.LICENSE
	toe 0 plan job.yaml --json
	is "$(json 'asked[0].licence | "\(.verdict) \(.id)"')" "READ llama3.2"
	toe 0 models one/small.script.json
	has "$output" "commercial READ llama3.2" "small.script.json.LICENSE beside the file is llama3.2"
}

@test "text from a hostile header is printed safely" {
	tickets 6
	model small 1000 '"licence": "mit\u001b[31m\u202e", "base_model": "x\u001b]0;y\u0007"'
	model own 2000 '"licence": "own-agreement"'
	job 'small.script.json, own.script.json'
	toe 0 plan job.yaml
	grep -q $'\x1b\|\xe2\x80\xae\|\x07' <<<"$output" && return 1
	has "$output" 'licence of own: READ: its header says '"'own-agreement'"', which toehold does not know'
	toe 0 smoke job.yaml
	toe 0 show
	grep -q $'\x1b\|\xe2\x80\xae\|\x07' <<<"$output" && return 1
	toe 0 models small.script.json
	grep -q $'\x1b\|\xe2\x80\xae\|\x07' <<<"$output" && return 1
	true
}
