#!/usr/bin/env bats
# toehold suggest: which tickets of a pool are proposed, what the models are asked for that, and how
# the tickets are added.
load helper

# The data's job in one run, and a pool of seven: p1 divides the two scripts, p3 and p7 repeat
# tickets of the run, and the pool's labels mean nothing.
measured() {
	use_data
	toe 0 smoke job.yaml --name first
	cat >pool.jsonl <<-'END'
		{"id": "p1", "text": "Someone stole it on the train yesterday evening"}
		{"id": "p2", "text": "The money has vanished somehow", "label": "nonsense"}
		{"id": "p3", "text": "My card has not come yet!", "label": null}
		{"id": "p4", "text": "Could you send students a brochure", "label": 5, "lang": "en"}
		{"id": "p5", "text": "Is there parking near your Lisbon branch", "label": "", "group": "g"}
		{"text": "Which card suits a teenager best"}
		{"id": "p7", "text": "My card has not come yet, please check"}
	END
}

ids() { json '.proposals | map(.id) | join(" ")'; }
why() { json --arg id "$1" '.proposals[] | select(.id == $id).why'; }

# asked_in RUN: the number of answers that workers gave in the sessions of a run.
asked_in() {
	sqlite3 -readonly job.toehold "SELECT coalesce(sum(n_answers), 0) FROM segment
		JOIN run ON run.id = run_id JOIN pass ON pass.id = segment.pass_id
		WHERE run.name = '$1' AND way NOT IN ('majority', 'naive-bayes', 'words')"
}

@test "the command to go on asks all candidates if none can win any more" {
	tickets 40
	script poor '{"steps":[{"match":"","label":"c"}]}'
	job poor.script.json "bar: 90%"
	run --separate-stderr "$toehold" smoke job.yaml
	is "$status" 1
	echo '{"id": "new", "text": "Where is my parcel from Lisbon"}' >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl -o hard.jsonl --json
	is "$(json .next)" "toehold add job.yaml hard.jsonl --as harder --all"
	sed -i 's/"label": *""/"label":"a"/' hard.jsonl
	run --separate-stderr "$toehold" add job.yaml hard.jsonl --as harder --all
	is "$status" 1
}

@test "tickets that divide the candidates come first; tickets of the run are left out" {
	measured
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(json .run) $(json .asked_in)" "first suggest-1"
	is "$(json '.candidates | join(", ")')" "large plain, small plain"
	is "$(json '"\(.tickets) \(.asked) \(.repeats)"')" "7 5 2"
	is "$(ids)" "p1 p2 p4 p5 line-6"
	is "$(why p1)" "large says card, small says other; margin 0.00"
	is "$(why p2)" "both say top_up; margin 1.00"
	is "$(json '.proposals[0].said | map("\(.candidate): \(.label)") | join(", ")')" \
		"large plain: card, small plain: other"
	is "$(json .next)" "toehold add job.yaml OUT.jsonl --as harder"
	is "$(count reason 'pass_id IN (SELECT pass_id FROM candidate WHERE run_id = 2)')" 0
	is "$(count run "kind = 'suggest' AND parent = 'first'")" 1
	toe 0 suggest job.yaml --from pool.jsonl
	has "$output" "pool.jsonl: 5 of 7 tickets asked; left out: 2 that (nearly) repeat a ticket of run 'first'" \
		"scored nowhere (run 'suggest-2'): large plain, small plain" \
		"p1      2 different labels; margin 0.00  Someone stole it" \
		"5 of 10: no more of the tickets asked are left" "Nothing was written."
	lacks "$output" "says"
	toe 0 suggest job.yaml --from pool.jsonl --show-guess
	has "$output" "p1      large says card, small says other; margin 0.00  Someone stole it"
}

