#!/usr/bin/env bats
# pull: a server in small plays the Hugging Face Hub, an Ollama registry and the store that both
# send on to (pull_server.py); no test leaves this machine.
load helper

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

# The server ends when its file of ports is gone.
teardown() {
	rm -f "$srv/ports"
	leave_scratch
}

# bytes N [SEED]: the same N bytes every time.
bytes() { python3 -c 'import random, sys; sys.stdout.buffer.write(random.Random(int(sys.argv[2])).randbytes(int(sys.argv[1])))' "$1" "${2-1}"; }
sha() { sha256sum "$1" | cut -d ' ' -f 1; }

# behave JSON: from the next request on.
behave() { printf '%s\n' "$1" >"$srv/new" && mv "$srv/new" "$srv/behaviour.json"; }

# serve [JSON [CERTIFICATE]]: starts the server.
serve() {
	[ -z "${1-}" ] || behave "$1"
	python3 "$BATS_TEST_DIRNAME/pull_server.py" "$srv" ${2+"$2"} 3>&- >"$srv/out" 2>&1 &
	local i
	for ((i = 0; i < 200; i++)); do
		[ ! -e "$srv/ports" ] || break
		sleep 0.05
	done
	read -r api store <"$srv/ports"
	[ -z "${2-}" ] && export HF_ENDPOINT=http://127.0.0.1:$api || export HF_ENDPOINT=https://127.0.0.1:$api
}

# asked FILTER: of the requests that came, one a line.
asked() { jq -r "$1" "$srv/log"; }
# Ranges that the store was asked for.
ranges() { asked 'select(.role == "store") | .Range // "-"' | xargs; }

pull() { toe "$1" pull hf:acme/tiny/tiny-q4.gguf "${@:2}"; }

# The file is there, whole, under its name, and nothing is left beside it.
whole() {
	cmp "$repo/tiny-q4.gguf" "$cache/snapshots/$commit/tiny-q4.gguf"
	is "$(readlink "$cache/snapshots/$commit/tiny-q4.gguf")" "../../blobs/$sum"
	is "$(cat "$cache/refs/main")" "$commit"
	is "$(ls "$blobs" | grep -c incomplete)" 0
}

# Nothing of the file is to be seen under its name.
absent() {
	[ ! -e "$cache/snapshots/$commit/tiny-q4.gguf" ]
	[ ! -e "$blobs/$sum" ]
	[ ! -e "$cache/refs/main" ]
}

@test "a file with its licence and card: whole, in the layout that other tools share, licence first" {
	cp "$root/LICENSE" "$repo/LICENSE"
	printf -- "---\nlicense: mit\n---\n# tiny\n" >"$repo/README.md"
	echo '{"license": "mit"}' >"$repo/.card.json"
	serve
	pull 0
	whole
	cmp "$repo/LICENSE" "$cache/snapshots/$commit/LICENSE"
	cmp "$repo/README.md" "$cache/snapshots/$commit/README.md"
	# Small files are named by git's own sum.
	is "$(readlink "$cache/snapshots/$commit/LICENSE")" "../../blobs/$(git hash-object "$repo/LICENSE")"
	has "$output" "$sum" "version  $commit (main)" "licence  OK mit" "says mit" \
		'models: ["hf:acme/tiny/tiny-q4.gguf"]' "200 kB"
	has "$stderr" "licence: OK mit, for commercial use: LICENSE beside the file is mit"
	# It was shown before the large file was asked for.
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
	# A blob that was damaged since is seen, and fetched again.
	printf x | dd of="$blobs/$sum" conv=notrunc status=none
	pull 0 --json
	is "$(json '.files[0].state')" fetched
	has "$stderr" "what is there is damaged, and is fetched again"
	whole
}

