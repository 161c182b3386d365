#!/usr/bin/env bats
# The pick as a chat server of the OpenAI kind: streams, counts, parts of a message, and what is refused.
load serve

# chat BODY-MEMBERS [CONTENT]: asks for a chat completion, with further members of the body.
chat() {
	printf '{"model": "any", "messages": [{"role": "user", "content": %s}]%s}' "${2:-\"about b\"}" "${1:+, $1}" >chat.json
	reply=$(ask POST /v1/chat/completions --token "$token" --file chat.json)
}

@test "a chat completion: usage, and the label's logprobs if they are asked for" {
	served
	chat '"logprobs": false, "n": 1, "tools": [], "tool_choice": "none", "stream": false, "temperature": 0'
	is "$(head -1 <<<"$reply")" 200
	is "$(decided '[.object, .model, .choices[0].finish_reason, .choices[0].message.role, .choices[0].logprobs]')" \
		'["chat.completion","one plain","stop","assistant",null]'
	is "$(decided '.usage | .total_tokens == .prompt_tokens + .completion_tokens and .prompt_tokens > 0 and .completion_tokens > 0')" true
	chat '"logprobs": true, "top_logprobs": 2'
	is "$(decided '.choices[0].logprobs.content[0] | [.token, .logprob == 0, .bytes, (.top_logprobs | map(.token))]')" '["b",true,[98],["b","a"]]'
	is "$(decided '.choices[0].logprobs.content[0].top_logprobs[1].logprob == -9999')" true
	chat '"logprobs": true'
	is "$(decided '.choices[0].logprobs.content[0].top_logprobs')" '[]'
}

@test "a stream: the answer, its end, the counts if they are asked for, and [DONE]" {
	served
	chat '"stream": true, "stream_options": {"include_usage": true}, "logprobs": true'
	is "$(head -1 <<<"$reply")" 200
	is "$(tail -n +2 <<<"$reply" | grep -c '^data: {')" 3
	is "$(tail -n +2 <<<"$reply" | grep . | tail -1)" "data: [DONE]"
	events=$(tail -n +2 <<<"$reply" | sed -n 's/^data: {/{/p')
	is "$(jq -sc 'map(.object, .id) | unique | length' <<<"$events")" 2
	is "$(jq -sc '.[0].choices[0] | [.delta.role, (.delta.content | fromjson | .label), .finish_reason, .logprobs.content[0].token]' <<<"$events")" '["assistant","b",null,"b"]'
	is "$(jq -sc '.[1].choices[0] | [.delta, .finish_reason]' <<<"$events")" '[{},"stop"]'
	is "$(jq -sc 'map(.usage | type), (.[2] | [.choices, .usage.prompt_tokens > 0])' <<<"$events")" $'["null","null","object"]\n[[],true]'
	chat '"stream": true'
	is "$(tail -n +2 <<<"$reply" | grep -c '^data: {')" 2
	lacks "$reply" usage
	reply=$(ask POST /v1/chat/completions --token "$token" --file chat.json --headers)
	has "$reply" "Content-Type: text/event-stream"
	# A failure is an error, not a stream.
	chat '"stream": true' '"die"'
	is "$(head -1 <<<"$reply")" 500
	is "$(decided .error.type)" '"server_error"'
}