@test "asking twice asks nothing twice, whatever labels the pool has" {
	measured
	toe 0 suggest job.yaml --from pool.jsonl --json
	first=$(json '.proposals | tostring')
	is "$(asked_in suggest-1)" 10
	jq -c 'del(.label)' pool.jsonl >bare.jsonl
	toe 0 suggest job.yaml --from bare.jsonl --json
	is "$(json '.proposals | tostring')" "$first"
	has "$stderr" "large plain: all replies are already stored"
	is "$(asked_in suggest-2)" 0
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(DISTINCT pass_id) FROM candidate WHERE run_id = 3")" \
		"$(sqlite3 -readonly job.toehold "SELECT group_concat(DISTINCT pass_id) FROM candidate WHERE run_id = 2")"
}

@test "the run is unchanged: nothing of the pool enters its decision" {
	measured
	toe 0 decide first --json
	before=$(json 'del(.chain_head) | tostring')
	toe 0 suggest job.yaml --from pool.jsonl
	toe 0 decide --json
	is "$(json 'del(.chain_head) | tostring')" "$before"
	for verb in show decide; do
		toe 3 "$verb" suggest-1
		has "$stderr" "run 'suggest-1' only made suggestions" "such as 'first'"
	done
	toe 3 suggest job.yaml --from pool.jsonl --run suggest-1
	has "$stderr" "run 'suggest-1' only made suggestions"
	toe 0 runs --json
	is "$(json 'map(.run) | join(" ")')" first
	toe 0 runs --kind suggest --json
	is "$(json 'map("\(.run) \(.kind) \(.parent)") | join(" ")')" "suggest-1 suggest first"
	toe 0 runs --kind all
	has "$output" "suggest of first"
	toe 0 verify --all
	has "$output" "suggest-1  tickets in the store" "Nothing differs."
}

