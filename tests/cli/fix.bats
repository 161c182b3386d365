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
	chmod 0640 job.yaml
	sha256sum tickets.jsonl job.yaml job.toehold >before.txt
	toe 0 fix r --ticket t003 --as a -r anna
	has "$output" "t003: 'b' becomes 'a'" "New: tickets-2.jsonl, instead of tickets.jsonl" "New: job-2.yaml" \
		"Next: toehold smoke job-2.yaml --name r-fixed --store job.toehold" "toehold diff r r-fixed"
	sha256sum -c --quiet before.txt
	is "$(jq -r 'select(.id == "t003") | "\(.label) \(.was) \(.fixed_by) \(.fixed_after)"' tickets-2.jsonl)" "a b anna r"
	is "$(jq -c 'del(.was, .fixed_by, .fixed_after) | select(.id != "t003")' tickets-2.jsonl | sha256sum)" \
		"$(jq -c 'select(.id != "t003")' tickets.jsonl | sha256sum)"
	is "$(stat -c %a tickets-2.jsonl job-2.yaml | xargs)" "600 640"
	is "$(head -n 2 job-2.yaml)" "# 1 label corrected by anna after run 'r'. Before: 'job.yaml'.
# mine"
	is "$(grep ^tickets job-2.yaml)" 'tickets: tickets-2.jsonl'
	toe 0 smoke job-2.yaml --name r-fixed --store job.toehold --json
	is "$(json '[.suspects[].id] | join(" ")')" "t004"
	toe 0 diff r r-fixed --json
	is "$(json '"\(.tickets_in_both) \(.candidates[-1] | "\(.a.right) \(.b.right)")"')" "30 28 29"
	toe 0 fix r-fixed --ticket t004 --as b --json # the next version, from the store of both
	is "$(json '"\(.job) \(.before) \(.name) \(.slices[0].file) \(.commands[0])"')" \
		"job-3.yaml job-2.yaml r-fixed-2 tickets-3.jsonl toehold smoke job-3.yaml --name r-fixed-2 --store job.toehold"
	is "$(jq -r 'select(.id == "t003" or .id == "t004") | "\(.id) \(.label) \(.was)"' tickets-3.jsonl | xargs)" "t003 a null t004 b c"
	toe 0 smoke job-3.yaml --name r-fixed-2 --store job.toehold --json
	is "$(json '"\(.suspects | length) \(.candidates[-1].score.right)"')" "0 30"
}

@test "several labels at once, and those of added tickets: the commands that run all of it again" {
	wrong
	odd_lines 41 50 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >hard.jsonl
	sed -i -E '1s/"label": "."/"label": "a"/' hard.jsonl
	toe 0 add job.yaml hard.jsonl --as harder
	toe 0 fix r -t h041 -a c --json # only what was added: the job stays
	is "$(json '"\(.job) \(.name) \([.slices[] | "\(.file) \(.role) \(.new)"] | join(", "))"')" \
		"job.yaml r-fixed tickets.jsonl ordinary false, hard-2.jsonl harder true"
	is "$(json '.commands | join("; ")')" \
		"toehold smoke job.yaml --name r-fixed; toehold add job.yaml hard-2.jsonl --as harder --run r-fixed; toehold diff r r-fixed"
	toe 0 fix r -t t003,h041 -a a,c -t t004 -a b --json
	is "$(json '[.changes[] | "\(.id) \(.was) \(.label)"] | join(", ")')" "t003 b a, h041 a c, t004 c b"
	json '.commands[]' | while read -r command; do
		[ "${command#toehold diff}" != "$command" ] || eval "\"$toehold\" ${command#toehold }" >/dev/null || exit 1
	done
	toe 0 show r-fixed --json --store job.toehold
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
	toe 0 smoke my-job/job-2.yaml --name s-fixed --store my-job/s.toehold
}

@test "the same run is corrected twice: the second version keeps the first correction, and its reader" {
	wrong
	odd_lines 41 50 '{"id": "hN", "text": "ticket N asks about L W", "label": "L"}' >hard.jsonl
	sed -i -E '1s/"label": "."/"label": "a"/' hard.jsonl
	toe 0 add job.yaml hard.jsonl --as harder
	toe 0 fix r -t t003 -a a -r anna
	toe 0 fix r -t h041 -a c --json
	is "$(json '.kept | map("\(.id) \(.was) \(.label) \(.file)") | join(", ")')" "t003 b a tickets-2.jsonl"
	is "$(json '[.slices[].file] | join(" ")')" "tickets-3.jsonl hard-2.jsonl"
	toe 0 fix r -t t004 -a b -r bert
	has "$output" "t004: 'c' becomes 'b'" "t003: 'b' became 'a' before, in tickets-3.jsonl" \
		"h041: 'a' became 'c' before, in hard-2.jsonl" "New: job-4.yaml"
	is "$(jq -r 'select(.was) | "\(.id) \(.label) \(.fixed_by)"' tickets-4.jsonl hard-3.jsonl | xargs)" "t003 a anna t004 b bert h041 c first"
	is "$(head -n 1 job-4.yaml)" "# 1 label corrected by bert after run 'r', beside 2 that were corrected earlier. Before: 'job.yaml'."
	toe 0 fix r -t t003 -a c --json # what is said now counts
	is "$(jq -r 'select(.was) | "\(.id) \(.label)"' tickets-5.jsonl | xargs)" "t003 c t004 b"
}

