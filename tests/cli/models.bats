#!/usr/bin/env bats
# Models in the places of other tools, with the layouts of those tools. The files are the vocabularies
# in the engine's package: real, small GGUF files, which the real worker reads.
load helper

commit=0123456789abcdef0123456789abcdef01234567
hub=.cache/huggingface/hub

setup() {
	enter_scratch
	unset HF_HUB_CACHE HUGGINGFACE_HUB_CACHE HF_HOME LLAMA_CACHE
	export OLLAMA_MODELS=$HOME/.ollama/models
}

needs_engine() {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	[ -d "${TEST_VOCABS_DIR-}" ] || skip_loudly "TEST_VOCABS_DIR is not set"
}

# vocab NAME FILE [MORE]: a copy of a vocabulary; MORE is appended to make it a different file.
vocab() {
	mkdir -p "$(dirname "$2")"
	cp "$TEST_VOCABS_DIR/ggml-vocab-$1.gguf" "$2"
	printf '%s' "${3-}" >>"$2"
}

sha() { sha256sum "$1" | cut -d' ' -f1; }

# put_hub REPO FILE SOURCE: like huggingface_hub, a blob, and a link to it in the snapshot.
put_hub() {
	local repo=$HOME/$hub/models--$1 hex
	hex=$(sha "$3")
	mkdir -p "$repo/blobs" "$repo/refs" "$repo/snapshots/$commit"
	cp "$3" "$repo/blobs/$hex"
	printf %s "$commit" >"$repo/refs/main"
	ln -s "../../blobs/$hex" "$repo/snapshots/$commit/$2"
}

# blob FILE: puts it into Ollama's store; prints its layer without the media type.
blob() {
	mkdir -p "$OLLAMA_MODELS/blobs"
	cp "$1" "$OLLAMA_MODELS/blobs/sha256-$(sha "$1")"
	printf '"digest":"sha256:%s","size":%s' "$(sha "$1")" "$(stat -c %s "$1")"
}

# put_ollama MODEL TAG WEIGHTS [LICENCE]: a manifest and its blobs.
put_ollama() {
	local dir=$OLLAMA_MODELS/manifests/registry.ollama.ai/library/$1 media=application/vnd.ollama.image layers
	mkdir -p "$dir"
	echo '{}' >config
	layers="{\"mediaType\":\"$media.model\",$(blob "$3")}"
	[ -z "${4-}" ] || layers="$layers,{\"mediaType\":\"$media.license\",$(blob "$4")}"
	printf '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json",%s},"layers":[%s]}' \
		"$(blob config)" "$layers" >"$dir/$2"
	rm config
}

# Names, kinds, sizes, times and targets of everything in the stores.
snapshot() { find "$HOME" -printf '%P %y %s %T@ %m %l\n' | sort; }

