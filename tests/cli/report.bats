#!/usr/bin/env bats
# The report: what the page and the half page say, what must never be in them, and how a browser shows
# the page. report_check.py reads the page; tests/data/report_probe.html measures it.
load helper

report() { toe 0 report "$@"; }
check() { python3 "$root/tests/cli/report_check.py" "$1"; }

browser() {
	local name
	for name in chromium chromium-browser google-chrome; do
		command -v $name && return
	done
	return 1
}

# browse URL OPTIONS…: starts a browser without a window and with a fresh profile.
browse() {
	local url=$1
	shift
	timeout 60 "$(browser)" --no-sandbox --headless=new --disable-gpu --disable-dev-shm-usage \
		--hide-scrollbars --no-first-run --user-data-dir="$scratch/tmp/browser" "$@" "$url" 2>"$scratch/tmp/browser.err"
}

# probe PAGE: what the probe finds in the page in a frame 360 px wide.
probe() {
	cp "$1" page.html
	cp "$data/report_probe.html" probe.html
	browse "file://$PWD/probe.html" --allow-file-access-from-files --dump-dom
}

# Six labels, 24 tickets, a baseline, and candidates that are right more and more often.
some_run() {
	tickets 24
	script tiny "{\"facts\": {\"bytes\": 1000000, \"licence\": \"apache-2.0\"}, \"ttft_ms\": 1, \"steps\": [{\"match\": \"about\", \"label\": \"a\"}]}"
	script middle "{\"facts\": {\"bytes\": 50000000, \"licence\": \"mit\"}, \"steps\": [{\"match\": \"007\", \"label\": \"c\", \"reason\": \"It asks about c, I think.\"}, $right_steps]}"
	script big "{\"facts\": {\"bytes\": 900000000}, \"steps\": [$right_steps]}"
	job 'big.script.json, tiny.script.json, middle.script.json' 'job: inbound'
	toe 0 smoke job.yaml --name first
}

@test "the page says what was decided, on what, and what was logged" {
	some_run
	report -o page.html
	is "$output" ""
	has "$stderr" "wrote page.html"
	is "$(stat -c %a page.html)" 600
	text=$(check page.html)
	has "$text" "inbound: which model is good enough?" "23/24 (95.8%)" "NOT ENOUGH EVIDENCE" "May do" "BELOW THE BAR (proven)" \
		"Its true accuracy is below the bar" \
		"guaranteed right (90% sure)" "What to do next" "All candidates" "(1 of them without a language model) on 24 tickets" \
		"baseline majority" "Without any language model, baseline majority gets 8 of 24 right" \
		"Energy: not measurable on this machine." "OK mit" "mit" \
		"This page quotes tickets (no personal data found)" \
		"ticket 007 asks about b" "It asks about c, I think." "t007" \
		"Only the larger is right: 1 (t007)" "These tickets cannot tell the two apart (mid-p McNemar "
	json=$("$toehold" show --json)
	for sum in $(jq -r '.chain_head, .slices[].sha256, .candidates[].sha256' <<<"$json") \
		$(sqlite3 job.toehold 'SELECT job_sha256, prompt_sha256 FROM run' | tr '|' ' '); do
		has "$text" "$sum"
	done
	has "$text" "You are an exacting classifier." "$("$toehold" --version | head -n 1)"
	is "$(grep -c 'role="img"' page.html)" "$(grep -c '<desc>' page.html)"
	grep -iE '<script|src=|href="[^#]|https?:|url\(' page.html | nothing
	# Checksums stand only in closed parts.
	first=$(sed '/<div class="details">/{s/<div class="details">.*//;q}' page.html)
	[ "$(wc -c <<<"$first")" -gt 5000 ]
	grep -E '[0-9a-f]{40}' <<<"$first" | nothing
	grep '<details[^>]* open' page.html | nothing
	# What a headline says in short, a title says in full.
	has "$(cat page.html)" 'title="middle plain">' 'href="#next"' '<section id="next">'
}

