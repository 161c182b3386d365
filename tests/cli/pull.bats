#!/usr/bin/env bats
# pull: what is fetched, from where, to where, and what is printed.
load pull_helper

@test "a file with its licence and card: complete, in the layout that other tools share, licence first" {
	cp "$root/LICENSE" "$repo/LICENSE"
	printf -- "---\nlicense: mit\n---\n# tiny\n" >"$repo/README.md"
	echo '{"license": "mit"}' >"$repo/.card.json"
	serve
	pull 0
	whole
	cmp "$repo/LICENSE" "$cache/snapshots/$commit/LICENSE"
	cmp "$repo/README.md" "$cache/snapshots/$commit/README.md"
	# Small files are named by git's checksum.
	is "$(readlink "$cache/snapshots/$commit/LICENSE")" "../../blobs/$(git hash-object "$repo/LICENSE")"
	has "$output" "$sum" "version  $commit (main)" "licence  OK mit" "says mit" \
		'models: ["hf:acme/tiny/tiny-q4.gguf"]' "200 kB"
	has "$stderr" "licence: OK mit, for commercial use: LICENSE beside the file is mit"
	# The licence was shown before the large file was requested.
	is "$(asked '.path | split("?")[0] | split("/")[-1]' | xargs -n 1 | tail -n 1)" "$sum"
}

@test "--json, and a second pull that finds everything there" {
	serve
	pull 0 --json
	is "$(json '.sha256, .digest, .revision, .files[0].state, .files[0].verified, .files[0].size_bytes' | xargs)" \
		"$sum $commit main fetched true 200000"
	is "$(json '.files[0].sha256, .files[0].stated_sha256' | sort -u)" "$sum"
	: >"$srv/log"
	pull 0 --json
	is "$(json '.files[0].state')" "was there"
	is "$(asked .role | xargs)" api
	# A blob that was damaged later is noticed and fetched again.
	printf x | dd of="$blobs/$sum" conv=notrunc status=none
	pull 0 --json
	is "$(json '.files[0].state')" fetched
	has "$stderr" "the existing file is damaged; fetching it again"
	whole
}

@test "--dry-run shows what would be fetched, and writes nothing" {
	cp "$root/LICENSE" "$repo/LICENSE"
	echo '{"license": ["apache-2.0"]}' >"$repo/.card.json"
	serve
	pull 0 --dry-run
	has "$output" "$sum" "state  to fetch" "to come  201 kB" "its model card says apache-2.0"
	is "$(find "$HOME" | wc -l)" 1
	is "$(asked .path | xargs)" "/api/models/acme/tiny/revision/main?blobs=true"
	pull 0 --dry-run --json
	is "$(json .to_fetch_bytes)" $((200000 + $(wc -c <"$root/LICENSE")))
}

@test "a revision, a file in a folder, a split model with all its parts" {
	mkdir "$repo/sub dir"
	bytes 5000 2 >"$repo/sub dir/m-00001-of-00003.gguf"
	bytes 6000 3 >"$repo/sub dir/m-00002-of-00003.gguf"
	bytes 7000 4 >"$repo/sub dir/m-00003-of-00003.gguf"
	serve
	toe 0 pull "hf:acme/tiny/sub dir/m-00002-of-00003.gguf@refs/pr/1" --json
	is "$(json '[.files[].state] | join(" ")')" "fetched fetched fetched"
	is "$(cat "$cache/refs/refs/pr/1")" "$commit"
	local i
	for i in 1 2 3; do
		cmp "$repo/sub dir/m-0000$i-of-00003.gguf" "$cache/snapshots/$commit/sub dir/m-0000$i-of-00003.gguf"
	done
	is "$(json .path)" "$cache/snapshots/$commit/sub dir/m-00001-of-00003.gguf"
	has "$(asked .path)" "/api/models/acme/tiny/revision/refs%2Fpr%2F1?blobs=true" "sub%20dir"
	# A commit needs no name. A missing part is reported before anything is fetched.
	rm "$repo/sub dir/m-00003-of-00003.gguf"
	toe 3 pull "hf:acme/tiny/sub dir/m-00001-of-00003.gguf"
	has "$stderr" "acme/tiny has no file 'sub dir/m-00003-of-00003.gguf'"
	toe 0 pull "hf:acme/tiny/tiny-q4.gguf@$commit"
	is "$(find "$cache/refs" -type f | wc -l)" 1
}

