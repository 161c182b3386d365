#!/usr/bin/env bats
# From a messy export to a result with a real model: two commands, as printed.
load models

@test "init --from finds the model, and the printed command runs the job" {
	mkdir folder
	ln -s "$(model_path "$tiny")" folder
	export TOEHOLD_MODELS=$scratch/desk/folder
	python3 "$root/tests/cli/messy_export.py" 20 >"Helpdesk export.csv"
	toe 0 init my-job --from "Helpdesk export.csv" --tests 5
	has "$output" "Models: 1 of 1 are in the job" "Next: toehold smoke my-job/job.yaml"
	has "$(cat my-job/job.yaml)" "  - $tiny" "ways: [plain, examples]"
	echo "reason: none" >>my-job/job.yaml # reasons take most of the time
	run --separate-stderr "$toehold" smoke my-job/job.yaml --json
	[ "$status" -le 1 ]
	is "$(json '[asked[] | .score.answered] | map(tostring) | join(" ")')" "5 5"
}
