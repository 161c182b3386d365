#!/usr/bin/env bats
# diff compares two runs, replay asks one run again: both report differences, and refuse what
# cannot be compared.
load helper

first_run() {
	use_data
	run --separate-stderr "$toehold" smoke job.yaml --name first
	is "$status" 0
}

# another_run NAME [OPTIONS]: runs smoke again; any decision will do.
another_run() {
	run --separate-stderr "$toehold" smoke job.yaml --name "$@"
	[ "$status" -le 1 ]
}

# of NAME FILTER: applies the filter to one candidate of the first run, in the JSON in $output.
of() { json --arg name "$1" ".candidates[] | select(.a.name == \$name) | $2"; }
differing() { json '[.settings.differ[].name] | join(", ")'; }

# more_tickets FILE: writes six tickets that no step of a script names.
more_tickets() {
	local i labels=(card top_up other)
	for i in 0 1 2 3 4 5; do
		printf '{"id":"h%d","text":"Another ticket, number %d","label":"%s"}\n' "$i" "$i" "${labels[i % 3]}"
	done >"$1"
}

# ------------------------------------------------------------------- diff

@test "diff: another bar over the same replies" {
	first_run
	sed -i 's/^bar:.*/bar: 80%/' job.yaml
	another_run second
	toe 0 diff first second --json
	is "$(differing)" "job file, bar, floor"
	is "$(json '.same, .answers, .flips')" $'true\n36\n0'
	is "$(json '"\(.a.pick), \(.b.pick)"')" "large plain, small plain"
	is "$(of 'small plain' '"\(.same_pass) \(.times_comparable) \(.a.right) \(.b.right) \(.b.reused)"')" "true false 10 10 true"
	toe 0 diff first second
	has "$output" "the same replies, reused" "Pick of A: large plain. Pick of B: small plain." \
		"Answers that differ: 0 of 36." "The same: prompt, labels, tickets"
}

@test "diff: other weights, ticket by ticket" {
	first_run
	sed -i -e 's/"train", "label": "other"/"train", "label": "card"/' \
		-e 's/"Lisbon", "label": "other"/"Lisbon", "label": "card"/' small.script.json
	another_run second
	toe 1 diff first second --json
	is "$(differing)" "weights of small plain"
	is "$(of 'small plain' '.flips[] | "\(.id) \(.gold_a) \(.a.label) \(.a.right) \(.b.label) \(.b.right)"')" \
		$'t04 card other false card true\nt09 other other true card false'
	is "$(of 'large plain' '.flips | length')" 0
	is "$(of 'small plain' '.other_probabilities | join(" ")')" "t04 t09"
	is "$(json .same)" false
	toe 1 diff first second
	has "$output" "small plain: 2 of 12 answers differ" "weights of small plain  sha256" "Answers that differ: 2 of 36."
	is "$(grep -cE '^  t0(4 +card +other +card +B|9 +other +other +card +A)$' <<<"$output")" 2
	# Only the one that is the same.
	toe 0 diff first second --candidate 'large plain' --json
	is "$(json '.candidates | length')" 1
}

@test "diff: finds the same weights under another name, and what only one run has" {
	first_run
	cp small.script.json renamed.script.json
	another_run second --models renamed.script.json
	toe 0 diff first second --json
	is "$(of 'small plain' '"\(.b.name) \(.renamed) \(.both_answered)"')" "renamed plain true 12"
	is "$(of 'large plain' .b)" null
	toe 0 diff first second
	has "$output" "small plain is called renamed plain in B" "Only in A: large plain"
	toe 0 diff second first
	has "$output" "Only in B: large plain"
	toe 0 diff second first --candidate 'small plain' --json
	is "$(json '.candidates[0].a.name')" "renamed plain"
}

@test "diff: tickets match by id and text, even with corrected labels" {
	first_run
	sed -i -e '1s/"label": "card"/"label": "other"/' -e '2s/change the PIN/change the code/' \
		-e '3s/"t03"/"x03"/' tickets-12.jsonl
	printf '{"id": "t13", "text": "One more.", "label": "card"}\n' >>tickets-12.jsonl
	another_run second
	toe 1 diff first second --json
	is "$(differing)" "tickets, what baseline majority learnt"
	toe 0 diff first second --candidate 'large plain' --json
	is "$(differing)" "tickets"
	is "$(json .tickets_in_both)" 10
	is "$(of 'large plain' '"\(.both_answered) \(.a.right) \(.b.right)"')" "10 9 8"
	toe 0 diff first second --candidate 'large plain'
	has "$output" "Tickets in both: 10; only in A: 2; only in B: 3. Different expected label: 1." \
		"Answers that differ: 0 of 10."
}

