#!/usr/bin/env bats
# Every data set of openai-evals' registry through import: none loses anything without a word. The
# wheel (46 MB, 722 MB unpacked) is fetched by hand:
#   pip download --no-deps -d ~/.cache/toehold/evals evals==3.0.1.post1
load ../cli/helper

@test "imports of openai-evals' registry lose nothing silently" {
	local wheel=$cache_before/evals/evals-3.0.1.post1-py3-none-any.whl
	[ -e "$wheel" ] || skip_loudly "the wheel of evals is not in $cache_before/evals"
	run python3 "$root/tests/heavy/evals_check.py" "$toehold" "$wheel"
	echo "$output"
	echo "$output" | sed 's/^/# /' >&3
	is "$status" 0
	has "$output" "     660  files" "     518  imported" "       0  lose something silently"
}
