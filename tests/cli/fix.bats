#!/usr/bin/env bats
# toehold fix: a wrong label becomes a new version of the tickets and of the job, and the old run stays.
load helper

# wrong: 30 tickets, t003 and t004 with a wrong label, which two models answer rightly.
wrong() {
	tickets 30
	sed -i -E '3s/"label": "."/"label": "b"/; 4s/"label": "."/"label": "c"/' tickets.jsonl
	script one "{\"steps\": [$right_steps]}"
	script two "{\"facts\": {\"bytes\": 9000000}, \"steps\": [$right_steps]}"
	printf '# mine\nlabels: {a: of a, b: of b, c: of c}\ntickets: tickets.jsonl # the export\nmodels: [one.script.json, two.script.json]\n' >job.yaml
	toe 0 smoke job.yaml --name r
}

@test "a suspect is corrected: new tickets, new job, the old files and the old run untouched" {
	wrong
	toe 0 show r --json
	is "$(json '[.suspects[].id] | join(" ")')" "t003 t004"
	sha256sum tickets.jsonl job.yaml job.toehold >before.txt
	toe 0 fix r --ticket t003 --as a -r anna
	has "$output" "t003: 'b' becomes 'a'" "New: tickets-2.jsonl, instead of tickets.jsonl" "New: job-2.yaml" \
		"Next: toehold smoke job-2.yaml --name r-2 --store job.toehold" "toehold diff r r-2"
	sha256sum -c --quiet before.txt
	is "$(jq -r 'select(.id == "t003") | "\(.label) \(.was) \(.fixed_by) \(.fixed_after)"' tickets-2.jsonl)" "a b anna r"
	is "$(jq -c 'del(.was, .fixed_by, .fixed_after) | select(.id != "t003")' tickets-2.jsonl | sha256sum)" \
		"$(jq -c 'select(.id != "t003")' tickets.jsonl | sha256sum)"
	is "$(stat -c %a tickets-2.jsonl)" 600
	is "$(head -n 2 job-2.yaml)" "# 1 label corrected by anna after run 'r'. Before: 'job.yaml'.
# mine"
	is "$(grep ^tickets job-2.yaml)" 'tickets: tickets-2.jsonl'
	toe 0 smoke job-2.yaml --name r-2 --store job.toehold --json
	is "$(json '[.suspects[].id] | join(" ")')" "t004"
	toe 0 diff r r-2 --json
	is "$(json '"\(.tickets_in_both) \(.candidates[-1] | "\(.a.right) \(.b.right)")"')" "30 28 29"
	toe 0 fix r-2 --ticket t004 --as b --json # the next version, from the store of both
	is "$(json '"\(.job) \(.before) \(.name) \(.slices[0].file) \(.commands[0])"')" \
		"job-3.yaml job-2.yaml r-3 tickets-3.jsonl toehold smoke job-3.yaml --name r-3 --store job.toehold"
	is "$(jq -r 'select(.id == "t003" or .id == "t004") | "\(.id) \(.label) \(.was)"' tickets-3.jsonl | xargs)" "t003 a null t004 b c"
	toe 0 smoke job-3.yaml --name r-3 --store job.toehold --json
	is "$(json '"\(.suspects | length) \(.candidates[-1].score.right)"')" "0 30"
}

@test "several labels at once, and those of added tickets: the commands that run all of it again" {
	wrong
	odd_lines 41 50 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >hard.jsonl
	sed -i -E '1s/"label": "."/"label": "a"/' hard.jsonl
	toe 0 add job.yaml hard.jsonl --as harder
	toe 0 fix r -t h041 -a c --json # only what was added: the job stays
	is "$(json '"\(.job) \(.name) \([.slices[] | "\(.file) \(.role) \(.new)"] | join(", "))"')" \
		"job.yaml r-2 tickets.jsonl ordinary false, hard-2.jsonl harder true"
	is "$(json '.commands | join("; ")')" \
		"toehold smoke job.yaml --name r-2; toehold add job.yaml hard-2.jsonl --as harder --run r-2; toehold diff r r-2"
	toe 0 fix r -t t003,h041 -a a,c -t t004 -a b --json
	is "$(json '[.changes[] | "\(.id) \(.was) \(.label)"] | join(", ")')" "t003 b a, h041 a c, t004 c b"
	json '.commands[]' | while read -r command; do
		[ "${command#toehold diff}" != "$command" ] || eval "\"$toehold\" ${command#toehold }" >/dev/null || exit 1
	done
	toe 0 show r-2 --json --store job.toehold
	is "$(json '"\(.slices | length) \(.suspects | length) \(.candidates[-1].score.right) \(.candidates[-1].harder.right)"')" "2 0 30 10"
}

@test "refused: what is not there, what changes nothing, other tasks, removed texts, a job that cannot say it" {
	wrong
	toe 2 fix r
	toe 2 fix r --ticket t003
	toe 2 fix r --ticket t003,t004 --as a
	toe 3 fix r --ticket nothing --as a
	has "$stderr" "has no ticket 'nothing'"
	toe 3 fix r --ticket t003 --as spam
	has "$stderr" "'spam' is no label of run 'r'; it has: a, b, c"
	toe 3 fix r --ticket t003 --as b
	has "$stderr" "has the label 'b' already"
	toe 3 fix r --ticket t003,t003 --as a,c
	has "$stderr" "named twice"
	[ ! -e tickets-2.jsonl ]
	printf '%s\n' '{labels: [a, b, c], tickets: tickets.jsonl, models: [one.script.json]}' >flow.yaml
	run --separate-stderr "$toehold" smoke flow.yaml --name flow --store flow.toehold
	toe 3 fix flow --ticket t003 --as a --store flow.toehold
	has "$stderr" "has no line of its own"
	[ ! -e tickets-2.jsonl ] # all or nothing
	run --separate-stderr "$toehold" purge r
	toe 4 fix r --ticket t003 --as a --store job.toehold
	has "$stderr" "were removed"
}

@test "a job and tickets in a folder: the new files lie beside the old ones; hostile names stay text" {
	mkdir -p my-job/scratch
	cd my-job
	wrong
	cd ..
	sed 's/"id": "t003"/"id": "<b>\\u202e"/' my-job/tickets.jsonl >my-job/scratch/tickets.jsonl
	sed -i 's|tickets: .*|tickets: scratch/tickets.jsonl|' my-job/job.yaml
	toe 0 smoke my-job/job.yaml --name s --store my-job/s.toehold
	toe 0 fix s --ticket $'<b>\u202e' --as a -r $'x\ny: z' --store my-job/s.toehold
	lacks "$output" $'\u202e'
	is "$(grep ^tickets my-job/job-2.yaml)" 'tickets: scratch/tickets-2.jsonl'
	is "$(grep -c '^y: z' my-job/job-2.yaml || true)" 0
	toe 0 smoke my-job/job-2.yaml --name s-2 --store my-job/s.toehold
}
