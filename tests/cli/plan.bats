#!/usr/bin/env bats
# How long the plan says a smoke test will take, and what it will refuse.
load helper

# us NAME: the estimate of a candidate in the plan's JSON, in microseconds.
us() { of "$1" .estimate_us; }

@test "what is on record takes no time, and reasons count at the length of earlier ones" {
	local capped measured
	use_data
	toe 0 hello large.script.json
	toe 0 plan job.yaml
	has "$output" "In all at most 1 s." "At most, because it counts every reason at its limit of 40 tokens; most are shorter."
	toe 0 plan job.yaml --json
	is "$(of 'large plain' .on_record)" false
	"$toehold" smoke job.yaml >/dev/null 2>&1 || true
	toe 0 plan job.yaml
	has "$output" "large · plain" "on record" "Every reply is on record: nothing is left to ask."
	toe 0 plan job.yaml --json
	is "$(json -c '[asked[] | .on_record, .estimate_us]')" '[true,0,true,0]'

	# Other tickets: nothing is on record. In a folder of their own, the lengths of reasons come from
	# the models' earlier passes; beside the store, from it.
	mkdir apart
	head -6 tickets-12.jsonl >six.jsonl
	cp six.jsonl ./*.script.json apart
	sed 's/tickets-12/six/' job.yaml | tee other.yaml >apart/other.yaml
	toe 0 plan apart/other.yaml --json
	measured=$(us 'large plain')
	capped=$(of 'large plain' .most_us)
	[ "$measured" -gt 0 ] && [ "$measured" -lt "$capped" ]
	cp job.toehold other.toehold
	toe 0 plan other.yaml --json
	measured=$(us 'large plain')
	is "$(of 'large plain' .on_record)" false
	[ "$measured" -gt 0 ] && [ "$measured" -lt "$capped" ]
	is "$(of 'large plain' .most_us)" "$capped"
	toe 0 plan other.yaml
	has "$output" "In all about" "about 1 s"
}

@test "a stopped run: only what is left is priced" {
	local whole rest
	tickets 12
	script one "{\"ms\": 120, \"steps\": [$right_steps]}"
	job one.script.json
	toe 0 hello one.script.json
	start smoke job.yaml --name r
	wait_for 5 answers 3
	kill -INT $pid
	wait $pid || true
	mkdir apart
	cp job.yaml tickets.jsonl one.script.json apart
	toe 0 plan apart/job.yaml --json
	whole=$(us 'one plain')
	toe 0 plan job.yaml --json
	rest=$(us 'one plain')
	is "$(of 'one plain' .on_record)" false
	[ "$rest" -gt 0 ] && [ "$rest" -lt "$whole" ]
}

@test "hello measures: its model is not 'not measured yet' in the plan" {
	use_data
	toe 0 plan job.yaml
	has "$output" "not measured yet"
	toe 0 hello large.script.json
	toe 0 plan job.yaml --json
	[ "$(us 'large plain')" -gt 0 ]
	is "$(of 'small plain' .estimate_rough)" true
}

@test "personal data that smoke refuses is said by the plan" {
	use_data
	echo '{"id":"q","text":"mail me at joe.smith@example.org","label":"card"}' >>tickets-12.jsonl
	toe 0 plan job.yaml
	has "$output" "'toehold smoke' will refuse these tickets: tickets-12.jsonl:13: ticket 'q' holds personal data (EMAIL)"
	toe 0 plan job.yaml --json
	has "$(json .tickets_refused)" "holds personal data"
	toe 4 smoke job.yaml
	echo 'personal_data: allowed' >>job.yaml
	toe 0 plan job.yaml
	[[ $output != *"will refuse"* ]]
}
