#!/usr/bin/env bats
# toehold check: the rules card of a run, and the evidence that report --evidence writes.
load helper

# state NAME: the state of a rule or foot-gun in the JSON of the card.
state() { json ".rules[], .foot_guns[] | select(.name == \"$1\").state"; }
evidence() { json ".rules[], .foot_guns[] | select(.name == \"$1\").evidence"; }
broken() { json '[.rules[] | select(.state == "broken").name] | join(" ")'; }

# Twelve tickets in two languages, two models, a name, a budget of minutes: every rule is kept.
careful_job() {
	tickets 12
	sed -i '1~2s/}$/, "lang": "de"}/; 2~2s/}$/, "lang": "en"}/' tickets.jsonl
	script poor '{"facts": {"bytes": 1000000}, "steps": [{"match": "about", "label": "a"}]}'
	script good "{\"facts\": {\"bytes\": 50000000}, \"steps\": [$right_steps]}"
	job 'poor.script.json, good.script.json' "job: mail
budget: {minutes: 10}${1:+
$1}"
}

careful_run() {
	careful_job
	toe 0 smoke job.yaml --name careful
}

check_page() { python3 "$root/tests/cli/report_check.py" "$1"; }

@test "a careful run keeps the ten rules" {
	careful_run
	toe 0 check
	has "$output" "The rules card of run 'careful' (the pick: good · plain)" "10 of 10 rules kept, 0 broken" \
		"OK mit for commercial use" "no personal data found; store mode 0600" "2 languages"
	is "$stderr" ""
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' <<<"$output")" -le 100 ]
	toe 0 check careful --json
	is "$(json '[.rules[].state] | unique | join(" ")')" kept
	is "$(json '[(.rules | length), (.foot_guns | length), .kept, .broken, .is_pick] | join(" ")')" "10 16 10 0 true"
	is "$(json .candidate)" "good plain"
	is "$(state confident-wrong) $(state one-screen) $(state identity) $(state images)" "clear clear clear not applicable"
	has "$(evidence log)" "head $(sqlite3 job.toehold 'SELECT substr(hash, 1, 12) FROM head')" \
		"$(sqlite3 job.toehold 'SELECT seq FROM head') rows"
}

@test "a careless run breaks some rules, listed with name and figure" {
	tickets 4
	script only "{\"steps\": [$right_steps, {\"match\": \"\", \"label\": \"a\"}]}"
	job only.script.json
	"$toehold" smoke job.yaml || [ "$?" -le 1 ]
	toe 1 check --json
	is "$(broken)" "right-size tiny-eval name-runs kill-switch"
	has "$(evidence tiny-eval)" "4 of 4 tickets count; label 10 or more"
	has "$(evidence name-runs)" "'smoke-1' is the default name"
	toe 1 check
	has "$output" "broken  Have a kill switch" "kept    Mind the memory" "6 of 10 rules kept, 4 broken"
	# A name costs nothing: no reply is requested again.
	"$toehold" smoke job.yaml --name named || [ "$?" -le 1 ]
	toe 1 check --json
	is "$(broken)" "right-size tiny-eval kill-switch"
	is "$(state shortest-way)" "not applicable"
}

@test "rules broken from outside: the store's mode, an edited row, no sandbox" {
	careful_run
	chmod 644 job.toehold
	toe 1 check --json
	is "$(broken)" sandbox-data
	has "$(evidence sandbox-data)" "mode 0644"
	chmod 600 job.toehold
	cp job.toehold whole
	sqlite3 job.toehold "UPDATE answer SET label = 1 WHERE seq = (SELECT max(seq) FROM answer)"
	toe 1 check --json
	has "$(broken)" log
	has "$(evidence log)" "the chain does not verify" "'answer'"
	mv whole job.toehold
	toe 0 check
	toe 0 smoke job.yaml --name open --no-sandbox --store open.toehold
	toe 1 check --store open.toehold --json
	is "$(broken)" sandbox-data
	has "$(evidence sandbox-data)" "--no-sandbox"
}