@test "diff: labels in another order are the same labels; another prompt is reported" {
	first_run
	sed -i '/^  card:/d; s/^  other:.*/&\n  card: lost, stolen/' job.yaml
	another_run second --models small.script.json
	toe 0 diff first second --candidate 'small plain' --json
	is "$(differing)" "job file, prompt, labels"
	is "$(of 'small plain' '"\(.both_answered) \(.flips | length) \(.probabilities) \(.other_probabilities | length)"')" "12 0 12 0"
}

@test "diff: settings of the worker and of the machine, and disturbed times" {
	first_run
	another_run second --threads 3 --no-sandbox
	toe 0 diff first second --json
	has "$(differing)" "threads"
	is "$(json '.settings.differ[] | select(.name == "threads").b')" 3
	sqlite3 job.toehold "DROP TRIGGER IF EXISTS segment_no_update;
		UPDATE segment SET disturbed = (run_id = 2); UPDATE run SET host = 'elsewhere', seed = 9 WHERE id = 2;"
	toe 0 diff first second
	has "$output" "not comparable: B disturbed" "elsewhere"
	toe 0 diff second first --json
	is "$(of 'small plain' '"\(.times_comparable) \(.a.disturbed) \(.b.disturbed)"')" "false true false"
	has "$(differing)" "seed" "machine"
}

@test "diff: reason order and mode" {
	first_run
	another_run second --one-at-a-time
	toe 0 diff first second --json
	is "$(differing)" "mode"
	is "$(of 'small plain' '"\(.reasons) \(.other_reasons | length) \(.same_pass)"')" "12 0 false"
	echo 'reason: none' >>job.yaml
	another_run third
	toe 0 diff first third --json
	is "$(differing)" "job file, reason"
	is "$(of 'small plain' '"\(.reasons) \(.other_reasons | length)"')" "12 12"
}

@test "diff: nothing in common, no such run, no such candidate, one run only" {
	first_run
	sed 's/"text": "/"text": "Hello, /' -i tickets-12.jsonl
	another_run second
	toe 1 diff first second
	has "$output" "Nothing to compare" "Tickets in both: 0; only in A: 12; only in B: 12."
	toe 3 diff first third
	has "$stderr" "no run named 'third'"
	toe 3 diff first second --candidate nobody
	has "$stderr" "neither run has a candidate 'nobody'"
	toe 2 diff first
}

@test "diff: names and labels with escape sequences are shown as text" {
	tickets 3
	script $'o\x1b[31mne' "{\"steps\": [$right_steps]}"
	job one.script.json
	another_run first --models $'o\x1b[31mne.script.json'
	script $'o\x1b[31mne' '{"steps": [{"match": "about", "label": "a"}]}'
	another_run second --models $'o\x1b[31mne.script.json'
	toe 1 diff first second
	[[ $output != *$'\x1b'* ]]
	has "$output" 'weights of o\x1b[31mne plain' 'o\x1b[31mne plain: 2 of 3 answers differ'
	toe 1 diff first second --json
	[[ $output != *$'\x1b'* ]]
}

# ----------------------------------------------------------------- replay

@test "replay: everything is asked again, and the answers are the same" {
	first_run
	toe 0 decide --json
	local before=$output
	toe 0 replay first
	has "$output" "Run 'first', asked again as 'replay-1'." "All settings are the same" \
		"THE SAME: all 36 labels; all 36 probabilities are the same to the bit; all 24 reasons are the same."
	is "$(count answer)" 48
	is "$(sqlite3 job.toehold "SELECT group_concat(kind || ' ' || parent, ', ') FROM run")" "smoke , replay first"
	is "$(sqlite3 job.toehold 'SELECT count(DISTINCT key) FROM pass')" 6
	# No decision counts it, and it is not the newest run.
	toe 0 decide --json
	is "$(jq -S 'del(.chain_head)' <<<"$output")" "$(jq -S 'del(.chain_head)' <<<"$before")"
	is "$(json .run)" first
	toe 0 replay first --json
	is "$(json '.b | "\(.run) \(.kind) \(.parent)"')" "replay-2 replay first"
	is "$(json '"\(.same) \(.settings.differ | length)"')" "true 0"
	toe 0 diff replay-1 replay-2
	toe 0 verify
	check_store 12
}

