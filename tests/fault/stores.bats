#!/usr/bin/env bats
# Damaged stores.
load helper

@test "every verb that reads a mutated store ends with a message, without a crash or a wrong answer" {
	use_data
	toe 0 smoke job.yaml --name r
	run python3 "$root/tests/fault/mutate_stores.py" "$toehold" job.toehold "$(tries 30 10000)" "${SEED:-1}"
	echo "$output"
	is "$status" 0
	tried "${lines[-1]}"
}
