#!/usr/bin/env bats
# The ladder: a candidate that runs out of memory, hangs or loses its device is asked again with
# smaller settings, in a marked pass of its own. The failed pass stays in the store and does not
# count. Also the deadline of a run, and the stop file.
load helper

# thirsty N [MS]: a model that runs out of memory if more than N tickets are kept.
thirsty() {
	script thirsty "{\"ms\": ${2-0}, \"steps\": [{\"match\": \"003\", \"label\": \"a\", \"fault\": {\"name\": \"no_memory\", \"wave_over\": $1}}, $right_steps]}"
}

# of NAME FILTER: a member of the candidate "NAME plain".
of() { json --arg name "$1 plain" ".candidates[] | select(.name == \$name) | $2"; }

ladder_events() { sqlite3 -readonly job.toehold "SELECT text FROM event WHERE kind = 'ladder' ORDER BY id"; }

# limits: n_wave and n_ctx_max of the passes of models, oldest first.
limits() {
	sqlite3 -readonly job.toehold "SELECT group_concat(n_wave || '/' || n_ctx_max || '/' || n_gpu_layers, ' ')
		FROM (SELECT * FROM pass WHERE way NOT IN ('majority', 'naive-bayes', 'words') ORDER BY id)"
}

# A toehold whose scripts pretend to compute on a device other than the CPU.
use_device() {
	mkdir ../bin
	cp "$build/toehold" "$build/toehold-script" ../bin/
	echo "GPU0: pretended" >../bin/toehold-script.device
	toehold=$scratch/bin/toehold
}

@test "out of memory: fewer tickets at a time, from the start, and only the last pass counts" {
	tickets 30
	thirsty 4
	job thirsty.script.json
	toe 0 smoke job.yaml --name r --json
	is "$(limits)" "0/0/-1 16/0/-1 4/0/-1"
	is "$(of thirsty '.score | "\(.right)/\(.answered)"')" "30/30"
	is "$(of thirsty .ladder)" "ladder: 4 at a time"
	is "$(of thirsty .superseded_passes)" 2
	is "$(of thirsty .times.comparable)" false
	is "$(of thirsty '[.replies[].outcome] | unique | join(" ")')" ok
	# The failed passes are kept: two answers and the failure of each.
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM answer
		JOIN pass ON pass.id = pass_id WHERE way = 'plain' GROUP BY pass_id ORDER BY pass_id)")" "3 3 30"
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM answer WHERE outcome = 'out_of_memory'")" 2
	has "$(ladder_events)" \
		"thirsty plain: out of memory; asked again from the start with at most 16 tickets at a time" \
		"with at most 4 tickets at a time; earlier answers do not count"
	has "$stderr" "thirsty plain: out of memory; asked again from the start with at most 16 tickets"
	toe 0 decide r --json
	is "$(json .pick)" "thirsty plain"
	toe_full 0 show r
	has "$output" "ladder: 4 at a time" "ladder: thirsty plain: out of memory"
	toe 0 verify r
}

@test "each pass has settings of its own: all its answers were made with them" {
	tickets 20
	thirsty 4
	job thirsty.script.json
	toe 0 smoke job.yaml --name r
	is "$(sqlite3 -readonly job.toehold "SELECT count(*) FROM segment JOIN pass ON pass.id = pass_id
		WHERE way = 'plain' AND pass.n_wave > 0 AND segment.n_wave > pass.n_wave")" 0
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(segment.n_wave || ' ' || ended, ', ') FROM segment
		JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" "20 ladder, 16 ladder, 4 complete"
	is "$(sqlite3 -readonly job.toehold "SELECT max(batch) FROM reason JOIN pass ON pass.id = pass_id WHERE n_wave = 4")" 4
}

