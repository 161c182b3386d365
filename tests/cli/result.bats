#!/usr/bin/env bats
# Results of known answers: counts, the pick, exit codes, modes.
load helper

# facts BYTES [PARAMS]: the facts of a scripted model.
facts() { printf '"facts": {"bytes": %s, "n_params": %s}' "$1" "${2-1000}"; }

# asked_in RUN: the number of answers that all workers gave in the run's sessions.
asked_in() {
	sqlite3 -readonly job.toehold "SELECT coalesce(sum(n_answers), 0) FROM segment
		JOIN run ON run.id = run_id JOIN pass ON pass.id = pass_id WHERE run.name = '$1' AND way <> 'majority'"
}

@test "exact counts, the pick and exit code 0" {
	use_data
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "large plain"
	is "$(json '.candidates[] | "\(.name) \(.score.right)/\(.score.answered)/\(.score.tickets)"')" \
		$'baseline majority 4/12/12\nsmall plain 10/12/12\nlarge plain 11/12/12'
	is "$(json 'asked[0].replies | map(select(.right | not) | "\(.id) \(.label)") | join(", ")')" \
		"t04 other, t11 card"
	is "$(json 'asked[0].replies[] | select(.id == "t11").rationale')" 'Quatsch mit "Soße".'
	check_store 12
	is "$(count reason)" 24
}

@test "no candidate scored the bar: exit code 1, and the closest is named" {
	use_data
	sed -i 's/^bar:.*/bar: 95%/' job.yaml
	toe_full 1 smoke job.yaml
	has "$output" "NO PICK" "The closest is large plain with 11 of 12 right" "the bar asks for 12"
	toe 1 decide
	toe 0 show
}

@test "the bar is met exactly" {
	tickets 10
	script nine '{"steps": [{"match": "001", "label": "a"}, '"$right_steps"']}'
	job nine.script.json 'bar: 90%'
	toe 0 smoke job.yaml
	job nine.script.json 'bar: 90.1%'
	toe 1 smoke job.yaml --name more
}

@test "the smallest of several that are good enough" {
	tickets 12
	script big "{$(facts 900000000), \"steps\": [$right_steps]}"
	script middle "{$(facts 500000000), \"steps\": [$right_steps]}"
	script tiny "{$(facts 1000), \"steps\": [{\"match\": \"about\", \"label\": \"a\"}]}"
	job 'big.script.json, tiny.script.json, middle.script.json'
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "middle plain"
	is "$(json 'asked | map(.name) | join(", ")')" "tiny plain, middle plain, big plain"
}

@test "ties: by parameters, then by name; the same result whatever the order in the job" {
	tickets 6
	script delta "{$(facts 5000 70), \"steps\": [$right_steps]}"
	script bravo "{$(facts 5000 80), \"steps\": [$right_steps], \"x\": 1}"
	script alpha "{$(facts 5000 80), \"steps\": [$right_steps], \"x\": 2}"
	job 'bravo.script.json, delta.script.json, alpha.script.json'
	toe 0 plan job.yaml --json
	order=$(json 'asked | map(.name) | join(", ")')
	is "$order" "delta plain, alpha plain, bravo plain"
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "delta plain"
	rm -f job.toehold
	job 'alpha.script.json, bravo.script.json, delta.script.json'
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map(.name) | join(", ")')" "$order"
}

@test "a candidate over the memory budget is refused, the others run" {
	is_sanitized && skip_loudly "the sanitizer's own memory is over every budget"
	tickets 6
	script small "{$(facts 1000), \"steps\": [$right_steps]}"
	script huge "{$(facts 8000000000), \"steps\": [$right_steps]}"
	job 'huge.script.json, small.script.json' 'budget: {memory: 1 GiB}'
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "small plain"
	has "$(json '.candidates[] | select(.name == "huge plain").refused')" "needs about 8.0 GB" "the budget allows"
	toe_full 0 show
	has "$output" "huge · plain not measured: needs about"
}

@test "every candidate over the budget: exit code 4" {
	tickets 6
	script huge "{$(facts 8000000000)}"
	job huge.script.json 'budget: {memory: 1 GiB}'
	toe 4 smoke job.yaml
	has "$stderr" "no candidate can run: huge plain: needs about"
	[ ! -e job.toehold ]
}