@test "a job that names an encoding: the new tickets are read as they were" {
	wrong
	sed -i '1s/asks/fragt für € und 😀,/' tickets.jsonl
	toe 0 smoke job.yaml --name r8
	toe 0 fix r8 -t t003 -a a # UTF-8 stays readable
	has "$(head -n 1 tickets-2.jsonl)" "für € und 😀"
	sed '1s/ und 😀//' tickets.jsonl | iconv -t windows-1252 >old.jsonl
	sed 's/^tickets:.*/tickets: old.jsonl/; $a columns: {encoding: windows-1252}' job.yaml >w.yaml
	toe 0 smoke w.yaml --name w
	toe 0 fix w -t t003 -a a
	is "$(LC_ALL=C grep -c '[^ -~]' old-2.jsonl || true)" 0
	is "$(jq -r 'select(.id == "t001").text' old-2.jsonl)" "$(iconv -f windows-1252 old.jsonl | jq -r 'select(.id == "t001").text')"
	toe 0 smoke w-2.yaml --name w-fixed --store w.toehold
	toe 0 diff w w-fixed --store w.toehold --json
	is "$(json .tickets_in_both)" 30
	iconv -f windows-1252 -t utf-16 old.jsonl >wide.jsonl
	sed 's/old.jsonl/wide.jsonl/; s/windows-1252/utf-16/' w.yaml >u.yaml
	toe 0 smoke u.yaml --name u
	toe 4 fix u -t t003 -a a
	has "$stderr" "reads its files as 'utf-16'"
	[ ! -e wide-2.jsonl ]
}

@test "the commands work: columns by option, from another folder, a list with a comma, from a pipe" {
	mkdir other my-job
	cd my-job
	wrong
	cp one.script.json 'one,b.script.json'
	toe 0 smoke job.yaml --name v --models 'one\,b.script.json' -m two.script.json
	{
		echo "Nr,Body,Category"
		odd_lines 41 50 'hN,ticket N asks about L W,L'
	} | sed '2s/.$/a/' >hard.csv
	toe 0 add job.yaml hard.csv --as harder --id Nr --text Body --label Category --run v
	odd_lines 61 70 '{"id": "pN", "text": "ticket N asks about L W", "label": "L"}' >piped.jsonl
	"$toehold" add job.yaml - --as harder --run v <piped.jsonl >/dev/null
	rm piped.jsonl
	cd ../other
	toe 0 fix v -t t003 -a a --store ../my-job/job.toehold --json
	is "$(json '[.slices[1] | .file, (.options | keys | join(" "))] | join(" ")')" "$(realpath ../my-job/hard.csv) id label text"
	is "$(json '.slices[2].file')" ../my-job/added-2.jsonl
	has "$(json '.commands[0]')" 'one\,b.script.json'
	cd ../my-job
	toe 0 fix v -t h041 -a c --store "$PWD/job.toehold" --json
	is "$(json '.slices | map(.file) | join(" ")')" "tickets-3.jsonl hard-2.jsonl added-3.jsonl"
	is "$(json '.slices[1].options | keys | join(" ")')" ""
	json '.commands[]' | while read -r command; do
		[ "${command#toehold diff}" != "$command" ] || eval "\"$toehold\" ${command#toehold }" </dev/null >/dev/null || exit 1
	done
	toe 0 show v-fixed --json --store job.toehold
	is "$(json '.slices | length')" 3
}

@test "names: a number that is the file's own, and a run that smoke named" {
	wrong
	cp tickets.jsonl tickets-harder-10.jsonl
	sed 's/^tickets:.*/tickets: tickets-harder-10.jsonl/' job.yaml >n.yaml
	toe 0 smoke n.yaml
	toe 0 fix -t t003 -a a --json
	is "$(json '"\(.slices[0].file) \(.job) \(.name)"')" "tickets-harder-10-2.jsonl n-2.yaml smoke-1-fixed"
}