@test "a file to label: refused while a label is empty, added when all are there" {
	measured
	toe 0 suggest job.yaml --from pool.jsonl -n 4 -o hard.jsonl
	has "$output" "Written to hard.jsonl." "toehold add job.yaml hard.jsonl --as harder"
	is "$(jq -r '"\(.id)|\(.label)|\(.lang // "")|\(.group // "")"' hard.jsonl)" \
		$'p1|||\np2|||\np4||en|\np5|||g'
	is "$(jq -r 'select(.id == "p1") | keys | join(" ")' hard.jsonl)" "id label text"
	toe 0 suggest job.yaml --from pool.jsonl -n 1 -o guess.jsonl --show-guess
	is "$(jq -r .why guess.jsonl)" "large says card, small says other; margin 0.00"
	toe 3 add job.yaml hard.jsonl --as harder
	has "$stderr" "hard.jsonl:1: the label is empty; use one of the job's labels: card, top_up, other"
	toe 3 suggest job.yaml --from pool.jsonl -o hard.jsonl
	has "$stderr" "'hard.jsonl' already exists and was not changed"
	jq -c '.label = {p1: "card", p2: "top_up", p4: "other", p5: "other"}[.id]' hard.jsonl >done.jsonl
	toe 0 add job.yaml done.jsonl --as harder --json
	is "$(json '.candidates[] | select(.name == "large plain").harder | "\(.right)/\(.tickets)"')" 4/4
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(ids)" "line-6"
	toe 0 suggest job.yaml --from pool.jsonl -o hard.jsonl --force --json
	is "$(json .out)" hard.jsonl
	is "$(jq -r .id hard.jsonl)" line-6
}

@test "a file to label in a spreadsheet: filled in, it is added" {
	measured
	toe 0 suggest job.yaml --from pool.jsonl -n 4 -o hard.csv
	is "$(head -3 hard.csv | tr -d '\r')" 'id,text,label,allowed_labels,lang,group
"p1","Someone stole it on the train yesterday evening",,"card | top_up | other",,
"p2","The money has vanished somehow",,"card | top_up | other",,'
	toe 3 add job.yaml hard.csv --as harder
	has "$stderr" "hard.csv:2: the label is empty"
	python3 - <<-'END'
		import csv
		rows = list(csv.DictReader(open("hard.csv", newline="")))
		for row, label in zip(rows, ["card", "top_up", "other", "other"]):
		    row["label"] = label
		w = csv.DictWriter(open("done.csv", "w", newline=""), list(rows[0]))
		w.writeheader()
		w.writerows(rows)
	END
	toe 0 add job.yaml done.csv --as harder --json
	is "$(json '.candidates[] | select(.name == "large plain").harder | "\(.right)/\(.tickets)"')" 4/4
	toe 2 suggest job.yaml --from pool.jsonl -o hard.txt
	has "$stderr" "'hard.txt': the name must end in .jsonl or .csv"
}

@test "a pool in CSV, without a column of labels" {
	measured
	printf 'id,text\nc1,Someone stole it on the train yesterday\nc2,Do you love Lisbon\n' >pool.csv
	toe 0 suggest job.yaml --from pool.csv --json
	is "$(ids)" "c1 c2"
}

@test "the sample: --sample, --all, and the seed" {
	use_data
	toe 0 smoke job.yaml
	for i in {1..80}; do
		printf '{"id": "p%s", "text": "%s"}\n' "$i" "$(printf %s "$i" | sha256sum | cut -c1-40)"
	done >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(json .asked)" 60
	toe 0 suggest job.yaml --from pool.jsonl --sample 7 --json
	is "$(json .asked)" 7
	few=$(ids)
	toe 0 suggest job.yaml --from pool.jsonl --sample 7 --json
	is "$(ids)" "$few"
	is "$(asked_in suggest-3)" 0
	toe 0 suggest job.yaml --from pool.jsonl --all --json
	is "$(json .asked)" 80
	is "$(json '.proposals | length')" 10
	[ "$(json '.proposals | group_by(.predicted) | map(length) | max')" -le 5 ]
}

@test "who is asked: the pick, and the best two of other models; or who is named" {
	tickets 12
	script tiny "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"about\", \"label\": \"a\"}]}"
	script fair "{\"facts\": {\"bytes\": 2000}, \"steps\": [{\"match\": \"00\", \"label\": \"b\"}, $right_steps]}"
	script good "{\"facts\": {\"bytes\": 3000}, \"steps\": [$right_steps]}"
	script best "{\"facts\": {\"bytes\": 4000}, \"steps\": [{\"match\": \"old\", \"label\": \"c\"}, $right_steps]}"
	job 'tiny.script.json, fair.script.json, good.script.json, best.script.json'
	toe 0 smoke job.yaml
	printf '{"text": "an old letter about a"}\n{"text": "a new one about b, or so"}\n' >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(json '.candidates | join(", ")')" "good plain, best plain, fair plain"
	is "$(why line-1)" "good says a, best says c, fair says a; margin 0.33"
	toe 0 suggest job.yaml --from pool.jsonl --candidates 'tiny plain,good plain' --json
	is "$(json '.candidates | join(", ")')" "tiny plain, good plain"
	toe 3 suggest job.yaml --from pool.jsonl --candidates nobody
	has "$stderr" "has no candidate 'nobody'; it has 'baseline majority', 'tiny · plain', 'fair · plain'"
	toe 3 suggest job.yaml --from pool.jsonl --candidates 'baseline majority'
	has "$stderr" "has no model 'baseline majority' to ask; it has 'tiny · plain', 'fair · plain'"
}

@test "one model in several ways; a worked example is left out; the baseline counts" {
	tickets 12
	tickets 12 training.jsonl
	sed -i 's/asks about a/wonders whether apples grow/; s/asks about b/wants boats/; s/asks about c/cannot see cats/' training.jsonl
	for label in a b c; do
		printf '{"text": "the only example of %s, with words of its own", "label": "%s"}\n' "$label" "$label"
	done >examples.jsonl
	script one "{\"steps\": [$right_steps]}"
	job one.script.json $'ways: [plain, examples, calibrated]\nexamples: {file: examples.jsonl, per_label: 1}\ntraining: training.jsonl'
	toe 0 smoke job.yaml
	cat >pool.jsonl <<-'END'
		{"text": "the only example of b, with words of its own!"}
		{"text": "cats and cats, which nobody can see: it is about a"}
	END
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(ids)" "line-2"
	is "$(json .repeats)" 1
	is "$(json '.candidates | join(", ")')" \
		"one plain, one examples, one calibrated, baseline naive-bayes, baseline words"
	has "$(why line-2)" "all 3 say a; margin" "baseline naive-bayes says c; baseline words says c"
}

@test "a candidate that fails gives no label; if all fail there is nothing to propose" {
	tickets 12
	script good "{\"facts\": {\"bytes\": 1000}, \"steps\": [{\"match\": \"broken\", \"fault\": \"exit\"}, $right_steps]}"
	script bad "{\"facts\": {\"bytes\": 2000}, \"steps\": [{\"match\": \"pool\", \"fault\": \"exit\"}, $right_steps]}"
	job 'good.script.json, bad.script.json'
	toe 0 smoke job.yaml
	echo '{"text": "a pool about a"}' >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(why line-1)" "good says a; margin 1.00"
	has "$stderr" "bad plain: not measured: the worker died"
	echo '{"text": "a broken pool about a"}' >pool.jsonl
	toe 5 suggest job.yaml --from pool.jsonl
	has "$stderr" "nothing to propose: the candidates gave no label to any of the 1 tickets"
	is "$output" ""
}

@test "a run in free mode has no margins" {
	use_data
	run --separate-stderr "$toehold" smoke job.yaml --free
	echo '{"text": "Somebody took it on the train"}' >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(json '.proposals[0].margin')" null
}

@test "stopped by a signal: nothing is proposed, and the same command resumes" {
	slow_job 20
	toe 0 smoke job.yaml --store other.toehold
	odd_lines 101 112 '{"id": "pN", "text": "an entirely new question, W, about L"}' >pool.jsonl
	mv other.toehold job.toehold
	had=$(count answer)
	start suggest job.yaml --from pool.jsonl --json
	wait_for 20 answers $((had + 3))
	kill -INT "$pid"
	code=0
	wait "$pid" || code=$?
	is "$code" 130
	has "$(cat err.txt)" "stopped; the same command resumes"
	is "$(cat out.txt)" ""
	no_workers
	toe 0 suggest job.yaml --from pool.jsonl --json
	is "$(($(asked_in suggest-1) + $(asked_in suggest-2)))" 24
}

@test "refusals, which leave no store behind" {
	use_data
	toe 2 suggest job.yaml
	has "$stderr" "no pool of tickets given; add --from POOL.jsonl"
	echo '{"text": "x"}' >pool.jsonl
	toe 6 suggest job.yaml --from pool.jsonl
	has "$stderr" "job.toehold"
	[ ! -e job.toehold ]
	toe 0 smoke job.yaml
	toe 2 suggest job.yaml --from pool.jsonl -o out.xls
	has "$stderr" "the name must end in .jsonl or .csv"
	toe 3 suggest job.yaml --from none.jsonl
	has "$stderr" "none.jsonl" "No such file"
	toe 3 suggest job.yaml --from tickets-12.jsonl
	has "$stderr" "tickets-12.jsonl: every ticket of the pool (nearly) repeats"
	sed -i 's/^bar:.*/bar: 80%/' job.yaml
	toe 3 suggest job.yaml --from pool.jsonl
	has "$stderr" "'job.yaml' was changed since run 'smoke-1'"
	is "$(count run)" 1
}

@test "ids, texts and names with escapes are shown harmless and written unchanged" {
	local text=$'Lisbon \u202e \x1b[31m it\'s'
	use_data
	mv job.yaml "my job.yaml"
	toe 0 smoke "my job.yaml"
	jq -nc --arg text "$text" '{id: "a\u202eb", text: $text}' >pool.jsonl
	toe 0 suggest "my job.yaml" --from pool.jsonl -o "it's.jsonl"
	has "$output" 'a\u{202e}b' '\x1b[31m' "toehold add 'my job.yaml' 'it'\\''s.jsonl' --as harder"
	[[ $output != *$'\x1b'* && $output != *$'\u202e'* ]]
	is "$(jq -r .text "it's.jsonl")" "$text"
}
