#!/usr/bin/env bats
# Prompts: `try` compares some on a few tickets and keeps nothing; a job's variants are candidates.
load helper

setup() {
	enter_scratch
	right 12
	printf 'Choose one of {labels}.\nBe quick.\n' >short.txt
}

answers() { json ".tickets[] | .answers[] | $1"; }

@test "three tickets are asked with both prompts, and nothing is kept" {
	toe 0 try job.yaml --prompt short.txt --json
	is "$(json '.tickets | length')" 3
	is "$(json '[.tickets[].answers | length] | unique[0]')" 2
	is "$(answers .candidate | sort -u)" "one · plain
one · plain:short.txt"
	is "$(answers .answer.label | sort -u | wc -l)" "$(json '[.tickets[].text | split(" ")[4]] | unique | length')"
	[ "$(ls -- *.toehold 2>/dev/null)" = "" ]
	toe 0 try job.yaml --prompt short.txt --ticket t002,t003
	has "$output" "t002:" "t003:" "expected:" "+ Be quick." "sha256 "
	lacks "$output" "t001:"
}

@test "a ticket that is not there, an empty prompt and too many prompts are refused" {
	toe 3 try job.yaml --prompt short.txt --ticket t999
	has "$stderr" "has no ticket 't999'"
	: >empty.txt
	toe 3 try job.yaml --prompt empty.txt
	has "$stderr" "empty.txt: the prompt is empty; write what the model is to do"
	toe 3 try job.yaml --prompt missing.txt
	toe 2 try job.yaml --prompt a,b,c,d,e,f,g,h,i
	has "$stderr" "at most 8 prompts"
}

@test "each variant is a candidate, and a changed variant is another prompt" {
	job one.script.json 'variants: {short: "Choose one of {labels}.", strict: {file: short.txt}}'
	toe 0 smoke job.yaml --name r --json
	is "$(json 'asked[].name' | sort)" "one plain
one plain:short
one plain:strict"
	job one.script.json 'variants: {short: "Pick one of {labels}.", strict: {file: short.txt}}'
	toe 0 smoke job.yaml --name r2 --json
	# The job's own prompt and the other variant were asked before.
	is "$(json 'asked[] | select(.reused) | .name' | sort)" "one plain
one plain:strict"
	toe 0 diff r r2
	[[ "$output" == *$'\n'"  prompt "* ]]
	toe 0 classify tickets.jsonl --run r --candidate 'one plain:short' --label-only
	is "$(wc -l <<<"$output")" 12
}

@test "names of variants are checked" {
	local text
	for text in '{"a b": x}' '{A: x}' '{}' '{a: [x]}' '{a: {text: x}}' '{a: ""}'; do
		job one.script.json "variants: $text"
		toe 3 plan job.yaml
		has "$stderr" "variants:"
	done
}

@test "diff shows the prompts of two runs line by line" {
	toe 0 smoke job.yaml --name r
	job one.script.json 'prompt: "Choose one of {labels}.\nBe quick."'
	toe 0 smoke job.yaml --name r2
	toe 0 diff r r2
	has "$output" "The prompts (-: only A, +: only B):" "+ Be quick."
}

@test "show --prompt: the prompt as it was sent, a ticket in its place, and what a purge leaves" {
	local sum prompt
	toe 0 smoke job.yaml --name r
	toe 0 show r --prompt --json
	sum=$(json .rendered_sha256) prompt=$(json .prompt_sha256)
	is "$(json .prompt | head -c -1 | sha256sum | cut -c1-64)" "$sum"
	has "$(json .prompt)" "{ticket}" "Return JSON" "c"
	is "$(json '.ticket, .missing')" $'null\nnull'
	toe 0 show r --prompt
	has "$output" "one plain" "the job's prompt     sha256 $prompt" "sha256 $sum"
	toe 0 show r --prompt --ticket t002
	has "$output" "$(jq -r 'select(.id == "t002").text' tickets.jsonl)"
	lacks "$output" '{ticket}
'
	toe 0 show r --prompt --candidate majority
	has "$output" "No prompt can be shown: a baseline reads no prompt."
	toe 3 show r --prompt --ticket t999
	toe 0 purge r
	toe 0 show r --prompt
	has "$output" "No prompt can be shown: it was purged; its checksum stays." "$sum"
	lacks "$output" "Return JSON"
}

