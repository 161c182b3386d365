#!/usr/bin/env bats
# Answers that are held to a schema, against a second implementation of JSON schema: none is outside
# of its schema. FORMS_N sets how many tickets each schema is asked with.
load ../model/models

pool=${TOEHOLD_TEST_DATA-}/extract/pool-200.jsonl

# The schema of a call of one of the tools, or of none.
calls='{anyOf: [.tools[], {name: "none", parameters: {type: "object", maxProperties: 0}} |
	{type: "object", properties: {name: {const: .name}, arguments: .parameters}, required: ["name", "arguments"]}],
	"$defs": {place: .tools[2].parameters."$defs".place}}'

# asked ROW N CAP: asks the tiny model the first N tickets, and prints what forms_check.py says.
asked() {
	local row
	row=$(jq -c ".[$1]" "$root/tests/heavy/forms_schemas.json")
	jq '.schema // .tools' <<<"$row" >form.json
	jq ".schema // $calls" <<<"$row" >check.json
	head -n "$2" "$pool" | jq -c --argjson gold "$(jq .gold <<<"$row")" '{id, text, gold: $gold}' >tickets.jsonl
	printf 'task: %s\n%s: form.json\ntickets: tickets.jsonl\nmodels: ["%s"]\nbudget: {tokens: %s}\n' \
		"$(jq -r .task <<<"$row")" "$(jq -r 'if .schema then "fields" else "tools" end' <<<"$row")" \
		"$tiny" "$3" >job.yaml
	rm -f job.toehold*
	"$toehold" smoke job.yaml --threads 1 --quiet >smoke.txt 2>&1 || [ $? -eq 1 ] || { cat smoke.txt; return 1; }
	python3 "$root/tests/heavy/forms_check.py" job.toehold check.json "$3"
}

@test "no answer of five schemas and two caps is outside its schema" {
	[ -e "$pool" ] || skip_loudly "TOEHOLD_TEST_DATA has no extract/pool-200.jsonl"
	python3 -c 'import jsonschema' 2>/dev/null || skip_loudly "Python has no jsonschema"
	local row cap said
	for row in 0 1 2 3 4; do
		for cap in 120 24; do
			said=$(asked "$row" "${FORMS_N:-200}" "$cap")
			echo "# schema $row, at most $cap tokens: $said" >&3
			has "$said" ", 0 outside"
			[[ $said =~ ([0-9]+)" match, "([0-9]+)" cut" ]]
			is "$((BASH_REMATCH[1] + BASH_REMATCH[2]))" "${FORMS_N:-200}"
		done
	done
}
