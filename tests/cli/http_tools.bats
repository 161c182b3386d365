#!/usr/bin/env bats
# The task choose-tool with a server: its own calls, or the tools as text if it refuses them.
load http
load tools

column() { sqlite3 -readonly job.toehold "SELECT $1"; }

# called SCENARIO: six tickets, all right.
called() {
	serve "$1"
	tools_job 6 "http://127.0.0.1:$port/v1#m"
	toe 0 smoke job.yaml --name w
	is "$(column "group_concat(label, ' ') FROM answer")" "0 0 0 0 0 0"
}

@test "a server gets the tools, must call one, and its call is the answer" {
	called tools
	is "$(posts '[.body.tools[].function.name] | join(" ")' | sort -u)" '"a b c none"'
	is "$(posts .body.tool_choice | sort -u)" '"required"'
	is "$(posts .body.response_format | sort -u)" null
	is "$(column "ttft_us > 0 AND label_us >= ttft_us FROM answer WHERE ticket = 0")" 1
	toe 0 show w --json
	is "$(of '.replies[0].raw')" '{"name": "b", "arguments": {"no": "001"}}'
}

@test "--free: the server may also call none" {
	serve tools
	tools_job 3 "http://127.0.0.1:$port/v1#m"
	toe 0 smoke job.yaml --name w --free
	is "$(posts .body.tool_choice | sort -u)" '"auto"'
}

@test "a server without tools gets them in the system text, and the schema of a call" {
	called no-tools
	is "$(probe options_refused)" '["tools"]'
	has "$(posts '.body.messages[0].content' | sort -u)" 'Tools:\n{\"name\": \"a\"'
	is "$(posts '[.body.response_format.json_schema.schema.anyOf[].properties.name.const] | join(" ")' | sort -u)" \
		'"a b c none"'
}