@test "replay: an answer that times out counts as another answer" {
	tickets 4
	script one "{\"steps\": [{\"match\": \"002\", \"label\": \"c\", \"ms\": 1500}, $right_steps]}"
	job one.script.json
	another_run first
	toe 1 replay first --timeout 1
	has "$output" "NOT THE SAME: 1 of 8 labels differ; all 7 probabilities are the same to the bit; 1 of 4 reasons differ." \
		"one plain: reasons differ on t002"
	grep -qE '^  t002 +c +c +no answer before the deadline +then$' <<<"$output"
	toe 1 replay first --timeout 1 --json
	is "$(of 'one plain' '.flips[] | "\(.id) \(.a.label) \(.b.label) \(.b.outcome)"')" "t002 c null timeout"
	is "$(of 'one plain' '.other_reasons | join(" ")')" "t002"
}

@test "replay: changed files are refused, and nothing is asked" {
	first_run
	cp small.script.json job.yaml tickets-12.jsonl "$TMPDIR"
	sed -i 's/2000000/2000001/' small.script.json
	toe 3 replay first
	has "$stderr" "the weights of small plain are not those of run 'first'"
	cp "$TMPDIR/small.script.json" .
	sed -i '1s/card/bank card/' tickets-12.jsonl
	toe 3 replay first
	has "$stderr" "the tickets in 'tickets-12.jsonl' were changed since run 'first'"
	cp "$TMPDIR/tickets-12.jsonl" .
	echo '# edited' >>job.yaml
	toe 3 replay first
	has "$stderr" "was changed since run 'first'"
	rm job.yaml
	toe 3 replay first
	has "$stderr" "job.yaml"
	cp "$TMPDIR/job.yaml" .
	rm large.script.json
	toe 3 replay first
	has "$stderr" "large.script.json"
	is "$(count run) $(count answer)" "1 24"
}

@test "replay: only the named candidates" {
	first_run
	toe 0 replay first --candidate 'large plain' --name alone --json
	is "$(json '[.candidates[].b.name] | join(", ")')" "large plain"
	is "$(json '.b.run, .answers')" $'alone\n12'
	is "$(count answer)" 36
	toe 3 replay first --candidate nobody
	has "$stderr" "run 'first' has no candidate 'nobody'"
	toe 3 replay alone
	has "$stderr" "'alone' is a replay of run 'first'; replay that run itself"
	toe 2 replay
}

@test "replay: added tickets are asked again, of the candidates that were asked in the run" {
	first_run
	more_tickets harder.jsonl
	sed 's/Another/Some more/; s/"h/"m/' harder.jsonl >more.jsonl
	run "$toehold" add job.yaml harder.jsonl --as harder
	run "$toehold" add job.yaml more.jsonl --as ordinary --all
	is "$(count run_slice)" 3
	toe 0 replay first --json
	is "$(json '"\(.tickets_in_both) \(.a.tickets) \(.b.tickets)"')" "24 24 24"
	is "$(json '[.candidates[] | "\(.a.name) \(.both_answered) \(.only_a_answered) \(.only_b_answered)"] | join(", ")')" \
		"$(json '[.candidates[] | "\(.a.name) 24 0 0"] | join(", ")')"
	is "$(sqlite3 job.toehold "SELECT group_concat(role) FROM run_slice JOIN run ON run.id = run_id WHERE kind = 'replay'")" \
		"$(sqlite3 job.toehold "SELECT group_concat(role) FROM run_slice JOIN run ON run.id = run_id WHERE kind = 'smoke'")"
	is "$(differing)" ""
}

@test "replay: examples, calibrated ways, and baselines that learn less when tickets are added" {
	use_data
	for i in 1 2 3 4 5 6; do
		printf '{"text": "example %s, my card is blue %s", "label": "card"}\n' "$i" "$i$i"
		printf '{"text": "example %s, quite another matter %s", "label": "other"}\n' "$i" "${i}0$i"
		printf '{"text": "example %s, money for me %s", "label": "top_up"}\n' "$i" "${i}7"
	done >examples.jsonl
	cp examples.jsonl training.jsonl
	printf '{"text": "Another ticket, number 3", "label": "card"}\n' >>training.jsonl
	printf 'ways: [plain, examples+calibrated]\nexamples: {file: examples.jsonl, per_label: 2}\ntraining: training.jsonl\n' >>job.yaml
	another_run first
	more_tickets more.jsonl
	run "$toehold" add job.yaml more.jsonl --as ordinary --all
	# With the added tickets the training rows are another set: the guard removes one.
	is "$(sqlite3 job.toehold "SELECT count(DISTINCT examples_sha256) FROM pass WHERE way = 'naive-bayes'")" 2
	toe 0 replay first --json
	is "$(json '.same, .other_probabilities, .other_reasons')" $'true\n0\n0'
	is "$(differing)" ""
	is "$(json '[.candidates[] | .a.name == .b.name and .both_answered == 18] | all')" true
	is "$(json '[.candidates[].a.name] | map(select(test("calibrated|baseline"))) | length')" 5
	# Only a calibrated candidate: the pass that it corrects is asked as well.
	toe 0 replay first --candidate 'small examples+calibrated' --name corrected --json
	is "$(json '.candidates | length')" 1
	is "$(json '.candidates[0].both_answered')" 18
	is "$(sqlite3 job.toehold "SELECT group_concat(DISTINCT way) FROM candidate JOIN run ON run.id = run_id
		JOIN pass ON pass.id = pass_id WHERE run.name = 'corrected'")" "examples,examples+calibrated"
	# A baseline that now learns from other tickets is not a replay.
	echo '{"text": "A new one to learn from", "label": "other"}' >>training.jsonl
	toe 3 replay first
	has "$stderr" "has changed since run 'first'"
	toe 0 replay first --candidate 'large plain'
}

