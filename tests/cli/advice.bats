#!/usr/bin/env bats
# After NO PICK: what to do, as lines and commands that work as printed, and never what was tried.
load helper

# missed [LINES]: a job whose model gets a quarter of its tickets right, in the folder "my job".
missed() {
	mkdir "my job"
	cd "my job" || return 1
	tickets 24
	job small.script.json "${1-}"
	script small "{\"steps\":[{\"match\":\"\",\"label\":\"a\"}]}"
	cd ..
	run --separate-stderr "$toehold" smoke "my job" --name r
	is "$status" 1
}

# advised: the commands, and the lines for the job, as printed.
commands() { sed -n 's/^     toehold/toehold/p' <<<"$output"; }
job_lines() { sed -n '/^In .*with these keys:$/,/^Then: /{s/^  //p}' <<<"$output"; }

@test "NO PICK says what helps, and the lines and commands work" {
	missed
	has "$output" "NO PICK" "What to do next" "4 labelled tickets" "12 in all"
	is "$(commands | head -n 1)" "toehold import EXPORT.csv -o 'my job/examples.jsonl'"
	is "$(job_lines)" "examples: examples.jsonl
ways: [plain, examples, calibrated, letters]
training: training.jsonl"
	is "$(sed -n 's/^Then: //p' <<<"$output")" "toehold smoke 'my job/job.yaml'"
	job_lines >>"my job/job.yaml"
	{
		echo text,label
		for i in {1..9}; do
			printf 'quite another text %s%s%s,a\nsomething else %s%s%s,b\n' $i $i $i $i $i $i
			printf 'no such thing %s%s%s,c\n' $i $i $i
		done
	} >EXPORT.csv
	# Texts that differ only in a digit are near each other, not near a test.
	while read -r command; do
		[ "$command" = "toehold models" ] || eval "'$toehold' ${command#toehold }"
	done < <(commands)
	run --separate-stderr "$toehold" smoke "my job/job.yaml" --name again --json
	[ "$status" -le 1 ]
	has "$(json '.candidates[].name' | xargs)" "small examples" "small letters" "small calibrated" words
}

@test "decide, brief and page give the same advice" {
	missed
	toe_full 1 decide r
	has "$output" "Show worked examples" "Correct the labels" "Offer the labels as letters" "Try a larger model"
	toe 0 report r --brief
	has "$(tr -s ' \n' ' ' <<<"$output")" "Show worked examples" "Correct the labels that the prompt favours" \
		"Offer the labels as letters" "Try a larger model" "ways: [plain, examples, calibrated, letters]"
	toe 0 report r -o page.html
	has "$(cat page.html)" "Show worked examples" "Offer the labels as letters"
}

@test "advice names the job by a path that works from the present folder" {
	missed
	mkdir stores
	toe 1 smoke "my job" --name r --store stores/s.toehold
	is "$(sed -n 's/^Then: //p' <<<"$output")" "toehold smoke 'my job/job.yaml' --store stores/s.toehold"
	cd stores
	toe 1 decide --store s.toehold
	is "$(sed -n 's/^Then: //p' <<<"$output")" "toehold smoke '${PWD%/stores}/my job/job.yaml' --store s.toehold"
	is "$(commands | head -n 1)" "toehold import EXPORT.csv -o '${PWD%/stores}/my job/examples.jsonl'"
}

@test "what was tried is not advised" {
	mkdir extra
	tickets 12 extra/examples.jsonl
	# The labels are wrong, so that no baseline learns the right ones.
	sed -i 's/ticket/letter/; s/asks about ./is quite another one/' extra/examples.jsonl
	missed "examples: ../extra/examples.jsonl
ways: [plain, examples, calibrated]
training: ../extra/examples.jsonl"
	lacks "$output" "Show worked examples" "Correct the labels" "Let the baselines"
	has "$output" "Offer the labels as letters" "toehold tune 'my job/job.yaml' --model MODEL"
	is "$(job_lines)" "ways: [plain, examples, calibrated, letters]"
}

@test "a file of examples that no way uses is taken" {
	missed "examples: examples.jsonl"
	has "$output" "Show the worked examples that the job names"
	is "$(job_lines | head -n 1)" "ways: [plain, examples, calibrated, letters]"
}

@test "with a pick there is no advice" {
	use_data
	run --separate-stderr "$toehold" smoke job.yaml
	is "$status" 0
	lacks "$output" "toehold import" "in the place of its lines"
}
