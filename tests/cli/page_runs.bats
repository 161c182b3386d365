#!/usr/bin/env bats
# Runs that are started from the page, and what ends them: stop, kill, Ctrl-C, two pages.
load helper
load page

@test "a run goes on without a browser; one that comes back gets what it missed" {
	slow_job 40
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	# The first browser is killed after some events.
	curl -sN -b jar "$base/api/actions/$id/events" >first.txt &
	browser=$!
	wait_for 10 grep -q '^event: answer' first.txt
	kill -9 $browser
	wait $browser || true
	get /api/state
	is "$(json '.actions[0] | "\(.action) \(.state) \(.exit_code)"')" "smoke running null"
	last=$(sed -n 's/^id: //p' first.txt | tail -n 1)
	curl -sN -b jar -H "Last-Event-ID: $last" "$base/api/actions/$id/events" >rest.txt
	is "$(sed -n 's/^id: //p' rest.txt | head -n 1)" $((last + 1))
	curl -sN -b jar "$base/api/actions/$id/events" >all.txt
	is "$(sed -n 's/^id: //p' all.txt)" "$(seq "$(grep -c '^id: ' all.txt)")"
	is "$(tail -n 4 rest.txt)" "$(tail -n 4 all.txt)"
	# One that has all of it is told not to ask again.
	get "/api/actions/$id/events" -H "Last-Event-ID: $(grep -c '^id: ' all.txt)"
	is "$status" 204
	is "$(count answer) $(events "$id" '.[-1].result.run')" "24 r"
}

@test "stop keeps what is answered, and the same action goes on; one measurement at a time" {
	slow_job 200
	undisturbed
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	first=$id
	wait_for 10 answers 3
	post /api/do/smoke '{"name": "other"}'
	is "$status $(json .error)" "409 'toehold smoke --name=r job.yaml' is still running; stop it, or wait for its end"
	post /api/do/try '{}'
	is "$status" 409
	# What measures nothing may run beside it.
	get '/api/read/decide?run=r'
	is "$(json '.result.run')" r
	post "/api/actions/$first/stop" '{}'
	is "$status" 200
	is "$(events "$first" '.[-1] | "\(.state) \(.exit_code)"')" "stopped 130"
	post "/api/actions/$first/stop" '{}'
	is "$status" 200
	do_it smoke '{"name": "r"}'
	is "$(events "$id" '.[-1].state')" done
	goes_on
}

@test "stop is one Ctrl-C, however often it is pressed: the ticket in hand is kept" {
	tickets 3
	script one "{\"ms\": 1500, \"steps\": [$right_steps]}"
	job one.script.json
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 20 answers 1
	for _ in 1 2 3; do post "/api/actions/$id/stop" '{}'; done
	is "$(events "$id" '.[-1].state')" stopped
	is "$(count answer)" 2
}

@test "an action that ends by itself right after a stop is done" {
	tickets 2
	script one "{\"ms\": 1500, \"steps\": [$right_steps]}"
	job one.script.json 'reason: none'
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 20 answers 1
	post "/api/actions/$id/stop" '{}'
	is "$(events "$id" '.[-1] | "\(.state) \(.exit_code)"')" "done 0"
}

@test "the third Ctrl-C drops the ticket in hand" {
	tickets 2
	script one "{\"ms\": 30000, \"steps\": [$right_steps]}"
	job one.script.json
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	curl -sN -b jar "$base/api/actions/$id/events" >seen.txt &
	wait_for 10 grep -q answering seen.txt
	kill -INT "$pid"
	wait_for 10 grep -q "is still running" said.txt
	kill -INT "$pid"
	sleep 0.5
	kill -0 "$pid"
	kill -INT "$pid"
	wait_for 10 not_there "$pid"
	wait "$pid"
	pid=
	no_workers
}

@test "the newest 50 actions are in the list; older ones that have ended are forgotten" {
	mkdir made
	page_in .
	enter
	for _ in $(seq 52); do
		do_it init '{"folder": "made"}'
		is "$(events "$id" '.[-1].event')" null # waits for the end
	done
	get /api/state
	is "$(json '.actions | "\(length) \(.[0].id) \(.[-1].id)"')" "50 52 3"
	get /api/actions/2/events
	is "$status" 404
}