@test "--dry-run says what would come, and writes nothing" {
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
	# A commit needs no name, and a part that is missing is said before anything is fetched.
	rm "$repo/sub dir/m-00003-of-00003.gguf"
	toe 3 pull "hf:acme/tiny/sub dir/m-00001-of-00003.gguf"
	has "$stderr" "acme/tiny has no file 'sub dir/m-00003-of-00003.gguf'"
	toe 0 pull "hf:acme/tiny/tiny-q4.gguf@$commit"
	is "$(find "$cache/refs" -type f | wc -l)" 1
}

@test "cut at several points: it goes on where it was, with the range and the tag" {
	serve '{"cut": [0, 1, 70000, 65536, 3, 0, 0]}'
	pull 0 --json
	whole
	is "$(ranges)" "- - bytes=1- bytes=70001- bytes=135537- bytes=135540- bytes=135540- bytes=135540-"
	has "$(asked 'select(.Range) | ."If-Range"')" '"'
	is "$(json '.files[0].tries')" 8
	has "$stderr" "trying again in"
}

@test "cut again and again: given up after the tries, kept, and another pull goes on" {
	serve '{"cut": [150000, 0, 0, 0, 0, 0, 0, 0, 0, 0]}'
	pull 3 --tries 3
	has "$stderr" "given up after 3 tries in a row"
	absent
	is "$(stat -c %s "$part")" 150000
	[ -s "$part.etag" ]
	behave '{}'
	: >"$srv/log"
	pull 0 --json
	whole
	is "$(ranges)" "bytes=150000-"
	is "$(json '.files[0] | .state, .kept_bytes' | xargs)" "resumed 150000"
}

@test "a part from another tool goes on; one that is too long, or of other bytes, does not" {
	serve
	mkdir -p "$blobs"
	head -c 123456 "$repo/tiny-q4.gguf" >"$part"
	pull 0
	whole
	is "$(ranges)" "bytes=123456-"
	rm "$blobs/$sum"
	bytes 300000 9 >"$part"
	pull 0
	whole
	rm "$blobs/$sum"
	: >"$srv/log"
	bytes 50000 9 >"$part"
	pull 0
	whole
	is "$(ranges)" "bytes=50000- -"
	has "$stderr" "is not what the server states: its sha256 is" "fetched once more, from the beginning"
	# A link in its place is not followed.
	rm "$blobs/$sum"
	echo keep >"$scratch/mine"
	ln -s "$scratch/mine" "$part"
	pull 3
	is "$(cat "$scratch/mine")" keep
}

@test "bytes that are not what is stated: refused, not kept" {
	serve '{"damage": [true, true, true]}'
	pull 4
	has "$stderr" "tiny-q4.gguf is not what the server states: its sha256 is" "not $sum"
	absent
	is "$(ls "$blobs")" ""
	is "$(ranges)" "-"
	# Where a part was older, it may have been that one: once more, from the beginning.
	behave '{"cut": [100000], "damage": [false, true]}'
	: >"$srv/log"
	pull 0
	whole
	is "$(ranges)" "- bytes=100000- -"
	has "$stderr" "fetched once more"
}

@test "small files are verified too" {
	cp "$root/LICENSE" "$repo/LICENSE"
	serve '{"entries": {"LICENSE": {"blobId": "0123456789012345678901234567890123456789"}}}'
	pull 4
	has "$stderr" "LICENSE is not what the server states: its git sum is"
	absent
}

@test "sizes that are not what is stated: refused" {
	local row
	serve
	while read -r row; do
		rm -rf "$cache"
		behave "$row"
		pull 4 --tries 2
		absent
		is "$(find "$blobs" -size +200000c | wc -l)" 0
		printf '%s\n' "$stderr" >>"$scratch/words"
	done <<-'END'
		{"longer": 5}
		{"length": 5}
		{"headers": {"Content-Length": "999"}}
		{"linked": {"X-Linked-Size": "200001", "X-Repo-Commit": "c0ffee0000000000000000000000000000000001"}}
		{"linked": {"X-Linked-Etag": "\"0000000000000000000000000000000000000000000000000000000000000000\""}}
		{"linked": {"X-Repo-Commit": "0000000000000000000000000000000000000000"}}
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "0000000000000000000000000000000000000000000000000000000000000000", "size": 200000}}}}
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "0000000000000000000000000000000000000000000000000000000000000000", "size": 200001}}}}
	END
	has "$(cat "$scratch/words")" "the server contradicts itself about the size of tiny-q4.gguf" \
		"contradicts itself about the sha256" "contradicts itself about the commit"
}