@test "the token goes only to its own address" {
	serve
	export HF_TOKEN=hf_secret
	pull 0
	is "$(asked 'select(.role == "api") | .Authorization' | sort -u)" "Bearer hf_secret"
	is "$(asked 'select(.role == "store") | .Authorization')" null
	# Other processes cannot see it, and no file keeps it.
	is "$(grep -rl hf_secret "$HOME" "$TOEHOLD_CACHE" | wc -l)" 0
	[[ $output$stderr != *hf_secret* ]]
	# The other places that may hold it.
	unset HF_TOKEN
	: >"$srv/log"
	mkdir -p "$HOME/.cache/huggingface"
	printf 'hf_file\n' >"$HOME/.cache/huggingface/token"
	pull 0
	is "$(asked .Authorization | sort -u)" "Bearer hf_file"
	: >"$srv/log"
	printf 'hf_other' >"$scratch/token"
	HF_TOKEN_PATH=$scratch/token pull 0
	is "$(asked .Authorization | sort -u)" "Bearer hf_other"
	# A line break would start another header.
	: >"$srv/log"
	HF_TOKEN=$'a\r\nX-Evil: 1' pull 0
	is "$(asked .Authorization | sort -u)" null
}

@test "a file without a stated checksum is refused, unless --unverified" {
	serve '{"unstated": true, "direct": true}'
	pull 4
	has "$stderr" "the server states no checksum for tiny-q4.gguf" "--unverified fetches it anyway"
	is "$(find "$HOME" -name '*.gguf' | wc -l)" 0
	pull 0 --unverified
	has "$output" "$sum  UNVERIFIED: the server states none"
	cmp "$repo/tiny-q4.gguf" "$cache/snapshots/$commit/tiny-q4.gguf"
	# The list states nothing, but the file does.
	rm -rf "$cache"
	behave "{\"entries\": {\"tiny-q4.gguf\": {\"lfs\": null, \"blobId\": null, \"size\": null}}}"
	pull 0
	whole
	is "$(asked 'select(.method == "HEAD") | .role' | tail -n 1)" store
}

@test "unencrypted: only on this machine, or if HF_ENDPOINT says so, and then without the token" {
	serve
	HF_TOKEN=hf_secret HF_ENDPOINT=http://127.0.0.1.nip.invalid:$api pull 3 --tries 1
	has "$stderr" "warning: HF_ENDPOINT is not encrypted: http://127.0.0.1.nip.invalid:$api; your token is not sent there"
	HF_ENDPOINT=nonsense pull 3
	has "$stderr" "HF_ENDPOINT: 'nonsense' is not the address of a server: it begins with neither http:// nor https://; write it as https://HOST"
	# A proxy's loopback is not ours, so a loopback address never goes through a proxy.
	http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 pull 0
	whole
}

@test "ollama: blobs, then the unchanged manifest; licence first" {
	ollama_model
	serve
	local name=ollama:127.0.0.1:$api/library/tiny:1b
	HF_TOKEN=hf_secret toe 0 pull "$name" --json
	is "$(json '.path')" "$ollama/blobs/sha256-$weights"
	is "$(json '.licence | .verdict + " " + .id')" "OK mit"
	cmp "$srv/registry/library/tiny/1b" "$ollama/manifests/127.0.0.1:$api/library/tiny/1b"
	is "$(json .digest)" "$(sha "$srv/registry/library/tiny/1b")"
	local hex
	for hex in $(jq -r '.config.digest, .layers[].digest' "$srv/registry/library/tiny/1b" | cut -d : -f 2); do
		is "$(sha "$ollama/blobs/sha256-$hex")" "$hex"
	done
	is "$(ls "$ollama/blobs" | wc -l)" 3
	is "$(asked .Authorization | sort -u)" null
	is "$(asked 'select(.path | contains("manifests")) | .Accept')" application/vnd.docker.distribution.manifest.v2+json
	# Cut off and resumed, in the folder that the variable names.
	behave '{"cut": [-1, -1, 40000]}'
	OLLAMA_MODELS=$scratch/elsewhere toe 0 pull "$name"
	cmp "$srv/weights" "$scratch/elsewhere/blobs/sha256-$weights"
	toe 3 pull "ollama:127.0.0.1:$api/library/tiny:2b"
	has "$stderr" "cannot find ollama:127.0.0.1:$api/library/tiny:2b" "answers 404"
	# pull does not use the variable of Ollama's own server as an address.
	OLLAMA_HOST=http://127.0.0.1:1 toe 0 pull "$name"
}

@test "ollama: another user's store is not touched" {
	[ "$(id -u)" -ne 0 ] || skip_loudly "root may write everywhere"
	ollama_model
	serve
	mkdir -p "$ollama"
	chmod 500 "$ollama"
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b"
	chmod 700 "$ollama"
	has "$stderr" "cannot write into '$ollama', which belongs to Ollama"
}