@test "a run that is killed under the page, and a page that is killed: nothing is lost" {
	slow_job 60
	undisturbed
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 10 answers 3
	run_pid=$(pgrep -P "$pid")
	kill -9 "$run_pid"
	is "$(events "$id" '.[-1] | "\(.state) \(.exit_code) \(.result)"')" "failed 137 null"
	get /api/state
	is "$(json '"\(.runs[0].run) \(.runs[0].state) \(.actions[0].state)"')" "r unfinished failed"
	do_it smoke '{"name": "r"}'
	wait_for 10 answers 6
	run_pid=$(pgrep -P "$pid")
	kill -9 "$pid"
	wait "$pid" || true
	pid=
	# It stops as after a Ctrl-C.
	wait_for 10 not_there "$run_pid"
	wait_for 10 no_workers
	goes_on
}

@test "two pages on one job: the store lets one run at a time, and both see it" {
	slow_job 60
	page_in job.yaml
	enter
	one=$pid first=$base
	cp jar one.jar
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 10 answers 2
	run curl -s -b one.jar -H "Origin: $first" -H 'X-Toehold: page' -d '{"name": "r"}' "$first/api/do/smoke"
	other=$(json .id)
	run curl -sN -b one.jar "$first/api/actions/$other/events"
	has "$output" "event: end" '"state":"failed"' "is in use by process"
	# The cookie of one page is not that of the other.
	is "$(curl -s -o /dev/null -w '%{http_code}' -b one.jar "$base/api/state")" 401
	is "$(events "$id" '.[-1].state')" done
	run curl -s -b one.jar "$first/api/state"
	is "$(json '.runs[0].run')" r
	kill -INT "$one"
	wait "$one"
}

@test "Ctrl-C ends the page; while something runs the second one does, and answers are kept" {
	slow_job 80
	undisturbed
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 10 answers 2
	kill -INT "$pid"
	wait_for 10 grep -q "is still running" said.txt
	get /api/state
	is "$(json '.actions[0].state')" running
	curl -sN -b jar "$base/api/actions/$id/events" >seen.txt &
	browser=$!
	sleep 0.2
	kill -INT "$pid"
	wait "$pid"
	pid=
	wait $browser
	has "$(tail -n 3 seen.txt)" '"state":"stopped"'
	no_workers
	goes_on
}

@test "a terminal that is closed ends the page and what runs; answers are kept" {
	slow_job 80
	undisturbed
	page_in job.yaml
	enter
	do_it smoke '{"name": "r"}'
	wait_for 10 answers 2
	kill -HUP "$pid"
	wait "$pid"
	pid=
	lacks "$(cat said.txt)" "is still running"
	no_workers
	goes_on
}

@test "a job that is made on the page is in its list, and more tickets are added there" {
	page_in .
	enter
	get /api/state
	is "$(json '"\(.job) \(.jobs | length) \(.runs | length)"')" "null 0 0"
	post /api/do/smoke '{}'
	is "$status $(json .error)" "400 there is no job in this folder"
	do_it init '{"folder": "made"}'
	is "$(events "$id" '.[-1].state')" done
	get /api/state
	is "$(json .job)" made/job.yaml
	cp "$data"/{job.yaml,tickets-12.jsonl,small.script.json,large.script.json} made
	do_it smoke '{"name": "r"}'
	is "$(json .command)" "toehold smoke --name=r made/job.yaml"
	is "$(events "$id" '.[-1].state')" done
	odd_lines 50 53 '{"id": "aN", "text": "My card W", "label": "card"}' >made/more.jsonl
	get /api/state
	is "$(json '[.files[].id] | index("made/more.jsonl") != null')" true
	do_it add '{"tickets": "made/more.jsonl", "as": "harder", "run": "r"}'
	is "$(json .command)" "toehold add --as=harder --run=r made/job.yaml made/more.jsonl"
	is "$(events "$id" '.[-1] | "\(.state) \(.result.slices | length)"')" "done 2"
}
