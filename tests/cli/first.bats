#!/usr/bin/env bats
# Smallest first: each result is printed as soon as it is known, and --first stops at the first
# candidate that scores the bar. The models are scripts.
load helper

# four_models [MORE LINES]: of the four, tiny misses the bar; good, large and huge score it.
four_models() {
	local size name
	tickets 12
	script tiny '{"facts": {"bytes": 1000}, "steps": [{"match": "about", "label": "a"}]}'
	for name in good:9000000 large:19000000 huge:29000000; do
		size=${name#*:}
		script "${name%:*}" "{\"facts\": {\"bytes\": $size}, \"steps\": [$right_steps]}"
	done
	job 'huge.script.json, tiny.script.json, large.script.json, good.script.json' "${1-}"
}

# lines: the lines about results on standard error, without their times.
lines() { sed -nE 's/^ *[0-9.]+ (ms|s|min)  (.*)/\2/p' <<<"$stderr"; }

# check_store_of NAME…: each of these candidates has 12 answers and 12 reasons.
check_store_of() {
	local name
	toe 0 show r --json
	for name in "$@"; do
		is "$(of "$name" '"\(.score.answered) \([.replies[] | select(has("rationale"))] | length)"')" "12 12"
	done
}

of() { json ".candidates[] | select(.name == \"$1\") | $2"; }

@test "each result is printed when it is known, smallest first" {
	four_models
	toe_full 0 smoke job.yaml --name r
	is "$(lines)" "baseline majority  4/12 (33.3%)
tiny · plain       4/12 (33.3%)
good · plain       12/12 (100%)  scores the bar
large · plain      12/12 (100%)  scores the bar
huge · plain       12/12 (100%)  scores the bar"
	has "$output" "First result after " " (baseline majority); first that scored the bar after " " (good · plain)."
	# A resumed run shows no result twice.
	toe 0 smoke job.yaml --name r
	is "$(lines)" ""
	has "$stderr" "good plain: all replies are already stored; reused, not timed again"
}

@test "the lines leave JSON alone, and JSON has the times" {
	four_models
	toe 0 smoke job.yaml --name r --json
	is "$(lines | wc -l)" 5
	is "$(json '.first_result_us >= 0 and .first_scored_us >= .first_result_us')" true
	is "$(json '[.candidates[] | has("not_tried")] | any')" false
	toe 0 smoke job.yaml --name other --json
	# Every reply was reused: another run's times are not this run's.
	is "$(json '[.first_result_us, .first_scored_us] | tostring')" "[null,null]"
}

@test "a candidate that lacks answers has no line; a raced one says why" {
	four_models
	toe 0 smoke job.yaml --race
	has "$(lines)" "tiny · plain       0/2 (0%)  misses the bar (--race)"
}

@test "--first stops at the smallest that scores the bar and says what was not tried" {
	four_models
	toe_full 0 smoke job.yaml --first --name r
	is "$(lines)" "baseline majority  4/12 (33.3%)
tiny · plain       4/12 (33.3%)
good · plain       12/12 (100%)  scores the bar"
	has "$stderr" "good plain scored the bar. Not tried: 2 more candidates: large plain, huge plain; the same command without --first asks them"
	has "$output" "PICK good · plain" "Not tried (--first): 2 more candidates." "5 candidates planned)"
	has "$(grep '^  large · plain ' <<<"$output")" "not tried (--first)"
	[[ $output != *"not measured"* ]]
	is "$(count pass)" 2
	is "$(count answer)" 24
	is "$(count reason)" 24
	toe 0 show r --json
	is "$(of 'huge plain' '"\(.not_tried) \(has("verdict")) \(has("score")) \(has("refused"))"')" "true false false false"
	is "$(of 'good plain' '"\(.not_tried) \(.score.right)"')" "null 12"
	is "$(json '.events | map(select(.kind == "first")) | length')" 1
	toe_full 0 decide r
	has "$output" "Not tried (--first): 2 more candidates."
	# Once more: nothing is asked, and the event is stored once.
	toe 0 smoke job.yaml --first --name r
	has "$stderr" "Not tried: 2 more candidates"
	is "$(count pass)" 2
	toe 0 show r --json
	is "$(json '.events | map(select(.kind == "first")) | length')" 1
}

@test "--first: the same command without it goes on, and no level falls" {
	four_models
	toe 0 smoke job.yaml --first --name r --json
	local early
	early=$(of 'good plain' .verdict.level)
	is "$(of 'good plain' '.verdict.level * 10000 | round')" 125
	toe 0 smoke job.yaml --name r --json
	is "$(lines)" "large · plain      12/12 (100%)  scores the bar
huge · plain       12/12 (100%)  scores the bar"
	is "$(json .pick)" "good plain"
	is "$(of 'huge plain' '"\(.not_tried) \(.score.right)"')" "null 12"
	is "$(of 'good plain' ".verdict.level >= $early")" true
	has "$(json .why)" "5 candidates compared)"
	check_store 12
	# A whole run gives the same levels.
	toe 0 smoke job.yaml --name whole --json
	is "$(of 'good plain' .verdict.level)" "$early"
}

@test "--first is like a whole run if nobody scores the bar, or only the last" {
	four_models
	job tiny.script.json
	toe_full 1 smoke job.yaml --first --name r
	[[ $output != *"ot tried"* && $stderr != *"ot tried"* ]]
	has "$output" "NO PICK"
	job 'tiny.script.json, good.script.json'
	toe_full 0 smoke job.yaml --first --name last
	[[ $output != *"ot tried"* && $stderr != *"ot tried"* ]]
	has "$output" "3 candidates compared)"
}

@test "--first: a licence that forbids the use stops nothing" {
	four_models 'use: evaluate
licences: {good.script.json: cc-by-nc-4.0}'
	toe 0 smoke job.yaml --first
	has "$(lines)" "good · plain       12/12 (100%)  licence forbids this use" \
		"large · plain      12/12 (100%)  scores the bar"
	has "$stderr" "Not tried: 1 more candidate: huge plain; the same command without --first asks it"
	has "$output" "PICK large · plain"
}

@test "stop: first does the same, and --all asks every candidate" {
	four_models 'stop: first'
	toe_full 0 smoke job.yaml --name r
	has "$stderr" "Not tried: 2 more candidates: large plain, huge plain; the same command with --all asks them"
	is "$(count pass)" 2
	toe 0 smoke job.yaml --name r --all
	[[ $output != *"ot tried"* ]]
	is "$(count pass)" 4
	# Nobody is left out now, whatever the next session stops at.
	toe 0 smoke job.yaml --name r
	[[ $output != *"ot tried"* && $stderr != *"ot tried"* ]]
	toe 2 smoke job.yaml --first --all
	has "$stderr" "--first and --all contradict each other"
}

@test "--first: other ways of the same model are not tried either, in the order of the plan" {
	four_models 'ways: [plain, calibrated]'
	toe 0 smoke job.yaml --first
	has "$stderr" "Not tried: 5 more candidates: good calibrated, large plain, large calibrated, huge plain, huge calibrated;"
	# The smaller model misses in both ways; its correction asks nothing.
	has "$(lines)" "tiny · calibrated"
}

@test "--first with --race: what cannot reach the bar does not stop the run" {
	four_models
	toe_full 0 smoke job.yaml --first --race
	has "$output" "raced: stopped at 2 of 12" "PICK good · plain" "not tried (--first)"
}

@test "--first: a step down the ladder while reasons are written can cost the bar; the run goes on" {
	four_models
	# All 12 answers are right. Then the reasons need a smaller wave, in which three answers fail.
	script good "{\"facts\": {\"bytes\": 9000000},
		\"reasons_fault\": {\"name\": \"no_memory\", \"wave_over\": 6}, \"steps\": [
		{\"match\": \"001\", \"label\": \"b\", \"fault\": {\"name\": \"exit\", \"wave_limit\": 6}},
		{\"match\": \"004\", \"label\": \"b\", \"fault\": {\"name\": \"exit\", \"wave_limit\": 6}},
		{\"match\": \"007\", \"label\": \"b\", \"fault\": {\"name\": \"exit\", \"wave_limit\": 6}},
		$right_steps]}"
	toe_full 0 smoke job.yaml --first --name r
	is "$(lines)" "baseline majority  4/12 (33.3%)
tiny · plain       4/12 (33.3%)
good · plain       12/12 (100%)  scores the bar
good · plain       9/12 (75%)
large · plain      12/12 (100%)  scores the bar"
	has "$output" "PICK large · plain" "Not tried (--first): 1 more candidate."
}

@test "--first and add: candidates that were not tried are not asked about new tickets" {
	four_models
	toe_full 0 smoke job.yaml --first --name r
	tickets 12 more.jsonl
	sed -i 's/ticket 0/another ticket 0/; s/"id": "t/"id": "u/' more.jsonl
	toe_full 0 add job.yaml more.jsonl --as ordinary --run r
	is "$(lines)" "baseline majority  4/12 (33.3%)
good · plain       12/12 (100%)"
	has "$output" "24 of 24 right (100%)" "Not tried (--first): 2 more candidates."
	is "$(count pass)" 3
	# What the line of added tickets says is no decision, whichever they are.
	sed -i 's/another ticket/harder ticket/; s/"id": "u/"id": "h/' more.jsonl
	toe 0 add job.yaml more.jsonl --as harder --run r
	is "$(lines | tail -1)" "good · plain       12/12 (100%)"
}

@test "--first and add: if the pick falls below the bar, the words lead to what was not tried" {
	four_models
	# It knows the first tickets only.
	script good "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"another\", \"label\": \"a\"}, $right_steps]}"
	toe_full 0 smoke job.yaml --first --name r
	tickets 120 more.jsonl
	sed -i 's/"ticket /"another ticket /; s/"id": "t/"id": "u/' more.jsonl
	toe_full 1 add job.yaml more.jsonl --as ordinary --run r
	has "$output" "NO PICK" "No candidate scored 90%. Not tried (--first): 2 more candidates. The closest is good plain"
	toe 0 report r --brief
	has "$(tr -s ' \n' ' ' <<<"$output")" "1. Ask the 2 candidates not tried: give 'toehold smoke JOB --name r --all', then each 'add' again."
	tickets 12 third.jsonl
	sed -i 's/"ticket /"third ticket /; s/"id": "t/"id": "v/' third.jsonl
	toe 4 add job.yaml third.jsonl --as ordinary --run r
	has "$stderr" "no candidate of run 'r' is still in play, but 2 were not tried (--first); ask them first: give smoke --name r --all"
	# The rest is asked about the first tickets, then about the added ones.
	toe_full 1 smoke job.yaml --name r --all
	toe_full 0 add job.yaml more.jsonl --as ordinary --run r
	has "$output" "PICK large · plain" "132 of 132 right"
}

@test "candidates that were not tried: report, check, export, runs, replay, classify" {
	four_models
	toe 0 smoke job.yaml --first --name r
	toe 0 report r --out r.html
	has "$(<r.html)" "<dt>not tried (--first)</dt><dd><bdi>--first stopped the run at a smaller candidate"
	toe 0 report r --brief
	has "$output" "3 candidates (1 of them without a language model) on 12 tickets; 2" "not tried (--first)"
	run -0 --separate-stderr "$toehold" export r --format junit
	has "$output" 'name="huge plain scores the bar"' '>not tried (--first)'
	toe 0 runs job.yaml --json
	is "$(json '.[0].candidates | map(select(.not_tried)) | length')" 2
	toe 0 runs job.yaml
	has "$(tail -1 <<<"$output" | tr -s ' ')" " two-phase 3 12 good plain "
	toe 0 show r --candidate 'huge plain'
	has "$output" "not tried (--first)"
	toe 0 verify
	toe 0 replay r
	has "$output" "THE SAME: all 36 labels"
	toe 4 classify tickets.jsonl --run r --candidate 'huge plain'
	has "$stderr" "huge plain was not tried in 'r' (--first)"
}

@test "--first, stopped before any candidate scored: the rest is not asked until the run resumes" {
	four_models
	script tiny '{"facts": {"bytes": 1000}, "ms": 40, "steps": [{"match": "about", "label": "a"}]}'
	start smoke job.yaml --first --name r
	wait_for 10 answers 3
	kill -INT $pid
	wait $pid || true
	toe_full 7 decide r
	[[ $output != *"ot tried"* ]]
	toe_full 0 show r
	is "$(grep -c 'not asked yet$' <<<"$output")" 3
	toe_full 0 smoke job.yaml --first --name r
	is "$(grep -c 'not tried (--first)$' <<<"$output")" 2
	has "$(lines)" "tiny · plain       4/12 (33.3%)" "good · plain       12/12 (100%)  scores the bar"
	has "$stderr" "Not tried: 2 more candidates"
	has "$output" "PICK good · plain"
	check_store_of 'tiny plain' 'good plain'
}

@test "--first, killed while the first candidate answers: the plan is on record" {
	four_models
	script tiny '{"facts": {"bytes": 1000}, "steps": [{"match": "005", "fault": "hang"}, {"match": "about", "label": "a"}]}'
	start smoke job.yaml --first --name r
	wait_for 10 answers 4
	kill -KILL $pid
	wait $pid || true
	wait_for 2 no_workers
	is "$(sqlite3 -readonly job.toehold "SELECT count(DISTINCT name) FROM candidate")" 5
	# Nobody scored the bar, so --first left out nobody.
	toe_full 0 show r
	is "$(grep -c 'not asked yet$' <<<"$output")" 3
	[[ $output != *"(--first)"* ]]
	toe 4 classify tickets.jsonl --run r --candidate 'huge plain'
	has "$stderr" "huge plain was not asked yet in 'r': the run ended before it"
}

@test "--first: a model that could not be read at first is planned when it can be" {
	four_models
	cp huge.script.json away
	echo damaged >huge.script.json
	toe 0 smoke job.yaml --first --name r --json
	[ "$(of 'huge plain' .refused)" != null ]
	mv away huge.script.json
	toe 0 smoke job.yaml --first --name r --json
	is "$(of 'huge plain' '"\(.not_tried) \(.refused)"')" "true null"
	has "$(json .why)" "5 candidates planned)"
	is "$(of 'good plain' '.verdict.level * 10000 | round')" 125
}

@test "a run that goes on with other models keeps its candidates in the order of their sizes" {
	four_models
	toe 0 smoke job.yaml --first --name r
	toe 0 smoke job.yaml --name r --models huge.script.json --all --json
	is "$(json '[asked[].name] | join(", ")')" "tiny plain, good plain, large plain, huge plain"
	toe 0 smoke job.yaml --name other --models large.script.json
	toe 0 smoke job.yaml --name other --json
	is "$(json .pick)" "good plain"
}
