#!/usr/bin/env bats
# What the program prints, word for word. GOLDEN_WRITE=1 rewrites the texts.
load helper

export TOEHOLD_FAKE_TIME_FOR_GOLDEN=1790000000

verbs() { "$toehold" --help | sed -nE 's/^  ([a-z]+)  +[a-z].*/\1/p' | grep -vx toehold; }

smoke_once() {
	use_data
	export TOEHOLD_FAKE_TIME=$TOEHOLD_FAKE_TIME_FOR_GOLDEN
	toe 0 smoke job.yaml
}

@test "--help" {
	toe 0 --help
	golden help.txt <<<"$output"
	is "$stderr" ""
}

@test "--help of every verb" {
	[ "$(verbs | wc -l)" -ge 9 ]
	for verb in $(verbs); do
		toe 0 "$verb" --help
		golden "help-$verb.txt" <<<"$output"
		toe 0 "$verb" -h
		golden "help-$verb.txt" <<<"$output"
	done
}

@test "no words at all: the help on standard error, exit code 2" {
	toe 2
	is "$output" ""
	golden help.txt <<<"$stderr"
}

@test "--version" {
	toe 0 -V
	toe 0 --version
	[[ ${lines[0]} =~ ^toehold\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	is "${#lines[@]}" 2
	[ ! -x "$llama" ] || [[ ${lines[1]} =~ ^engine:\ llama.cpp\ .*\ (gcc|clang) ]]
}

@test "unknown verbs and options, missing and extra words" {
	{
		while read -r -a words; do
			toe 2 "${words[@]}" >&2
			is "$output" "" >&2
			printf '$ toehold %s\n%s\n' "${words[*]}" "$stderr"
		done <<-'END'
			smok
			frobnicate
			smoke
			smoke a b
			smoke --jsn job.yaml
			smoke --timeout job.yaml
			smoke --timeout 0 job.yaml
			smoke --timeout=1.5 job.yaml
			smoke --json=yes job.yaml
			smoke -x job.yaml
			smoke job.yaml --name
			plan
			plan --threads 0 job.yaml
			hello
			init a b
			doctor now
			show a b
		END
	} >errors.txt
	golden usage-errors.txt <errors.txt
}

@test "init" {
	toe 0 init here
	golden init.txt <<<"$output"
	golden init-job.yaml <here/job.yaml
	golden init-tickets.jsonl <here/tickets.jsonl
	is "$(stat -c %a here/secrets)" 700
	is "$(cat here/secrets/README here/scratch/README | wc -l)" 2
	toe 3 init here
	has "$stderr" "'here/job.yaml' already exists"
	golden init-job.yaml <here/job.yaml
}

@test "init writes a valid job, except for the models" {
	toe 0 init
	script one '{}'
	toe 0 plan job.yaml --models one.script.json
	has "$output" "Job 'support tickets': 6 tickets, 4 labels"
	toe 3 plan job.yaml
	has "$stderr" "no model 'small-model.gguf'"
}

@test "plan" {
	use_data
	toe 0 plan job.yaml
	golden plan.txt <<<"$output"
	toe 0 plan job.yaml --json
	json_same_everywhere <<<"$output" | golden plan.json
}

@test "smoke" {
	smoke_once
	same_everywhere <<<"$output" | golden smoke.txt
	# The headline before the reasons is left out if these are quick.
	same_everywhere <<<"$stderr" | sed '/^All tickets are labelled/d; /^Writing the reasons/d' | golden smoke-stderr.txt
}

@test "smoke --json" {
	use_data
	export TOEHOLD_FAKE_TIME=$TOEHOLD_FAKE_TIME_FOR_GOLDEN
	toe 0 smoke job.yaml --json
	json_same_everywhere <<<"$output" | golden smoke.json
	python3 -m json.tool <<<"$output" >/dev/null
}

@test "smoke again says that nothing is asked twice" {
	smoke_once
	toe 0 smoke job.yaml
	same_everywhere <<<"$output" | golden smoke-reused.txt
	same_everywhere <<<"$stderr" | golden smoke-reused-stderr.txt
}

@test "show, with replies, of a candidate, as JSON" {
	smoke_once
	toe 0 show
	same_everywhere <<<"$output" | golden smoke.txt
	toe 0 show --full
	same_everywhere <<<"$output" | golden show.txt
	toe 0 show smoke-1 --replies --candidate 'small plain'
	same_everywhere <<<"$output" | golden show-replies.txt
	toe 0 show --json
	json_same_everywhere <<<"$output" | golden smoke.json
	toe 3 show --candidate 'tiny plain'
	has "$stderr" "run 'smoke-1' has no candidate 'tiny plain'"
	toe 3 show smoke-9
	has "$stderr" "smoke-9" "smoke-1"
}

@test "runs" {
	smoke_once
	toe 0 smoke job.yaml --name second
	toe 0 runs
	golden runs.txt <<<"$output"
	toe 0 runs job.yaml
	golden runs.txt <<<"$output"
	toe 0 runs --json
	is "$(json 'map(.run) | join(" ")')" "smoke-1 second"
}

@test "decide" {
	smoke_once
	toe 0 decide
	same_everywhere <<<"$output" | golden smoke.txt
	toe 0 decide --json
	is "$(json .pick)" "large plain"
	is "$(json '[.candidates[] | has("replies")] | any')" false
}

@test "hello" {
	use_data
	toe 0 hello large.script.json 'My card is gone.'
	same_everywhere <<<"$output" | grep -v '^ *\(memory\|sandbox\|tokens/s\)' | golden hello.txt
	toe 0 hello large.script.json --json
	python3 -m json.tool <<<"$output" >/dev/null
}

@test "models" {
	use_data
	toe 0 models small.script.json
	same_everywhere <<<"$output" | golden model.txt
	toe 0 models small.script.json large.script.json
	same_everywhere <<<"$output" | golden models.txt
	toe 0 models --json small.script.json large.script.json
	is "$(json 'map(.name) | join(", ")' 2>/dev/null || json 'map(.facts.name) | join(", ")')" "Small Script, Large Script"
}

@test "doctor --json: every check, each with words" {
	run --separate-stderr "$toehold" doctor --json
	[ "$status" -le 1 ]
	is "$(json 'map(.check) | join(", ")')" \
		"program, engine, servers, fetcher, store, machine, sandbox, sandbox proof, models, cache"
	is "$(json 'all(.[]; (.ok | type) == "boolean" and (.words | length) > 0)')" true
	is "$(json '.[] | select(.check == "cache").words')" "$TOEHOLD_CACHE"
	is "$(json '[.[] | select(.ok | not)] | length > 0')" "$([ "$status" -eq 1 ] && echo true || echo false)"
	run "$toehold" doctor
	has "$output" "sandbox proof"
}

@test "--man: a page for each verb that roff takes, with every option" {
	mkdir man1
	toe 0 --man man1
	toe 3 --man no/such/folder
	has "$stderr" "give a folder that exists"
	is "$(ls man1 | wc -l)" "$(($(verbs | wc -l) + 1))"
	# No text looks like a request, and every request is a known one.
	grep -vhE '^(\.(TH|SH|SS|TP|PP|B|I|BR|nf|fi)( |$)|[^.'\''])' man1/*.1 | nothing
	! command -v groff >/dev/null || groff -man -Tutf8 -ww man1/*.1 2>&1 >/dev/null | nothing
	! command -v mandoc >/dev/null || mandoc -Tlint -Wwarning man1/*.1 2>&1 | nothing
	local verb option
	for verb in $(verbs); do
		grep -q "^\.B $verb$" man1/toehold.1 || { echo "no verb $verb"; return 1; }
		for option in $("$toehold" "$verb" --help | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
			sed 's/\\-/-/g' "man1/toehold-$verb.1" | grep -qE -e "^\.B (-., )?$option( |$)" ||
				{ echo "no $option of $verb"; return 1; }
		done
	done
}

@test "help VERB is VERB --help" {
	for verb in $(verbs); do
		toe 0 help "$verb"
		golden "help-$verb.txt" <<<"$output"
	done
	toe 2 help smoek
	has "$stderr" "unknown verb 'smoek'; did you mean 'smoke'?"
}
