#!/usr/bin/env bats
# A real model from the stores of other tools: found by its name there, asked, and its origin recorded.
load models

commit=0123456789abcdef0123456789abcdef01234567

# Puts the tiny model into a cache of the Hub and a store of Ollama, as links to one file.
two_stores() {
	local hex file blobs=$HOME/.ollama/models/blobs
	local repo=$HOME/.cache/huggingface/hub/models--org--tiny-GGUF
	local tag=$HOME/.ollama/models/manifests/registry.ollama.ai/library/tiny/135m
	unset HF_HUB_CACHE HUGGINGFACE_HUB_CACHE HF_HOME LLAMA_CACHE
	export OLLAMA_MODELS=$HOME/.ollama/models
	file=$(model_path "$tiny")
	hex=$(sha256sum "$file" | cut -d' ' -f1)
	mkdir -p "$repo/blobs" "$repo/refs" "$repo/snapshots/$commit" "$blobs" "$(dirname "$tag")"
	ln -s "$file" "$repo/blobs/$hex"
	printf %s "$commit" >"$repo/refs/main"
	ln -s "../../blobs/$hex" "$repo/snapshots/$commit/tiny.gguf"
	ln -s "$file" "$blobs/sha256-$hex"
	printf '{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:%s","size":%s}]}' \
		"$hex" "$(stat -L -c %s "$file")" >"$tag"
	digest=sha256:$(sha256sum "$tag" | cut -d' ' -f1)
	blob=$blobs/sha256-$hex
}

@test "smoke with hf: and ollama: names gives the same answers and records each origin" {
	two_stores
	bank_job 3
	smoke 1 --name hub --models hf:org/tiny-GGUF/tiny.gguf
	is "$(json '[asked[].name] | join(", ")')" "tiny plain"
	replies >hub.replies
	# Another name for the same bytes: the replies are reused.
	smoke 1 --name ollama --models ollama:tiny:135m
	is "$(json '[asked[].name] | join(", ")')" "tiny:135m plain"
	replies | cmp - hub.replies
	is "$(count pass)" 1
	is "$(sqlite3 -readonly job.toehold "SELECT origin, origin_name, origin_digest, spec FROM candidate
		WHERE engine = 'llama' AND pass_id <> 0 ORDER BY id")" \
		"hugging face|hf:org/tiny-GGUF/tiny.gguf@$commit|$commit|hf:org/tiny-GGUF/tiny.gguf
ollama|ollama:tiny:135m|$digest|ollama:tiny:135m"
	toe 0 show ollama --all
	has "$output" "ollama:tiny:135m" "$digest" "$blob"
	toe 0 show hub --all
	has "$output" "hf:org/tiny-GGUF/tiny.gguf@$commit"
	toe 0 verify ollama
	# In another store it is asked again and gives the same bits.
	smoke 1 --name anew --models ollama:tiny:135m --store anew.toehold
	replies | cmp - hub.replies
	toe 0 replay ollama --store job.toehold --json
	is "$(json '.same')" true
}

@test "a job that names one file in two places asks it once and records both origins" {
	local models="ollama:tiny:135m,hf:org/tiny-GGUF/tiny.gguf,$(model_path "$tiny")" ollama said
	two_stores
	ollama="ollama:tiny:135m ($digest)"
	bank_job 3
	toe 0 plan job.yaml --models "$models"
	has "$output" "tiny:135m · plain" "$ollama and hf:org/tiny-GGUF/tiny.gguf@$commit are the same weights (sha256" \
		"$ollama and $(model_path "$tiny") are the same weights (sha256"
	is "$(grep -c ' plain ' <<<"$output")" 1
	smoke 1 --name both --models "$models"
	is "$(json '[asked[].name] | join(", ")')" "tiny:135m plain"
	said=$(sqlite3 -readonly job.toehold "SELECT text FROM event WHERE kind = 'same weights' ORDER BY id")
	is "$(wc -l <<<"$said")" 2
	has "$said" "hf:org/tiny-GGUF/tiny.gguf@$commit" "asked once, as tiny:135m"
	toe 0 verify both
}

@test "models: the two names are one model" {
	two_stores
	unset TOEHOLD_MODELS
	toe 0 models --json
	is "$(json length)" 1
	is "$(json '.[0].names | map(.name) | join(" ")')" "hf:org/tiny-GGUF/tiny.gguf@$commit ollama:tiny:135m"
	is "$(json '.[0].kind')" model
}
