#!/usr/bin/env bats
# What a run shows: how sure the verdict is, and candidates without a model. Every model is a
# script.
load helper

# A model that knows the labels but prefers a, on 12 tickets. Calibrated, it is right on all except
# t003. Each label has its own reason.
leaning() {
	tickets 12
	script lean '{"facts": {"bytes": 5000000}, "ms": '"${1-0}"', "reason_ms": '"${2-0}"', "steps": [
		{"match": "003", "label": "a", "probs": {"a": 0.40, "b": 0.35, "c": 0.25}, "reason": {"a": "Rightly a.", "b": "Wrongly b."}},
		{"match": "004", "label": "b", "probs": {"a": 0.10, "b": 0.80, "c": 0.10}, "reason": {"b": "Surely b."}},
		{"match": "about a", "label": "a", "probs": {"a": 0.90, "b": 0.04, "c": 0.06}, "reason": {"a": "It is a."}},
		{"match": "about b", "label": "a", "probs": {"a": 0.50, "b": 0.45, "c": 0.05}, "reason": {"a": "Wrongly a.", "b": "Rightly b."}},
		{"match": "about c", "label": "a", "probs": {"a": 0.50, "b": 0.07, "c": 0.43}, "reason": {"a": "Wrongly a.", "c": "Rightly c."}}]}'
	job lean.script.json "ways: [plain, calibrated]"
}

# ---------------------------------------------------------------- how sure

@test "25 tickets: the pick, what they prove, and how many more are needed" {
	right 25
	toe_full 0 smoke job.yaml
	has "$output" "PICK one · plain" "25 of 25 right (100%)" "Worst case 86% (90% confidence, 2 candidates compared)" \
		"GOOD ENOUGH. 85% is guaranteed. If the next 9 are all right, so is 90%."
	toe 0 decide --json
	is "$(of 'one plain' '.verdict | "\(.verdict) \(.evidence_right)/\(.evidence_tickets) \(.to_assure_floor) \(.to_prove_bar)"')" \
		"GOOD ENOUGH 25/25 0 9"
	is "$(of 'baseline majority' .verdict.verdict)" "DOES NOT CLEAR"
	is "$(json '"\(.bar) \(.certainty) \(.floor)"')" "0.9 0.9 0.85"
}

@test "what if the bar were another: the same store, other verdicts, nothing stored" {
	right 25
	sed -i '0,/"label": "a"/s//"label": "b"/' tickets.jsonl
	toe 0 smoke job.yaml --name r
	before=$(sha256sum job.toehold)
	toe 1 decide --bar 98% --json
	has "$stderr" "What if the bar were 98%? The run's own bar decides."
	is "$(json '"\(.bar) \(.floor * 100 | round) \(.pick)"')" "0.98 93 null"
	toe 0 decide --bar 0.6
	has "$output" "PICK one · plain" "ABOVE THE BAR"
	toe 2 decide --bar 100%
	has "$stderr" "--bar must be a share above 0"
	toe 2 decide --bar much
	toe 0 decide --json
	is "$(json .bar) $stderr" "0.9 "
	is "$(sha256sum job.toehold)" "$before"
}

@test "the recommendation: what to use today, what may do, and how many tickets to label" {
	tickets 40
	script small "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"003\", \"label\": \"b\"}, {\"match\": \"006\", \"label\": \"b\"}, {\"match\": \"009\", \"label\": \"b\"}, $right_steps]}"
	script large "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'small.script.json, large.script.json'
	toe 0 smoke job.yaml --json
	is "$(json '.recommendation | "\(.today) \(.maybe) \(.tickets_to_label) \(.tickets_to_label_is_a_minimum) \(.minutes_to_label)"')" \
		"large plain small plain 203 false 101.5"
	is "$(json .recommendation.headline)" \
		"Use large plain today. small plain may do: label about 210 more tickets to know."
}

@test "--strict: exit code 0 only if a candidate is proven, from every verb that ends with a decision" {
	right 25
	toe 0 smoke job.yaml --name short
	toe 0 decide short
	toe 1 decide short --strict
	toe 1 decide short --strict --json
	is "$(json .pick)" "one plain"
	right 40
	toe 0 smoke job.yaml --name long --strict
	toe_full 0 decide long --strict
	has "$output" "ABOVE THE BAR (proven)."
	# A candidate that clears is not enough if nothing is picked.
	tickets 25
	script one '{}'
	job one.script.json 'bar: 100%'
	toe 1 smoke job.yaml --name none
	toe 1 decide none --strict
}

