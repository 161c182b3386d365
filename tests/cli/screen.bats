#!/usr/bin/env bats
# The screen that a run ends with, at 80 and 120 columns. docs/screen.md shows it as the program
# prints it: SCREEN_WRITE=1 rewrites the texts there. Every model is a script.
load helper

doc=$root/docs/screen.md

# wrong N…: steps that miss these tickets; the others are right.
wrong() {
	local n
	for n; do printf '{"match":"%03d","label":"none"},' "$n"; done
	printf '%s' "$right_steps"
}

# Four models named as people's are: 19, 17, 24 and 25 of 25 right.
scene() {
	tickets 25
	{
		printf 'job: support tickets\nlabels: [a, b, c]\ntickets: tickets.jsonl\nmodels:\n'
		while read -r name bytes misses; do
			script "$name" "{\"facts\": {\"bytes\": $bytes}, \"ms\": 2, \"steps\": [$(eval wrong "$misses")]}"
			echo "- $name.script.json"
		done <<-'END'
			all-minilm-l6-v2-f16 45000000 {1..11}
			smollm2-135m-instruct-q4_1 98000000 {1..16}
			qwen2.5-coder-0.5b-instruct-q4_k_m 398000000 7 19
			qwen2.5-coder-1.5b-instruct-q4_k_m 1100000000
		END
		printf 'use: evaluate\nreason: none\n'
	} >job.yaml
	mkdir scratch
	odd_lines 300 320 '{"id": "pN", "text": "ticket N asks about L W"}' >scratch/pool.jsonl
	odd_lines 200 209 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >harder.jsonl
}

# Figures that differ from run to run, and with them the blanks around.
steady() {
	sed -E -e 's/[0-9.]+ (µs|ms|s|min|h|kB|MB|GB)/N/g' -e 's/(clean|disturbed)$/TIMES/' -e 's/ +/ /g' -e 's/ $//' -e 's/"[0-9a-f]{8,}"/HASH/'
}

# shown NAME <SCREEN: the doc's text after the line "<!-- NAME -->" is this screen.
shown() {
	cat >"$1.txt"
	if [ "${SCREEN_WRITE-}" = 1 ]; then
		python3 - "$doc" "$1" "$1.txt" <<-'END'
			import re, sys
			path, name, screen = sys.argv[1:]
			text = open(path).read()
			new, n = re.subn(r"(<!-- %s -->\n```\n).*?(```\n)" % re.escape(name),
			                 lambda m: m[1] + open(screen).read() + m[2], text, flags=re.S)
			assert n == 1, "no place for '%s' in %s" % (name, path)
			open(path, "w").write(new)
		END
	fi
	awk -v at="<!-- $1 -->" '$0 == at { here = 1; next } here && /^```/ { if (open) exit; open = 1; next } open' \
		"$doc" >"$1.doc"
	[ -s "$1.doc" ] || { echo "no screen '$1' in $doc"; return 1; }
	diff -u <(steady <"$1.doc") <(steady <"$1.txt") && return
	echo "If the new screen is meant: SCREEN_WRITE=1 bats tests/cli/screen.bats"
	return 1
}

# narrow N: no line of the text in $output is wider than N columns.
narrow() {
	python3 - "$1" <<-'END' 3<<<"$output"
		import os, re, sys, unicodedata
		for line in os.fdopen(3).read().splitlines():
		    line = re.sub(r"\x1b\[[0-9;]*m", "", line)
		    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
		    if width > int(sys.argv[1]) and not re.match(r" +toehold ", line):
		        sys.exit("%d columns: %s" % (width, line))
	END
}

# on_terminal COLUMNS WORDS…: standard output of the program on a terminal of that width.
on_terminal() {
	local columns=$1
	shift
	output=$(env -u COLUMNS TERM=xterm script -qec "stty cols $columns rows 24; $(printf '%q ' "$toehold" "$@")" /dev/null </dev/null | tr -d '\r')
}