@test "answers of the API that are none: refused with a reason" {
	local row
	serve
	while IFS='|' read -r row words; do
		behave "$row"
		pull 3
		has "$stderr" "$words"
		is "$(find "$HOME" -type f | wc -l)" 0
	done <<-'END'
		{"listing": {"sha": "main"}}|names no commit
		{"listing": {"sha": "../../../../etc"}}|names no commit
		{"listing": {"siblings": 7}}|holds no files
		{"listing": {"siblings": []}}|it has no .gguf file at all
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "../../x", "size": 5}}}}|a sha256 of 'tiny-q4.gguf' that is none
		{"entries": {"tiny-q4.gguf": {"lfs": null, "blobId": "../x"}}}|a git sum of 'tiny-q4.gguf' that is none
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "", "size": 9e99}}}}|a sha256 of
		{"entries": {"tiny-q4.gguf": {"lfs": null, "blobId": null, "size": -7}}}|an impossible size
	END
}

@test "names that lead elsewhere: none of them is made" {
	serve '{"more": [{"rfilename": "../../../../LICENSE", "size": 3, "blobId": null}, {"rfilename": "/etc/LICENSE"},
		{"rfilename": "LICENSE\\..\\x"}, {"rfilename": "LICENSE\u001b[2J"}, {"rfilename": "a//LICENSE"},
		{"rfilename": "./LICENSE"}, {"rfilename": 7}, {}]}'
	pull 0
	whole
	has "$stderr" "8 names in the list of files are not safe, and were passed over"
	is "$(find "$scratch" -name '*LICENSE*' | wc -l)" 0
	local name
	for name in 'hf:acme/tiny/../../x.gguf' 'hf:acme/tiny//etc/x.gguf' 'hf:../tiny/x.gguf' 'hf:acme/ti--ny/x.gguf' \
		'hf:acme/tiny/x.gguf@../../y' 'hf:acme/tiny/a\b.gguf' $'hf:acme/tiny/a\nb.gguf' 'hf:acme/tiny/x.gguf@/y' \
		'hf:acme/tiny' 'hf:acme/tiny/x.bin' 'hf:acme/..%2f/x.gguf' 'ollama:../x' 'ollama:a/../b:c' 'ollama:x:../y' \
		'ollama:a/b/c/d' 'tiny.gguf' 'http://x/y.gguf' 'hf:' 'ollama:' ''; do
		toe 3 pull "$name"
		has "$stderr" "cannot pull"
	done
}

@test "the token goes to its own address, and never on from there" {
	serve
	export HF_TOKEN=hf_secret
	pull 0
	is "$(asked 'select(.role == "api") | .Authorization' | sort -u)" "Bearer hf_secret"
	is "$(asked 'select(.role == "store") | .Authorization')" null
	# Neither is it seen from outside, nor kept anywhere.
	is "$(grep -rl hf_secret "$HOME" "$TOEHOLD_CACHE" | wc -l)" 0
	[[ $output$stderr != *hf_secret* ]]
	# The other places where it may be.
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
	# A line break would be another header.
	: >"$srv/log"
	HF_TOKEN=$'a\r\nX-Evil: 1' pull 0
	is "$(asked .Authorization | sort -u)" null
}