@test "prompts: kept by hash, read by nobody else, listed, compared, asked, and put into the job" {
	printf '# mine\nlabels: [a, b, c] # the buckets\ntickets: tickets.jsonl\nmodels: [one.script.json]\n' >job.yaml
	cp job.yaml before.yaml
	toe 0 prompts job.yaml --keep short --from short.txt
	has "$output" "kept as short-" "prompts/short-"
	toe 0 prompts job.yaml --keep short --text $'Choose one of {labels}.\nBe "quick" & exact: \'now\'.\n' --json
	second=$(json .id)
	is "$(json .sha256 | cut -c1-12)" "${second#short-}"
	is "$(head -c -1 "prompts/$second.txt" | sha256sum | cut -c1-12)" "${second#short-}"
	is "$(stat -c %a prompts prompts/* | xargs)" "700 600 600"
	# A changed file is no version any more; other files are none.
	echo more >prompts/short-0123456789ab.txt
	echo more >prompts/notes.txt
	toe 0 prompts job.yaml --json
	is "$(json '.prompts | map(.kind) | join(" ")')" "job kept kept"
	is "$(json '.prompts[-1] | "\(.id) \(.name) \(.text)"')" "$second short "$'Choose one of {labels}.\nBe "quick" & exact: \'now\'.'
	first=$(json '.prompts[1].id')
	toe 0 prompts job.yaml
	has "$output" "job" "in the job" "$first" "Choose one of {labels}."
	toe 0 prompts job.yaml --show "${first#short-}"
	is "$output" $'Choose one of {labels}.\nBe quick.'
	toe 0 prompts job.yaml --diff "$first,short" # the newest of that name
	is "$(tail -n 3 <<<"$output")" $'  Choose one of {labels}.\n- Be quick.\n+ Be "quick" & exact: \'now\'.'
	toe 0 prompts job.yaml --diff short --json
	is "$(json '"\(.from.id) \(.to.id) \(.lines | map(select(.mark == "+")) | length)"')" "job $second 2"
	toe 0 try job.yaml --prompt "$first,short" --json
	is "$(answers .candidate | sort -u)" "one · plain
one · plain:$first
one · plain:$second"
	# Kept again, an older text is the newest version.
	toe 0 prompts job.yaml --keep short --from short.txt
	toe 0 prompts job.yaml --show short
	is "$output" $'Choose one of {labels}.\nBe quick.'
	cmp job.yaml before.yaml
	toe 0 prompts job.yaml --use short
	is "$output" "job.yaml now has: variants: {short: {file: prompts/$first.txt}}"
	toe 0 prompts job.yaml --use "$second" --as exact --json
	is "$(json '"\(.variant) \(.was_there)"')" "exact false"
	is "$(cat job.yaml)" "$(cat before.yaml)
variants: {exact: {file: prompts/$second.txt}, short: {file: prompts/$first.txt}}"
	toe 0 prompts job.yaml --use short
	has "$output" "has it already"
	toe 0 smoke job.yaml --name r --json
	is "$(json 'asked[].name' | sort)" "one plain
one plain:exact
one plain:short"
	[ "$(ls -- *.toehold)" = job.toehold ]
}

@test "prompts: what is refused changes nothing" {
	job one.script.json $'variants:\n  # by hand\n  strict: {file: short.txt}\n  long: |\n    Choose one of {labels}.\n'
	cp job.yaml before.yaml
	while read -r code words; do
		# shellcheck disable=SC2086
		toe "$code" prompts job.yaml $words
	done <<-'END'
		2 --keep short
		2 --text x
		2 --keep a --use b
		2 --as x
		2 --diff a,b,c
		3 --keep A --text x
		3 --keep ../x --text x
		3 --keep x --from none.txt
		3 --show nothing
		3 --show ../../etc/passwd
		3 --use job
		3 --use strict
		3 --keep job --text x
	END
	toe 3 prompts job.yaml --keep x --text ''
	toe 3 prompts job.yaml --keep x --text $'a\x01b'
	[ ! -e prompts ]
	toe 0 prompts job.yaml --keep strict --text 'Another {labels}.'
	kept=$(cd prompts && ls)
	toe 3 prompts job.yaml --use "${kept%.txt}"
	has "$stderr" "the job has another variant 'strict'; choose a name with --as"
	toe 3 prompts job.yaml --use "${kept%.txt}" --as job
	has "$stderr" "'job' means the job's own prompt; choose another name"
	cmp job.yaml before.yaml
	toe 0 prompts job.yaml --use "${kept%.txt}" --as other
	is "$(diff before.yaml job.yaml)" "4a5
>   other: {file: prompts/$kept}"
	toe 0 plan job.yaml
}

@test "prompts: a text is kept whole or refused, and what somebody wrote by hand stays" {
	printf 'C\0h\0o\0o\0s\0e\0' >wide.txt
	toe 3 prompts job.yaml --keep short --from wide.txt
	has "$stderr" "without control characters"
	toe 3 prompts job.yaml --keep short --text ''
	has "$stderr" "the prompt is empty"
	[ ! -e prompts ]
	toe 0 prompts job.yaml --keep short --from short.txt
	kept=$(echo prompts/*)
	echo 'Be slow.' >"$kept"
	toe 3 prompts job.yaml --keep short --from short.txt
	has "$stderr" "'$kept' was changed by hand; rename it first"
	is "$(cat "$kept")" 'Be slow.'
	mv "$kept" slow.txt
	toe 0 prompts job.yaml --keep short --from short.txt
	cmp "$kept" short.txt
}

@test "prompts: of many versions each is listed" {
	mkdir texts prompts
	for n in $(seq 1100); do printf 'prompt %s' "$n" >"texts/$n"; done
	sha256sum texts/* | while read -r hash file; do
		echo "prompt ${file#texts/}" >"prompts/many-${hash:0:12}.txt"
	done
	touch -d 2099-01-01 "prompts/many-$(sha256sum <texts/1100 | cut -c1-12).txt"
	toe 0 prompts job.yaml --json
	is "$(json '.prompts | length')" 1101
	toe 0 prompts job.yaml --show many
	is "$output" "prompt 1100"
}

@test "prompts: a job that is full says so, and a job's mode stays" {
	job one.script.json 'variants: {a: x, b: x, c: x, d: x, e: x, f: x, g: x}'
	chmod 0664 job.yaml
	toe 0 prompts job.yaml --keep short --from short.txt
	toe 0 prompts job.yaml --use short
	is "$(stat -c %a job.yaml)" 664
	toe 3 prompts job.yaml --use short --as other
	has "$stderr" "'job.yaml' was not changed; with 'variants: {other: " "expected 1 to 8 prompts, found 9"
}