@test "smoke, add, decide and show end with one screen: decision, table, next steps" {
	export COLUMNS=80
	scene
	toe 0 smoke job.yaml --name demo
	[ "$(wc -l <<<"$output")" -le 23 ]
	narrow 80
	shown 'smoke at 80 columns' <<<"$output"
	local after_smoke=$output
	for verb in decide show; do
		toe 0 "$verb"
		is "$(steady <<<"$output")" "$(steady <<<"$after_smoke")"
	done
	COLUMNS=120 toe 0 show
	narrow 120
	shown 'show at 120 columns' <<<"$output"
	toe 0 add job.yaml harder.jsonl --as harder
	[ "$(wc -l <<<"$output")" -le 24 ]
	narrow 80
	shown 'add at 80 columns' <<<"$output"
	# What is printed at the end is not printed before.
	lacks "$stderr" "PICK" "What to do next"
}

@test "the commands of the screen run as they are printed" {
	scene
	toe 0 smoke job.yaml --name demo
	grep -oE 'toehold (show|suggest|report|classify) .*' <<<"$output" >commands.txt
	[ "$(wc -l <commands.txt)" -ge 4 ]
	mkdir elsewhere
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$toehold" >elsewhere/toehold
	chmod +x elsewhere/toehold
	while read -r line; do
		PATH=$PWD/elsewhere:$PATH run --separate-stderr bash -c "$line"
		[ "$status" -eq 0 ] || { echo "$line: $status $stderr"; return 1; }
	done <commands.txt
	[ -s report-demo.html ]
	[ -s hard.csv ]
}

@test "every section of show fits 80 columns, and nothing is lost" {
	export COLUMNS=80
	scene
	toe 0 smoke job.yaml --name demo
	for section in --evidence --misses --times --settings --full --replies '--candidate 1.5b'; do
		# shellcheck disable=SC2086
		toe 0 show demo $section
		narrow 80
	done
	toe 0 show demo --full
	has "$output" "how sure" "85% after" "Confusion of" "missed" "Macro-F1" "ECE" "chain head" \
		"full run" "First result after" "95% intervals"
}

@test "what the other verbs print fits 80 columns too" {
	export COLUMNS=80
	scene
	toe 0 smoke job.yaml --name demo
	sed -i '$abar: 95%' job.yaml
	toe 0 smoke job.yaml --name other
	sed -i '$d' job.yaml
	for words in 'plan job.yaml' decide 'diff demo other' check runs 'models qwen2.5-coder-0.5b-instruct-q4_k_m.script.json' \
		'add job.yaml harder.jsonl --as harder --run demo' 'decide demo' 'check demo'; do
		# shellcheck disable=SC2086
		run --separate-stderr "$toehold" $words
		[ "$status" -le 1 ]
		[ -n "$output" ]
		echo "$words:"
		narrow 80
	done
}

@test "on a terminal: its width, colours that also have words, and none where they are not wanted" {
	scene
	toe 0 smoke job.yaml --name demo
	local plain
	plain=$(COLUMNS=80 "$toehold" show demo)
	unset NO_COLOR
	on_terminal 80 show demo
	narrow 80
	has "$output" $'\e[1m' $'\e[32m' $'\e[0m'
	is "$(sed -E 's/\x1b\[[0-9;]*m//g' <<<"$output")" "$plain"
	on_terminal 120 show demo
	narrow 120
	has "$output" "against the bar"
	for off in NO_COLOR=1 TERM=dumb CLICOLOR=0; do
		output=$(env -u COLUMNS TERM=xterm "$off" script -qec "stty cols 80; $toehold show demo" /dev/null </dev/null | tr -d '\r')
		is "$output" "$plain"
	done
	has "$(CLICOLOR_FORCE=1 "$toehold" show demo)" $'\e[1m'
	lacks "$("$toehold" show demo)" $'\e'
}

@test "bars are blocks in UTF-8, and plain characters elsewhere" {
	scene
	toe 0 smoke job.yaml --name demo
	COLUMNS=120 LC_ALL=de_DE.UTF-8 toe 0 show
	has "$output" "███████████│"
	COLUMNS=120 LC_ALL=C toe 0 show
	has "$output" "###########|"
	lacks "$output" "█" "│"
}

@test "a narrow terminal cuts names, never figures and verdicts" {
	scene
	toe 0 smoke job.yaml --name demo
	COLUMNS=60 toe 0 show
	narrow 60
	has "$output" "…" "25/25" "24/25" "GOOD ENOUGH"
}
