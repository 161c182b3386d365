#!/usr/bin/env bats
# demo with a real model, whose public home a small server plays. An encoder, because it is fast.
bats_require_minimum_version 1.5.0
load ../cli/pull_helper
load models

needed=("$encoder")

@test "demo fetches its model, decides, and labels new tickets" {
	command -v python3 >/dev/null || skip_loudly "there is no python3"
	[ -x "$build/toehold-fetch" ] || skip_loudly "toehold-fetch was not built (no libcurl)"
	srv=$scratch/srv
	mkdir -p "$srv/hub/acme/tiny" "$srv/blobs" toehold-demo
	cp "$(model_path "$encoder")" "$srv/hub/acme/tiny/"
	echo "$encoder hf:acme/tiny/$encoder" >toehold-demo/models.txt
	sed -e '/^  - /d' -e "s/^models:.*/models: [$encoder]/" "$root/demo/job.yaml" >toehold-demo/job.yaml
	unset TOEHOLD_MODELS
	serve
	toe 0 demo
	rm "$srv/ports"
	has "$stderr" "toehold pull hf:acme/tiny/$encoder" "--name demo --models $encoder" "toehold-demo/report.html"
	has "$output" '"id":"b77-train-2728"'
	[ -s toehold-demo/report.html ]
}