@test "the worker program is missing: exit code 5" {
	tickets 2
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	mkdir bin
	cp "$toehold" bin/
	run --separate-stderr bin/toehold smoke job.yaml
	is "$status" 5
	has "$stderr" "the program 'toehold-script' is missing"
	printf '#!/bin/sh\necho what\n' >bin/toehold-script
	chmod +x bin/toehold-script
	run --separate-stderr bin/toehold smoke job.yaml
	is "$status" 5
}

@test "--models and --way over the job's" {
	use_data
	toe 1 smoke job.yaml --models small.script.json --json
	is "$(json 'asked | length')" 1
	toe 2 smoke job.yaml --way upwards
	has "$stderr" "there is no way 'upwards'"
	toe 3 smoke job.yaml --way examples
	has "$stderr" "needs 4 tickets of each label"
}

@test "two ways of one model are two candidates with a pass each" {
	tickets 3
	for i in 1 2 3 4; do for l in a b c; do
		printf '{"text": "example %s%s, quite another text %s", "label": "%s"}\n' "$l" "$i" "$RANDOM$l$i" "$l"
	done; done >examples.jsonl
	script one "{\"steps\": [$right_steps]}"
	job one.script.json $'ways: [plain, examples]\nexamples: {file: examples.jsonl, per_label: 2}'
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map(.name) | join(", ")')" "one plain, one examples"
	check_store 3
	is "$(count pass)" 2
	is "$(count answer)" 6
}

@test "free mode: the reply is read; one without a label is off_label and wrong" {
	tickets 9
	script free '{"steps": [
		{"match": "001", "says": "{\"label\": \"b\", \"rationale\": \"It asks about b.\"}"},
		{"match": "002", "says": "Sure!\n\n**c**\n"},
		{"match": "003", "says": "I would say that this is a."},
		{"match": "004", "says": "Sorry, but no."},
		{"match": "005", "says": ""},
		{"match": "006", "says": "It could be b, or it could be c."},
		{"match": "007", "says": "{\"label\": \"delta\"}"},
		{"match": "008", "says": "{\"label\":\"a\",\"rationale\":\"wrong\"}"},
		{"match": "009", "says": "\u001b[31mA\u001b[0m"}]}'
	job free.script.json
	toe 1 smoke job.yaml --free --json
	is "$(json 'asked[0].replies | map("\(.id) \(.outcome) \(.label) \(.rule) \(.right)")[]')" \
		"t001 ok b json true
t002 ok c line true
t003 ok a word true
t004 off_label null none false
t005 off_label null none false
t006 off_label null none false
t007 off_label null none false
t008 ok a json false
t009 off_label null none false"
	is "$(json 'asked[0].score | "\(.right) \(.answered) \(.off_label)"')" "3 9 5"
	is "$(json 'asked[0].replies[0].rationale')" "It asks about b."
	is "$(json .mode)" free
	toe 0 show --replies
	[[ $output != *$'\x1b'* ]]
	# Nothing is left to ask.
	toe 1 smoke job.yaml --free --name again
	has "$stderr" "all replies are already stored"
}

@test "free answers: signs belong to labels, contradictions and cut texts are no answer" {
	printf '%s\n' '{"id":"sharp","text":"one","label":"C#"}' '{"id":"minus","text":"two","label":"A-"}' \
		'{"id":"two","text":"three","label":"C"}' '{"id":"cut","text":"four","label":"C"}' \
		'{"id":"whole","text":"five","label":"C"}' '{"id":"thought","text":"six","label":"C"}' >tickets.jsonl
	script free '{"steps": [{"match": "one", "says": "{\"label\": \"C#\", \"rationale\": \"So.\"}"},
		{"match": "two", "says": "**Label:** `A-`"},
		{"match": "three", "says": "{\"label\": \"C\"}\n{\"label\": \"A\"}"},
		{"match": "four", "cut": true, "says": "1. It may be \"C\"."},
		{"match": "five", "cut": true, "says": "{\"label\": \"C\", \"rationale\": \"It"},
		{"match": "six", "cut": true, "says": ""}]}'
	printf 'labels: [C, "C#", A, A-]\ntickets: tickets.jsonl\nmodels: [free.script.json]\n' >job.yaml
	toe 1 smoke job.yaml --free --json --store job.toehold
	is "$(json 'asked[0].replies | map("\(.id) \(.outcome) \(.label) \(.rule) \(.detail)")[]')" \
		"sharp ok C# json null
