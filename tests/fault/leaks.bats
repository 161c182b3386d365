#!/usr/bin/env bats
# What must not leave: texts of tickets, whatever verb is used; and anything at all over a network.
load helper

# canaries N: tickets with a word of its own each, and as many to add.
canaries() {
	local k labels=(a b c)
	for ((k = 1; k <= $1; k++)); do
		printf '{"id": "t%d", "text": "CANARY%05dX about %s", "label": "%s"}\n' \
			"$k" $((k * 769)) "${labels[k % 3]}" "${labels[k % 3]}"
	done >tickets.jsonl
	sed 's/"t/"h/; s/CANARY0/CANARY9/' tickets.jsonl | head -n 10 >harder.jsonl
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
}

# quiet CODE ARGUMENTS…: neither stream shows a canary.
quiet() {
	toe "$@"
	[[ $output$stderr != *CANARY* ]] || { echo "$*: a canary is shown"; return 1; }
}

@test "a hundred canaries through every verb: in the store, and in what was asked to quote them" {
	local n
	n=$(tries 20 100)
	canaries "$n"
	quiet 0 plan job.yaml
	quiet 0 smoke job.yaml --name r
	quiet 0 smoke job.yaml --name again
	quiet 0 add job.yaml harder.jsonl --as harder --run r
	quiet 0 decide r --json
	quiet 0 runs
	quiet 0 show r
	quiet 0 verify --all
	quiet 0 note r "a remark"
	quiet 0 report r --brief
	quiet 0 diff r again
	quiet 0 doctor
	quiet 0 models one.script.json
	# Names that are wrong, on purpose: errors quote no ticket either.
	quiet 3 show nonesuch
	quiet 3 smoke job.yaml --models nonesuch.script.json --name x
	printf '{"id": "x", "text": "CANARYBADX", "label": "none of them"}\n' >bad.jsonl
	quiet 3 add job.yaml bad.jsonl --as harder --run r
	toe 0 report r -o page.html
	toe 0 export r --format csv -o out.csv
	is "$(cd "$scratch" && grep -rl CANARY . | sort | xargs)" \
		"./desk/bad.jsonl ./desk/harder.jsonl ./desk/job.toehold ./desk/out.csv ./desk/tickets.jsonl"
	is "$(stat -c %a job.toehold page.html out.csv | sort -u)" 600
	tried "$n canaries, 18 verbs and errors"
}

@test "no verb makes a socket that could reach anything" {
	must_trace
	canaries 6
	local verb
	while read -r -a verb; do
		strace -f -o trace.txt -e trace=network "$toehold" "${verb[@]}" >out.txt 2>err.txt 3>&- || true
		# What a worker tries itself, to see that it is shut in, is refused.
		grep -E 'AF_INET|AF_PACKET|AF_NETLINK|AF_VSOCK|AF_BLUETOOTH' trace.txt | grep -v ' = -1 E' | nothing
		grep -E '(connect|bind|listen)\(' trace.txt | grep -v ' = -1 E' | nothing
	done <<-'END'
		plan job.yaml
		models one.script.json
		hello one.script.json
		smoke job.yaml --name r
		add job.yaml harder.jsonl --as harder --run r
		decide r
		show r --replies
		verify --all
		report r -o page.html
		export r --format promptfoo -o out.yaml
		suggest job.yaml --from tickets.jsonl -n 2 -o hard.jsonl
		replay r
		doctor
	END
	[ -s page.html ]
	tried "13 verbs"
}
