#!/usr/bin/env bats
# The task choose-tool: marks and details from job file to store, free answers, and bad tools.
load helper
load tools

# Seven tickets, one for each mark: the words behind each number are what the model says.
calls_job() {
	tools_job 7 one.script.json
	jq -n '{facts: {name: "one", n_params: 1000000}, steps: [
		["001", "{\"name\": \"b\", \"arguments\": {\"no\": \"001\"}}"],
		["002", "<tool_call>\n{\"name\": \"c\", \"arguments\": {\"no\": \"ticket\"}}\n</tool_call>"],
		["003", "a(no=\"999\")"],
		["004", "{\"name\": \"b\"}"],
		["005", "{\"name\": \"a\", \"arguments\": {\"no\": \"005\"}}"],
		["006", "I cannot do that."],
		["007", "{\"name\": \"b\", \"argu"]] | map({match: .[0], says: .[1]})}' >one.script.json
}

column() { sqlite3 -readonly job.toehold "SELECT $1"; }

@test "each answer gets its mark, and a detail that holds no word of it" {
	calls_job
	toe 1 smoke job.yaml --name w
	is "$(column "group_concat(label, ' ') FROM (SELECT label FROM answer ORDER BY ticket)")" "0 2 3 1 4 6 7"
	is "$(column "group_concat(detail, '|') FROM (SELECT detail FROM answer ORDER BY ticket)")" \
		"|wrong no|invented no|missing no|called a|called no tool|the answer is no call of a tool"
}

@test "--free: what the model writes is read in the same way" {
	calls_job
	toe 1 smoke job.yaml --name w --free
	is "$(column "group_concat(label, ' ') FROM (SELECT label FROM answer ORDER BY ticket)")" "0 2 3 1 4 6 7"
}

@test "the tools are part of what was asked: other tools, other answers" {
	tools_job 2 one.script.json
	script one '{"facts": {"name": "one", "n_params": 1000000}, "steps": [{"match": "ticket", "says": "{\"name\": \"b\", \"arguments\": {\"no\": \"001\"}}"}]}'
	toe 0 smoke job.yaml --name w
	sed -i 's/About a/Of a/' tools.json
	toe 0 smoke job.yaml --name w2
	is "$(column "count(*) FROM pass")" 2
}

@test "a bad file of tools, and a gold call that is none, name the place and the cure" {
	tools_job 2 one.script.json
	script one '{"facts": {"name": "one"}}'
	cp tools.json good.json
	jq '. + [.[0]]' good.json >tools.json
	toe 3 smoke job.yaml
	has "$stderr" "tools.json: tool 4, 'a', has the name of tool 1; rename or remove one"
	jq '.[1].function.parameters.properties.no = {enum: []}' good.json >tools.json
	toe 3 smoke job.yaml
	has "$stderr" "tools.json:29:21: tool 2, 'b', has bad 'parameters': 'enum' admits nothing; list the values"
	cp good.json tools.json
	sed -i '2s/"name": "c"/"name": "d"/' tickets.jsonl
	toe 3 smoke job.yaml
	has "$stderr" "tickets.jsonl:2: 'gold' calls 'd', which is no tool of the job"
}

@test "a tool that no answer can be held to is refused before any model is looked for" {
	tools_job 2 missing.gguf
	cp tools.json good.json
	local row
	for row in \
		'{oneOf: [{type: "string"}, {type: "number"}]}|oneOf'"' has 2 schemas" \
		'{type: "number", multipleOf: 2}|the keyword '"'multipleOf' is not understood" \
		'{"$ref": "#/$defs/no"}|$ref'"' leads nowhere" \
		'{"$ref": "#"}|the schema is recursive' \
		'{type: "string", minLength: 3, maxLength: 2}|minLength'"' is above what 'maxLength' allows"; do
		jq ".[2].function.parameters.properties.no = ${row%%|*}" good.json >tools.json
		toe 3 plan job.yaml
		has "$stderr" "tools.json:"
		has "$stderr" "tool 3, 'c', has bad 'parameters': "
		has "$stderr" "${row#*|}"
	done
	jq '.[0].function.parameters.properties = ([range(200) | {"a\(.)": {type: "string"}}] | add)' good.json >tools.json
	toe 3 plan job.yaml
	has "$stderr" "tool 1, 'a', has bad 'parameters': "
}
