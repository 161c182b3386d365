#!/usr/bin/env bats
# toehold tune: trains a head on other tickets, measures it by cross-validation, writes it as a
# file with an identity; a run uses it only with its own model and prompt.
load helper

# world [MORE OF THE JOB] [N]: a model whose hidden states separate the labels, although it answers
# "a" to everything; six tickets under test and N others (36), all with the labels a, b and c.
world() {
	N_TRAIN=${2:-36} python3 - <<-'END'
		import json, os, random
		random.seed(5)
		steps = []
		def ticket(i, kind):
		    label = "abc"[i % 3]
		    text = "lamp " + "".join(random.choices("bcdfghjklmnpqrstvwxz", k=40)) + " %s%d" % (kind, i)
		    hidden = [random.gauss(0, .3) + (j == i % 3) for j in range(5)]
		    steps.append({"match": text, "label": "a", "hidden": hidden,
		                  "reason": {l: "It is about %s." % l for l in "abc"}})
		    return {"id": "%s%d" % (kind, i), "text": text, "label": label}
		for name, kind, n in (("tickets", "t", 6), ("train", "r", int(os.environ["N_TRAIN"])), ("more", "m", 3)):
		    with open(name + ".jsonl", "w") as f:
		        for i in range(n):
		            f.write(json.dumps(ticket(i, kind)) + "\n")
		json.dump({"facts": {"name": "Tiny"}, "steps": steps}, open("tiny.script.json", "w"))
	END
	job tiny.script.json "$1"
}

# tuned [MORE OPTIONS]: tunes with the usual options.
tuned() { toe 0 tune job.yaml --train train.jsonl --json "$@"; }

use_head() { echo "heads: [heads/tiny.head.json]" >>job.yaml; }

@test "a head makes a candidate of its own, and the model gives its reasons" {
	world
	tuned
	is "$(json '"\(.training.tickets) \(.held_out.right) \(.states.numbers) \(.compared_with)"')" "36 36 5 1"
	is "$(json '.add_to_job.heads[0]')" "heads/tiny.head.json"
	is "$(json '.training.of_each_label | tostring')" '{"a":12,"b":12,"c":12}'
	use_head
	toe 0 smoke job.yaml --name first --json
	is "$(json '.candidates | map(.name) | join(", ")')" "baseline majority, tiny plain, tiny tuned"
	is "$(json '.candidates[1].score.right, .candidates[2].score.right' | xargs)" "2 6"
	is "$(json '[.candidates[2].replies[] | .rule] | unique | join(" ")')" head
	is "$(json '.candidates[2].replies[1] | "\(.label) \(.rationale)"')" "b It is about b."
	is "$(json '[.candidates[2].replies[] | [.probs[]] | add | . * 1000 | round] | unique | tostring')" "[1000]"
	is "$(sqlite3 -readonly job.toehold "SELECT head_sha256 FROM pass WHERE way = 'tuned'")" \
		"$(sha256sum heads/tiny.head.json | cut -d' ' -f1)"
	is "$(sqlite3 -readonly job.toehold "SELECT head_path FROM candidate WHERE head_path <> '' AND pass_id > 0")" heads/tiny.head.json
	is "$(json '.candidates[2].head.sha256')" "$(sha256sum heads/tiny.head.json | cut -d' ' -f1)"
	toe 0 show first --full
	has "$output" "heads/tiny.head.json, sha256" "learnt from tickets sha256"
	toe 0 verify
}

@test "as text: the training tickets, the quality, the next step" {
	world
	toe 0 tune job.yaml --train train.jsonl
	has "$output" "tiny learnt from 36 of 36 tickets in train.jsonl" "labels      a 12, b 12, c 12" \
		"36 of 5 numbers: 0 from the cache, 36 computed" "held out    36 of 36 right: 100.0%" \
		"learnt from" "50 more labels" "  heads: [heads/tiny.head.json]"
}

