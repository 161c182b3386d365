#!/usr/bin/env bats
# The tiny model over tickets of many languages and scripts: a load and encoding test. The files are
# not part of toehold. TOEHOLD_TEST_DATA names a folder that has them as
# multilingual/SET-LANGUAGE.jsonl, and buckets.json with the labels of each set.
load ../model/models

# gather SET N REASON: makes a job over the first N tickets of each file of the set.
gather() {
	local file set=$1
	[ -d "${TOEHOLD_TEST_DATA-}/multilingual" ] || skip_loudly "TOEHOLD_TEST_DATA names no folder with multilingual/"
	for file in "$TOEHOLD_TEST_DATA"/multilingual/"$set"-*.jsonl; do
		head -n "$2" "$file"
	done >tickets.jsonl
	n_files=$(find "$TOEHOLD_TEST_DATA/multilingual" -name "$set-*.jsonl" | wc -l)
	{
		echo labels:
		jq -r --arg set "$set" '.[$set].labels[] | "  \(.name): \(.description | @json)"' \
			"$TOEHOLD_TEST_DATA/multilingual/buckets.json"
		printf 'tickets: tickets.jsonl\nmodels: [%s]\nbudget: {tokens: 16}\nreason: %s\n' "$tiny" "$3"
	} >job.yaml
}

# Here it is chance whether there is a pick.
ask() {
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ] && return
	printf 'exit code %s\n%s\n' "$status" "$stderr"
	return 1
}

# Every ticket has a label of the set; the store returns texts and labels unchanged.
check_set() {
	local n n_tags
	n=$(wc -l <tickets.jsonl)
	n_tags=$(jq -r .lang tickets.jsonl | sort -uf | wc -l)
	is "$(json '[asked[0].replies[] | select(.outcome == "ok")] | length')" "$n"
	is "$(json --slurpfile set "$TOEHOLD_TEST_DATA/multilingual/buckets.json" --arg name "$1" \
		'[asked[0].replies[] | .label] - [$set[0][$name].labels[].name] | length')" 0
	is "$(json '[asked[0].replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	is "$(json 'asked[0].languages.rows | [length, (map(.tickets) | add)] | @json')" "[$n_tags,$n]"
	echo "# $1: $n tickets of $n_files files, $(json 'asked[0].score.right') right;" \
		"weakest $(json 'asked[0].languages.weakest')" >&3
	toe 0 export --format jsonl -o rows.jsonl --force
	jq -c '[.id, .text, .lang]' tickets.jsonl >given
	jq -c --arg name "$(jq -r .candidate rows.jsonl | grep -v baseline | head -n 1)" \
		'select(.candidate == $name) | [.id, .text, .lang]' rows.jsonl >kept
	cmp given kept
	sqlite3 job.toehold "PRAGMA integrity_check" | grep -qx ok
	toe 0 verify
}

# Of all characters that move or hide text, only paired isolates reach the terminal.
check_shown() {
	toe 0 show --candidate "${tiny%.gguf} plain"
	has "$output" "Languages" "Weakest of "
	printf '%s\n' "$output" >shown
	python3 - shown <<'PY'
import sys, unicodedata
FSI, PDI, ZWJ = "\u2068", "\u2069", "\u200d"
for n, line in enumerate(open(sys.argv[1], encoding="utf-8"), 1):
    depth = 0
    for c in line.rstrip("\n"):
        depth += (c == FSI) - (c == PDI)
        assert 0 <= depth <= 1, f"line {n}: isolates do not pair: {line!r}"
        assert c in (FSI, PDI, ZWJ) or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), \
            f"line {n}: {c!r} in {line!r}"
        assert depth or unicodedata.bidirectional(c) not in ("R", "AL"), f"line {n}: not isolated: {line!r}"
    assert depth == 0, f"line {n}: an isolate is left open"
PY
	toe 0 report -o page.html --force
	python3 "$root/tests/cli/report_check.py" page.html >text
	has "$(cat text)" "Language by language" "weakest"
}

@test "52 locales: every ticket gets a label, and the store returns every text unchanged" {
	gather massive 3 none
	ask
	check_set massive
	check_shown
}

@test "46 languages of sentences: every ticket gets a label, and the store returns every text unchanged" {
	gather sib200 2 none
	ask
	check_set sib200
	check_shown
}

@test "17 African languages, with reasons: their languages are counted" {
	gather injongo 3 last
	ask
	is "$(json 'asked[0].languages.reasons | .reasons > 0 and (.by_language | map(.reasons) | add) == .reasons')" true
	check_set injongo
	check_shown
}

@test "labels in other scripts are forced along the trie and escaped as in JSON" {
	local labels='["تقويم","कैलेंडर \"क\"","לוח שנה","天气","ดนตรี","Ελλάδα\\Ω","погода","🎵 музыка"]'
	[ -d "${TOEHOLD_TEST_DATA-}/multilingual" ] || skip_loudly "TOEHOLD_TEST_DATA names no folder with multilingual/"
	cat "$TOEHOLD_TEST_DATA"/multilingual/massive-{ar-SA,hi-IN,he-IL,zh-CN,th-TH,el-GR,ru-RU,en-US}.jsonl |
		jq -c --argjson labels "$labels" 'input_line_number as $n | .label = $labels[$n % 8]' |
		awk 'NR % 4 == 1' >tickets.jsonl
	printf 'labels: %s\ntickets: tickets.jsonl\nmodels: [%s]\nbudget: {tokens: 8}\n' "$labels" "$tiny" >job.yaml
	ask
	is "$(json '[asked[0].replies[] | select(.outcome == "ok")] | length')" "$(wc -l <tickets.jsonl)"
	is "$(json --argjson labels "$labels" '[asked[0].replies[] | .label] - $labels | length')" 0
	# The forced text before the rationale is the label as JSON writes it.
	is "$(json '[asked[0].replies[] | .label as $l | .raw | startswith("{\"label\":\($l | @json),\"rationale\":\"")] | all')" true
	is "$(json '[asked[0].replies[].probs | keys | length == 8] | all')" true
	check_shown
}
