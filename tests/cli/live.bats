#!/usr/bin/env bats
# What a person sees while a run works: terminal.py plays a terminal of a given size and fails if a
# line is wrapped.
load helper

# watch SIZE ARGUMENTS…: runs the program on a terminal; its exit code is in $code.
watch() {
	local size=$1
	shift
	code=$(python3 "$root/tests/cli/terminal.py" "$size" "$@")
}

two_slow_models() {
	tickets 20
	script tiny "{\"ms\": 40, \"reason_ms\": 10, \"load_ms\": 50, \"steps\": [{\"match\": \"001\", \"label\": \"c\"}, $right_steps]}"
	script a-model-with-a-rather-long-name-1.5b "{\"ms\": 40, \"load_ms\": 500, \"reason_ms\": 10, \"facts\": {\"bytes\": 2000000}, \"steps\": [$right_steps]}"
	job 'tiny.script.json, a-model-with-a-rather-long-name-1.5b.script.json'
}

# frame PATTERN…: some frame has all of the patterns.
frame() {
	python3 - "$@" <<-'END'
		import re, sys
		frames = open("frames.txt").read().split("====\n")
		if not any(all(re.search(p, f, re.M) for p in sys.argv[1:]) for f in frames):
		    print(f"no frame has {sys.argv[1:]}")
		    print("====\n".join(frames[:: max(1, len(frames) // 6)]))
		    sys.exit(1)
	END
}

@test "each candidate is a line, smallest first; at the end the lines are gone" {
	two_slow_models
	watch 80x24 "$toehold" smoke job.yaml
	is "$code" 0
	frame '^candidate +state +right +1st token +left$' '^baseline majority +done +7/20' \
		'^tiny · plain +answering \d+/20 +\d+/\d+ ' \
		'^a-model-with-a-rather-long-n.*… +waiting' \
		'^1 of 3 done, about .* left. Ctrl-C stops; the same command resumes$'
	frame '^tiny · plain +answered +19/20' '… +loading'
	frame 'reasons \d+/20 +20/20'
	lacks "$(cat frames.txt)" "0.0 ms left" "scores the bar"
	lacks "$(cat screen.txt)" "candidate  " "answering" "Ctrl-C"
	has "$(cat screen.txt)" "All tickets are labelled after"
	has "$(cat out.txt)" "PICK"
	# At most five drawings a second, and one write each.
	[ "$(grep -c ==== frames.txt)" -le 60 ]
}

@test "a narrow terminal: fewer columns, shorter names, no wrapped line" {
	two_slow_models
	watch 40x24 "$toehold" smoke job.yaml
	is "$code" 0
	frame '^tiny · plain +answering \d+/20' '^[12] of 3 done'
	lacks "$(cat screen.txt)" "answering" "of 3 done"
}

@test "a window that becomes narrower leaves no line behind" {
	two_slow_models
	watch 100x24 --resize 50 "$toehold" smoke job.yaml
	is "$code" 0
	lacks "$(cat screen.txt)" "answering" "waiting" "of 3 done"
}

@test "a low terminal: candidates that are done or waiting give up their lines" {
	two_slow_models
	for name in b c d e f; do
		script $name "{\"ms\": 4, \"facts\": {\"name\": \"$name\", \"bytes\": 3000000}, \"steps\": [$right_steps]}"
	done
	sed -i 's/^models: .*/models: [tiny.script.json, b.script.json, c.script.json, d.script.json, e.script.json, f.script.json]/' job.yaml
	watch 80x6 "$toehold" smoke job.yaml
	is "$code" 0
	frame '^tiny · plain +answering' '^1 of 7 done'
	awk 'BEGIN { RS = "====\n" } { n = gsub(/(answering|waiting|done|loading|answered|reasons)[ 0-9\/]/, "&"); if (n > 6) bad = 1 } END { exit bad }' frames.txt
}

@test "Ctrl-C takes the lines away and says how to go on; the next run counts what is kept" {
	local kept
	two_slow_models
	watch 80x24 --interrupt '^tiny · plain +answering +[5-9]/20' "$toehold" smoke job.yaml --name r
	is "$code" 130
	lacks "$(cat screen.txt)" "candidate  " "waiting" "of 3 done"
	has "$(cat out.txt)" "Unfinished" "toehold smoke job.yaml --name r"
	kept=$(count answer)
	[ "$kept" -ge 5 ]
	watch 80x24 "$toehold" smoke job.yaml --name r
	is "$code" 0
	grep -oP '^tiny · plain +answering +\K.*' frames.txt | tr / ' ' >counts.txt
	awk -v kept="$kept" '$1 < kept || $3 != $4 - 1 { print; bad = 1 } END { exit bad || !NR }' counts.txt
}

@test "a worker that dies, and the notes about it: above the lines, which stay whole" {
	tickets 12
	script bad "{\"ms\": 20, \"steps\": [{\"match\": \"005\", \"fault\": \"segv\"}, $right_steps]}"
	script never '{"load_fault": "no_memory", "facts": {"bytes": 3000000}}'
	job 'bad.script.json, never.script.json'
	watch 80x24 "$toehold" smoke job.yaml
	frame '^bad · plain +(answered|done|reasons)' '^never · plain +not measured'
	lacks "$(cat screen.txt)" "not measured  " "candidate  "
	has "$(cat screen.txt)" "never plain: not measured:"
}

@test "no terminal, or one that cannot move its cursor: plain lines" {
	two_slow_models
	TERM=dumb watch 80x24 "$toehold" smoke job.yaml --name r
	has "$(cat screen.txt)" "baseline majority" "tiny · plain" "19/20 (95%)  scores the bar"
	rm job.toehold
	toe 0 smoke job.yaml --name r
	lacks "$stderr" $'\e' $'\r' "Ctrl-C"
	[ "$(grep 'scores the bar' <<<"$stderr" | wc -L)" -le 80 ]
}