@test "--use puts a head into the job: by name or file, once, and comments stay" {
	world
	echo '# the end' >>job.yaml
	cp job.yaml before.yaml
	tuned
	tuned --name other
	toe 3 tune job.yaml --use nothing
	toe 3 tune job.yaml --use train.jsonl
	toe 2 tune job.yaml --use tiny --train train.jsonl
	cmp job.yaml before.yaml
	toe 0 tune job.yaml --use tiny
	has "$output" "job.yaml now has the head 'tiny'"
	toe 0 tune job.yaml --use heads/tiny.head.json --json
	is "$(json '"\(.head) \(.was_there)"')" "heads/tiny.head.json true"
	toe 0 tune job.yaml --use other
	is "$(cat job.yaml)" "$(cat before.yaml)
heads: [heads/other.head.json, heads/tiny.head.json]"
	toe 0 smoke job.yaml --json
	is "$(json '.candidates | map(.name) | join(", ")')" "baseline majority, tiny plain, tiny tuned other, tiny tuned tiny"
	# From elsewhere, the job names a head that does not lie below it by its whole path.
	mkdir sub
	sed 's/: \([a-z]*\.jsonl\)/: ..\/\1/; s/tiny.script/..\/tiny.script/' before.yaml >sub/job.yaml
	toe 0 tune sub/job.yaml --use heads/tiny.head.json
	is "$(tail -n 1 sub/job.yaml)" "heads: [$PWD/heads/tiny.head.json]"
	toe 0 plan sub/job.yaml --json
	has "$output" "tiny tuned"
	# A link leads to the file that is changed.
	cp before.yaml real.yaml
	chmod 640 real.yaml
	ln -sf real.yaml link.yaml
	toe 0 tune link.yaml --use heads/tiny.head.json
	[ -L link.yaml ]
	is "$(stat -c %a real.yaml) $(tail -n 1 real.yaml)" "640 heads: [heads/tiny.head.json]"
}