# The same two weights in four places, under six names.
all_stores() {
	vocab phi-3 a.gguf
	vocab llama-spm b.gguf
	cp "$root/LICENSE" mit.txt
	put_hub org--repo q4.gguf a.gguf
	printf -- '---\nlicense: gemma\nbase_model: google/gemma-3-270m\n---\n# Card\n' >README.md
	put_hub org--repo README.md README.md
	put_ollama phi3 mini a.gguf mit.txt
	put_ollama phi3 latest a.gguf mit.txt
	mkdir -p "$HOME/.lmstudio/models/pub/model" "$HOME/.cache/llama.cpp"
	cp a.gguf "$HOME/.lmstudio/models/pub/model/phi.gguf"
	cp b.gguf "$HOME/.cache/llama.cpp/org_spm_b.gguf"
	echo '{}' >"$HOME/.cache/llama.cpp/manifest=org=spm=latest.json"
	rm ./*.gguf README.md mit.txt
}

@test "models without arguments: every store; one model under several names, with its place" {
	needs_engine
	all_stores
	chmod -R a-w "$HOME"
	snapshot >before.txt
	toe 0 models
	printf '%s\n' "$output" | sed -E 's/ +/ /g' >list.txt
	snapshot >after.txt
	chmod -R u+w "$HOME"
	diff before.txt after.txt
	is "$(sed -n '2p;7p' list.txt | cut -d' ' -f1-3)" \
		"hf:org/repo/q4.gguf@01234567 vocabulary 726"$'\n'"licence of hf:org/repo/q4.gguf@01234567:"
	is "$(sed -n '2,6p' list.txt | sed -E 's/^( = )?([^ ]+) .*(hugging face|llama.cpp|ollama|lm studio)$/\1\2 \3/')" \
		"$(printf '%s\n' 'hf:org/repo/q4.gguf@01234567 hugging face' ' = ollama:phi3:latest ollama' \
			' = ollama:phi3:mini ollama' ' = lmstudio:pub/model/phi.gguf lm studio' 'hf:org/spm/b.gguf llama.cpp')"
	# If the header does not say it, the card of the repository does.
	has "$(cat list.txt)" "its model card says gemma"
}

@test "models --json: the place and digest of each; the hashes are those of the files" {
	needs_engine
	all_stores
	toe 0 models --json
	is "$(json length)" 2
	is "$(json '.[0].names | map("\(.store) \(.name)") | join(", ")')" \
		"hugging face hf:org/repo/q4.gguf@$commit, ollama ollama:phi3:latest, ollama ollama:phi3:mini, lm studio lmstudio:pub/model/phi.gguf"
	is "$(json '.[0].names[0].digest')" "$commit"
	is "$(json '.[0].names[1].digest')" \
		"sha256:$(sha "$OLLAMA_MODELS/manifests/registry.ollama.ai/library/phi3/latest")"
	is "$(json '.[0].sha256')" "$(sha "$TEST_VOCABS_DIR/ggml-vocab-phi-3.gguf")"
	is "$(json '.[0].origin.path')" "$HOME/$hub/models--org--repo/snapshots/$commit/q4.gguf"
	is "$(json 'map(.kind) | unique | join(" ")')" vocabulary
}

@test "models NAME: one model, and the licence text that its store keeps" {
	needs_engine
	all_stores
	toe 0 models ollama:phi3:mini
	has "$output" "name     ollama:phi3:mini" "digest   sha256:$(sha "$OLLAMA_MODELS/manifests/registry.ollama.ai/library/phi3/mini")" \
		"Ollama's licence layer is mit" "text     sha256 $(sha "$root/LICENSE")"
	toe 0 models "hf:org/repo/q4.gguf@0123"
	has "$output" "digest   $commit"
	toe 3 models ollama:phi3:maxi
	has "$stderr" "no model 'ollama:phi3:maxi'" "Did you mean 'ollama:phi3:mini'?" "toehold pull ollama:phi3:maxi"
}

@test "a file with another sha256 than its name states is not used" {
	needs_engine
	all_stores
	hex=$(sha "$TEST_VOCABS_DIR/ggml-vocab-phi-3.gguf")
	printf X | dd of="$OLLAMA_MODELS/blobs/sha256-$hex" bs=1 seek=700000 conv=notrunc status=none
	toe 0 models
	has "$output" "ollama:phi3:mini: its sha256 is" "its source states ${hex:0:12}"
	is "$(grep -c '^ollama:.* unusable ' <<<"$output")" 2
	# Also not the second time, from the cache, and not without checksums.
	toe 0 models
	has "$output" "ollama:phi3:mini: its sha256 is"
	toe 3 models ollama:phi3:mini
	has "$output" "its sha256 is"
}

@test "broken stores: broken models are listed with the reason, and the others as usual" {
	needs_engine
	all_stores
	library=$OLLAMA_MODELS/manifests/registry.ollama.ai/library
	mkdir -p "$library/cut" "$library/dots" "$HOME/$hub/models--org--repo/snapshots/$commit"
	head -c 100 "$library/phi3/mini" >"$library/cut/latest"
	sed 's/sha256:[0-9a-f]*/sha256:..\/..\/..\/etc\/passwd/g' "$library/phi3/mini" >"$library/dots/latest"
	ln -s ../../blobs/gone "$HOME/$hub/models--org--repo/snapshots/$commit/gone.gguf"
	printf %s ffffffffffffffffffffffffffffffffffffffff >"$HOME/$hub/models--org--repo/refs/main"
	toe 0 models
	has "$output" "ollama:cut:latest: its manifest is damaged" "ollama:dots:latest: its manifest has an invalid digest" \
		"gone.gguf@01234567: its link is broken" "= ollama:phi3:mini"
	toe 0 models hf:org/repo/q4.gguf
	toe 3 models hf:org/repo/q4.gguf@main
	has "$stderr" "no model 'hf:org/repo/q4.gguf@main'"
}

