#!/usr/bin/env bats
# Damaged stores, and two programs that want the same one.
load helper

@test "mutated stores: every verb that reads ends with words, none crashes, none is fooled" {
	use_data
	toe 0 smoke job.yaml --name r
	run python3 "$root/tests/fault/mutate_stores.py" "$toehold" job.toehold "$(tries 30 10000)" "${SEED:-1}"
	echo "$output"
	is "$status" 0
	tried "${lines[-1]}"
}