@test "times that were not measured cleanly are no headline, and the page says how to measure" {
	some_run
	toe_full 0 smoke job.yaml --name second
	report second -o page.html
	has "$(check page.html)" "not measured cleanly" "Times of big · plain were not measured cleanly (reused)" \
		"toehold smoke job.yaml --store timing.toehold" "† Not measured cleanly: "
	report second --brief
	has "$(tr -s ' \n' ' ' <<<"$output")" "Times: not measured cleanly"
}

@test "the page says what a threshold leaves to people" {
	tickets 10
	script sure "{\"steps\": [{\"match\": \"003\", \"label\": \"b\", \"probs\": {\"a\": 0.3, \"b\": 0.4, \"c\": 0.3}}, $right_steps]}"
	job sure.script.json 'bar: 80%'
	toe 0 smoke job.yaml --name first
	report -o page.html
	has "$(check page.html)" "labels 90% of the tickets by itself, and 100% of those are right (9 of 9). The other 10% go to people." \
		"expect a little less" "toehold classify FILE --run first --abstain-below"
}

@test "no pick, and candidates that died" {
	tickets 6
	script dead '{"load_fault": "segv", "facts": {"n_params": 1}}'
	script poor '{"facts": {"n_params": 2}, "steps": [{"match": "001", "fault": "segv"}, {"match": "about", "label": "a"}]}'
	job 'poor.script.json, dead.script.json' 'reason: none'
	toe_full 1 smoke job.yaml
	report -o page.html
	text=$(check page.html)
	has "$text" "Use none of them yet: the best, " "The closest" \
		"Not measured: dead plain (the worker died: killed by signal 11" "not measured: the worker died"
	[[ $text != *"0/6 (0%)"* ]]
	[[ $text != *"No reason is on record"* ]]
	report --brief
	has "$output" "Use none of them yet: the best" "Not measured: dead plain (the worker" "1 candidate is not measured: mend the cause"
}

@test "a candidate that was not measured keeps its row, with the reason" {
	is_sanitized && skip_loudly "the sanitizer's own memory is over every budget"
	tickets 6
	script poor '{"steps": [{"match": "about", "label": "a"}]}'
	script huge '{"facts": {"bytes": 8000000000}}'
	job 'poor.script.json, huge.script.json' 'budget: {memory: 1 GiB}'
	toe 1 smoke job.yaml
	report -o page.html
	has "$(check page.html)" "not measured" "needs about 8.0 GB"
}

planned() { [ "$(count event "kind = 'plan'" 2>/dev/null || echo 0)" -ge 1 ]; }

@test "a run without one answer" {
	tickets 6
	script slow "{\"load_ms\": 20000, \"steps\": [$right_steps]}"
	job slow.script.json
	start smoke job.yaml
	wait_for 10 test -e job.toehold
	# The plan is an event, stored before anything is asked.
	wait_for 10 planned
	kill -9 "$pid"
	report -o page.html
	has "$(check page.html)" "Unfinished: 0 of 6 tickets asked" "not asked yet"
	report --brief
	has "$output" "Decision  Unfinished: 0 of 6 tickets asked. Nothing is decided yet."
}

@test "harder tickets, and labels to check" {
	some_run
	printf '{"id": "h1", "text": "ticket 101 asks about a", "label": "b"}\n{"id": "h2", "text": "ticket 102 asks about b", "label": "b"}\n' >harder.jsonl
	toe_full 0 add job.yaml harder.jsonl --as harder
	report -o page.html
	text=$(check page.html)
	has "$text" "adds up 24 ordinary and 2 harder tickets; your inbox is not mixed like that" "Labels to check" "models say" "h1"
	report --brief --markdown
	has "$output" "on 24 ordinary tickets and 2 harder" "Check 1 expected label"
}

@test "half a page, as text and as Markdown" {
	some_run
	report --brief
	has "$(tr -s ' \n' ' ' <<<"$output")" "Decision Use big · plain today. middle · plain may do:" "May do middle · plain: NOT ENOUGH EVIDENCE. 23 of 24 right" \
		"Next 1." "Tested 4 candidates (1 of them" "Licence big · plain: mit, as the file states it; verdict for"
	[[ $output != *"irst token"* && $output != *"hain head"* && $output != *"nergy"* ]]
	[ "$(wc -l <<<"$output")" -le 36 ]
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' <<<"$output")" -le 80 ]
	report --brief --markdown
	has "$output" "**Decision:** Use big · plain today." $'**Next**\n\n1. '
	report --brief -o brief.txt
	is "$output" ""
	has "$(cat brief.txt)" "Decision  Use big · plain today."
}

