#!/usr/bin/env bats
# A worker that dies, hangs, sends nonsense or takes too much memory at a ticket is a result: the
# ticket gets an outcome that counts as wrong. If it does so before any reply, the candidate is not
# measured. The other candidates run, and the run ends in time.
load helper

# bad JSON: a job with a candidate that fails and one that is right.
bad() {
	tickets 6
	script bad "$1"
	script good "{\"facts\": {\"bytes\": 900000000}, \"steps\": [$right_steps]}"
	job 'bad.script.json, good.script.json' "${2-}"
}

# ends_within SECONDS CODE OPTIONS…: runs smoke --json, which must end in time with CODE.
ends_within() {
	local seconds=$1 code=$2 start
	shift 2
	start=$(now_ms)
	toe "$code" smoke job.yaml --json --no-ladder "$@"
	[ $(($(now_ms) - start)) -lt $((seconds * 1000)) ] || { echo "took $(($(now_ms) - start)) ms"; return 1; }
	is "$(json '.candidates[] | select(.name == "good plain") | .score.right')" 6
	check_store 6
	no_workers
}

# outcomes: the outcomes of the bad candidate, ticket by ticket.
outcomes() { json '[.candidates[] | select(.name == "bad plain").replies[].outcome] | join(" ")'; }
reason_outcomes() { json '[.candidates[] | select(.name == "bad plain").replies[].reason_outcome] | join(" ")'; }
details() { json '.candidates[] | select(.name == "bad plain").replies[].detail // empty'; }
# why: the reason why the bad candidate is not measured.
why() { json '.candidates[] | select(.name == "bad plain") | if .score then "measured" else .not_measured end'; }
all() { printf '%s %s %s %s %s %s' "$1" "$1" "$1" "$1" "$1" "$1"; }

# fault OUTCOME DETAIL: at one ticket, at three tickets, at load, at the start of the pass.
fault_everywhere() {
	local fault=$1 outcome=$2 detail=$3
	bad '{"steps": [{"match": "003", "fault": "'"$fault"'"}, '"$right_steps"']}'
	ends_within 8 0
	is "$(outcomes)" "ok ok $outcome ok ok ok"
	has "$(details)" "$detail"
	is "$(json .pick)" "good plain"
	is "$(json '.candidates[] | select(.name == "bad plain").score | "\(.right)/\(.tickets)"')" "5/6"
	rm -f job.toehold
	bad '{"load_fault": "'"$fault"'"}'
	ends_within 8 0
	has "$(why)" "$detail"
	rm -f job.toehold
	bad '{"pass_fault": "'"$fault"'"}'
	ends_within 8 0
	has "$(why)" "$detail"
	rm -f job.toehold
	bad '{"reasons_fault": "'"$fault"'", "steps": ['"$right_steps"']}'
	ends_within 8 0
	is "$(outcomes)" "$(all ok)"
	is "$(reason_outcomes)" "$(all "$outcome")"
	is "$(json .pick)" "bad plain"
}

@test "a segmentation fault: at a ticket, at load, in the pass, in the reasons" {
	fault_everywhere segv crashed "killed by signal 11 (Segmentation fault)"
}

@test "abort()" { fault_everywhere abort crashed "killed by signal 6 (Aborted)"; }

@test "SIGKILL is most likely the system's memory" {
	fault_everywhere kill out_of_memory "killed by signal 9 (Killed)"
}

@test "SIGSYS, as from a filter" { fault_everywhere sigsys crashed "signal 31"; }

@test "an exit without a word" { fault_everywhere exit crashed "ended by itself with exit code 7"; }

@test "garbage instead of a message" { fault_everywhere garbage crashed "malformed message"; }

@test "a well-formed message that makes no sense" {
	bad '{"steps": [{"match": "002", "nonsense": true}, '"$right_steps"']}'
	ends_within 5 0
	is "$(outcomes)" "ok crashed ok ok ok ok"
	has "$(details)" "makes no sense"
}

@test "probabilities that are none: above 1, below 0, a sum that is not 1" {
	local probs
	for probs in '"a": 1.2, "b": -0.2, "c": 0' '"a": 0.9, "b": 0.9, "c": 0' '"a": 0, "b": 0, "c": 0'; do
		rm -f job.toehold
		bad '{"steps": [{"match": "002", "label": "a", "probs": {'"$probs"'}}, '"$right_steps"']}'
		ends_within 5 0
		is "$(outcomes)" "ok crashed ok ok ok ok"
		has "$(details)" "makes no sense"
	done
}