@test "certainty and floor are the job's" {
	right 25 $'certainty: 50%\nfloor: 60%\nbar: 80%'
	toe 0 smoke job.yaml --json
	is "$(json '"\(.certainty) \(.floor)"')" "0.5 0.6"
	is "$(of 'one plain' .verdict.verdict)" CLEARS
	is "$(of 'one plain' .verdict.level)" 0.25
	job one.script.json $'certainty: 99%'
	toe 0 smoke job.yaml --json --name sure
	is "$(of 'one plain' .verdict.verdict)" "NOT ENOUGH EVIDENCE"
}

@test "a bar of 100% can be scored and not proven" {
	right 25 $'bar: 100%\nfloor: 80%'
	toe_full 0 smoke job.yaml
	has "$output" "80% is guaranteed; no number of tickets can prove 100%."
	has "$(grep 'GOOD ENOUGH  ' <<<"$output")" settled never
	toe 0 decide --json
	is "$(of 'one plain' '.verdict | "\(.to_assure_floor) \(.to_prove_bar)"')" "0 null"
}

@test "--intervals: the golden figures of 23, 24 and 25 right of 25" {
	tickets 25
	script a23 "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"003\", \"label\": \"b\"}, {\"match\": \"006\", \"label\": \"b\"}, $right_steps]}"
	script a24 "{\"facts\": {\"bytes\": 2000000}, \"steps\": [{\"match\": \"003\", \"label\": \"b\"}, $right_steps]}"
	script a25 "{\"facts\": {\"bytes\": 3000000}, \"steps\": [$right_steps]}"
	job 'a23.script.json, a24.script.json, a25.script.json'
	toe 0 smoke job.yaml
	[[ $output != *Jeffreys* ]]
	toe 0 decide --intervals
	is "$(grep -A4 '^95% intervals' <<<"$output" | sed -n '3,5s/  */ /gp')" \
		"* a23 · plain 23/25 75.0 to 97.8% 76.7 to 98.3% 74.0 to 99.0% 76.9% 69.5%
 a24 · plain 24/25 80.5 to 99.3% 82.8 to 99.6% 79.6 to 99.9% 82.4% 76.3%
 a25 · plain 25/25 86.7 to 100.0% 90.5 to 100.0% 86.3 to 100.0% 88.7% 86.7%"
	toe 0 decide --json
	is "$(of 'a23 plain' '.verdict | [.wilson_95, .jeffreys_95, .clopper_pearson_95] | flatten | map(. * 1000 | round) | join(" ")')" \
		"750 978 767 983 740 990"
}

@test "two candidates are compared, ticket by ticket" {
	tickets 12
	script small "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"003\", \"label\": \"b\"}, $right_steps]}"
	script large "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"007\", \"label\": \"c\"}, $right_steps]}"
	job 'small.script.json, large.script.json'
	toe_full 0 smoke job.yaml
	has "$output" "small plain against the next larger, large plain, ticket by ticket:" \
		"Only the smaller is right: 1 (t007)" "Only the larger is right: 1 (t003)" "cannot tell the two apart"
}

@test "decide needs no model, no job and no tickets" {
	use_data
	toe 0 smoke job.yaml
	before=$("$toehold" decide)
	rm -- *.script.json job.yaml tickets-12.jsonl
	rm -r "$TOEHOLD_CACHE"
	PATH=/usr/bin:/bin toe 0 decide
	is "$output" "$before"
	toe 0 decide --intervals --json
}

# ---------------------------------------------------------------- baselines

@test "without training data every run has the majority label as its smallest candidate" {
	right 12
	toe 0 smoke job.yaml --json
	is "$(json '.candidates | map("\(.name) \(.baseline)") | join(", ")')" "baseline majority true, one plain false"
	# a, b and c occur four times each, so the job's first label wins.
	is "$(of 'baseline majority' '[.replies[].label] | unique | join(" ")')" a
	is "$(of 'baseline majority' '"\(.score.right)/\(.score.tickets) \(.size_bytes) \(.prompt_tok)"')" "4/12 0 0"
	is "$(of 'baseline majority' '[.replies[] | has("rationale")] | any')" false
	is "$(of 'baseline majority' '.replies[0].probs | map(. * 3 | round) | join(" ")')" "1 1 1"
}