@test "out of memory before the first answer, and in the reasons" {
	tickets 9
	script one "{\"memory_for\": 4, \"steps\": [$right_steps]}"
	script two "{\"facts\": {\"bytes\": 2000000}, \"reasons_fault\": {\"name\": \"no_memory\", \"wave_over\": 1}, \"steps\": [$right_steps]}"
	job 'one.script.json, two.script.json'
	toe 0 smoke job.yaml --name r --json
	is "$(of one .ladder)" "ladder: 4 at a time"
	is "$(of two .ladder)" "ladder: 1 at a time"
	is "$(json '[asked[].score.right] | join(" ")')" "9 9"
	is "$(json '[asked[].replies[].reason_outcome] | unique | join(" ")')" ok
	is "$(of two .superseded_passes)" 2
}

@test "a shorter context, if one at a time is too much" {
	tickets 5
	script one "{\"steps\": [{\"match\": \"002\", \"label\": \"c\", \"fault\": {\"name\": \"no_memory\", \"ctx_over\": 2048}}, $right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --json
	is "$(limits)" "0/0/-1 4/0/-1 1/0/-1 1/2048/-1"
	is "$(of one .ladder)" "ladder: 1 at a time, context 2048"
	is "$(of one .score.right)" 5
	is "$(of one .n_ctx)" 2048
}

@test "no step helps: the candidate is not measured, or its failures are wrong; the others continue" {
	tickets 6
	script bad "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"about\", \"fault\": \"no_memory\"}]}"
	script good "{\"steps\": [$right_steps]}"
	job 'bad.script.json, good.script.json'
	toe 0 smoke job.yaml --name r --json
	is "$(json .pick)" "good plain"
	has "$(of bad .not_measured)" "the worker ran out of memory"
	is "$(of bad .score)" null
	is "$(of good .ladder)" null
	has "$(ladder_events)" "bad plain: out of memory, even with at most 1 ticket at a time" \
		"no step is left: it cannot run here, and the run continues with the other candidates"
	# Only one bad ticket: the others are answered on the last step.
	script bad "{\"facts\": {\"bytes\": 9000000}, \"steps\": [{\"match\": \"004\", \"fault\": \"no_memory\"}, $right_steps]}"
	toe 0 smoke job.yaml --name again --json
	is "$(of bad '[.replies[].outcome] | join(" ")')" "ok ok ok out_of_memory ok ok"
	has "$(ladder_events)" "unanswered tickets count as wrong"
}

@test "a model that cannot be loaded at all takes no step" {
	tickets 3
	script bad '{"load_fault": "no_memory"}'
	job bad.script.json
	toe 8 smoke job.yaml --name r --json
	is "$(limits)" "0/0/-1"
	is "$(of bad .ladder)" null
	has "$(of bad .not_measured)" "the worker ran out of memory"
	has "$(ladder_events)" "bad plain: out of memory; no step is left: it cannot run here"
}

