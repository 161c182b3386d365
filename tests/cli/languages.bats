#!/usr/bin/env bats
# Languages: rows, the weakest, reasons in another language than their ticket; labels in other
# scripts; right-to-left texts in tables. The scripted model recognises a language by one word.
load helper

# Eight tickets in each of three languages. Some reasons for German tickets are in English.
three_languages() {
	local i lang text labels=(a b c)
	for lang in de en ar; do
		for ((i = 1; i <= 8; i++)); do
			case $lang in
			de) text="Frage $i nach" ;;
			en) text="question $i about" ;;
			ar) text="سؤال $i حول" ;;
			esac
			printf '{"id": "%s-%d", "text": "%s %s", "label": "%s", "lang": "%s"}\n' \
				"$lang" "$i" "$text" "${labels[i % 3]}" "${labels[i % 3]}" "$lang"
		done
	done >tickets.jsonl
	english='The customer asks about this topic, and it is quite clear.'
	german='Der Kunde fragt nach diesem Thema, und das ist ganz klar.'
	script good '{"steps": [
		{"match": "nach a", "label": "a", "reason": "'"$german"'"}, {"match": "nach b", "label": "b", "reason": "'"$english"'"},
		{"match": "nach c", "label": "c", "reason": "'"$english"'"}, {"match": "about a", "label": "a", "reason": "'"$english"'"},
		{"match": "about b", "label": "b", "reason": "'"$english"'"}, {"match": "about c", "label": "c", "reason": "ok"},
		{"match": "حول", "label": "a", "reason": "يسأل العميل عن هذا الموضوع وهو واضح تماما"}]}'
	job good.script.json
}

has_detector() { "$toehold" show --all | grep -q 'lang_by *CLD2'; }

@test "languages are rows, and the weakest is named with its tickets and its interval" {
	three_languages
	toe_full 1 smoke job.yaml --name one
	has "$output" "Weakest of 3 languages: ar (Arabic), 2 of 8 right (25%, 95% interval 3.2 to 65.1%), weaker than the others by more than chance."
	toe 0 show --candidate 'good plain'
	has "$(tr -s ' ' <<<"$output")" "Languages" "ar (Arabic) (weakest) 8 2 25% 3.2 to 65.1%" \
		"de (German) 8 8 100% 63.1 to 100.0%"
	toe 1 decide --intervals
	has "$output" "ar (Arabic) (weakest)" "en (English)"
	toe 1 decide
	lacks "$output" "en (English)"
	toe 0 show --json
	is "$(json -c 'asked[0].languages | [.weakest, .tickets_without, (.rows[] | [.lang, .tickets, .right])]')" \
		'["ar",0,["ar",8,2],["de",8,8],["en",8,8]]'
	toe 1 check --json
	has "$(jq -r '.. | objects | select(.name? == "languages") | .evidence' <<<"$output")" \
		"3 languages, weakest ar: 2 of 8 right (25%), 95% interval 3.2 to 65.1%"
}

@test "reasons in another language than their ticket are counted and shown" {
	three_languages
	toe 1 smoke job.yaml
	has_detector || skip_loudly "built without a language detector"
	toe 0 show --candidate 'good plain'
	has "$output" "6 of 24 reasons are in English, their tickets in German."
	toe 0 show --json
	is "$(json -c '[asked[0].replies[] | .reason_lang] | group_by(.) | map([.[0], length])')" \
		'[["ar",8],["de",2],["en",11],["script: Latin",3]]'
	is "$(json -c 'asked[0].languages.reasons | [.reasons, .compared, .other_than_ticket, .other]')" \
		'[24,21,6,[{"ticket":"de","reason":"en","reasons":6}]]'
	toe 0 show --all
	has "$output" "labels_lang" "lang_by"
	toe 0 report -o page.html
	has "$(cat page.html)" "Language by language" "6 of 24 reasons are in English" "Reasons are written in: en 11, ar 8, script: Latin 3, de 2."
	toe 0 report --evidence -o evidence
	has "$(cat evidence/*.html)" "Weakest of 3 languages"
	is "$(jq -r '[.candidates[] | select(.engine == "script") | .languages.weakest][0]' evidence/*.json)" ar
}

@test "with one language or none there is no comparison" {
	use_data
	toe_full 0 smoke job.yaml
	lacks "$output" "Weakest"
	toe_full 0 show
	lacks "$output" "Languages"
	toe 0 show --json
	is "$(json '[.candidates[] | has("languages")] | any')" false
	toe 0 report -o page.html
	lacks "$(cat page.html)" "Language by language"
}

@test "diff compares two runs language by language" {
	three_languages
	toe 1 smoke job.yaml --name one
	sed 's/"match": "nach b", "label": "b"/"match": "nach b", "label": "c"/' good.script.json >new
	mv new good.script.json
	toe 1 smoke job.yaml --name two
	toe 1 diff one two
	has "$output" "good plain: languages that differ" "baseline majority: the same number right in each language" \
		"  de (German)                          8/8      5/8" \
		"A: Weakest of 3 languages: ar" "B: Weakest of 3 languages: ar"
	lacks "$output" "en (English)"
	toe 1 diff one two --json
	is "$(jq -c '[.candidates[] | select(.a.name == "good plain") | .a, .b | .languages.rows[1].right]' <<<"$output")" '[8,5]'
}

@test "an invalid lang is refused, and the message names its line" {
	three_languages
	sed -i '3s/"lang": "de"/"lang": "Deutsch, Schweiz"/' tickets.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:3: lang 'Deutsch, Schweiz' is not a language tag; write letters, digits and hyphens, at most 35, such as de, de-CH or amh"
}

@test "labels in other scripts: chosen, counted, and isolated in tables" {
	printf '%s\n' '{"id": "1", "text": "one", "label": "بطاقة"}' '{"id": "2", "text": "two", "label": "कार्ड"}' \
		'{"id": "3", "text": "three", "label": "כרטיס \"ב\""}' '{"id": "4", "text": "four", "label": "बिजली"}' >tickets.jsonl
	printf '%s\n' 'labels: ["بطاقة", "कार्ड", "כרטיס \"ב\"", "बिजली"]' 'tickets: tickets.jsonl' \
		'models: [m.script.json]' >job.yaml
	script m '{"steps": [{"match": "one", "label": "بطاقة"}, {"match": "two", "label": "कार्ड"},
		{"match": "three", "label": "כרטיס \"ב\""}, {"match": "four", "label": "कार्ड"}]}'
	toe 1 smoke job.yaml
	toe 0 show --json
	is "$(json -c '[asked[0].replies[].label]')" '["بطاقة","कार्ड","כרטיס \"ב\"","कार्ड"]'
	toe 0 show --candidate 'm plain'
	# Only right-to-left names stand between isolates.
	has "$output" $'\u2068بطاقة\u2069' $'\u2068כרטיס "ב"\u2069'
	lacks "$output" $'\u2068कार्ड'
	toe 0 report -o page.html
	python3 "$root/tests/cli/report_check.py" page.html >text
	has "$(cat text)" "بطاقة" "कार्ड"
	toe 0 export --format jsonl -o rows.jsonl
	has "$(cat rows.jsonl)" 'כרטיס \"ב\"'
}
