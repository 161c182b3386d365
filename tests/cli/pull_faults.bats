#!/usr/bin/env bats
# pull: networks that fail and servers that lie.
load pull_helper

@test "cut off at several points: resumes there, with the range and the tag" {
	serve '{"cut": [0, 1, 70000, 65536, 3, 0, 0]}'
	pull 0 --json
	whole
	is "$(ranges)" "- - bytes=1- bytes=70001- bytes=135537- bytes=135540- bytes=135540- bytes=135540-"
	has "$(asked 'select(.Range) | ."If-Range"')" '"'
	is "$(json '.files[0].tries')" 8
	has "$stderr" "trying again in"
}

@test "cut off again and again: gives up after the tries, keeps the bytes, and another pull resumes" {
	serve '{"cut": [150000, 0, 0, 0, 0, 0, 0, 0, 0, 0]}'
	pull 3 --tries 3
	has "$stderr" "gave up after 3 tries in a row"
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

@test "a part from another tool is resumed; one that is too long, or of other bytes, is not" {
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
	has "$stderr" "is not what the server states: its sha256 is" "fetching it once more from the beginning"
	# A link in its place is not followed.
	rm "$blobs/$sum"
	echo keep >"$scratch/mine"
	ln -s "$scratch/mine" "$part"
	pull 3
	is "$(cat "$scratch/mine")" keep
}

@test "bytes that differ from the stated sum: refused and removed" {
	serve '{"damage": [true, true, true]}'
	pull 4
	has "$stderr" "tiny-q4.gguf is not what the server states: its sha256 is" "not $sum"
	absent
	is "$(ls "$blobs")" ""
	is "$(ranges)" "-"
	# An older part may be to blame, so pull tries once more from the beginning.
	behave '{"cut": [100000], "damage": [false, true]}'
	: >"$srv/log"
	pull 0
	whole
	is "$(ranges)" "- bytes=100000- -"
	has "$stderr" "fetching it once more"
}

@test "small files are verified as well" {
	cp "$root/LICENSE" "$repo/LICENSE"
	serve '{"entries": {"LICENSE": {"blobId": "0123456789012345678901234567890123456789"}}}'
	pull 4
	has "$stderr" "LICENSE is not what the server states: its git checksum is"
	absent
}

@test "sizes that differ from the stated ones: refused" {
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

@test "malformed answers of the API are refused with a reason" {
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
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "../../x", "size": 5}}}}|a malformed sha256 for 'tiny-q4.gguf'
		{"entries": {"tiny-q4.gguf": {"lfs": null, "blobId": "../x"}}}|a malformed git checksum for 'tiny-q4.gguf'
		{"entries": {"tiny-q4.gguf": {"lfs": {"sha256": "", "size": 9e99}}}}|a malformed sha256 for
		{"entries": {"tiny-q4.gguf": {"lfs": null, "blobId": null, "size": -7}}}|an impossible size
	END
}

@test "names that lead outside the folder create nothing" {
	serve '{"more": [{"rfilename": "../../../../LICENSE", "size": 3, "blobId": null}, {"rfilename": "/etc/LICENSE"},
		{"rfilename": "LICENSE\\..\\x"}, {"rfilename": "LICENSE\u001b[2J"}, {"rfilename": "a//LICENSE"},
		{"rfilename": "./LICENSE"}, {"rfilename": 7}, {}]}'
	pull 0
	whole
	has "$stderr" "8 files have unsafe names and were skipped"
	is "$(find "$scratch" -name '*LICENSE*' | wc -l)" 0
	local name
	for name in 'hf:acme/tiny/../../x.gguf' 'hf:acme/tiny//etc/x.gguf' 'hf:../tiny/x.gguf' 'hf:acme/ti--ny/x.gguf' \
		'hf:acme/tiny/x.gguf@../../y' 'hf:acme/tiny/a\b.gguf' $'hf:acme/tiny/a\nb.gguf' 'hf:acme/tiny/x.gguf@/y' \
		'hf:acme/tiny/x.bin' 'hf:acme/..%2f/x.gguf' 'ollama:../x' 'ollama:a/../b:c' 'ollama:x:../y' \
		'ollama:a/b/c/d' 'tiny.gguf' 'http://x/y.gguf' 'hf:' 'ollama:' ''; do
		toe 3 pull "$name"
		has "$stderr" "cannot pull"
	done
}