@test "a job that needs no model: the baseline is picked" {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		printf '{"text": "question %d", "label": "%s"}\n' $i "$([ $i -lt 10 ] && echo b || echo a)"
	done >tickets.jsonl
	script one '{"steps": [{"match": "question", "label": "b"}]}'
	job one.script.json
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "baseline majority"
}

# learnt: writes 31 training rows; the first four repeat tickets under test.
learnt() {
	python3 - <<-'END'
		import json
		row = lambda **r: print(json.dumps(r), file=out)
		with open("training.jsonl", "w") as out:
		    for i in range(1, 4):
		        row(id="r%d" % i, text="Ticket %03d asks about %s!" % (i, "abc"[i % 3]), label="a")
		    row(id="r4", text="another text, of the same customer", label="a", group="anna")
		    for i in range(27):
		        l = "bbc"[i % 3] if i < 24 else "a"
		        row(id="n%d" % i, text="Wholly different matter, namely %s; please see to %s soon, case %d" % (l, l, i * 7919), label=l)
	END
	sed -i '12s/}$/, "group": "anna"}/' tickets.jsonl
}

@test "training: the baselines learn from it, except from rows that repeat a ticket under test" {
	right 12 'training: training.jsonl'
	learnt
	toe 0 smoke job.yaml --json
	is "$(json '.candidates | map(.name) | join(", ")')" "baseline majority, baseline naive-bayes, baseline words, one plain"
	# Of the remaining 27 rows, 16 are b, 8 c, 3 a.
	is "$(of 'baseline majority' '[.replies[].label] | unique | join(" ")')" b
	is "$(of 'baseline majority' '.replies[0].probs | "\(.a * 27 | round) \(.b * 27 | round) \(.c * 27 | round)"')" "3 16 8"
	for way in naive-bayes words; do
		is "$(of "baseline $way" '"\(.score.right)/\(.score.answered)"')" "12/12"
		is "$(of "baseline $way" '[.replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
		[ "$(of "baseline $way" .size_bytes)" -gt 0 ]
		# The store names each refused row and the ticket that it repeats.
		refused=$(sqlite3 -readonly job.toehold "SELECT body FROM pass JOIN text ON text.id = refused_examples_json_id WHERE way = '$way'")
		is "$(jq -r 'map(.id) | join(" ")' <<<"$refused")" "r1 r2 r3 r4"
		is "$(jq -r '.[3].resembles' <<<"$refused")" t012
	done
	# How well words learnt: each of the 27 rows held out once, and a curve.
	is "$(of 'baseline words' '.learnt | "\(.tickets) \(.left_out) \(.held_out.of)"')" "27 4 27"
	is "$(of 'baseline words' '.learnt.curve[-1].tickets')" 22
	is "$(of 'baseline naive-bayes' .learnt)" null
	toe 0 show --candidate 'baseline words'
	has "$output" "learnt from 27 tickets (4 more left out: too similar to tickets under test); held out " "22 tickets: "
	toe 0 report -o page.html
	has "$(<page.html)" "Learning curve of baseline words"
}

@test "training: other data is another baseline, and the models are not asked again" {
	right 12 'training: training.jsonl'
	learnt
	toe 0 smoke job.yaml --name first
	sed -i '$d' training.jsonl
	toe 0 smoke job.yaml --name second --json
	has "$stderr" "one plain: all replies are already stored"
	is "$(count answer)" 12
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM pass WHERE way = 'naive-bayes'")" 2
	is "$(of 'baseline majority' '.replies[0].probs | "\(.a * 26 | round) \(.b * 26 | round)"')" "2 16"
}

@test "training: too little for words is said, and so is a label without a training ticket" {
	right 12 'training: training.jsonl'
	printf '{"text": "entirely other words", "label": "a"}\n{"text": "no such thing", "label": "b"}\n' >training.jsonl
	toe 0 smoke job.yaml --json
	has "$stderr" "note: no training ticket has the label c: the baselines never answer it; add some to"
	is "$(of 'baseline words' .refused)" "2 training tickets are too few to learn from; label 10 or more"
	is "$(of 'baseline words' .score)" null
	is "$(of 'baseline naive-bayes' .score.answered)" 12
	toe_full 0 show
	has "$output" "baseline words not measured: 2 training tickets are too few to learn from; label 10 or more"
	for i in {1..12}; do printf '{"text": "nothing but number %d of these", "label": "b"}\n' "$i"; done >training.jsonl
	toe 0 smoke job.yaml --name second --json
	has "$(of 'baseline words' .refused)" "all training tickets have the same label: there is nothing to tell apart"
	has "$stderr" "no training ticket has the labels a, c: the baselines never answer them"
}