@test "a message in parts, other roles, and an empty last turn" {
	served
	chat "" '[{"type": "text", "text": "Please sort this:"}, {"type": "text", "text": "about c"}]'
	is "$(decided '.choices[0].message.content | fromjson | .label')" '"c"'
	for messages in '{"role": "developer", "content": "Say c."}, {"role": "user", "content": "about b"}, {"role": "assistant", "content": ""}' \
		'{"role": "user", "content": "about c"}, {"role": "assistant", "content": null}, {"role": "user", "content": [{"type": "input_text", "text": "about b"}]}' \
		'{"role": "user", "content": "about b"}, {"role": "user", "content": " "}, {"role": "user", "content": []}'; do
		answered 200 "chat.completion" POST /v1/chat/completions --token "$token" --body "{\"messages\": [$messages]}"
		is "$(decided '.choices[0].message.content | fromjson | .label')" '"b"'
	done
	chat "" '"about b \ud83d"'
	is "$(head -1 <<<"$reply")" 400
	has "$reply" "a text holds half of a character that was cut"
	# Personal data in any part.
	chat "" '[{"type": "text", "text": "about b"}, {"type": "text", "text": "mail jane.roe@example.com"}]'
	is "$(head -1 <<<"$reply")" 422
	answered 200 '"id":"7"' POST /classify/ --token "$token" --body '{"tickets": [{"id": 7, "text": "about a"}, {"id": null, "text": "about a"}]}'
	is "$(decided '.tickets[1].id')" '"2"'
	answered 200 "chat.completion" POST /chat/completions --token "$token" --body '{"messages": [{"role": "user", "content": "about b"}]}'
}

@test "what a chat cannot do is 400 in OpenAI's shape, and nothing is dropped without a word" {
	local members content words
	served
	while IFS='~' read -r members content words; do
		chat "$members" "$content"
		is "$(head -1 <<<"$reply")" 400
		is "$(decided '.error.type')" '"invalid_request_error"'
		has "$reply" "$words"
	done <<-'END'
		~[{"type": "text", "text": "about b"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]~type 'image_url' is not supported
		~[{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]~type 'input_audio' is not supported
		~[{"type": "file", "file": {"file_id": "x"}}]~type 'file' is not supported
		~[{"type": "text"}]~a list of text parts
		~{"text": "about b"}~a list of text parts
		~7~a list of text parts
		~""~no user message
		~"a\u0000b"~NUL
		"n": 2~"about b"~'n' must be 1
		"tools": [{"type": "function", "function": {"name": "f"}}]~"about b"~'tools' is not supported
		"tool_choice": "auto"~"about b"~'tool_choice' is not supported
		"functions": [{"name": "f"}]~"about b"~'functions' is not supported
		"modalities": ["text", "audio"]~"about b"~'modalities' may hold only
		"audio": {"voice": "x"}~"about b"~'audio' is not supported
		"guided_choice": ["x"]~"about b"~'guided_choice' is not supported
		"top_logprobs": 2~"about b"~needs 'logprobs'
		"logprobs": true, "top_logprobs": 21~"about b"~from 0 to 20
		"response_format": {"type": "grammar"}~"about b"~must be text, json_object or json_schema
		"response_format": {"type": "json_schema"}~"about b"~no schema of an object
		"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "array"}}}~"about b"~no schema of an object
		"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object", "properties": {"label": {"enum": ["a", "b"]}}}}}~"about b"~does not admit every label
		"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object", "properties": {"label": {"type": "string"}}, "required": ["label", "score"]}}}~"about b"~requires another member
		"response_format": {"type": "json_object", "schema": {"type": "object", "properties": {"label": {"type": "integer"}}}}~"about b"~does not admit every label
		"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object", "properties": {"color": {"type": "string"}}, "additionalProperties": false}}}~"about b"~no member 'label'
	END
	answered 200 'toehold_tickets_total 0' GET /metrics --token "$token"
}

@test "a schema that fits the answer is taken; without room for a rationale there is none" {
	served
	chat '"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true, "schema": {"$defs": {"L": {"enum": ["c", "b", "a", "d"], "type": "string"}}, "type": "object", "properties": {"label": {"anyOf": [{"$ref": "#/$defs/L"}, {"type": "null"}]}}, "required": ["label"], "additionalProperties": false}}}'
	is "$(decided '.choices[0].message.content')" '"{\"label\":\"b\"}"'
	chat '"response_format": {"type": "json_object"}'
	is "$(decided '.choices[0].message.content | fromjson')" '{"label":"b","rationale":"It says so."}'
}
