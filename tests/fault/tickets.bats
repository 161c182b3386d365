#!/usr/bin/env bats
# Odd ticket files: each is accepted whole, or refused with file, line and message.
load helper

@test "odd tickets: encodings, escapes, types, shapes, contents and tables" {
	run python3 "$root/tests/fault/odd_tickets.py" "$toehold" "$(tries 4 1)"
	echo "$output"
	is "$status" 0
	tried "${lines[-1]}"
}