@test "redirects: to whatever is not http, in a circle, to what is not encrypted" {
	serve '{"loop": true}'
	pull 4
	has "$stderr" "sends us on more than 5 times"
	is "$(asked 'select(.path | contains("/resolve/")) | .role' | wc -l)" 6
	local to
	for to in file:///etc/passwd ftp://127.0.0.1/x gopher://127.0.0.1/x http://192.0.2.1/x http://user:pw@127.0.0.1/x \
		'http://127.0.0.1:1/x y' 'http://127.0.0.1\@192.0.2.1/x' 'http://[::1' '//192.0.2.1/x'; do
		behave "{\"to\": $(jq -n --arg to "$to" '$to')}"
		run --separate-stderr "$toehold" pull hf:acme/tiny/tiny-q4.gguf --tries 1
		[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
		absent
	done
	behave '{"to": "http://192.0.2.1/x"}'
	pull 4
	has "$stderr" "http://192.0.2.1:80 is not encrypted"
}

@test "the words for 401, 403, 404, 410, 416, 429, 451, 500 and 503" {
	serve
	while IFS='|' read -r code status tries words; do
		behave "{\"status\": {\"/acme/\": [$code, $code, $code]}}"
		: >"$srv/log"
		pull "$status" --tries 2
		has "$stderr" "127.0.0.1:$api answers $code: $words"
		is "$(asked 'select(.path | startswith("/acme/")) | .role' | wc -l)" "$tries"
		absent
	done <<-'END'
		401|4|1|it wants to know who asks, or there is no such model; for a private or gated model accept the conditions on its page, and set HF_TOKEN
		403|4|1|it does not let you have this; for a private
		404|3|1|there is no such thing; check the name
		410|3|1|it is gone
		416|3|1|it has no such range
		418|3|1|nothing that toehold knows
		429|3|2|too many requests
		451|4|1|it may not give this
		500|3|2|something is wrong there
		503|3|2|it is too busy
	END
	toe 4 pull hf:nobody/nothing/x.gguf
	has "$stderr" "cannot find nobody/nothing at revision 'main'" 'answers 401' '("Repository not found")'
	toe 3 pull hf:acme/tiny/tiny-q5.gguf
	has "$stderr" "acme/tiny has no file 'tiny-q5.gguf' at revision 'main'; did you mean 'tiny-q4.gguf'?"
}

@test "errors that pass: tried again, as long as the server wants" {
	serve '{"status": {"/api/": [500, 429], "/cdn/": [503, 502, 504]}}'
	pull 0
	whole
	rm -rf "$cache"
	behave '{"status": {"/api/": [429]}, "headers": {"Retry-After": "1"}}'
	SECONDS=0
	pull 0
	[ "$SECONDS" -ge 1 ]
	has "$stderr" "too many requests; trying again in 1.0 s"
	behave '{"status": {"/api/": [429]}, "headers": {"Retry-After": "100000"}}'
	pull 3
	has "$stderr" "it wants 100000 s of rest: try again later"
}

@test "a server that does not answer, or stops in the middle, is given up in time" {
	serve '{"silent": "/api/"}'
	SECONDS=0
	pull 3 --timeout 1 --tries 2
	has "$stderr" "given up after 2 tries in a row" "nothing came for 1 s"
	behave '{"stuck": 50000}'
	pull 3 --timeout 1 --tries 2
	has "$stderr" "nothing came for 1 s"
	is "$(stat -c %s "$part")" 50000
	[ "$SECONDS" -lt 25 ]
	# Nobody at that address at all.
	HF_ENDPOINT=http://127.0.0.1:1 pull 3 --tries 2
	has "$stderr" "given up after 2 tries in a row" "http://127.0.0.1:1: "
}

@test "a tag that changes between tries: from the beginning, whatever the server does about it" {
	serve '{"cut": [90000], "tags": ["\"old\"", "\"new\"", "\"new\""]}'
	pull 0
	whole
	is "$(ranges)" "- bytes=90000- -"
	has "$stderr" "it has changed at the server"
	rm "$blobs/$sum"
	: >"$srv/log"
	behave '{"cut": [90000], "tags": ["\"old\"", "\"new\""], "forget": true}'
	pull 0
	whole
	is "$(ranges)" "- bytes=90000-"
	is "$(asked 'select(.Range and .role == "store") | ."If-Range"')" '"old"'
	has "$stderr" "the server sends it from the beginning"
	# No ranges at all; a range that is another one.
	for behaviour in '{"cut": [90000], "no_range": true}' '{"cut": [90000], "range_shift": 7}'; do
		rm "$blobs/$sum"
		behave "$behaviour"
		pull 0
		whole
	done
}

@test "a sum that the server does not state: refused, unless --unverified" {
	serve '{"unstated": true, "direct": true}'
	pull 4
	has "$stderr" "the server states no sum of tiny-q4.gguf" "--unverified fetches it all the same"
	is "$(find "$HOME" -name '*.gguf' | wc -l)" 0
	pull 0 --unverified
	has "$output" "$sum  UNVERIFIED: the server states none"
	cmp "$repo/tiny-q4.gguf" "$cache/snapshots/$commit/tiny-q4.gguf"
	# A list that says nothing, and a file that does.
	rm -rf "$cache"
	behave "{\"entries\": {\"tiny-q4.gguf\": {\"lfs\": null, \"blobId\": null, \"size\": null}}}"
	pull 0
	whole
	is "$(asked 'select(.method == "HEAD") | .role' | tail -n 1)" store
}

@test "killed at any moment: the same command goes on" {
	bytes 3000000 5 >"$repo/tiny-q4.gguf"
	sum=$(sha "$repo/tiny-q4.gguf")
	serve '{"pace": 0.002}'
	local n=0 ms grown=0 size
	for ms in 10 40 80 150 250 350 500 600; do
		"$toehold" pull hf:acme/tiny/tiny-q4.gguf >/dev/null 2>&1 3>&- &
		sleep "$(printf '0.%03d' "$ms")"
		kill -9 $! 2>/dev/null || true
		wait $! 2>/dev/null || true
		size=$(stat -c %s "$blobs/$sum.incomplete" 2>/dev/null || echo 0)
		[ "$size" -ge "$grown" ] || [ -e "$blobs/$sum" ]
		grown=$size
		n=$((n + 1))
	done
	behave '{}'
	pull 0 --json
	whole
	is "$(json '.files[0].verified')" true
	# A fetcher does not outlive who started it.
	is "$(pgrep -f "$build/toehold-fetch" | wc -l)" 0
}

@test "Ctrl-C: exit code 130, what is there is kept" {
	bytes 3000000 5 >"$repo/tiny-q4.gguf"
	sum=$(sha "$repo/tiny-q4.gguf")
	serve '{"pace": 0.005}'
	"$toehold" pull hf:acme/tiny/tiny-q4.gguf >out 2>err 3>&- &
	local pid=$! i
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$blobs/$sum.incomplete" ] || break
		sleep 0.05
	done
	kill -TERM "$pid"
	wait "$pid" || is $? 130
	has "$(cat err)" "stopped; what is there is kept, and the same command goes on"
	[ -s "$blobs/$sum.incomplete" ]
	behave '{}'
	pull 0 --json
	whole
	is "$(json '.files[0].state')" resumed
}

@test "two pulls at once: the second one is told" {
	bytes 3000000 5 >"$repo/tiny-q4.gguf"
	sum=$(sha "$repo/tiny-q4.gguf")
	serve '{"pace": 0.005}'
	"$toehold" pull hf:acme/tiny/tiny-q4.gguf >out 2>err 3>&- &
	local pid=$! i fetcher
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$blobs/$sum.incomplete" ] || break
		sleep 0.05
	done
	pull 4
	has "$stderr" "another program fetches tiny-q4.gguf right now" ".locks/models--acme--tiny/$sum.lock"
	# What the first one's fetcher has given up.
	fetcher=$(pgrep -P "$pid")
	if [ -r "/proc/$fetcher/limits" ]; then
		has "$(cat "/proc/$fetcher/limits")" "Max file size             0                    0"
		has "$(tr '\t' ' ' <"/proc/$fetcher/status")" "NoNewPrivs: 1"
		[[ $(tr '\0' '\n' <"/proc/$fetcher/environ") != *HOME=* ]]
	fi
	behave '{}'
	kill -9 "$pid"
	wait "$pid" || true
	pull 0
	whole
}

@test "a full disk: said before, where it is known; and kept, where it happens" {
	mkdir small
	mount -t tmpfs -o size=128k tmpfs small 2>/dev/null || skip_loudly "no tmpfs may be mounted here"
	export HF_HUB_CACHE=$PWD/small
	serve
	run --separate-stderr "$toehold" pull hf:acme/tiny/tiny-q4.gguf
	local first=$status words=$stderr second filled size
	# Room that goes away meanwhile: the list says less than comes.
	behave "{\"entries\": {\"tiny-q4.gguf\": {\"lfs\": null, \"blobId\": null, \"size\": null}}, \"linked\": {\"X-Linked-Size\": \"\"}}"
	run --separate-stderr "$toehold" pull hf:acme/tiny/tiny-q4.gguf --unverified
	second=$status filled=$stderr size=$(find small -name '*.incomplete' -size +1k | wc -l)
	umount small
	is "$first" 4
	has "$words" "200 kB are to come, and there is room for" "make room, or set another folder"
	is "$second" 3
	has "$filled" "the disk is full after" "what is there is kept"
	is "$size" 1
}

@test "not encrypted: only on this machine, or where HF_ENDPOINT says so, and then without the token" {
	serve
	HF_TOKEN=hf_secret HF_ENDPOINT=http://127.0.0.1.nip.invalid:$api pull 3 --tries 1
	has "$stderr" "http://127.0.0.1.nip.invalid:$api is not encrypted: HF_ENDPOINT says so; your token is not sent there"
	HF_ENDPOINT=nonsense pull 3
	has "$stderr" "HF_ENDPOINT: 'nonsense' is no address"
	# Another machine's loopback is not ours: no proxy is asked for it.
	http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 pull 0
	whole
}

@test "TLS: a certificate that nobody vouches for is refused; encrypted stays encrypted" {
	command -v openssl >/dev/null || skip_loudly "there is no openssl to make a certificate"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	cat key.pem cert.pem >both.pem
	serve '{}' "$PWD/both.pem"
	pull 3 --tries 3
	has "$stderr" "certificate"
	[[ $stderr != *trying* ]]
	is "$(find "$HOME" -type f | wc -l)" 0
	export SSL_CERT_FILE=$PWD/cert.pem
	pull 0
	whole
	rm -rf "$cache"
	behave '{"to": "http://127.0.0.1:1/x"}'
	pull 4
	has "$stderr" "sends on to http://127.0.0.1:1, from an encrypted address to one that is not"
}

# ollama_model: a manifest with a config, weights and a licence.
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

@test "ollama: blobs, then the manifest as it came; licence first" {
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
	# Cut and resumed, and with the folder that the variable names.
	behave '{"cut": [-1, -1, 40000]}'
	OLLAMA_MODELS=$scratch/elsewhere toe 0 pull "$name"
	cmp "$srv/weights" "$scratch/elsewhere/blobs/sha256-$weights"
	toe 3 pull "ollama:127.0.0.1:$api/library/tiny:2b"
	has "$stderr" "cannot find ollama:127.0.0.1:$api/library/tiny:2b" "answers 404"
	# The variable of Ollama's own server is no address to pull from.
	OLLAMA_HOST=http://127.0.0.1:1 toe 0 pull "$name"
}

@test "ollama: manifests that lie are refused, and nothing of them is written" {
	ollama_model
	local manifest=$srv/registry/library/tiny/1b good filter
	good=$(cat "$manifest")
	serve
	while read -r code filter; do
		jq "$filter" <<<"$good" >"$manifest"
		toe "$code" pull "ollama:127.0.0.1:$api/library/tiny:1b" --tries 1
		[ ! -e "$ollama/manifests" ]
		is "$(find "$scratch" -name 'x.gguf' | wc -l)" 0
		printf '%s\n' "$stderr" >>"$scratch/words"
	done <<-'END'
		3 .layers[0].digest = "sha256:../../../../x.gguf"
		3 .layers[0].digest = "../../x.gguf"
		3 .layers[0].digest = "sha256:ABCDEF"
		3 .layers[0].digest = "sha256-" + .layers[0].digest[7:]
		3 .config.digest = null
		3 .layers[0].size = -1
		3 .layers[0].size = "7"
		3 .layers[0].size = 9e18
		3 .layers = []
		3 del(.config)
		3 .layers[0].mediaType = "application/vnd.ollama.image.params"
		4 .layers[0].size = 99999
		4 .layers[0].size = 100001
		3 .layers[0].digest = .layers[1].digest | .layers[0].size = .layers[1].size + 1
		3 [.]
	END
	has "$(cat "$scratch/words")" "the manifest holds a digest that is no sha256: 'sha256:../../../../x.gguf'" \
		"states no possible size" "names no GGUF weights" "contradicts itself about the size"
	printf '%s\n' "$good" >"$manifest"
	behave '{"damage": [true, true, true]}'
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b" --tries 1
	[ ! -e "$ollama/manifests" ]
	# The manifest itself is not what the registry states.
	behave '{"headers": {"Docker-Content-Digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}}'
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b"
	has "$stderr" "the manifest of ollama:127.0.0.1:$api/library/tiny:1b is not what the server states"
}

@test "ollama: a store that belongs to somebody else is not touched" {
	[ "$(id -u)" -ne 0 ] || skip_loudly "root may write everywhere"
	ollama_model
	serve
	mkdir -p "$ollama"
	chmod 500 "$ollama"
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b"
	chmod 700 "$ollama"
	has "$stderr" "cannot write into '$ollama', which belongs to Ollama"
}

@test "a licence that forbids commercial use is said loudly, and fetched all the same" {
	script tiny "{\"facts\": {\"bytes\": 1000, \"licence\": \"cc-by-nc-4.0\"}, \"steps\": []}"
	mv tiny.script.json "$repo/"
	echo '{"license": "cc-by-nc-4.0"}' >"$repo/.card.json"
	serve
	toe 0 pull hf:acme/tiny/tiny.script.json --json
	is "$(json '.licence.verdict, .licence.card, .problem' | xargs)" "BLOCK cc-by-nc-4.0 null"
	has "$stderr" "LICENCE FORBIDS COMMERCIAL USE"
	is "$(json .sha256)" "$(sha "$repo/tiny.script.json")"
	# And its sum is known without reading it again.
	toe 0 models "$cache/snapshots/$commit/tiny.script.json" --no-hash --json
	is "$(json '.. | .sha256? // empty' | head -n 1)" "$(sha "$repo/tiny.script.json")"
	# The card alone is heard, too.
	echo '{"license": "other", "license_name": "own", "license_link": "https://example.org/l"}' >"$repo/.card.json"
	toe 0 pull hf:acme/tiny/tiny-q4.gguf
	has "$output" "licence  READ" "its model card says other"
	has "$stderr" "its text, as the card says: https://example.org/l"
}

@test "offline is offline" {
	toe 4 pull hf:acme/tiny/tiny-q4.gguf --offline
	has "$stderr" "'hf:acme/tiny/tiny-q4.gguf' is not fetched: --offline was given"
	TOEHOLD_OFFLINE=1 toe 4 pull ollama:tiny
	has "$stderr" "'ollama:tiny:latest' is not fetched: TOEHOLD_OFFLINE is set"
	HF_HUB_OFFLINE=1 toe 4 pull hf:acme/tiny/tiny-q4.gguf
}

@test "toehold itself is linked with no network library" {
	ldd "$toehold" | grep -Ei 'curl|libssl|nghttp|gnutls' | nothing
	ldd "$build/toehold-fetch" | grep -q curl
}
