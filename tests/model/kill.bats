#!/usr/bin/env bats
# Crashes with a real model: the controller is killed many times, the worker is killed in the
# middle of an answer, or memory runs out. No answer is lost twice or counted wrong.
load models

# workers PID: the processes of this controller's workers.
workers() { pgrep -P "$1" toehold-llama; }

# start ARGUMENTS…: starts a run in the background; sets pid.
start() {
	"$toehold" smoke job.yaml --threads 1 --json "$@" >out 2>err 3>&- &
	pid=$!
}

# answers: the number of the model's answers on record, without those of the baseline.
answers() { sqlite3 -readonly job.toehold "SELECT count(*) FROM answer WHERE rule <> 'majority'" 2>/dev/null || echo 0; }
reasons() { sqlite3 -readonly job.toehold 'SELECT count(*) FROM reason' 2>/dev/null || echo 0; }
answers_beyond() { [ "$(answers)" -gt "$1" ] || ! kill -0 "$pid" 2>/dev/null; }
reasons_begun() { grep -q "Writing the reasons" err || ! kill -0 "$pid" 2>/dev/null; }

# cut_off MILLISECONDS: kills the controller after a random part of this time; its worker then ends.
cut_off() {
	local worker
	sleep "$(printf '0.%03d' $((RANDOM % $1)))"
	worker=$(workers "$pid") || true
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" || true
	[ -z "$worker" ] || wait_for 10 eval "! kill -0 $worker 2>/dev/null"
}

@test "a controller killed at five random moments gives 25 answers, 25 reasons and the usual labels" {
	local before=0 now round
	RANDOM=${KILL_SEED:-$$}
	echo "# KILL_SEED=${KILL_SEED:-$$}" >&3
	bank_job 25
	smoke 1 --store quiet.toehold
	replies >quiet
	start --name cut
	cut_off 900
	for round in 1 2 3; do
		start --name cut
		wait_for 60 answers_beyond "$before"
		cut_off 900
		now=$(answers)
		[ "$now" -gt "$before" ] || [ "$now" -eq 25 ]
		before=$now
	done
	start --name cut
	wait_for 120 reasons_begun
	cut_off 700
	is "$(answers)" 25
	echo "# reasons on record after the last cut: $(reasons)" >&3
	smoke 1 --name cut
	replies | cmp quiet -
	is "$(answers) $(reasons)" "25 25"
	check_store 25
	is "$(json '[asked[0].replies[] | select(.rationale)] | length')" 25
	# Another run of the same job finds all replies on record.
	smoke 1 --name again
	is "$(json 'asked[0].reused')" true
	replies | cmp quiet -
}

@test "if the worker is killed in the middle of an answer, that ticket fails and the run continues" {
	bank_job 8
	start --name wound --no-ladder
	wait_for 60 answers_beyond 1
	kill -KILL "$(workers "$pid")"
	wait_for 60 answers_beyond 4
	kill -SEGV "$(workers "$pid")"
	wait "$pid" || is $? 1
	output=$(cat out)
	is "$(json 'asked[0].score.answered')" 8
	is "$(json '[asked[0].replies[].outcome] | map(select(. == "crashed" or . == "out_of_memory")) | length | . >= 1 and . <= 2')" true
	is "$(json '[asked[0].replies[].outcome] | map(select(. == "ok")) | length | . >= 6')" true
	is "$(json '[asked[0].replies[] | select(.outcome != "ok") | .right] | any')" false
	is "$(json '[asked[0].replies[] | select(.outcome != "ok") | .detail | startswith("killed by signal")] | all')" true
	check_store 8
}

@test "a budget that is too small for the model is refused with the sum, and nothing runs" {
	bank_job 2
	sed -i 's/^budget:.*/budget: {memory: 100 MB, tokens: 24}/' job.yaml
	toe 4 smoke job.yaml
	has "$stderr" "needs about" "weights" "the budget allows 100 MB"
}

@test "memory that runs out before the first answer: the model is not measured, with a message" {
	local kbytes
	bank_job 2
	for kbytes in 15000 30000 45000; do
		# shellcheck disable=SC2016 # for the inner shell
		run --separate-stderr bash -c 'ulimit -d $1 && shift && "$@"' - "$kbytes" \
			"$toehold" smoke job.yaml --threads 1 --json --name "with-$kbytes"
		is "$status" 8
		is "$(json 'asked[0].score')" null
		is "$(json 'asked[0].not_measured | length > 10')" true
	done
}