minus ok A- word null
two off_label null none it names several labels, or denies one
cut cut null none its text was cut at the token cap
whole ok C json null
thought cut null none null"
	toe 0 classify tickets.jsonl --quiet -c "free plain"
	is "$(jq -r '"\(.id) \(.outcome) \(.label) \(.detail)"' <<<"$output")" \
		"sharp ok C# null
minus ok A- null
two off_label null it names several labels, or denies one
cut cut null its text was cut at the token cap
whole ok C null
thought cut null null"
}

@test "a ticket's label that only looks like the job's is shown with what nobody sees" {
	printf '{"id":"x","text":"t","label":"billing "}\n{"id":"y","text":"u","label":"b"}\n' >tickets.jsonl
	printf 'labels: [billing, b]\ntickets: tickets.jsonl\nmodels: [x.script.json]\n' >job.yaml
	toe 3 plan job.yaml
	has "$stderr" "tickets.jsonl:1: label 'billing\u{20}' is not the job's label 'billing', but they look the same"
	sed -i 's/billing "/bil\\u200bling"/' tickets.jsonl
	toe 3 plan job.yaml
	has "$stderr" "label 'bil\u{200b}ling' is not the job's label 'billing'" "write it as in the job"
}

@test "reason: none, first and last" {
	tickets 6
	script one "{\"steps\": [$right_steps]}"
	for order in none first last; do
		job one.script.json "reason: $order"
		toe 0 smoke job.yaml --name "$order" --json
		is "$(json '[asked[0].replies[] | has("rationale")] | unique | join(" ")')" \
			"$([ $order = none ] && echo false || echo true)"
		has "$(sqlite3 job.toehold "SELECT reason_order FROM run WHERE name = '$order'")" "$order"
	done
	check_store 6
	is "$(count pass)" 3
	toe 0 smoke job.yaml --name last
	has "$stderr" "all replies are already stored"
}

@test "one at a time gives the labels of two-phase, and each reason separately" {
	use_data
	toe 0 smoke job.yaml --json
	two_phase=$(json '[.candidates[].replies[].label] | join(" ")')
	toe 0 smoke job.yaml --one-at-a-time --json --name alone
	is "$(json '[.candidates[].replies[].label] | join(" ")')" "$two_phase"
	is "$(json '[asked[].replies[].reason_batch] | unique | join(" ")')" 1
	is "$(count pass)" 4
	check_store 12
}

@test "more tickets than one wave holds" {
	tickets 300
	script one "{\"wave\": 7, \"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --json
	is "$(json 'asked[0].score.right')" 300
	is "$(json '[asked[0].replies[].rationale] | length')" 300
	check_store 300
	is "$(count reason)" 300
}

@test "more text than one message to a worker holds" {
	python3 - <<-'END'
		import json
		with open("tickets.jsonl", "w") as f:
		    for i in range(24):
		        print(json.dumps({"text": "%d about %s " % (i, "abc"[i % 3]) + "x" * 3_000_000, "label": "abc"[i % 3]}), file=f)
	END
	script one "{\"steps\": [$right_steps]}"
	job one.script.json 'reason: none'
	run --separate-stderr timeout 50 "$toehold" smoke job.yaml --json --timeout 5
	is "$status" 0
	is "$(json 'asked[0].score.right')" 24
}

@test "a second run of another name with the same settings asks nothing, and says so" {
	tickets 12
	script slow "{\"ms\": 50, \"steps\": [$right_steps]}"
	job slow.script.json
	toe 0 smoke job.yaml --name first --json
	first=$(json '[.candidates[].replies[].label] | join(" ")')
	is "$(asked_in first)" 12
	start=$(now_ms)
	toe 0 smoke job.yaml --name second --json
	[ $(($(now_ms) - start)) -lt 500 ]
	has "$stderr" "slow plain: all replies are already stored; reused, not timed again"
	is "$(json '[.candidates[].replies[].label] | join(" ")')" "$first"
	is "$(json 'asked[0].reused')" true
	is "$(json '.events | map(.kind) | join(" ")')" reused
	is "$(asked_in second)" 0
	is "$(count answer)" 12
	toe_full 0 show second
	has "$output" "reused"
}

