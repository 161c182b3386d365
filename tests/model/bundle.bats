#!/usr/bin/env bats
# A bundle with a real model, without a network.
bats_require_minimum_version 1.5.0
load models

@test "the tiny model labels a ticket from a bundle" {
	local quiet=()
	! unshare -rn true 2>/dev/null || quiet=(unshare -rn)
	toe 0 bundle -o bundle -m "$tiny"
	is "$(sha256sum <"bundle/models/$tiny")" "$(sha256sum <"$(model_path "$tiny")")"
	has "$(cat bundle/LICENCES.txt)" "apache-2.0"
	unset TOEHOLD_MODELS
	mkdir elsewhere
	cd elsewhere
	run --separate-stderr "${quiet[@]}" ../bundle/toehold hello "$tiny" --json
	is "$status" 0
	is "$(json '.label as $said | .labels | any(. == $said)')" true
	[ "$(json '.prompt_tok')" -gt 0 ]
}
