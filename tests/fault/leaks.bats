#!/usr/bin/env bats
# No verb leaks the text of tickets, and nothing leaves over a network.
load helper

# canaries N: N tickets, each with a unique word, and up to 10 more to add.
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

# no_canary CODE ARGUMENTS…: neither stream has a canary.
no_canary() {
	toe "$@"
	[[ $output$stderr != *CANARY* ]] || { echo "$*: the output has a canary"; return 1; }
}

@test "a hundred canaries through every verb are only in the store and in output that quotes tickets" {
	local n
	n=$(tries 20 100)
	canaries "$n"
	no_canary 0 plan job.yaml
	no_canary 0 smoke job.yaml --name r
	no_canary 0 smoke job.yaml --name again
	no_canary 0 add job.yaml harder.jsonl --as harder --run r
	no_canary 0 decide r --json
	no_canary 0 runs
	no_canary 0 show r
	no_canary 0 verify --all
	no_canary 0 note r "a remark"
	no_canary 0 report r --brief
	no_canary 0 diff r again
	no_canary 0 doctor
	no_canary 0 models one.script.json
	# Errors, here from wrong names, quote no ticket either.
	no_canary 3 show nonesuch
	no_canary 3 smoke job.yaml --models nonesuch.script.json --name x
	printf '{"id": "x", "text": "CANARYBADX", "label": "none of them"}\n' >bad.jsonl
	no_canary 3 add job.yaml bad.jsonl --as harder --run r
	toe 0 report r -o page.html
	toe 0 export r --format csv -o out.csv
	is "$(cd "$scratch" && grep -rl CANARY . | sort | xargs)" \
		"./desk/bad.jsonl ./desk/harder.jsonl ./desk/job.toehold ./desk/out.csv ./desk/tickets.jsonl"
	is "$(stat -c %a job.toehold page.html out.csv | sort -u)" 600
	tried "$n canaries, 18 verbs and errors"
}

@test "no verb makes a socket that can reach another machine" {
	must_trace
	canaries 6
	local verb
	while read -r -a verb; do
		rm -f trace.[0-9]*
		strace -ff -o trace -e trace=network "$toehold" "${verb[@]}" >out.txt 2>err.txt 3>&- || true
		cat trace.[0-9]* >trace.txt # one file a process: no call is split over two lines
		# A worker makes forbidden calls itself to check its sandbox; these are refused.
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