@test "a second tuning writes the same head and asks nothing" {
	world
	tuned -o one.head.json
	tuned -o two.head.json
	is "$(json '"\(.states.cached) \(.states.computed)"')" "36 0"
	is "$(jq -c 'del(.made_us)' two.head.json)" "$(jq -c 'del(.made_us)' one.head.json)"
	is "$(stat -c %a "$TOEHOLD_CACHE"/hidden "$TOEHOLD_CACHE"/hidden/* one.head.json | xargs)" "700 600 600"
	run grep -rl "lamp" "$TOEHOLD_CACHE/hidden" one.head.json
	is "$output" ""
	tuned -o three.head.json --no-cache
	is "$(json '"\(.states.cached) \(.states.computed)"')" "0 36"
	is "$(jq -c 'del(.made_us, .prompt.date_s)' three.head.json)" "$(jq -c 'del(.made_us, .prompt.date_s)' one.head.json)"
	# Another prompt has other states.
	echo 'prompt: "Sort into {labels}."' >>job.yaml
	tuned -o four.head.json
	is "$(json .states.computed)" 36
	# A damaged cache counts as empty.
	for file in "$TOEHOLD_CACHE"/hidden/*; do echo '{"format": 1, "n_embd": 7' >"$file"; done
	tuned -o five.head.json
	is "$(json .states.computed)" 36
}

@test "without a cache nothing is left behind" {
	world
	tuned --no-cache
	[ ! -e "$TOEHOLD_CACHE/hidden" ]
}

@test "fewer training tickets: the beginning of one order, with all labels in it" {
	world
	tuned -n 12
	is "$(json '"\(.training.tickets) \(.training.offered) \(.training.of_each_label | tostring)"')" '12 36 {"a":4,"b":4,"c":4}'
	tuned -n 24 --force
	is "$(json '"\(.states.cached) \(.states.computed)"')" "12 12"
}

@test "leak guard: rows that (nearly) repeat a ticket under test, or share its group, are refused by id" {
	world
	jq -c 'select(.id == "t2") | .id = "copy" | .text += "!"' tickets.jsonl >>train.jsonl
	jq -c '.group = (if .id == "t1" then "g" else null end) | del(..|nulls)' tickets.jsonl >t && mv t tickets.jsonl
	jq -c 'if .id == "r4" then .group = "g" else . end' train.jsonl >t && mv t train.jsonl
	tuned
	is "$(json '.training.refused | map("\(.id)=\(.resembles)") | join(" ")')" "r4=t1 copy=t2"
	is "$(json '"\(.training.offered) \(.training.tickets)"')" "37 35"
	use_head
	toe 0 smoke job.yaml --json
	is "$(sqlite3 -readonly job.toehold "SELECT body FROM pass JOIN text ON text.id = refused_examples_json_id
		WHERE way = 'tuned'")" \
		'[{"id":"r4","resembles":"t1"},{"id":"copy","resembles":"t2"}]'
	run --separate-stderr "$toehold" check --json
	has "$(json '.foot_guns[] | select(.name == "leak").evidence')" "2 training tickets; heads that were compared with them: "
}

@test "leak guard: tickets added to a run are not trained on, and an older head is refused" {
	world
	tuned
	use_head
	toe 0 smoke job.yaml --name first
	toe 0 add job.yaml more.jsonl --as ordinary
	jq -c 'select(.id == "m1") | .id = "again"' more.jsonl >>train.jsonl
	tuned --force
	is "$(json '.training.refused | map("\(.id)=\(.resembles)") | join(" ")')" "again=m1"
	is "$(json .compared_with)" 2
	# The head learnt before these tickets were under test.
	cp more.jsonl tickets.jsonl
	jq -c '.id = "x" + .id' more.jsonl >>train.jsonl
	sed -i '/^heads/d' job.yaml
	sed 's/more/tickets/; s/tickets.jsonl/other.jsonl/' job.yaml >early.yaml
	head -n 1 train.jsonl | jq -c '.id = "o" | .text = "nothing of the kind at all"' >other.jsonl
	toe 0 tune early.yaml --train train.jsonl -o early.head.json --store none.toehold
	echo "heads: [early.head.json]" >>job.yaml
	toe 1 smoke job.yaml --store fresh.toehold --json
	has "$(json 'asked[] | select(.name == "tiny tuned").refused')" \
		"learnt from tickets that (nearly) repeat tickets under test (m"
	rm train.jsonl
	toe 1 smoke job.yaml --store fresh2.toehold --json
	has "$(json 'asked[] | select(.name == "tiny tuned").refused')" \
		"was never compared with these tickets, and its training file 'train.jsonl' is missing"
}

@test "refused elsewhere: other labels, another prompt, other weights, damaged, missing" {
	world
	tuned
	use_head
	why() { json 'asked[] | select(.name == "tiny tuned").refused'; }
	sed 's/\[a, b, c\]/[b, a, c]/' job.yaml >other.yaml
	toe 1 smoke other.yaml --store o.toehold --json
	has "$(why)" "was made for the labels a, b, c, in this order; tune again"
	{ cat job.yaml; echo 'prompt: "Another of {labels}."'; } >other.yaml
	toe 1 smoke other.yaml --store p.toehold --json
	has "$(why)" "was made with another prompt"
	{ cat job.yaml; echo 'reason: first'; } >other.yaml
	toe 1 smoke other.yaml --store q.toehold --json
	has "$(why)" "puts the reason between them"
	toe 1 smoke job.yaml --free --store f.toehold --json
	has "$(why)" "--free forces none"
	jq -c '.facts.name = "Other"' tiny.script.json >t && mv t tiny.script.json
	toe 1 smoke job.yaml --store w.toehold
	has "$stderr" "was made for tiny (sha256" "which is not among the models"
	sed -i 's/"n_embd": 5/"n_embd": 6/' heads/tiny.head.json
	toe 3 smoke job.yaml
	has "$stderr" "heads/tiny.head.json' is damaged"
	echo '{"format": "toehold head 9"}' >heads/tiny.head.json
	toe 3 plan job.yaml
	has "$stderr" "is not a head of this program's format"
	rm heads/tiny.head.json
	toe 3 plan job.yaml
	has "$stderr" "heads/tiny.head.json"
}

@test "two heads of one model are two candidates; --way leaves them out, or keeps only them" {
	world
	tuned -n 12 --name few
	tuned --name all
	echo "heads: [heads/few.head.json, heads/all.head.json]" >>job.yaml
	toe 0 smoke job.yaml --json
	is "$(json 'asked | map(.name) | sort | join(", ")')" "tiny plain, tiny tuned all, tiny tuned few"
	toe 1 smoke job.yaml --way plain --name plain --json
	is "$(json 'asked | map(.name) | join(", ")')" "tiny plain"
	toe 0 smoke job.yaml --way tuned --name tuned --json
	is "$(json 'asked | length')" 2
}

@test "a run with a head is added to and replayed only with that head" {
	world
	tuned
	use_head
	toe 0 smoke job.yaml --name first
	toe 0 add job.yaml more.jsonl --as ordinary --json
	is "$(json 'asked[] | select(.name == "tiny tuned").score.right')" 9
	toe 0 replay first
	tuned -n 12 --force
	jq -c '.id = "e" + .id | .text += " but quite another question than the one before"' tickets.jsonl >evenmore.jsonl
	toe 3 add job.yaml evenmore.jsonl --as harder --run first
	has "$stderr" "the head of tiny tuned is not that of run 'first'"
	toe 3 classify evenmore.jsonl --run first -c "tiny tuned" -l
	has "$stderr" "the head of tiny tuned is not that of run 'first'" "accept it with --accept-change"
	toe 0 classify evenmore.jsonl --run first -c "tiny tuned" -l --accept-change
	has "$stderr" "note: the head of tiny tuned is not that of run 'first'"
}

# page: the report, checked, as text.
page() {
	toe 0 report -o page.html --force "$@" && python3 "$root/tests/cli/report_check.py" page.html
}

@test "the run stores the curve: it is charted without the head's file, and after a purge" {
	world 'ways: [plain, calibrated]' 60
	tuned
	held_out=$(json .held_out.right)
	is "$(json '.curve | map(.tickets) | tostring')" "[25,48]"
	curve=$(json '.curve | map(.right) | tostring')
	is "$(jq '.fit.outlook | [.more, (.gain, .low, .high) * 1e6 | round] | tostring' heads/tiny.head.json)" \
		"$(jq '.outlook | [.more, (.gain, .low, .high) * 1e6 | round] | tostring' <<<"$output")"
	# Figures that no other head has.
	jq '.fit.outlook = {"more": 50, "gain": 0.0123, "low": 0.0061, "high": 0.0204}' heads/tiny.head.json >t && mv t heads/tiny.head.json
	use_head
	toe 0 smoke job.yaml --name first
	rm -r heads
	toe 0 show first --json
	is "$(json '.candidates[] | select(.way == "tuned").head | "\(.name) \(.base) \(.tickets) \(.left_out) \(.held_out.right) \(.held_out.of)"')" \
		"tiny tiny 60 0 $held_out 60"
	is "$(json '.candidates[] | select(.way == "tuned").head.curve | map(.right) | tostring')" "$curve"
	outlook="50 more labels would help: about +1.2 points (90% sure: +0.6 to +2.0)."
	is "$(json '.candidates[] | select(.way == "tuned").head.outlook.words')" "$outlook"
	toe_full 0 show first
	has "$output" "learnt from 60 tickets; held out $held_out of 60 right" "$outlook" "25 tickets: "
	is "$(grep -A2 '^ways side by side' <<<"$output" | tail -n 2 | tr -s ' ')" \
		"tiny 2/6 (33.3%) 2/6 (33.3%) * 6/6 (100%)
baseline majority 2/6 (33.3%)"
	text=$(page)
	has "$text" "Ways side by side" "Learning curve of tiny · tuned" "$outlook" "On this run's tickets: 6 of 6 right (100%)." \
		"held out $held_out of 60 right" "training tickets (log)"
	is "$(grep -o '<title>Learning curve of tiny · tuned</title>' page.html | wc -l)" 1
	is "$(sqlite3 -readonly job.toehold "SELECT head_json FROM candidate" | grep -cE 'lamp|"[rt][0-9]')" 0
	toe 0 verify
	toe 0 purge first
	toe 0 verify
	has "$(page)" "Learning curve of tiny" "$outlook"
}

@test "a head without a recorded outlook has a curve without it" {
	world '' 60
	tuned
	jq 'del(.fit.outlook)' heads/tiny.head.json >t && mv t heads/tiny.head.json
	use_head
	toe 0 smoke job.yaml --name first
	has "$(page)" "Learning curve of tiny" "This head has no record of what 50 more labels would bring"
	is "$(toe 0 show --json && json '[.candidates[].head | select(.) | has("outlook")] | tostring')" "[false]"
}

@test "without heads there is no curve, and with one way per model no comparison of ways" {
	world
	toe_full 1 smoke job.yaml --name first
	text=$(page)
	[[ $text != *"Learning curve"* && $text != *"Ways side by side"* ]]
	toe_full 0 show
	[[ $output != *"ways side by side"* ]]
}

@test "hostile names of models and heads are escaped in the chart" {
	world '' 60
	mv tiny.script.json '<svg onload=alert(1)>.script.json'
	job '"<svg onload=alert(1)>.script.json"'
	tuned --name one
	bad=$'"><script>alert(1)<\u2215script>\u202e'
	tuned --name "$bad"
	jq -n --arg bad "heads/$bad.head.json" '["heads/one.head.json", $bad]' | tr -d '\n' | sed 's/^/heads: /' >>job.yaml
	toe 0 smoke job.yaml --name first
	rm -r heads
	text=$(page)
	has "$text" "Learning curves" "<svg onload=alert(1)> · tuned one, on training" 'tuned "><script>alert(1)<' '\u{202e}'
	grep -E '<script|<svg onload' page.html | nothing
	toe 0 show
	[[ $output != *$'\u202e'* ]]
}

@test "a model or job that cannot be tuned is refused with the reason" {
	world
	toe 2 tune job.yaml
	has "$stderr" "no training tickets: give --train FILE.jsonl"
	head -n 9 train.jsonl >few.jsonl
	toe 3 tune job.yaml --train few.jsonl
	has "$stderr" "9 training tickets are too few"
	jq -c '.label = "a"' train.jsonl >same.jsonl
	toe 3 tune job.yaml --train same.jsonl
	has "$stderr" "the same label"
	toe 3 tune job.yaml --train missing.jsonl
	toe 2 tune job.yaml --train train.jsonl --name a/b
	has "$stderr" "a name cannot contain '/'"
	tuned
	toe 3 tune job.yaml --train train.jsonl
	has "$stderr" "already exists, and runs may name it"
	toe 3 tune job.yaml --train tickets.jsonl --force
	has "$stderr" "no training tickets are left"
	job 'tiny.script.json, large.script.json'
	cp "$data/large.script.json" .
	toe 2 tune job.yaml --train train.jsonl
	has "$stderr" "the job has 2 models; choose one with --model FILE"
}

@test "tickets without a state are left out and reported; a model without states is an error" {
	world
	jq -c '(.steps[] | select(.match | endswith("r7")) | .hidden) = []' tiny.script.json >t && mv t tiny.script.json
	tuned
	is "$(json '"\(.training.tickets) \(.states.failed)"')" "35 1"
	jq -c 'del(.steps[].hidden)' tiny.script.json >t && mv t tiny.script.json
	toe 3 tune job.yaml --train train.jsonl --force
	has "$stderr" "gave no hidden state"
}

@test "stopped and started again: no state is computed twice" {
	world
	jq -c '.ms = 40' tiny.script.json >t && mv t tiny.script.json
	start tune job.yaml --train train.jsonl
	sleep 0.7
	kill -INT "$pid"
	code=0
	wait "$pid" || code=$?
	is "$code" 130
	has "$(cat err.txt)" "the same command resumes there"
	[ ! -e heads/tiny.head.json ]
	tuned
	is "$(json '.states.cached + .states.computed')" 36
	[ "$(json .states.cached)" -gt 0 ]
	wait_for 5 no_workers
}
