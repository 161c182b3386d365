#!/usr/bin/env bats
# The shapes in which servers answer: parts, streams under any type, no streams, errors under 200,
# names of the model; addresses as people paste them; and proxies that ask a cloud.
load http

# all_right SCENARIO…: each answers three tickets, all right.
all_right() {
	local scenario
	for scenario in "$@"; do
		echo "$scenario" # seen if it fails
		asked "$scenario" 3 "reason: none"
		toe 0 smoke job.yaml --json --name "$scenario" --store "$scenario.toehold"
		is "$(outcomes)" "ok ok ok"
		is "$(given)" "b c a"
	done
}

# probed SCENARIO NAME: a value among the findings of the tests before the pass.
probed() { sqlite3 -readonly "$1.toehold" "SELECT json_extract(probes, '$.$2') FROM segment WHERE probes <> ''"; }

@test "streams: content in parts, comments and names before the data, under any content type" {
	all_right parts comments named
}

@test "servers that do not stream: refused, ignored, or under the type of a stream" {
	all_right mislabelled no-stream
	is "$(probed no-stream options_refused)" '["stream"]'
	is "$(probed no-stream streamed)" 0
	is "$(posts .body.stream | sort -u)" false
	all_right upstream
	is "$(probed upstream options_refused)" '["logprobs","max_tokens","seed"]'
}

@test "a server that takes a schema only with json_object gets it so" {
	all_right object-only
	is "$(probed object-only schema.verdict)" obeyed
	is "$(probed object-only options_refused)" '["response_format (json_schema)"]'
	is "$(posts .body.response_format.type | sort -u)" '"json_object"'
}

@test "errors under 200 are the server's words, for that ticket only" {
	local scenario
	for scenario in flat-error:'the quota is used up' plain-error:'the model fell over'; do
		asked "${scenario%%:*}" 3 "reason: none"
		toe 1 smoke job.yaml --json --store "${scenario%%:*}.toehold"
		is "$(outcomes)" "ok ok engine_error"
		is "$(detail)" "${scenario#*:}"
	done
}

@test "an answer that is all thinking is no label, and the words say so" {
	asked reasons-only 3
	toe 1 smoke job.yaml --json
	is "$(given)" "- - -"
	has "$(detail)" "all of it came as thinking"
}

@test "a refusal in a member of its own is no label, and its words are kept" {
	asked refuses-mildly 3
	toe 1 smoke job.yaml --json
	has "$(detail)" "an empty answer: the model refused: {\"label\""
}

@test "compressed answers are named for what they are" {
	asked gzip 3
	toe 3 smoke job.yaml
	has "$stderr" "it compresses its answers (gzip)"
}

@test "the model's name: a date, a path and vLLM's root are the same model; others are not" {
	all_right dated filed rooted
	toe 0 hello "http://127.0.0.1:$port/v1#m"
	has "$output" "name       org/real-model"
	has "$output" "context    2048 tokens"
	has "$output" "size       not stated"
	has "$output" "template   not stated"
	toe_full 0 show rooted --store rooted.toehold
	lacks "$output" ", ,"
	asked sibling 3
	run --separate-stderr "$toehold" smoke job.yaml --json --store sibling.toehold
	has "$output$stderr" "asked for 'm', it answered as 'm-mini'"
	is "$(posts .ticket | wc -l)" 0
}

@test "an address with an endpoint behind it is understood" {
	local path
	serve obedient
	tickets 3
	for path in /v1/chat/completions /v1/ "" /v1/models /api/chat /api/generate /chat/completions; do
		job "http://127.0.0.1:$port$path#m"
		toe 0 plan job.yaml --json
		is "$(json '.candidates[-1].path')" "http://127.0.0.1:$port/v1#m"
	done
}

@test "a proxy that asks a cloud is refused before a ticket is sent" {
	local scenario to
	for scenario in proxy-cloud:openai proxy-base:https://api.example.com/v1 \
		proxy-header:https://api.example.com/v1 hosted:OpenAI; do
		asked "${scenario%%:*}" 3
		toe 3 smoke job.yaml --store "${scenario%%:*}.toehold"
		has "$stderr" "is a cloud model"
		has "$stderr" "would forward every ticket to ${scenario#*:}"
		is "$(posts .ticket | wc -l)" 0
	done
	# LiteLLM says it by itself: nothing is asked.
	is "$(jq -c 'select(.post)' log-proxy-cloud log-proxy-base | wc -l)" 0
}

@test "a proxy to this machine is fine, and one to another machine is announced" {
	all_right proxy-own proxy-here
	lacks "$stderr" "LEAVE"
	asked proxy-net 3
	toe 0 plan job.yaml
	has "$output" "TICKETS LEAVE THIS MACHINE for http://10.1.2.3:8000/v1"
}

@test "several Ollama names of one digest are one candidate" {
	serve ollama-two
	tickets 3
	job "http://127.0.0.1:$port/v1#m, http://127.0.0.1:$port/v1#m:latest, http://127.0.0.1:$port/v1#n"
	toe 0 plan job.yaml
	is "$(tr "\n" " " <<<"$output$stderr" | grep -oE "are the same model of one server: +asked once, as m" | wc -l)" 2
	is "$(grep -c "^[mn].* plain " <<<"$output")" 1
}