@test "other settings are asked again: threads, reason tokens, prompt, tickets, weights" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --threads 1
	toe 0 smoke job.yaml --threads 2
	is "$(count answer)" 6
	job one.script.json 'budget: {tokens: 50}'
	toe 0 smoke job.yaml --threads 1
	is "$(count answer)" 9
	job one.script.json 'prompt: Say which of {labels} it is.'
	toe 0 smoke job.yaml --threads 1
	is "$(count answer)" 12
	tickets 4
	toe 0 smoke job.yaml --threads 1
	is "$(count answer)" 16
	script one "{\"steps\": [$right_steps], \"changed\": true}"
	toe 0 smoke job.yaml --threads 1
	is "$(count answer)" 20
	# Another bar decides anew over the same answers.
	job one.script.json $'prompt: Say which of {labels} it is.\nbar: 50%'
	toe 0 smoke job.yaml --threads 1
	is "$(count answer)" 20
}

@test "the same weights under two names: one pass, asked once" {
	tickets 6
	script one "{\"steps\": [$right_steps]}"
	cp one.script.json copy.script.json
	job 'one.script.json, copy.script.json'
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map("\(.name) \(.score.right)") | join(", ")')" "one plain 6"
	said=$(same_weights)
	has "$said" "one.script.json and copy.script.json are the same weights (sha256 " "asked once, as one"
	has "$stderr" "$said"
	check_store 6
	is "$(count answer)" 6
	is "$(count reason)" 6
	# The plan says the same about unhashed files. A resumed run stores the note once.
	rm -r "$TOEHOLD_CACHE"
	toe 0 plan job.yaml
	has "$output" "note: $said"
	[[ $output != *"copy plain"* ]]
	toe 0 plan job.yaml --json
	is "$(json 'asked | map(.name) | join(" ")')" "one plain"
	is "$(json '.same_weights | map("\(.model) = \(.same_as)") | join(" ")')" "copy.script.json = one.script.json"
	toe 0 smoke job.yaml --name smoke-1
	has "$stderr" "$said"
	is "$(same_weights)" "$said"
	toe 0 show smoke-1 --settings
	has "$output" "$said"
	# Other weights of the same size are another model; the same name twice is one model.
	sed 's/It says so/it says so/; s/"label":"a"/"label":"b"/' one.script.json >other.script.json
	is "$(wc -c <other.script.json)" "$(wc -c <one.script.json)"
	job 'one.script.json, other.script.json, ./one.script.json'
	toe 0 plan job.yaml --json
	is "$(json 'asked | map(.name) | join(", ")')" "one plain, other plain"
	toe 0 plan job.yaml
	has "$output" "note: one.script.json and ./one.script.json are the same weights"
	toe 0 plan job.yaml --models one.script.json,one.script.json
	has "$output" "note: one.script.json is named more than once: asked once, as one"
}

same_weights() { sqlite3 -readonly job.toehold "SELECT text FROM event WHERE kind = 'same weights'"; }

@test "a run of that name with another job file or mode stays unchanged" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name mine
	toe 3 smoke job.yaml --name mine --free
	has "$stderr" "run 'mine' exists in mode two-phase"
	job one.script.json 'bar: 80%'
	toe 3 smoke job.yaml --name mine
	has "$stderr" "run 'mine' exists, and the job file was changed since"
	is "$(count run)" 1
}

@test "a run of that name whose tickets were changed stays unchanged" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name mine
	tickets 5
	toe 3 smoke job.yaml --name mine
	has "$stderr" "tickets"
	toe 0 show mine --json
	is "$(json 'asked[0].replies | length')" 3
}

@test "a reason that repeats the prompt's placeholder is no reason" {
	use_data
	script parrot '{"steps": [{"match": "money", "label": "top_up", "reason": "<1-2 sentences>"},
		{"match": "", "label": "card", "reason": "<1-2 sentences>"}]}'
	run --separate-stderr "$toehold" smoke job.yaml --models parrot.script.json
	output=$("$toehold" show --candidate parrot)
	has "$output" "gave no reason of its own"
	[[ $output != *"<1-2 sentences>"* ]]
	run --separate-stderr "$toehold" report -o page.html
	grep -q "gave no reason of its own" page.html
	toe 0 hello parrot.script.json
	has "$output" "rationale  gave no reason of its own" "offered    billing, technical, account, other (labels of this test"
	[[ ${lines[0]} == ticket* && ${lines[2]} == label* ]]
}
