#!/usr/bin/env bats
# Tickets, labels, names and replies that attack the reader. Every outlet shows them as harmless
# text, and exact formats keep them exactly. The payloads are in tests/data/hostile.jsonl.
load helper

check() { python3 "$root/tests/cli/$1_check.py" "${@:2}"; }

setup_file() {
	load helper
	load hostile
	enter_scratch
	export scratch
	hostile_runs
	"$toehold" show --json >show.json
	"$toehold" show "$free" --json >free.json
	# The same kind of run with harmless texts, to learn the program's own markup.
	mkdir plain
	(cd plain && python3 - <<-'END'
		import json
		rows = [json.loads(l) for l in open("../hostile.jsonl")]
		labels = list(dict.fromkeys(r["label"] for r in rows))
		with open("t.jsonl", "w") as f:
		    for i, r in enumerate(rows):
		        row = {"id": "t%03d" % i, "text": "ticket %d" % i, "label": "l%d" % labels.index(r["label"])}
		        for name in ("group",):
		            if name in r:
		                row[name] = "n%d" % i
		        print(json.dumps(row), file=f)
		json.dump({"job": "plain", "tickets": "t.jsonl", "bar": "10%", "labels": {"l%d" % i: "text" for i in range(len(labels))},
		           "models": ["one.script.json", "two.script.json"]}, open("job.yaml", "w"))
		json.dump(dict(json.load(open("job.yaml")), bar="90%"), open("strict.yaml", "w"))
		json.dump({"facts": {"bytes": 1}, "steps": [{"match": "1", "label": "l0", "reason": "so"}, {"match": "", "label": "l3", "reason": "so"}]}, open("one.script.json", "w"))
		json.dump({"facts": {"bytes": 9}, "steps": [{"match": "", "label": "l4", "says": "x", "reason": "so"}]}, open("two.script.json", "w"))
	END
	"$toehold" smoke strict.yaml --store job.toehold --free --name free >/dev/null 2>&1 || true
	"$toehold" smoke job.yaml --name first >/dev/null 2>&1)
}

teardown_file() {
	cd /
	rm -rf "$scratch"
}

setup() {
	cd "$scratch/desk" || return 1
	export PYTHONDONTWRITEBYTECODE=1
}
teardown() { :; }

# quiet COMMAND…: everything that it prints on both streams is harmless.
quiet() {
	"$toehold" "$@" >out.txt 2>err.txt || [ $? -le 6 ]
	check hostile terminal out.txt err.txt
}

@test "there are at least 60 payloads, in text, id, label and group" {
	[ "$(jq -s 'map(.text) | unique | length' hostile.jsonl)" -ge 60 ]
	[ "$(jq -s 'map(select(.id == .text)) | length' hostile.jsonl)" -ge 20 ]
	[ "$(jq -s 'map(select(.group)) | length' hostile.jsonl)" -ge 40 ]
	[ "$(jq -s 'map(.label) | unique | length' hostile.jsonl)" -ge 7 ]
	is "$(jq -r '.candidates[-1].replies | length' show.json)" "$(wc -l <hostile.jsonl)"
	is "$(jq -r .run free.json)" "$free"
	[ "$(jq -r .pick show.json)" != null ]
	is "$(jq -r .pick free.json)" null
}

@test "terminal: smoke, plan, show, decide, runs, verify, diff" {
	check hostile terminal smoke.txt smoke.err smoke-free.txt smoke-free.err
	quiet plan job.yaml
	for run in "$first" "$free"; do
		quiet show "$run"
		[ -s out.txt ]
		quiet show "$run" --replies
		[ "$(grep -c 'alert(1)' out.txt)" -ge 20 ]
		quiet show "$run" --candidate "$(jq -r '.candidates[-1].name' show.json)"
		quiet decide "$run" --intervals
		[ -s out.txt ]
	done
	quiet runs
	grep -q 'onerror' out.txt
	quiet verify
	quiet diff "$first" "$free"
}

