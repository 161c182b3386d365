# shellcheck shell=bash
# Shared by the tests of pull. A small server (pull_server.py) plays the Hugging Face Hub, an Ollama
# registry and the store that both redirect to. No test leaves this machine.
load "${BATS_TEST_DIRNAME%/*}/cli/helper"

commit=c0ffee0000000000000000000000000000000001

setup() {
	command -v python3 >/dev/null || skip_loudly "there is no python3"
	[ -x "$build/toehold-fetch" ] || skip_loudly "toehold-fetch was not built (no libcurl)"
	enter_scratch
	unset HF_TOKEN HUGGING_FACE_HUB_TOKEN HF_TOKEN_PATH HF_HOME HF_HUB_CACHE HUGGINGFACE_HUB_CACHE \
		OLLAMA_MODELS TOEHOLD_OFFLINE HF_HUB_OFFLINE http_proxy https_proxy HTTPS_PROXY all_proxy \
		ALL_PROXY no_proxy NO_PROXY CURL_CA_BUNDLE REQUESTS_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
	export TOEHOLD_PULL_BACKOFF_MS=5
	srv=$scratch/srv
	repo=$srv/hub/acme/tiny
	mkdir -p "$repo" "$srv/blobs" "$srv/registry/library/tiny"
	cache=$HOME/.cache/huggingface/hub/models--acme--tiny
	blobs=$cache/blobs
	bytes 200000 >"$repo/tiny-q4.gguf"
	sum=$(sha "$repo/tiny-q4.gguf")
	part=$blobs/$sum.incomplete
}

# The server ends when its file of ports is removed.
teardown() {
	rm -f "$srv/ports"
	leave_scratch
}

# bytes N [SEED]: prints the same N bytes every time.
bytes() { python3 -c 'import random, sys; sys.stdout.buffer.write(random.Random(int(sys.argv[2])).randbytes(int(sys.argv[1])))' "$1" "${2-1}"; }
sha() { sha256sum "$1" | cut -d ' ' -f 1; }

# behave JSON: how the server behaves from the next request on.
behave() { printf '%s\n' "$1" >"$srv/new" && mv "$srv/new" "$srv/behaviour.json"; }

# serve [JSON [CERTIFICATE]]: starts the server.
serve() {
	[ -z "${1-}" ] || behave "$1"
	python3 "$root/tests/cli/pull_server.py" "$srv" ${2+"$2"} 3>&- >"$srv/out" 2>&1 &
	local i
	for ((i = 0; i < 200; i++)); do
		[ ! -e "$srv/ports" ] || break
		sleep 0.05
	done
	read -r api store <"$srv/ports"
	[ -z "${2-}" ] && export HF_ENDPOINT=http://127.0.0.1:$api || export HF_ENDPOINT=https://127.0.0.1:$api
}

# asked FILTER: applies the filter to each request that came.
asked() { jq -r "$1" "$srv/log"; }
# ranges: the ranges that were requested from the store.
ranges() { asked 'select(.role == "store") | .Range // "-"' | xargs; }

# pull CODE ARGUMENTS…: also fails if a fetcher died. Only a message shows that, because pull starts
# another one.
pull() {
	toe "$1" pull hf:acme/tiny/tiny-q4.gguf "${@:2}"
	case $stderr in *"toehold-fetch "*) echo "$stderr"; return 1 ;; esac
}

# whole: the complete file has its name, and nothing is left beside it.
whole() {
	cmp "$repo/tiny-q4.gguf" "$cache/snapshots/$commit/tiny-q4.gguf"
	is "$(readlink "$cache/snapshots/$commit/tiny-q4.gguf")" "../../blobs/$sum"
	is "$(cat "$cache/refs/main")" "$commit"
	is "$(ls "$blobs" | grep -c incomplete)" 0
}

# absent: nothing has the name of the file.
absent() {
	[ ! -e "$cache/snapshots/$commit/tiny-q4.gguf" ]
	[ ! -e "$blobs/$sum" ]
	[ ! -e "$cache/refs/main" ]
}

# ollama_model: makes a manifest with a config, weights and a licence.
ollama_model() {
	local name hex size layers=() type
	bytes 100000 7 >"$srv/weights"
	echo '{"model_format": "gguf"}' >"$srv/config"
	cp "$root/LICENSE" "$srv/license"
	for name in config weights license; do
		hex=$(sha "$srv/$name")
		size=$(stat -c %s "$srv/$name")
		cp "$srv/$name" "$srv/blobs/$hex"
		type=model
		[ "$name" = weights ] || type=$name
		layers+=("{\"mediaType\": \"application/vnd.ollama.image.$type\", \"digest\": \"sha256:$hex\", \"size\": $size}")
	done
	weights=$(sha "$srv/weights")
	printf '{"schemaVersion": 2,\n "config": %s,\n "layers": [%s, %s]}\n' "${layers[@]}" >"$srv/registry/library/tiny/1b"
	ollama=$HOME/.ollama/models
}