@test "replay: keeps the modes of the run" {
	use_data
	for mode in --free --one-at-a-time; do
		another_run "run$mode" "$mode"
		toe 0 replay "run$mode" --json
		is "$(differing)" ""
	done
	is "$(sqlite3 job.toehold "SELECT group_concat(DISTINCT mode) FROM run WHERE kind = 'replay'")" "free,one-at-a-time"
	# A race stops at the same ticket as before.
	script wrong '{"steps": [{"match": "", "label": "other"}]}'
	another_run raced --race --models wrong.script.json,large.script.json
	toe 0 replay raced --json
	[ "$(of 'wrong plain' .both_answered)" -lt 12 ]
	is "$(of 'wrong plain' '"\(.only_a_answered) \(.only_b_answered)"')" "0 0"
}

@test "replay: threads and models that came from the command line; models that share a name" {
	use_data
	mkdir one two
	mv large.script.json one/m.script.json
	mv small.script.json two/m.script.json
	another_run first --models one/m.script.json,two/m.script.json --threads 1
	is "$("$toehold" show first --json | jq -r '[.candidates[] | select(.name | startswith("m")).name] | join(", ")')" \
		"m #2 plain, m #1 plain"
	toe 0 replay first --json
	is "$(differing)" ""
	is "$(of 'm #2 plain' '"\(.a.right) \(.b.right)"')" "10 10"
	is "$(sqlite3 job.toehold "SELECT group_concat(DISTINCT n_threads) FROM pass WHERE engine_build LIKE 'script%'")" 1
}

@test "replay: another engine build is reported first, and does not stop the replay" {
	first_run
	mkdir bin
	cp "$toehold" "$build/toehold-script" bin/
	LC_ALL=C sed -i 's/script 1/script 2/g' bin/toehold-script
	run --separate-stderr bin/toehold replay first
	is "$status" 0
	has "$(head -n 1 <<<"$stderr")" "another engine build than in run 'first': script 1, then script 2"
	has "$output" "engine build" "THE SAME"
	run --separate-stderr bin/toehold show replay-1 --full
	has "$output" "another engine build than in run 'first'"
}

@test "replay: from another folder, and with the dates that templates printed" {
	use_data
	TOEHOLD_FAKE_TIME=1700000000 run "$toehold" smoke job.yaml --name first
	mkdir elsewhere
	cd elsewhere
	toe 0 replay first --store ../job.toehold
	cd ..
	is "$(sqlite3 job.toehold "SELECT DISTINCT pinned_date_s FROM pass")" 1700000000
}

@test "replay: Ctrl-C leaves it incomplete; after a kill the same name resumes; names are not shared" {
	slow_job 60
	another_run first
	more_tickets more.jsonl
	sed -i 's/card/a/; s/top_up/b/; s/other"}/c"}/' more.jsonl
	run "$toehold" add job.yaml more.jsonl --as ordinary --all
	start replay first --name again
	wait_for 5 eval '[ "$(count answer "pass_id IN (SELECT id FROM pass WHERE id > 6)")" -ge 2 ]'
	kill -INT $pid
	code=0
	wait $pid || code=$?
	is $code 1
	has "$(cat out.txt)" "Incomplete: "
	start replay first --name again
	sleep 0.3
	kill -9 $pid
	wait $pid || true
	wait_for 2 no_workers
	toe 0 replay first --name again --json
	is "$(json '[.candidates[].both_answered] | unique | join(" ")')" 18
	is "$(count run)" 2
	toe 3 smoke job.yaml --name again
	has "$stderr" "'again' is the name of a replay of run 'first' already"
	toe 3 replay first --name first
	has "$stderr" "'first' is the name of a smoke run already"
}