@test "training: nothing left to learn from, a missing file, a wrong label" {
	right 12 'training: training.jsonl'
	toe 3 smoke job.yaml
	has "$stderr" "training" "training.jsonl" "No such file"
	cp tickets.jsonl training.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "training.jsonl: no training tickets are left: all 12 in the file (nearly) repeat a ticket under test"
	printf '{"text": "x", "label": "d"}\n' >training.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "training.jsonl:1: label 'd' is not one of the job's labels (a, b, c)"
	[ ! -e job.toehold ]
}

@test "1,000 tickets: the baselines answer at once, and all in one commit" {
	tickets 1000
	script one '{"steps": [{"match": "about", "label": "a"}]}'
	printf '{"text": "something else, of b and b", "label": "b"}\n' >training.jsonl
	job one.script.json $'bar: 100%\ntraining: training.jsonl\nreason: none'
	begun=$(now_ms)
	toe 1 smoke job.yaml --json
	took=$(($(now_ms) - begun))
	echo "took $took ms"
	is_sanitized || [ $took -lt 15000 ]
	is "$(of 'one plain' .score.answered)" 1000
	is "$(of 'baseline naive-bayes' .score.answered)" 1000
	check_store 1000
	begun=$(now_ms)
	toe 1 decide
	is_sanitized || [ $(($(now_ms) - begun)) -lt 2000 ]
	# A model that stops at its first ticket: the syncs do not grow with the tickets.
	command -v strace >/dev/null || skip_loudly "there is no strace"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
	for n in 20 1000; do
		tickets "$n"
		strace -o "syncs.$n" -e trace=fsync,fdatasync "$toehold" smoke job.yaml --race --store "n$n.toehold" >/dev/null 2>&1 3>&- || true
		is "$(sqlite3 -readonly "n$n.toehold" "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM answer GROUP BY pass_id)")" \
			"$n,$n,1"
	done
	# A busy machine adds a note or two about its times.
	[ "$(wc -l <syncs.1000)" -le $(($(wc -l <syncs.20) + 5)) ]
}

# ---------------------------------------------------------------- --race

race_job() {
	tickets 12
	script hopeless '{"facts": {"bytes": 1000}, "steps": [{"match": "about", "label": "a"}]}'
	script good "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	job 'hopeless.script.json, good.script.json'
}

@test "--race: a candidate that can no longer reach the bar is stopped, and its row says so" {
	race_job
	toe_full 0 smoke job.yaml --race --name r
	# t001 and t002 are wrong, and the bar of 11 of 12 allows one.
	has "$(grep 'hopeless · plain ' <<<"$output")" "raced: stopped at 2 of 12"
	has "$stderr" "hopeless plain: stopped after 2 of 12 tickets: 2 wrong, and the bar allows 1 (--race)"
	has "$output" "PICK good · plain" "Both smaller candidates missed the bar."
	toe 0 show r --json
	is "$(json '.events | map(select(.kind == "raced")) | length')" 1
	is "$(of 'hopeless plain' '"\(.score.right) \(.score.answered) \(.score.tickets)"')" "0 2 12"
	is "$(of 'good plain' .score.answered)" 12
	toe 0 decide r
	# A second race does not ask it again.
	toe 0 smoke job.yaml --race --name r
	is "$(count answer)" 14
	is "$(count pass)" 2
}

@test "--race: without it, the same run resumes the candidate that was stopped" {
	race_job
	toe 0 smoke job.yaml --race --name r
	toe 0 smoke job.yaml --name r --json
	is "$(of 'hopeless plain' '"\(.score.right) \(.score.answered) \(.score.tickets)"')" "4 12 12"
	is "$(of 'hopeless plain' '[.replies[] | has("rationale")] | all')" true
	check_store 12
	is "$(count answer)" 24
	is "$(count reason)" 24
	toe 0 decide r
	[[ $output != *raced* ]]
}