@test "the same reasons twice" {
	bad '{"reasons_twice": true, "steps": ['"$right_steps"']}'
	ends_within 5 0
	is "$(outcomes)" "$(all ok)"
	is "$(count reason)" 12
}

@test "hang: a timeout at the deadline, counted as wrong" {
	bad '{"steps": [{"match": "003", "fault": "hang"}, '"$right_steps"']}'
	ends_within 4 0 --timeout 1
	is "$(outcomes)" "ok ok timeout ok ok ok"
	has "$(details)" "no answer before the deadline; killed"
	is "$(json '.candidates[] | select(.name == "bad plain").score.right')" 5
}

@test "SIGSTOP: a timeout at the deadline" {
	bad '{"steps": [{"match": "003", "fault": "stop"}, '"$right_steps"']}'
	ends_within 4 0 --timeout 1
	is "$(outcomes)" "ok ok timeout ok ok ok"
}

@test "hang and SIGSTOP in the reasons: the labels stand" {
	for fault in hang stop; do
		rm -f job.toehold
		bad '{"reasons_fault": "'$fault'", "steps": ['"$right_steps"']}'
		ends_within 8 0 --timeout 1
		is "$(outcomes)" "$(all ok)"
		is "$(reason_outcomes)" "$(all timeout)"
		is "$(json .pick)" "bad plain"
	done
}

@test "too slow for the deadline is a timeout, fast enough is none" {
	bad '{"steps": [{"match": "004", "ms": 1500, "label": "b"}, {"match": "005", "ms": 500, "label": "c"}, '"$right_steps"']}'
	ends_within 5 0 --timeout 1
	is "$(outcomes)" "ok ok ok timeout ok ok"
}

@test "memory beyond the budget: the worker dies of it, not the machine" {
	is_sanitized && skip_loudly "the sanitizer's own memory is over every budget"
	bad '{"steps": [{"match": "003", "fault": "memory"}, '"$right_steps"']}' 'budget: {memory: 1 GiB}'
	ends_within 8 0
	has "$(outcomes)" "ok ok"
	[[ $(outcomes) =~ ^ok\ ok\ (crashed|out_of_memory)\ ok\ ok\ ok$ ]]
	peak=$(json '.candidates[] | select(.name == "bad plain").peak_rss_bytes')
	[ "$peak" -lt 1100000000 ]
	rm -f job.toehold
	bad '{"load_fault": "memory"}' 'budget: {memory: 1 GiB}'
	ends_within 8 0
	[[ $(why) =~ ^the\ worker\ (died|ran\ out\ of\ memory) ]]
}

@test "more than three deaths: given up, and the rest is classed" {
	tickets 12
	script bad '{"steps": [{"match": "001", "label": "b"}, {"match": "about", "fault": "segv"}]}'
	job bad.script.json
	toe 1 smoke job.yaml --json
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" "crashed ok"
	is "$(json 'asked[0].score.right')" 1
	check_store 12
	is "$(sqlite3 job.toehold "SELECT ended FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" crashed
	# A second run asks nothing: a crash after a reply is a result.
	toe 1 smoke job.yaml --name again
	has "$stderr" "all replies are already stored"
}

@test "deaths before any reply: not measured, nothing is stored, and the next run asks again" {
	tickets 12
	script bad '{"steps": [{"match": "about", "fault": "segv"}]}'
	job bad.script.json
	toe 8 smoke job.yaml --name r --json
	is "$(json asked[0].not_measured)" "the worker died: killed by signal 11 (Segmentation fault)"
	is "$(json '"\(.state) \(.pick) \(asked[0].score)"')" "not measured null null"
	is "$(count answer)" 0
	is "$(sqlite3 job.toehold "SELECT ended, n_answers FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" "crashed|0"
	# The cause is mended: here by another worker, in reality by more memory.
	script bad "{\"steps\": [$right_steps]}"
	toe 0 smoke job.yaml --name better
	has "$output" "PICK bad · plain"
}