@test "the first screen as Markdown: tables that line up, and names in back-ticks" {
	tickets 6
	script q4_k_m "{\"steps\": [$right_steps]}"
	job q4_k_m.script.json
	toe_full 0 smoke job.yaml
	report --markdown
	has "$output" "**\`q4_k_m\` · plain may do" "| Guaranteed " "**What to do next**" "| candidate " '`q4_k_m' "| baseline majority "
	# Every row of a table is as wide as its title.
	python3 -c 'import itertools, sys
for table, rows in itertools.groupby(sys.stdin.read().split("\n"), lambda line: line.startswith("|")):
    assert not table or len({len(row) for row in rows}) == 1' <<<"$output"
	[[ $output != *'\_'* ]]
	report --markdown -o first.md
	has "$(cat first.md)" "All candidates"
}

@test "usage: nothing is overwritten unasked" {
	some_run
	toe 2 report --markdown --evidence -o folder
	has "$stderr" "--evidence needs -o FOLDER, and excludes"
	echo mine >page.html
	toe 3 report -o page.html
	has "$stderr" "'page.html' already exists"
	is "$(cat page.html)" mine
	report -o page.html --force
	check page.html >/dev/null
	toe 3 report -o no/such/folder/page.html
	toe 3 report nobody -o other.html
	[ ! -e other.html ]
	is "$(find . -name '*.part')" ""
}

@test "hostile text is dead everywhere: tickets, ids, labels, names, files, reasons" {
	python3 - <<-'END'
		import json
		bad = "</q></title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\u202e\u2066\x1b[31m -->]]>"
		labels = ["a<b>", "\"onload=\"x", "other"]
		with open("tickets.jsonl", "w") as f:
		    for i in range(6):
		        print(json.dumps({"id": "<i onclick=x>%d&#60;" % i, "label": labels[i % 3],
		                          "text": "%d " % i + bad + ("long" * 300 if i == 4 else "")}), file=f)
		    print(json.dumps({"id": "long", "label": "other", "text": "<b>" + "W" * 1_000_000 + "END"}), file=f)
		    print(json.dumps({"id": "רע", "label": "other", "text": "שלום <b> (עולם)"}), file=f)
		name = "<svg onload=alert(1)>.script.json"
		json.dump({"facts": {"name": bad, "bytes": 5000}, "steps": [
		    {"match": "%d </q>" % i, "label": labels[0 if i == 1 else i % 3], "reason": bad} for i in range(6)] +
		    [{"match": "", "label": labels[1], "reason": bad}]}, open(name, "w"))
		json.dump({"job": bad[:60], "labels": labels, "tickets": "tickets.jsonl", "models": [name], "bar": "60%"},
		          open("job.yaml", "w"))
	END
	toe 0 smoke job.yaml --name '<h1 onmouseover=x>'
	report -o page.html
	[ "$(wc -c <page.html)" -lt 100000 ]
	text=$(check page.html)
	has "$text" '<script>alert(1)</script><img src=x onerror=alert(1)>' '<svg onload=alert(1)> plain' '\u{202e}' '\x1b[31m' \
		'<h1 onmouseover=x>' '<i onclick=x>1&#60;' '"onload="x' 'WWWW…' 'שלום <b> (עולם)' 'Its reason: ' '</q></title>'
	hasnt=$(grep -c 'WEND' page.html) || true
	is "$hasnt" 0
	report --slide -o slide.html
	check slide.html >/dev/null
	report --slide -o slide.svg
	python3 -c 'import xml.etree.ElementTree as tree; tree.parse("slide.svg")'
	report --brief --markdown
	[[ $output != *$'\x1b'* ]]
	has "$output" '`<svg` onload=alert(1)>'
	report --markdown
	[[ $output != *$'\x1b'* ]]
	has "$output" '`<svg` onload=alert(1)>'
	browser >/dev/null || skip_loudly "no chromium is installed"
	found=$(probe page.html)
	has "$found" "overflow=0" "scripts=0"
	has "$(probe slide.html)" "outside=0 overlaps=0"
}