@test "one change at a time: counted from the previous run" {
	careful_run
	has "$("$toehold" check)" "the first run of this job"
	careful_job 'seed: 2'
	toe 0 smoke job.yaml --name second
	toe 0 check --json
	has "$(evidence tiny-acts)" "changed since run 'careful': the seed"
	careful_job 'prompt: "Sort it into {labels}."'
	toe 0 smoke job.yaml --name third
	toe 1 check --json
	has "$(broken)" tiny-acts tiny-eval
	has "$(evidence tiny-acts)" "changed since run 'second': the prompt, the seed"
	has "$(evidence tiny-eval)" "edited after results on these tickets were seen (run 'careful')"
	# An older run is compared with what was before it, not with what came later.
	toe 0 check careful --json
	has "$(evidence tiny-acts)" "the first run of this job"
}

@test "a licence that forbids the use, and one that only the user has read" {
	careful_job
	jq '.facts.licence = "cc-by-nc-4.0"' good.script.json >t && mv t good.script.json
	sed -i 's/^budget/use: evaluate\nbudget/' job.yaml
	run "$toehold" smoke job.yaml --name blocked
	toe 1 check --json
	has "$(broken)" licence
	has "$(evidence licence)" "BLOCK" "for commercial use"
	is "$(json .is_pick) $(json .candidate)" "false good plain"
	jq '.facts.licence = "llama3.2"' good.script.json >t && mv t good.script.json
	toe 0 smoke job.yaml --name unread
	toe 1 check --json
	is "$(broken)" licence
	has "$(evidence licence)" "Not confirmed: read it, then write into the job file 'licences: {good.script.json: llama3.2}'"
	echo 'licences: {good.script.json: llama3.2}' >>job.yaml
	toe 0 smoke job.yaml --name read
	toe 0 check --json
	has "$(evidence licence)" "READ llama3.2 for commercial use (the job file"
}

@test "a confident wrong answer, an unsure one, and words before the answer" {
	careful_job
	jq --argjson sure 0.95 '.steps = [{"match": "012", "label": "b", "probs": {"a": 0.03, "b": $sure, "c": 0.02}}] + .steps' \
		good.script.json >t && mv t good.script.json
	toe 0 smoke job.yaml --name sure
	toe 0 check --json
	is "$(state confident-wrong): $(evidence confident-wrong)" \
		"look: 1 of 1 wrong answer had a probability of 90% or more"
	sed -i 's/0.95/0.85/; s/0.03/0.13/' good.script.json
	toe 0 smoke job.yaml --name unsure
	"$toehold" check --json >card.json || true
	is "$(jq -r '.foot_guns[] | select(.name == "confident-wrong") | "\(.state): \(.evidence)"' card.json)" \
		"clear: 0 of 1 wrong answer had a probability of 90% or more"
	"$toehold" smoke job.yaml --name loose --free || true
	"$toehold" check --json >card.json || true
	is "$(jq -r '.foot_guns[] | select(.name == "reasoning").state' card.json)" look
	has "$(jq -r '.foot_guns[] | select(.name == "reasoning").evidence' card.json)" "--free"
}

@test "a run without one answer, and no run at all" {
	tickets 12
	script slow "{\"load_ms\": 20000, \"steps\": [$right_steps]}"
	job slow.script.json
	start smoke job.yaml
	wait_for 10 test -e job.toehold
	wait_for 10 eval '[ "$(count run 2>/dev/null || echo 0)" -ge 1 ]'
	kill -9 "$pid"
	toe 1 check --json
	is "$(state compute)" look
	toe 3 check nobody
	has "$stderr" "no run named 'nobody'"
	cd "$scratch/tmp"
	toe 3 check
	has "$stderr" "no store (*.toehold) in this folder"
}

