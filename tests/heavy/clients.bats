#!/usr/bin/env bats
# `toehold serve` asked by real clients, with and without a stream: openai-python, openai-node,
# langchain-openai, litellm and llm. Their packages are pinned, and are installed into the cache.
load ../cli/helper

# packages: prints the folder of the clients, which pip and npm fill once; fails if they cannot.
packages() {
	local folder
	folder=$cache_before/clients/$(cat "$BATS_TEST_DIRNAME/clients.pin" <(python3 -VV) | sha256sum | cut -c1-16)
	if [ ! -d "$folder" ]; then
		rm -rf "$folder.new"
		HOME=$home_before python3 -m venv "$folder.new" &&
			HOME=$home_before "$folder.new/bin/python" -m pip install --quiet --disable-pip-version-check \
				-r "$BATS_TEST_DIRNAME/clients.pin" || return 1
		if command -v npm >/dev/null; then
			HOME=$home_before npm install --silent --no-audit --no-fund --prefix "$folder.new/node" \
				"openai@$(npm_version)" || return 1
		fi
		mv "$folder.new" "$folder" # Programs in bin/ name the old folder: use python -m.
	fi >&2
	printf '%s\n' "$folder"
}

npm_version() { sed -n 's/^# npm: openai==//p' "$BATS_TEST_DIRNAME/clients.pin"; }

setup() {
	enter_scratch
	clients=$(packages) || skip_loudly "pip or npm cannot install the clients of tests/heavy/clients.pin"
	tickets 30
	script one "{\"steps\": [$right_steps]}"
	job one.script.json
	toe 0 smoke job.yaml --name r --store job.toehold
	export TOEHOLD_SERVE_TOKEN=token-of-this-test
	"$toehold" serve >server.txt 2>said.txt &
	pid=$!
	wait_for 20 test -s server.txt
	url=$(sed -n 1p server.txt)
}

teardown() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
	leave_scratch
}

client() { "$clients/bin/python" "$BATS_TEST_DIRNAME/clients.py" "$1" "$url" "$TOEHOLD_SERVE_TOKEN"; }

@test "openai-python" {
	run client openai
	echo "$output"
	is "$output" "$(printf '%s\n' 'model toehold' 'whole b True' 'logprobs b 3' 'stream b stop True' \
		'helper b' 'parsed b' "refused invalid_request_error 'n' must be 1: a ticket has one answer" \
		'token invalid_api_key' 'async b')"
}

@test "langchain-openai" {
	run client langchain
	echo "$output"
	is "$output" "$(printf '%s\n' 'whole b True' 'stream b' "batch ['a', 'c']" "shaped {'label': 'b'}" \
		'tools OpenAIInvalidRequestError')"
}

@test "litellm" {
	run client litellm
	echo "$output"
	is "$(grep -E '^(whole|stream) ' <<<"$output")" $'whole b True\nstream b'
}

@test "llm, which streams unless it is told not to" {
	export LLM_USER_PATH=$scratch/llm OPENAI_API_KEY=$TOEHOLD_SERVE_TOKEN
	mkdir "$LLM_USER_PATH"
	printf -- '- {model_id: pick, model_name: any, api_base: "%s/v1", api_key_name: openai}\n' "$url" \
		>"$LLM_USER_PATH/extra-openai-models.yaml"
	for how in "" --no-stream; do
		run "$clients/bin/python" -m llm -m pick $how --key "$TOEHOLD_SERVE_TOKEN" "it asks about b"
		echo "$output"
		is "$(jq -r .label <<<"$output")" b
	done
	run "$clients/bin/python" -m llm logs -n 1 --json
	[ "$(jq '.[0].input_tokens' <<<"$output")" -gt 0 ]
}

@test "openai-node" {
	[ -d "$clients/node" ] || skip_loudly "there is no npm"
	cp "$BATS_TEST_DIRNAME/clients.mjs" .
	ln -s "$clients/node/node_modules" .
	run node clients.mjs "$url" "$TOEHOLD_SERVE_TOKEN"
	echo "$output"
	is "$output" $'whole b true\nstream b\nhelper b\nmodel toehold\ntools 400 invalid_request_error'
}
