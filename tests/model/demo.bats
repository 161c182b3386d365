#!/usr/bin/env bats
# demo with real models, which a small server plays the public home of.
bats_require_minimum_version 1.5.0
load ../cli/pull_helper
load models

needed=("$encoder" "$tiny")

@test "demo --quick fetches its models, decides, and labels new tickets" {
	command -v python3 >/dev/null || skip_loudly "there is no python3"
	[ -x "$build/toehold-fetch" ] || skip_loudly "toehold-fetch was not built (no libcurl)"
	local name
	srv=$scratch/srv
	mkdir -p "$srv/hub/acme/tiny" "$srv/blobs" toehold-demo
	for name in "${needed[@]}"; do
		ln -s "$(model_path "$name")" "$srv/hub/acme/tiny/$name"
		echo "$name hf:acme/tiny/$name"
	done >toehold-demo/models.txt
	unset TOEHOLD_MODELS
	serve
	toe 0 demo --quick
	rm "$srv/ports"
	has "$stderr" "toehold pull hf:acme/tiny/$encoder" "--models $encoder,$tiny" "toehold-demo/report.html"
	has "$output" '"id":"b77-train-2728"'
	[ -s toehold-demo/report.html ]
}
