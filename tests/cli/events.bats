#!/usr/bin/env bats
# --json-events: what happens in a run, for other programs (docs/events.md).
load helper

# events FILTER: of the events in events.jsonl, as one array.
events() { jq -rs "$1" events.jsonl; }

@test "the events of a run: plan, states, replies, decision, exit code; no texts" {
	use_data
	printf 'ways: [plain, calibrated]\n' >>job.yaml
	toe 0 smoke job.yaml --json-events events.jsonl
	has "$output" "PICK"
	is "$(events '[.[] | select(.event == "run_started")] | length')" 1
	is "$(events '.[0] | "\(.event) \(.version) \(.run) \(.role) \(.tickets) \(.bar)"')" "run_started 1 smoke-1 ordinary 12 0.9"
	is "$(events '.[0].candidates | map(.short_name) | join(", ")')" \
		"baseline majority, small · plain, small · calibrated, large · plain, large · calibrated"
	is "$(events '[.[] | select(.candidate == "small plain" and .event == "candidate").state] | join(" ")')" \
		"loading answering answered writing_reasons done"
	is "$(events '[.[] | select(.candidate == "small calibrated" and .event == "candidate").state] | join(" ")')" "done"
	is "$(events '[.[] | select(.candidate == "small plain" and .event == "answer")] | "\(length) \(map(select(.is_right)) | length) \(last.right) \(last.answered)"')" "12 10 10 12"
	is "$(events '[.[] | select(.event == "reason" and .candidate == "small plain")] | length')" 12
	is "$(events '[.[] | select(.event == "answer").ticket] | unique | length')" 12
	is "$(events '[.[] | select(.event == "decision")] | map("\(.final) \(.pick) \(.may_do)") | join(", ")')" \
		"false large plain large plain, true large plain large plain"
	# Verdicts have the names of --json, not those of the screen.
	is "$(events '[.[] | select(.event == "decision")][-1].candidates | map(.verdict) | join(", ")')" \
		"DOES NOT CLEAR, NOT ENOUGH EVIDENCE, NOT ENOUGH EVIDENCE, NOT ENOUGH EVIDENCE, NOT ENOUGH EVIDENCE"
	# Memory is that of a worker in this session.
	is "$(events '[.[] | select(.event == "candidate" and .state == "done") | "\(.candidate): \(.peak_rss_bytes | type)"] | sort | join(", ")')" \
		"baseline majority: null, large calibrated: null, large plain: number, small calibrated: null, small plain: number"
	is "$(events '[.[] | select(.candidate == "small plain").peak_rss_bytes | values] | (length >= 24) and (. == sort) and (.[0] > 100000)')" true
	is "$(events '.[-1] | "\(.event) \(.exit_code)"')" "run_finished 0"
	is "$(events 'map(.at_us) | . == sort')" true
	# Neither a ticket nor a reason.
	jq -r .text tickets-12.jsonl | while read -r text; do ! grep -qF "$text" events.jsonl; done
	toe 0 show --json
	json '.candidates[].replies[]?.rationale // empty' | while read -r text; do ! grep -qF "$text" events.jsonl; done
	is "$(stat -c %a events.jsonl)" 600
}

@test "events on standard output take the place of the result, at a pipe and a descriptor too" {
	use_data
	toe 0 smoke job.yaml --json-events - --quiet
	is "$stderr" ""
	is "$(jq -rs 'map(.event) | unique | join(" ")' <<<"$output")" "answer candidate decision reason run_finished run_started"
	toe 0 smoke job.yaml --json-events /dev/fd/5 --name two --json 5>events.jsonl
	is "$(json .pick)" "large plain"
	# All was stored already: states, and no reply.
	is "$(events 'map(.event) | unique | join(" ")')" "candidate decision run_finished run_started"
	toe 2 smoke job.yaml --json-events - --json
	has "$stderr" "--json and --json-events both need standard output"
}

@test "events are added to a file of events, and to no other" {
	use_data
	cp job.yaml before.yaml
	toe 3 smoke job.yaml --json-events job.yaml
	has "$stderr" "'job.yaml' is not a file of events; it was not changed"
	cmp job.yaml before.yaml
	toe 3 smoke job.yaml --json-events no/such/file
	has "$stderr" "cannot open 'no/such/file'"
	toe 0 smoke job.yaml --json-events events.jsonl
	odd_lines 50 53 '{"id": "aN", "text": "My card W", "label": "card"}' >more.jsonl
	toe 0 add job.yaml more.jsonl --as ordinary --json-events events.jsonl
	is "$(events 'map(select(.event == "run_started").tickets) | join(" ")')" "12 4"
	is "$(events 'map(select(.event == "run_finished").exit_code) | join(" ")')" "0 0"
}