@test "--evidence: the card with the checksums of everything, and no ticket in it" {
	careful_run
	toe 0 report --evidence -o proof
	is "$output" ""
	has "$stderr" "wrote proof/evidence.json" "wrote proof/evidence.html"
	is "$(stat -c %a proof proof/evidence.json proof/evidence.html | tr '\n' ' ')" "700 600 600 "
	output=$(cat proof/evidence.json)
	is "$(json '.candidates[] | select(.name == "good plain").weights_sha256')" "$(sha256sum good.script.json | cut -d' ' -f1)"
	is "$(json .run.job_sha256)" "$(sha256sum job.yaml | cut -d' ' -f1)"
	is "$(json '.written_by.sha256.toehold')" "$(sha256sum "$toehold" | cut -d' ' -f1)"
	is "$(json '.slices[0].sha256') $(json .chain.head) $(json .run.prompt_sha256)" \
		"$(sqlite3 job.toehold 'SELECT sha256 FROM slice' | head -1) $("$toehold" verify --json | jq -r .head) $(sqlite3 job.toehold 'SELECT prompt_sha256 FROM run')"
	is "$(json '.candidates[] | select(.name == "good plain").sessions[0].rendered_sha256')" \
		"$(sqlite3 job.toehold "SELECT rendered_sha256 FROM segment WHERE rendered_sha256 <> '' LIMIT 1")"
	is "$(json '.chain.verifies') $(json '.check.kept') $(json '.check.broken')" "true 10 0"
	is "$(jq -S .check proof/evidence.json)" "$("$toehold" check --json | jq -S .)"
	cat proof/evidence.json proof/evidence.html | grep 'asks about' | nothing
	text=$(check_page proof/evidence.html)
	has "$text" "Evidence of run" "10 of 10 rules kept" "Read the licence" "Never taught to the test?" \
		"$(json .chain.head)" "$(sha256sum good.script.json | cut -d' ' -f1)"
	toe 3 report --evidence -o proof
	has "$stderr" "'proof/evidence.json' already exists"
	cp proof/evidence.json before.json
	toe 0 report --evidence -o proof --force
	diff before.json proof/evidence.json
}

@test "a run whose texts were purged still has a card" {
	careful_run
	toe 0 purge careful
	toe 0 check --json
	is "$(state one-job) $(state one-screen) $(state wordy)" "not applicable not applicable not applicable"
	has "$(evidence one-screen)" "was removed from the store"
	is "$(state log) $(state identity) $(state sandbox-data)" "kept clear kept"
	toe 0 report --evidence -o proof
	check_page proof/evidence.html >/dev/null
}

@test "--evidence: usage, and a folder that cannot be made" {
	careful_run
	toe 2 report --evidence
	has "$stderr" "--evidence needs -o FOLDER"
	toe 2 report --evidence --brief -o proof
	[ ! -e proof ]
	toe 3 report nobody --evidence -o proof
	[ ! -e proof ]
	echo mine >file
	toe 3 report --evidence -o file
	is "$(cat file)" mine
}

@test "docs/rules.md has a row for each rule and foot-gun, in the card's order" {
	careful_run
	toe 0 check --json
	for part in rules foot_guns; do
		json ".$part[].words" >words.txt
		grep -oFf words.txt <(grep '^| [A-Z]' "$root/docs/rules.md" | cut -d'|' -f2) | uniq >rows.txt
		diff words.txt rows.txt
	done
}

@test "hostile names are escaped on the card and on the page" {
	tickets 12
	printf '{"facts": {"licence": "<script>x</script>\\u001b[2J"}, "steps": [%s]}\n' "$right_steps" >'<svg onload=alert(1)>.script.json'
	job '"<svg onload=alert(1)>.script.json"'
	toe 0 smoke job.yaml --name '<h1 onmouseover=x>'
	toe 1 check
	[[ $output != *$'\x1b'* ]]
	has "$output" '<svg onload=alert(1)> · plain'
	toe 0 report --evidence -o proof
	has "$(check_page proof/evidence.html)" '<h1 onmouseover=x>' '<svg onload=alert(1)>' '<script>x</script>'
	cat proof/evidence.json proof/evidence.html | grep $'\x1b' | nothing
}
