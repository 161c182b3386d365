#!/usr/bin/env bats
# Written answers from a server: the schema that it gets, and answers that it makes without one.
load http

# forms SCENARIO: a job of three tickets, each with two facts. One has the name of a member that a
# label's answer has.
forms() {
	serve "$1"
	odd_lines 1 3 '{"id": "tN", "text": "ticket N asks about L W", "gold": {"label": "L", "order": N}}' |
		sed 's/"order": 0*/"order": /' >tickets.jsonl
	printf 'task: extract\nfields: {label: string, order: whole number}\ntickets: tickets.jsonl\nmodels: ["%s"]\n%s\n' \
		"http://127.0.0.1:$port/v1#m" "${2-}" >job.yaml
}

marks() { of '[.replies[].mark // "-"] | join(" ")'; }
answers() { sqlite3 -readonly job.toehold "SELECT $1 FROM answer ORDER BY ticket"; }

@test "a server gets the job's schema, and its answers are marked" {
	forms good
	toe 0 smoke job.yaml --json
	is "$(outcomes)" "ok ok ok"
	is "$(marks)" "right right right"
	is "$(posts '.body.response_format.json_schema.schema.properties | keys | join(" ")' | sort -u)" '"label order"'
	is "$(posts .body.response_format.json_schema.strict | sort -u)" true
	# The whole answer is timed and counted, not its member `label`.
	is "$(answers 'chosen_tok' | sort -u)" 20
	is "$(answers "spans = 'c' || length((SELECT body FROM text WHERE id = raw_id))" | sort -u)" 1
}

@test "a server that refuses json_schema gets the schema with json_object" {
	forms object-only
	toe 0 smoke job.yaml --json
	is "$(marks)" "right right right"
	is "$(posts .body.response_format.type | sort -u)" '"json_object"'
	is "$(posts '.body.response_format.schema.properties | keys | join(" ")' | sort -u)" '"label order"'
}

@test "an answer that is no JSON is marked, and the run goes on" {
	forms ignores-schema
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok ok"
	lacks "$(marks)" right
	is "$(probe schema.verdict)" ignored
}
