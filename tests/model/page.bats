#!/usr/bin/env bats
# The page in a real browser, as it is used: the whole story with real models, keys alone, its looks, and
# hostile tickets. What is long or rare is in tests/heavy/page.bats.
load models
load ../cli/page
load ../cli/hostile
load ../heavy/page_browser

needed=("$encoder" "$tiny")

# only_small: no other models are on this machine.
only_small() {
	local name
	mkdir "$scratch/models"
	for name in "${needed[@]}"; do ln -s "$(realpath "$(model_path "$name")")" "$scratch/models"; done
	export TOEHOLD_MODELS=$scratch/models
}

# page_on_one_core: starts the page of this folder; its workers have one thread, as those of all tests
# with models.
page_on_one_core() {
	local core
	core=$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')
	printf '#!/bin/sh\nexec taskset -c %s %q "$@"\n' "$core" "$toehold" >"$scratch/toehold"
	chmod +x "$scratch/toehold"
	toehold=$scratch/toehold page_in .
}

@test "the whole story with an encoder and a language model: from a dropped CSV to the second decision" {
	only_small
	{
		echo 'No,Message'
		head -n 50 "$root/demo/examples.jsonl" | jq -r '[.id, .text] | @csv'
		echo 'mail-7,"My name is Anna Miller. I paid twice in a shop. Please write to anna.miller@example.org"'
	} >inbox.csv
	head -n 4 "$root/demo/tickets-harder-10.jsonl" >harder.jsonl
	page_on_one_core
	in_browser whole "$root/demo/examples.jsonl"
	rm inbox.csv
	run grep -r "anna.miller\|Anna Miller" bank
	is "$output" ""
	"$toehold" show bank/job.toehold --json >shown.json || [ $? -eq 1 ]
	is "$(jq -r '[.slices[] | "\(.tickets) \(.role)"] | join(", ")' shown.json)" "12 ordinary, 4 harder"
	has "$(jq -r '.candidates[] | select(.score) | .name' shown.json)" "all-minilm-l6-v2-f16 trained" "smollm2-135m-instruct-q4_1 examples"
}

@test "keyboard only" {
	slow_job
	toe 0 smoke job.yaml --name r
	in_browser keyboard
}

@test "every view, large and light, small and dark: nothing sticks out, axe finds nothing serious" {
	two_runs
	label_draft
	in_browser looks r other
}

@test "hostile tickets, labels, names and replies are dead on every view" {
	hostile_runs
	cp hostile.jsonl $'"><img src=x onerror=alert(1)>\u202e.jsonl'
	in_browser hostile "$first" "$free"
}
