# shellcheck shell=bash
# A job of the task choose-tool: tools a, b and c, each with the argument `no`.

# tools_job TICKETS MODEL
tools_job() {
	jq -n '[("a", "b", "c") | {type: "function", function: {name: ., description: "About \(.)",
		parameters: {type: "object", properties: {no: {type: "string"}}, required: ["no"]}}}]' >tools.json
	odd_lines 1 "$1" \
		'{"id": "tN", "text": "ticket N asks about L W", "gold": {"name": "L", "arguments": {"no": "N"}}}' \
		>tickets.jsonl
	printf 'task: choose-tool\ntools: tools.json\ntickets: tickets.jsonl\nmodels: [%s]\nbar: 50%%\n' "$2" >job.yaml
}