@test "failures before the first reply count as wrong once there is one" {
	bad '{"steps": [{"match": "001", "fault": "segv"}, {"match": "002", "fault": "abort"}, '"$right_steps"']}'
	ends_within 8 0
	is "$(outcomes)" "crashed crashed ok ok ok ok"
	is "$(json '.candidates[] | select(.name == "bad plain").score | "\(.right)/\(.answered)"')" "4/6"
}

@test "a death at the first and at the last ticket, and a restart between two waves" {
	bad '{"wave": 2, "steps": [{"match": "001", "fault": "abort"}, {"match": "006", "fault": "segv"}, '"$right_steps"']}'
	ends_within 8 0
	is "$(outcomes)" "crashed ok ok ok ok crashed"
	is "$(reason_outcomes)" " ok ok ok ok "
}

@test "faults one at a time and in free mode" {
	bad '{"steps": [{"match": "003", "fault": "segv"}, {"match": "005", "fault": "hang"}, '"$right_steps"']}'
	ends_within 6 0 --one-at-a-time --timeout 1
	is "$(outcomes)" "ok ok crashed ok timeout ok"
	ends_within 6 0 --free --timeout 1 --name free
	is "$(outcomes)" "ok ok crashed ok timeout ok"
}

@test "every candidate fails: not measured, exit code 8, and nothing is said about larger models" {
	tickets 3
	script one '{"load_fault": "segv", "facts": {"n_params": 1}}'
	script two '{"load_fault": "exit", "facts": {"n_params": 2}}'
	job 'one.script.json, two.script.json'
	toe_full 8 smoke job.yaml
	has "$output" $'\nNOT MEASURED\n' "one · plain not measured: the worker died: killed by signal 11" \
		"two · plain not measured: the worker died: ended by itself with exit code 7" \
		"No model gave an answer, so nothing is decided. Not measured: one plain (the worker died" \
		"Ask what was not measured: $toehold smoke job.yaml --name smoke-1"
	[[ $output != *"NO PICK"* && $output != *"larger model"* && $output != *"closest"* && $output != *"0/3"* ]]
	toe 8 decide
	has "$output" "NOT MEASURED"
	toe 0 show
	has "$output" "NOT MEASURED"
	toe 0 runs
	has "$output" "not measured"
	toe 0 report --brief
	has "$output" "Decision  Not measured: no model gave an answer." "not measured"
	toe 0 report -o page.html
	has "$(cat page.html)" "<h1>Not measured: no model gave an answer.</h1>" "not measured: the worker died"
	toe 4 classify tickets.jsonl --label-only
	has "$stderr" "has no pick: no model gave an answer"
	toe 0 export --format junit -o run.xml
	has "$(cat run.xml)" 'message="not measured"'
}

@test "a candidate that is not measured is no step below the pick and no miss of the bar" {
	bad '{"load_fault": "segv", "facts": {"bytes": 1000}}'
	toe_full 0 smoke job.yaml
	has "$output" "good plain is the smallest that scored 90% or more: 6 of 6 right (100%). The one smaller candidate missed the bar. Not measured: bad plain (the worker died" \
		"2 candidates compared)"
	script good '{"facts": {"bytes": 900000000}, "steps": [{"match": "about", "label": "a"}]}'
	toe_full 1 smoke job.yaml --name low
	has "$output" "No candidate that was measured scored 90%. Not measured: bad plain (" "The closest is baseline majority"
	[[ $output != *"larger model"* ]]
}

@test "hello: a model that dies is exit code 5" {
	for fault in segv kill exit garbage; do
		script bad '{"load_fault": "'$fault'"}'
		toe 5 hello bad.script.json
		[ -n "$stderr" ]
	done
}

@test "doctor and plan never load: a script that dies at load is listed as any other" {
	script bad '{"load_fault": "segv", "pass_fault": "segv"}'
	tickets 2
	job bad.script.json
	toe 0 plan job.yaml
	toe 0 models bad.script.json
}

@test "an encoder that does not load is not measured either" {
	tickets 6
	tickets 40 train.jsonl
	sed -i 's/"ticket/"training/; s/asks about/is on/' train.jsonl
	script enc '{"load_fault": "segv", "facts": {"kind": "encoder", "pooling": "mean"}}'
	job enc.script.json
	toe_full 8 smoke job.yaml
	has "$output" "NOT MEASURED" "enc plain (it gave no embedding for" "the worker died: killed by signal 11"
	toe 8 decide
}