@test "the plan describes a file that is not a model" {
	needs_engine
	all_stores
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	job 'one.script.json, "ollama:phi3:mini"'
	toe 0 plan job.yaml
	has "$output" "phi3:mini · plain will not run: it is only a vocabulary (phi3)"
	toe 3 hello ollama:phi3:mini 'Hi.'
	has "$stderr" "it is only a vocabulary"
}

@test "200 files: read once; later runs take less than a second" {
	needs_engine
	for ((i = 0; i < 200; i++)); do
		vocab phi-3 "shelf/$((i % 7))/m$i.gguf" "$i"
	done
	toe 0 models shelf
	printf '%s\n' "$output" >first.txt
	is "$(grep -c '^m[0-9]*\.gguf  *vocabulary' first.txt)" 200
	is "$(awk '/^m[0-9]/ {print $(NF - 1)}' first.txt | sort -u | wc -l)" 200
	best=100000
	for _ in 1 2 3; do
		from=$(now_ms)
		toe 0 models shelf
		ms=$(($(now_ms) - from))
		[ "$ms" -ge "$best" ] || best=$ms
		printf '%s\n' "$output" | diff first.txt -
	done
	echo "# 200 files from the cache: $best ms" >&3
	[ "$best" -lt 1000 ]
	# Moved, or with a second name: the same files, so nothing is read again.
	mv shelf other
	ln -s m0.gguf other/0/again.gguf
	cp "$TOEHOLD_CACHE/models.json" models.json
	toe 0 models other --json
	is "$(json length)" 200
	is "$(json '[.[] | select(.names | length == 2)] | length')" 1
	cmp models.json "$TOEHOLD_CACHE/models.json"
	# A hard link changes the inode: this file alone is read once more.
	ln other/1/m1.gguf other/1/again.gguf
	toe 0 models other --json
	is "$(json length)" 200
	is "$(jq '.models | length' "$TOEHOLD_CACHE/models.json")" \
		"$(($(jq '.models | length' models.json) + 1))"
}

@test "killed while it reads many files: finished files are kept" {
	needs_engine
	for ((i = 0; i < 150; i++)); do
		vocab phi-3 "shelf/m$i.gguf" "$i"
	done
	start models shelf
	wait_for 60 test -e "$TOEHOLD_CACHE/models.json"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" || true
	n=$(jq '.models | map(select(.sha256 and .facts)) | length' "$TOEHOLD_CACHE/models.json")
	echo "# $n of 150 files were kept" >&3
	[ "$n" -gt 0 ]
	toe 0 models shelf
	is "$(jq '.models | length' "$TOEHOLD_CACHE/models.json")" 150
}

@test "model + adapter: both are hashed, shown, and kept with every answer" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	script lora '{"facts": {"kind": "adapter"}}'
	script clip '{"facts": {"kind": "projector"}}'
	toe 0 models 'one.script.json + lora.script.json + clip.script.json'
	has "$output" "adapter    lora.script.json, sha256 $(sha lora.script.json | head -c 12)" \
		"projector  clip.script.json, sha256 $(sha clip.script.json | head -c 12)"
	job '"one.script.json + lora.script.json", one.script.json'
	toe 0 smoke job.yaml --json
	is "$(sqlite3 -readonly job.toehold "SELECT adapter_sha256 FROM pass WHERE way = 'plain' ORDER BY id" | sort)" \
		"$(printf '\n%s' "$(sha lora.script.json)")"
	is "$(json '[asked[].name] | sort | join(", ")')" "one plain, one+lora plain"
}

@test "files that cannot be combined with a model are refused with a message" {
	tickets 3
	script one "{\"steps\": [$right_steps]}"
	script two '{}'
	script lora '{"facts": {"kind": "adapter"}}'
	while IFS='|' read -r spec words; do
		toe 3 models "$spec"
		has "$output$stderr" "$words"
	done <<-'END'
		one.script.json + two.script.json|'two.script.json' is a model, and only an adapter or a projector goes with a model
		one.script.json + lora.script.json + lora.script.json|it has two files of the kind 'adapter'
		one.script.json + nothing.gguf|no model 'nothing.gguf'
		one.script.json + lora.script.json + lora.script.json + two.script.json|a model can have one adapter and one projector
	END
	job 'lora.script.json, "one.script.json + two.script.json", one.script.json'
	toe 0 plan job.yaml
	has "$output" "lora · plain will not run: it is an adapter" \
		"one+two · plain will not run: 'two.script.json' is a model"
}