@test "a browser on a phone: nothing sticks out, the style is applied, every text can be read" {
	browser >/dev/null || skip_loudly "no chromium is installed"
	some_run
	report -o report.html
	found=$(probe report.html)
	has "$found" "overflow=0" "font=system-ui" "contrast_ok=true" "scripts=0" "title=inbound: which model" \
		"chart_on_first_screen=true verdict_visible=true names_short=true"
	# The probe does find such faults.
	sed 's|<main>|<main><div class="lead"><svg width="900" height="5"></svg></div>|; s|sha256-|sha256-A|' report.html >broken.html
	found=$(probe broken.html)
	[[ $found != *"overflow=0"* ]]
	[[ $found != *"font=system-ui"* ]]
	sed 's|<header>|<header><pre>\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n</pre>|' report.html >low.html
	has "$(probe low.html)" "chart_on_first_screen=false"
}

@test "a browser on paper: a few A4 pages, and a picture that is not blank" {
	browser >/dev/null || skip_loudly "no chromium is installed"
	some_run
	report -o page.html
	browse "file://$PWD/page.html" --print-to-pdf="$PWD/page.pdf"
	browse "file://$PWD/page.html" --window-size=800,600 --screenshot="$PWD/page.png"
	python3 - <<-'END'
		import struct, zlib
		data, at, packed = open("page.png", "rb").read(), 8, b""
		while at < len(data):
		    n, kind = struct.unpack(">I4s", data[at:at + 8])
		    body = data[at + 8:at + 8 + n]
		    if kind == b"IHDR":
		        assert struct.unpack(">II", body[:8]) == (800, 600), body
		    packed += body if kind == b"IDAT" else b""
		    at += 12 + n
		assert len(set(zlib.decompress(packed))) > 50, "a blank page"
	END
	command -v pdfinfo >/dev/null || skip_loudly "no pdfinfo is installed"
	info=$(pdfinfo page.pdf)
	has "$info" "(A4)"
	pages=$(awk '/^Pages:/ { print $2 }' <<<"$info")
	[ "$pages" -ge 2 ] && [ "$pages" -le 5 ]
}

@test "one slide: headline, chart, cards and the next step, on one sheet, or as SVG" {
	some_run
	report --slide -o slide.html
	text=$(check slide.html)
	has "$text" "Use big · plain today." "Use today: GOOD ENOUGH" "guaranteed right" "bar 90%" "Next" "24/24 · 100%"
	report --slide -o slide.svg
	python3 - <<-'END'
		import re, xml.etree.ElementTree as tree
		root = tree.parse("slide.svg").getroot()
		assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("viewBox") == "0 0 1600 900"
		names = {e.tag.split("}")[1] for e in root.iter()}
		assert names <= {"svg", "title", "desc", "text", "rect", "line", "circle"}, names
		assert not any(re.search("href|style|^on", a) for e in root.iter() for a in e.attrib)
		assert all(float(e.get("font-size")) >= 26 for e in root.iter() if e.get("font-size"))
	END
	report --slide
	has "$stderr" "wrote slide-first.html"
	toe 2 report --slide --brief
	has "$stderr" "--slide excludes --brief"
	browser >/dev/null || skip_loudly "no chromium is installed"
	has "$(probe slide.html)" "outside=0 overlaps=0"
	browse "file://$PWD/slide.html" --print-to-pdf="$PWD/slide.pdf"
	command -v pdfinfo >/dev/null || skip_loudly "no pdfinfo is installed"
	has "$(pdfinfo slide.pdf | tr -s ' ')" "Pages: 1" "Page size: 960 x 540 pts"
}

@test "report without -o makes a page beside the store, once" {
	mkdir sub
	(cd sub && some_run)
	toe 0 report sub
	has "$stderr" "wrote sub/report-first.html"
	grep -q '<html' sub/report-first.html
	toe 3 report sub
	has "$stderr" "'sub/report-first.html' already exists and was not changed"
	toe 0 report sub --force
}