@test "--race: a candidate that may just reach the bar runs to its end" {
	tickets 12
	script just "{\"steps\": [{\"match\": \"012\", \"label\": \"b\"}, $right_steps]}"
	job just.script.json
	toe 0 smoke job.yaml --race --json
	is "$(of 'just plain' '"\(.score.right) \(.score.answered)"')" "11 12"
	is "$(json '.events | map(select(.kind == "raced")) | length')" 0
}

@test "--race: all are hopeless" {
	race_job
	job hopeless.script.json
	toe_full 1 smoke job.yaml --race
	has "$output" "NO PICK" "raced: stopped at 2 of 12"
}

# ---------------------------------------------------------------- calibrated

@test "calibrated: the answers follow from the stored probabilities, and nothing is asked again" {
	leaning
	toe 0 smoke job.yaml --json
	is "$(json .pick)" "lean calibrated"
	is "$(of 'lean plain' .score.right)" 5
	is "$(of 'lean calibrated' .score.right)" 11
	is "$(calibrated_holds 'lean calibrated' 'lean plain')" "changed: 8"
	is "$(of 'lean calibrated' '.verdict.calibrated_in_sample')" true
	is "$(of 'lean plain' '.verdict.calibrated_in_sample')" false
	check_store 12
	# One load to answer, and one to write the reasons of changed labels.
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(n_answers || '+' || n_reasons) FROM segment
		JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" "12+12"
	toe_full 0 decide
	has "$output" "(calibrated on these tickets)" "Calibrated candidates are scored on the very tickets that they were calibrated on."
}

@test "calibrated: a label that stays keeps its reason, one that changed has its own" {
	leaning
	toe 0 smoke job.yaml --json
	is "$(of 'lean plain' '.replies | map(.rationale) | unique | join(" ")')" "It is a. Rightly a. Surely b. Wrongly a."
	is "$(of 'lean calibrated' '.replies | map(select(.label == "a") | .rationale) | unique | join(" ")')" "It is a."
	is "$(of 'lean calibrated' '.replies | map(select(.label == "b") | .rationale) | unique | join(" ")')" "Rightly b. Surely b. Wrongly b."
	is "$(of 'lean calibrated' '.replies | map(select(.label == "c") | .rationale) | unique | join(" ")')" "Rightly c."
	is "$(count reason)" 24
	is "$(sqlite3 -readonly job.toehold "SELECT sum(n_reasons) FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'calibrated'")" 8
}

@test "calibrated: if no label changes, no model is loaded" {
	right 12 'ways: [calibrated]'
	toe 0 smoke job.yaml --json
	is "$(json '.candidates | map(.name) | join(", ")')" "baseline majority, one plain, one calibrated"
	is "$(calibrated_holds 'one calibrated' 'one plain')" "changed: 0"
	is "$(sqlite3 -readonly job.toehold "SELECT sum(n_reasons) FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'calibrated'")" 0
	is "$(count reason)" 24
}

@test "calibrated: reasons first, and none" {
	leaning
	for order in first none; do
		job lean.script.json $'ways: [calibrated]\nreason: '$order
		toe 0 smoke job.yaml --name $order --json
		calibrated_holds 'lean calibrated' 'lean plain'
		is "$(of 'lean calibrated' '[.replies[] | has("rationale")] | unique | join(" ")')" \
			"$([ $order = first ] && echo true || echo false)"
	done
	# A reason that was written before the label stays, even if the label changes.
	toe 0 show first --json
	is "$(of 'lean calibrated' '[.replies[].rationale] | join(" ")')" "$(of 'lean plain' '[.replies[].rationale] | join(" ")')"
}

@test "calibrated: failed answers stay failed and do not enter the mean" {
	leaning
	sed -i 's/{"match": "004", /{"match": "004", "fault": "segv", /' lean.script.json
	toe 1 smoke job.yaml --json
	is "$(of 'lean calibrated' '.replies[3].outcome')" crashed
	calibrated_holds 'lean calibrated' 'lean plain'
	check_store 12
}