@test "a hung worker: two timeouts in a row are a step; one is one bad ticket" {
	tickets 4
	script slow "{\"steps\": [{\"match\": \"002\", \"label\": \"c\", \"fault\": {\"name\": \"hang\", \"wave_over\": 1}},
		{\"match\": \"003\", \"label\": \"a\", \"fault\": {\"name\": \"hang\", \"wave_over\": 1}}, $right_steps]}"
	script once "{\"facts\": {\"bytes\": 2000000}, \"steps\": [{\"match\": \"002\", \"fault\": \"hang\"}, $right_steps]}"
	job 'slow.script.json, once.script.json'
	toe 0 smoke job.yaml --name r --json --timeout 1
	is "$(of slow .ladder)" "ladder: 1 at a time"
	is "$(of slow .score.right)" 4
	has "$(ladder_events)" "slow plain: several deadlines in a row missed; asked again"
	is "$(of once .ladder)" null
	is "$(of once '[.replies[].outcome] | join(" ")')" "ok timeout ok ok"
}

@test "a worker that always hangs is given up after few deadlines" {
	tickets 12
	script slow '{"steps": [{"match": "about", "fault": "hang"}]}'
	job slow.script.json
	begun=$(now_ms)
	toe 8 smoke job.yaml --name r --json --timeout 1
	[ $(($(now_ms) - begun)) -lt 15000 ]
	is "$(limits)" "0/0/-1 1/0/-1 1/2048/-1"
	is "$(of slow .not_measured)" "no answer before the deadline; killed"
	toe 0 verify r
}

@test "reasons that always hang: the labels count, and only a few deadlines are waited for" {
	tickets 8
	script mute "{\"reasons_fault\": \"hang\", \"steps\": [$right_steps]}"
	job mute.script.json
	begun=$(now_ms)
	toe 0 smoke job.yaml --name r --json --timeout 1
	[ $(($(now_ms) - begun)) -lt 50000 ]
	is "$(of mute .score.right)" 8
	is "$(of mute '[.replies[].reason_outcome] | unique | join(" ")')" timeout
}

@test "--no-ladder: one pass, its failures are wrong" {
	tickets 30
	thirsty 4
	job thirsty.script.json
	toe 0 smoke job.yaml --name r --json --no-ladder
	is "$(limits)" "0/0/-1"
	is "$(of thirsty .ladder)" null
	is "$(of thirsty '.score | "\(.right)/\(.answered) \(.out_of_memory)"')" "29/30 1"
	is "$(ladder_events)" ""
}

@test "a device that fails: the CPU, always marked" {
	use_device
	tickets 6
	script one "{\"steps\": [{\"match\": \"004\", \"label\": \"b\", \"fault\": {\"name\": \"device\", \"gpu\": true}}, $right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --json
	is "$(limits)" "0/0/-1 0/0/0"
	is "$(of one .ladder)" "ladder: CPU"
	is "$(of one .device)" CPU
	is "$(of one .score.right)" 6
	has "$(ladder_events)" "one plain: the device was lost; asked again from the start on the CPU"
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(device, ', ') FROM pass WHERE way = 'plain'")" "GPU0: pretended, CPU"
	toe 1 smoke job.yaml --name plainly --json --no-ladder --timeout 1
	is "$(of one '[.replies[].outcome] | join(" ")')" "ok ok ok device_lost ok ok"
	is "$(of one .device)" "GPU0: pretended"
}

@test "a device whose memory is too small for the weights: the CPU" {
	use_device
	tickets 3
	script one "{\"load_fault\": {\"name\": \"no_memory\", \"gpu\": true}, \"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --json
	is "$(limits)" "0/0/-1 0/0/0"
	is "$(of one .score.right)" 3
}

@test "a device that is missing when the run resumes: a marked step or an error; no mixture" {
	use_device
	tickets 8
	script one "{\"ms\": 60, \"steps\": [$right_steps]}"
	job one.script.json
	start smoke job.yaml --name r
	wait_for 5 answers 3
	kill -KILL $pid
	wait $pid || true
	rm ../bin/toehold-script.device
	toe 5 smoke job.yaml --name r --no-ladder
	has "$stderr" "the device 'GPU0: pretended' is missing, on which this run asked one plain"
	toe 0 smoke job.yaml --name r --json
	is "$(of one .ladder)" "ladder: CPU"
	is "$(limits)" "0/0/-1 0/0/0"
	is "$(of one .score.right)" 8
	has "$(ladder_events)" "one plain: the device was lost; asked again from the start on the CPU"
}

@test "the same again: the steps are stored, nothing is asked twice" {
	tickets 20
	thirsty 4
	job thirsty.script.json
	toe 0 smoke job.yaml --name r --json
	before=$(count answer)
	toe 0 smoke job.yaml --name r --json
	is "$(of thirsty .ladder)" "ladder: 4 at a time"
	is "$(ladder_events | wc -l)" 2
	toe 0 smoke job.yaml --name other --json
	is "$(of thirsty .ladder)" "ladder: 4 at a time"
	is "$(of thirsty .reused)" true
	is "$(of thirsty .score.right)" 20
	is "$(count answer)" "$before"
	# A run with --no-ladder stays at the first step and reports its failure.
	toe 0 smoke job.yaml --name top --json --no-ladder
	is "$(of thirsty .ladder)" null
	is "$(of thirsty .score.out_of_memory)" 1
}

@test "kill -9 in the middle of a step: the run resumes there" {
	tickets 12
	thirsty 4 30
	job thirsty.script.json
	toe 0 smoke job.yaml --name r --json --store ../calm.toehold
	of thirsty '.replies[] | "\(.id) \(.label) \(.outcome) \(.rationale)"' >calm.txt
	for n in 2 4 6 9; do
		rm -f job.toehold*
		start smoke job.yaml --name r
		wait_for 5 answers $n
		kill -KILL $pid
		wait $pid || true
		wait_for 5 no_workers
		toe 0 smoke job.yaml --name r --json
		of thirsty '.replies[] | "\(.id) \(.label) \(.outcome) \(.rationale)"' | diff calm.txt -
		is "$(limits)" "0/0/-1 4/0/-1"
		is "$(sqlite3 job.toehold "SELECT count(*) FROM answer JOIN pass ON pass.id = pass_id WHERE n_wave = 4")" 12
		toe 0 verify r
	done
}

@test "a calibrated candidate follows its base, and corrects the answers that count" {
	tickets 9
	script one "{\"reasons_fault\": {\"name\": \"no_memory\", \"wave_over\": 4}, \"steps\": [
		{\"match\": \"001\", \"label\": \"a\", \"probs\": {\"a\": 0.5, \"b\": 0.3, \"c\": 0.2}}, $right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --json --way plain,calibrated
	is "$(of one .ladder)" "ladder: 4 at a time"
	is "$(json '.candidates[] | select(.name == "one calibrated").ladder')" "ladder: 4 at a time"
	is "$(json '[asked[].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '[asked[].replies[].reason_outcome] | unique | join(" ")')" ok
	calibrated_holds "one calibrated" "one plain"
}

@test "added tickets are asked with the candidate's present settings" {
	tickets 12
	thirsty 4
	job thirsty.script.json
	toe 0 smoke job.yaml --name r
	printf '{"id": "n%d", "text": "number %d asks about %s", "label": "%s"}\n' 1 1 a a 2 2 b b 3 3 c c >more.jsonl
	toe 0 add job.yaml more.jsonl --as ordinary --json
	is "$(limits)" "0/0/-1 4/0/-1 4/0/-1"
	is "$(of thirsty .score.right)" 15
}

@test "Ctrl-C comes before the ladder" {
	tickets 10
	thirsty 4 50
	job thirsty.script.json
	start smoke job.yaml --name r
	wait_for 5 answers 1
	kill -INT $pid
	wait $pid || true
	is "$(limits)" "0/0/-1"
	is "$(ladder_events)" ""
}

@test "a stop file stops after the ticket in flight, and nothing starts while it exists" {
	tickets 12
	script one "{\"ms\": 60, \"steps\": [$right_steps]}"
	job one.script.json
	start smoke job.yaml --name r
	wait_for 5 answers 3
	touch job.toehold.stop
	begun=$(now_ms)
	code=0
	wait $pid || code=$?
	[ $(($(now_ms) - begun)) -lt 1500 ]
	is $code 7
	[ "$(count answer)" -lt 12 ]
	is "$(count answer "outcome <> 'ok'")" 0
	has "$(cat err.txt)" "one plain: unfinished: $(count answer) of 12 tickets asked (stopped)"
	has "$(cat out.txt)" "Unfinished: $(count answer) of 12 tickets asked"
	toe 4 smoke job.yaml --name r
	has "$stderr" "the stop file 'job.toehold.stop' exists, so nothing is asked; remove it to continue"
	tickets 3 more.jsonl
	toe 4 add job.yaml more.jsonl --as ordinary
	has "$stderr" "job.toehold.stop"
	rm job.toehold.stop
	toe 0 smoke job.yaml --name r
	is "$(count answer)" 12
}