@test "a command that fails or is stopped ends with its exit code; a full disk ends no run" {
	use_data
	script never '{"load_fault": "no_memory"}'
	toe 8 smoke job.yaml --models never.script.json --no-ladder --json-events events.jsonl
	is "$(events '[.[] | select(.event == "candidate").state] | last')" not_measured
	is "$(events '.[-1].exit_code')" 8
	rm events.jsonl
	sed -i 's/^labels:/labls:/' job.yaml
	toe 3 smoke job.yaml --json-events events.jsonl
	is "$(events 'map("\(.event) \(.exit_code)") | join(", ")')" "run_finished 3"
	rm events.jsonl job.toehold
	slow_job 20
	start smoke job.yaml --json-events events.jsonl
	wait_for 10 answers 2
	kill -INT $pid
	wait $pid || true
	is "$(events '.[-1].exit_code')" 130
	is "$(events '[.[] | select(.event == "candidate").state] | index("stopped") != null')" true
	[ -w /dev/full ] || return 0
	toe 0 smoke job.yaml --json-events /dev/full
	is "$(grep -c 'cannot write the events' <<<"$stderr")" 1
}

@test "tune and try say how far they are; suggest has the events of a run" {
	tickets 30
	script one "{\"ms\": 20, \"steps\": [$right_steps]}"
	job one.script.json
	toe 0 try job.yaml -n 4 --json-events events.jsonl
	has "$output" "expected:"
	is "$(events '.[-2] | "\(.event) \(.what) \(.done) \(.total) \(.left_us)"')" "progress answers 4 4 0"
	is "$(events '.[-1] | "\(.event) \(.exit_code)"')" "run_finished 0"
	is "$(events 'map(select(.event == "progress").done) | . == (unique | sort)')" true
	toe 0 try job.yaml -n 2 --json-events -
	is "$(jq -rs 'map(.event) | unique | join(" ")' <<<"$output")" "progress run_finished"
	rm events.jsonl
	odd_lines 31 60 '{"id": "pN", "text": "ticket N asks about L W"}' >pool.jsonl
	toe 0 smoke job.yaml --name r
	toe 0 suggest job.yaml --from pool.jsonl -n 5 --json-events events.jsonl --json
	is "$(json '.proposals | length')" 5
	is "$(events '.[0] | "\(.event) \(.role) \(.tickets)"')" "run_started pool 30"
	is "$(events 'map(select(.event == "answer")) | "\(length) \(map(.is_right) | unique | tostring)"')" "30 [null]"
	is "$(events '.[-1] | "\(.event) \(.exit_code)"')" "run_finished 0"
	rm events.jsonl
	toe 3 suggest job.yaml --from none.jsonl --json-events events.jsonl
	is "$(events 'map("\(.event) \(.exit_code)") | join(", ")')" "run_finished 3"
	rm events.jsonl
	# Each ticket tells its label to whoever looks at the state.
	jq -cs '{steps: map({match: (.text | split(" ")[5]), label: "a", hidden: [(.label == "a"), (.label == "b"), (.label == "c")] | map(if . then 1.5 else 0.5 end)})}' \
		tickets.jsonl >seen.script.json
	odd_lines 101 102 '{"id": "xN", "text": "ticket N asks about L W", "label": "L"}' >two.jsonl
	sed 's/tickets.jsonl/two.jsonl/; s/one.script/seen.script/' job.yaml >tune.yaml
	toe 0 tune tune.yaml --train tickets.jsonl --json-events events.jsonl --json
	is "$(events '.[-2] | "\(.event) \(.what) \(.done) \(.total)"')" "progress texts that seen has read 30 30"
	toe 0 tune tune.yaml --train tickets.jsonl --force --json-events -
	is "$(jq -rs 'map(.event) | join(" ")' <<<"$output")" run_finished # all states were kept
	toe 2 tune tune.yaml --train tickets.jsonl --json --json-events -
}

@test "--quiet prints the result and errors, and what leaves the machine" {
	use_data
	toe 0 smoke job.yaml --quiet
	has "$output" "PICK"
	is "$stderr" ""
	toe 0 smoke job.yaml -q --name two --json
	is "$stderr" ""
	toe 3 smoke nowhere.yaml -q
	has "$stderr" "toehold: "
	for verb in add suggest replay tune models hello pull classify; do
		has "$("$toehold" "$verb" --help)" "-q, --quiet"
	done
}