@test "terminal: add, note, replay, suggest, hello" {
	cp job.toehold more.store
	jq -c 'del(.source) | .id = "more " + .id | .text = "More: " + .text + " of it"' hostile.jsonl >more.jsonl
	head -40 more.jsonl >forty.jsonl
	quiet add job.yaml forty.jsonl --as harder --run "$first" --store more.store
	quiet show "$first" --misses --store more.store
	has "$(cat out.txt)" "Tickets that" "(harder)"
	quiet note "$first" $'see \e[2J\u202e<b>' --store more.store
	quiet runs --store more.store
	has "$(cat out.txt)" "see"
	quiet replay "$first" --store more.store
	[ -s out.txt ]
	quiet suggest job.yaml --from more.jsonl --run "$first" --store more.store -o proposed.jsonl
	tr -d '\r' <proposed.jsonl >dead.txt
	check hostile terminal dead.txt
	quiet hello "<svg onload=alert(1)>.script.json" $'a\e[2J\u202e' --job job.yaml
}

@test "terminal: JSON is harmless, and keeps texts exactly" {
	for file in show.json free.json; do check hostile terminal "$file"; done
	quiet plan job.yaml --json
	quiet runs --json
	is "$(jq -r '.. | strings' out.txt | grep -Fc "$first")" 1
	quiet decide "$first" --json
	quiet show "$first" --json
	[ "$(jq '.candidates[-1].replies[].rationale | select(. and contains("{{7*7}}"))' out.txt | wc -l)" -ge 1 ]
	is "$(jq -r '.candidates[] | select(.path | test("svg")) | .replies[0].rationale' out.txt | grep -c $'\e]0;title\a')" 1
}

@test "terminal: messages about wrong names" {
	quiet show $'no\e[2J\u202e'
	quiet export --format $'\e[2J'
	quiet export $'no\e[2J\u202e' --format csv
	quiet export --format inspect --candidate $'no\e[2J'
	quiet export --format csv --role $'\e[2J'
	mkdir -p $'d\e[2J'
	quiet export --format csv -o $'d\e[2J'
	quiet export --format csv -o $'d\e[2J/no/x'
}

@test "exports: each agrees with show --json, and none is harmful" {
	for run in "$first" "$free"; do
		[ "$run" = "$free" ] && show=free.json || show=show.json
		for format in json jsonl csv wide xlsx tickets promptfoo-tests promptfoo inspect inspect-dataset openai-evals junit; do
			"$toehold" export "$run" --format "$format" -o "out.$format" --force
			tr -d '\r' <"out.$format" >dead.txt
			[ "$format" = xlsx ] || check hostile terminal dead.txt
			check export "$format" "out.$format" "$show" <(jq -c 'del(.source)' hostile.jsonl)
		done
	done
}

@test "exports: JSON gives back every text, id, label and group" {
	for format in jsonl tickets inspect-dataset openai-evals promptfoo inspect; do
		"$toehold" export "$first" --format "$format" -o "out.$format" --force
		check hostile json "out.$format" hostile.jsonl
	done
}

@test "exports: YAML reads the tests of promptfoo as JSON does" {
	python3 -c 'import yaml' 2>/dev/null || skip_loudly "python3 has no yaml module"
	"$toehold" export "$first" --format promptfoo-tests >tests.json
	python3 - <<-'END'
		import json, yaml
		text = open("tests.json", encoding="utf-8").read()
		data = json.loads(text)
		# YAML has no pairs of surrogates: what lies beyond U+FFFF is left out of the comparison.
		rows = [t for t in data if max(map(ord, json.dumps(t, ensure_ascii=False))) < 0x10000]
		assert len(rows) > 150
		for t in rows:
		    assert yaml.safe_load(json.dumps(t)) == t, t
	END
}

@test "exports: import reads the tickets back, with any text" {
	for format in promptfoo-tests inspect-dataset openai-evals; do
		"$toehold" export "$first" --format "$format" -o "out.$format" --force
		quiet import "out.$format" -o back.jsonl --force
		diff <(jq -caS "del(.source)" hostile.jsonl) <(jq -caS . back.jsonl)
	done
}

@test "report: a page without any other element, attribute or address than the program's own" {
	"$toehold" report --help >/dev/null 2>&1 || skip_loudly "there is no report yet"
	for run in "$first" "$free"; do
		[ "$run" = "$free" ] && plain=free || plain=first
		"$toehold" report "$run" -o page.html --force
		"$toehold" report "$plain" --store plain/job.toehold -o plain.html --force
		check hostile html page.html plain.html hostile.jsonl
		quiet report "$run" --brief
		"$toehold" report "$run" --brief --markdown >brief.md 2>err.txt
		check hostile markdown brief.md
	done
}