@test "a licence that forbids commercial use prints a warning, and the model is fetched anyway" {
	script tiny "{\"facts\": {\"bytes\": 1000, \"licence\": \"cc-by-nc-4.0\"}, \"steps\": []}"
	mv tiny.script.json "$repo/"
	echo '{"license": "cc-by-nc-4.0"}' >"$repo/.card.json"
	serve
	toe 0 pull hf:acme/tiny/tiny.script.json --json
	is "$(json '.licence.verdict, .licence.card, .problem' | xargs)" "BLOCK cc-by-nc-4.0 null"
	has "$stderr" "LICENCE FORBIDS COMMERCIAL USE"
	is "$(json .sha256)" "$(sha "$repo/tiny.script.json")"
	# Its checksum is available without reading it again.
	toe 0 models "$cache/snapshots/$commit/tiny.script.json" --no-hash --json
	is "$(json '.. | .sha256? // empty' | head -n 1)" "$(sha "$repo/tiny.script.json")"
	# The card alone counts too.
	echo '{"license": "other", "license_name": "own", "license_link": "https://example.org/l"}' >"$repo/.card.json"
	toe 0 pull hf:acme/tiny/tiny-q4.gguf
	has "$output" "licence  READ" "its model card says other"
	has "$stderr" "licence text, according to the model card: https://example.org/l"
}

@test "offline is offline" {
	toe 4 pull hf:acme/tiny/tiny-q4.gguf --offline
	has "$stderr" "'hf:acme/tiny/tiny-q4.gguf' was not fetched: --offline was given"
	TOEHOLD_OFFLINE=1 toe 4 pull ollama:tiny
	has "$stderr" "'ollama:tiny:latest' was not fetched: TOEHOLD_OFFLINE is set"
	HF_HUB_OFFLINE=1 toe 4 pull hf:acme/tiny/tiny-q4.gguf
}

@test "toehold itself is linked with no HTTP client" {
	ldd "$toehold" | grep -E 'libcurl|libssl|libnghttp' | nothing
	ldd "$build/toehold-fetch" | grep -q curl
}

@test "toehold makes no socket during a pull: only the fetcher does" {
	must_trace
	serve
	strace -o trace.txt -e trace=network "$toehold" pull hf:acme/tiny/tiny-q4.gguf 3>&-
	whole
	grep -E '(socket|connect|bind|listen)\(' trace.txt | nothing
	strace -f -o trace.txt -e trace=network "$toehold" pull hf:acme/tiny/tiny-q4.gguf --offline 3>&- || is $? 4
	grep -E '(socket|connect|bind|listen)\(' trace.txt | nothing
}

@test "a repository without a file: its only model is taken, several are listed" {
	serve
	toe 0 pull hf:acme/tiny --dry-run
	has "$stderr" "hf:acme/tiny/tiny-q4.gguf"
	toe 0 pull https://huggingface.co/acme/tiny/tree/main --dry-run
	bytes 1000 2 >"$repo/tiny-q8.gguf"
	bytes 1000 3 >"$repo/mmproj-tiny.gguf"
	toe 3 pull hf:acme/tiny
	has "$stderr" "acme/tiny has 2 models; choose one"
	has "$stderr" "tiny-q4.gguf (200 kB)"
	lacks "$stderr" mmproj
	toe 3 pull hf:acme/tiny:q5
	has "$stderr" "tiny-q8.gguf (1.0 kB)"
	rm "$repo"/*.gguf
	echo x >"$repo/model.safetensors"
	toe 3 pull hf:acme/tiny
	has "$stderr" "has no .gguf file"
	has "$stderr" "convert_hf_to_gguf.py"
	bytes 200000 >"$repo/tiny-q4.gguf"
	toe 0 pull hf.co/acme/tiny:Q4
	whole
}

@test "without Landlock the fetcher refuses, and --no-sandbox fetches" {
	must_trace
	serve
	local no_landlock=(strace -f -o trace.txt -e trace=landlock_create_ruleset -e inject=landlock_create_ruleset:error=ENOSYS)
	run "${no_landlock[@]}" "$toehold" pull hf:acme/tiny/tiny-q4.gguf 3>&-
	is "$status" 4
	has "$output" "this system has no Landlock" "--no-sandbox runs it unconfined"
	run "${no_landlock[@]}" "$toehold" pull hf:acme/tiny/tiny-q4.gguf --no-sandbox 3>&-
	whole
}