@test "redirects: to another protocol, in a circle, to an unencrypted address" {
	serve '{"loop": true}'
	pull 4
	has "$stderr" "redirects more than 5 times"
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

@test "the messages for 401, 403, 404, 410, 416, 429, 451, 500 and 503" {
	serve
	while IFS='|' read -r code status tries words; do
		behave "{\"status\": {\"/acme/\": [$code, $code, $code]}}"
		: >"$srv/log"
		pull "$status" --tries 2
		has "$stderr" "127.0.0.1:$api answers $code: $words"
		is "$(asked 'select(.path | startswith("/acme/")) | .role' | wc -l)" "$tries"
		absent
	done <<-'END'
		401|4|1|login required, or there is no such model; for a private or gated model, accept the conditions on its page and set HF_TOKEN
		403|4|1|access denied; for a private
		404|3|1|not found; check the name
		410|3|1|it was removed
		416|3|1|the file has no such range
		418|3|1|unexpected status
		429|3|2|too many requests
		451|4|1|not available, for legal reasons
		500|3|2|the server has a fault
		503|3|2|the server is overloaded or down
	END
	toe 4 pull hf:nobody/nothing/x.gguf
	has "$stderr" "cannot find nobody/nothing at revision 'main'" 'answers 401' '("Repository not found")'
	toe 3 pull hf:acme/tiny/tiny-q5.gguf
	has "$stderr" "acme/tiny has no file 'tiny-q5.gguf' at revision 'main'; did you mean 'tiny-q4.gguf'?"
}

@test "temporary errors: tried again after the wait that the server demands" {
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
	has "$stderr" "the server demands a wait of 100000 s: try again later"
}

@test "a server that does not answer, or stops in the middle, ends the try in time" {
	serve '{"silent": "/api/"}'
	SECONDS=0
	pull 3 --timeout 1 --tries 2
	has "$stderr" "gave up after 2 tries in a row" "nothing arrived for 1 s"
	behave '{"stuck": 50000}'
	pull 3 --timeout 1 --tries 2
	has "$stderr" "nothing arrived for 1 s"
	is "$(stat -c %s "$part")" 50000
	[ "$SECONDS" -lt 25 ]
	# No server at that address.
	HF_ENDPOINT=http://127.0.0.1:1 pull 3 --tries 2
	has "$stderr" "gave up after 2 tries in a row" "http://127.0.0.1:1: "
}

@test "a tag that changes between tries: starts over, whatever the server does" {
	serve '{"cut": [90000], "tags": ["\"old\"", "\"new\"", "\"new\""]}'
	pull 0
	whole
	is "$(ranges)" "- bytes=90000- -"
	has "$stderr" "it has changed on the server"
	rm "$blobs/$sum"
	: >"$srv/log"
	behave '{"cut": [90000], "tags": ["\"old\"", "\"new\""], "forget": true}'
	pull 0
	whole
	is "$(ranges)" "- bytes=90000-"
	is "$(asked 'select(.Range and .role == "store") | ."If-Range"')" '"old"'
	has "$stderr" "starting over: it has changed on the server, or the server cannot resume"
	# A server without ranges, and one that sends another range.
	for behaviour in '{"cut": [90000], "no_range": true}' '{"cut": [90000], "range_shift": 7}'; do
		rm "$blobs/$sum"
		behave "$behaviour"
		pull 0
		whole
	done
}

@test "killed at any moment: the same command resumes" {
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

@test "Ctrl-C: exit code 130, the bytes so far are kept" {
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
	has "$(cat err)" "stopped; the bytes so far are kept, and the same command resumes"
	[ -s "$blobs/$sum.incomplete" ]
	behave '{}'
	pull 0 --json
	whole
	is "$(json '.files[0].state')" resumed
}

@test "two pulls at once: the second one is refused" {
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
	has "$stderr" "another program is fetching tiny-q4.gguf" ".locks/models--acme--tiny/$sum.lock"
	# The first one's fetcher has released the lock.
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

@test "a full disk: reported before the download if known; otherwise the bytes are kept" {
	mkdir small
	mount -t tmpfs -o size=128k tmpfs small 2>/dev/null || skip_loudly "no tmpfs may be mounted here"
	export HF_HUB_CACHE=$PWD/small
	serve
	run --separate-stderr "$toehold" pull hf:acme/tiny/tiny-q4.gguf
	local first=$status words=$stderr second filled size
	# The disk fills up during the download: the list states no size.
	behave "{\"entries\": {\"tiny-q4.gguf\": {\"lfs\": null, \"blobId\": null, \"size\": null}}, \"linked\": {\"X-Linked-Size\": \"\"}}"
	run --separate-stderr "$toehold" pull hf:acme/tiny/tiny-q4.gguf --unverified
	second=$status filled=$stderr size=$(find small -name '*.incomplete' -size +1k | wc -l)
	umount small
	is "$first" 4
	has "$words" "the download needs 200 kB, and '" "make room, or choose another folder"
	is "$second" 3
	has "$filled" "the disk is full after" "The bytes are kept"
	is "$size" 1
}

@test "TLS: an untrusted certificate is refused; encrypted stays encrypted" {
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
	has "$stderr" "redirects to http://127.0.0.1:1, from an encrypted address to an unencrypted one"
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
	has "$(cat "$scratch/words")" "the manifest holds a digest that is not a sha256: 'sha256:../../../../x.gguf'" \
		"states an impossible size" "names no GGUF weights" "contradicts itself about the size"
	printf '%s\n' "$good" >"$manifest"
	behave '{"damage": [true, true, true]}'
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b" --tries 1
	[ ! -e "$ollama/manifests" ]
	# The manifest itself is not what the registry states.
	behave '{"headers": {"Docker-Content-Digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}}'
	toe 4 pull "ollama:127.0.0.1:$api/library/tiny:1b"
	has "$stderr" "the manifest of ollama:127.0.0.1:$api/library/tiny:1b is not what the server states"
}

# at CALL WHAT N: a pull whose N-th CALL ends as WHAT says.
at() {
	strace -o /dev/null -e trace="$1" -e inject="$1:$2:when=$3" "$toehold" pull hf:acme/tiny/tiny-q4.gguf \
		--tries 1 >out 2>err 3>&-
}

@test "killed at the N-th write, rename, link, sync and truncation: the same command resumes" {
	must_trace
	cp "$root/LICENSE" "$repo/LICENSE"
	bytes 600000 5 >"$repo/tiny-q4.gguf"
	sum=$(sha "$repo/tiny-q4.gguf")
	serve
	local call n code tried=0
	for call in pwrite64 rename symlink fsync ftruncate mkdir unlink; do
		for n in 1 2 3 5; do
			rm -rf "$HOME/.cache"
			code=0
			at "$call" signal=SIGKILL "$n" || code=$?
			[ "$code" -eq 137 ] || [ "$code" -eq 0 ]
			tried=$((tried + (code == 137)))
			# A file that has its name is complete.
			[ ! -e "$blobs/$sum" ] || is "$(sha "$blobs/$sum")" "$sum"
			[ ! -e "$cache/snapshots/$commit/tiny-q4.gguf" ] || [ -e "$blobs/$sum" ]
			pull 0
			whole
		done
	done
	echo "# killed $tried times" >&3
	[ "$tried" -ge 15 ]
}

@test "a write, a rename, a link or a sync that fails: reported, and no incomplete file under a final name" {
	must_trace
	serve
	local call error words code
	while IFS='|' read -r call error words; do
		rm -rf "$HOME/.cache"
		code=0
		at "$call" "error=$error" 1 || code=$?
		is "$code" 3
		has "$(cat err)" "$words"
		[ ! -e "$cache/refs/main" ]
		pull 0
		whole
	done <<-'END'
		pwrite64|ENOSPC|the disk is full after 0 bytes of tiny-q4.gguf ('
		pwrite64|EIO|cannot write '
		fsync|EIO|Input/output error
		rename|EIO|in place
		symlink|EPERM|to its blob: Operation not permitted
		ftruncate|EIO|cannot empty '
		flock|ENOLCK|cannot lock '
	END
}