@test "calibrated with examples: the same, over the answers with examples" {
	leaning
	for i in 1 2 3; do for l in a b c; do
		printf '{"text": "example %s%s, quite another matter %d", "label": "%s"}\n' "$l" "$i" $((i * 4127)) "$l"
	done; done >examples.jsonl
	job lean.script.json $'ways: [examples+calibrated]\nexamples: {file: examples.jsonl, per_label: 2}'
	toe 0 smoke job.yaml --json
	is "$(json '.candidates | map(.name) | join(", ")')" "baseline majority, lean examples, lean examples+calibrated"
	is "$(calibrated_holds 'lean examples+calibrated' 'lean examples')" "changed: 8"
	is "$(of 'lean examples+calibrated' '.verdict.calibrated_in_sample')" true
}

@test "calibrated: again under another name, nothing is asked" {
	leaning
	toe 0 smoke job.yaml --name first
	toe 0 smoke job.yaml --name second --json
	has "$stderr" "lean plain: all replies are already stored" "lean calibrated: all replies are already stored"
	is "$(count answer)" 24
	is "$(count reason)" 24
	is "$(calibrated_holds 'lean calibrated' 'lean plain')" "changed: 8"
}

@test "calibrated with --race is refused, exit code 2" {
	leaning
	toe 2 smoke job.yaml --race
	has "$stderr" "--race stops a candidate early, but the way 'calibrated' needs its scores on every ticket; drop one of them"
	[ ! -e job.toehold ]
	toe 2 smoke job.yaml --race --way calibrated,plain
}

@test "calibrated with --free: that candidate is refused in words, the others run" {
	tickets 3
	script free '{"steps": [{"match": "about b", "says": "b"}, {"match": "about c", "says": "c"}, {"match": "about a", "says": "a"}]}'
	job free.script.json 'ways: [plain, calibrated]'
	toe 0 smoke job.yaml --free --json
	is "$(json .pick)" "free plain"
	is "$(of 'free calibrated' .refused)" "it corrects label probabilities, but --free gives none"
	is "$(of 'free calibrated' 'has("score")')" false
	toe_full 0 show
	has "$output" "free · calibrated not measured: it corrects label probabilities, but --free gives none"
}

@test "calibrated: a model over the budget is refused both ways" {
	is_sanitized && skip_loudly "the sanitizer's own memory is over every budget"
	right 6 $'ways: [plain, calibrated]\nbudget: {memory: 1 GiB}'
	script huge "{\"facts\": {\"bytes\": 8000000000}, \"steps\": [$right_steps]}"
	sed -i 's/^models:.*/models: [huge.script.json, one.script.json]/' job.yaml
	toe 0 smoke job.yaml --json
	is "$(json '[.candidates[] | select(.refused) | .name] | join(", ")')" "huge plain, huge calibrated"
	is "$(json '[.candidates[] | select(.score) | .score.right] | join(" ")')" "2 6 6"
}

@test "calibrated: stopped before its base is complete, it waits; the same command resumes" {
	leaning 60
	start smoke job.yaml --name r
	wait_for 5 answers 2
	kill -INT $pid
	wait $pid || true
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM answer JOIN pass ON pass.id = pass_id WHERE way = 'calibrated'")" 0
	no_workers
	toe 0 smoke job.yaml --name r --json
	is "$(calibrated_holds 'lean calibrated' 'lean plain')" "changed: 8"
	check_store 12
	is "$(count reason)" 24
}

# table: what must be the same, however often the run was killed.
table() { json '[.candidates[] | "\(.name) \(.score.right)/\(.score.answered)", (.replies[] | "\(.id) \(.label) \(.outcome) \(.rationale)")] | join("\n")'; }

@test "calibrated: kill -9 at random moments, and the same command ends with the same table" {
	leaning
	toe 0 smoke job.yaml --name r --json --store calm.toehold
	table >calm.txt
	leaning 4 4
	n=$(kills 15)
	RANDOM=${SEED:-$$}
	echo "SEED=${SEED:-$$}"
	for ((round = 0; round < n; round++)); do
		rm -f job.toehold*
		for ((k = 0; k <= round % 3; k++)); do
			start smoke job.yaml --name r
			sleep "0.$(printf %03d $((RANDOM % 350)))"
			kill -9 $pid 2>/dev/null || true
			wait $pid || true
			wait_for 2 no_workers
		done
		toe 0 smoke job.yaml --name r --json
		table | diff calm.txt -
		check_store 12
		is "$(count run) $(count candidate) $(count pass) $(count answer) $(count reason)" "1 2 2 24 24"
		is "$(calibrated_holds 'lean calibrated' 'lean plain')" "changed: 8"
	done
}
