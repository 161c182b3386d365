#!/usr/bin/env bats
# Each family's small model through the whole program (scripts/families makes them). Each family has
# a row in tests/families/table.py and a line here.
load rows

@test "each row of the table has a line here, and each family has a row and a line" {
	local row
	while read -r row; do
		has "$(cat "$BATS_TEST_FILENAME")" "whole_way $row"
	done < <(sed -n '/^ROWS = {/,/^}/p' "$root/tests/families/table.py" | sed -n 's/^    "\([^"]*\)": {.*/\1/p')
	while read -r row; do
		has "$(cat "$BATS_TEST_FILENAME")" "embeds $row;"
	done < <(sed -n '/^ENCODERS = {/,/^}/p' "$root/tests/families/table.py" | sed -n 's/^    "\([^"]*\)": {.*/\1/p')
	for row in llava-mmproj llama2-lora; do
		has "$(cat "$BATS_TEST_FILENAME")" "$row"
	done
}

@test "gpt-oss" { whole_way gpt-oss; }
@test "mistral" { whole_way mistral; }
@test "mistral3" { whole_way mistral3; }
@test "llama2" { whole_way llama2; }
@test "llama3" { whole_way llama3; }
@test "llama4" { whole_way llama4; }
@test "grok" { whole_way grok; }
@test "deepseek-v2" { whole_way deepseek-v2; }
@test "deepseek-v3" { whole_way deepseek-v3; }
@test "deepseek-r1-distill" { whole_way deepseek-r1-distill; }
@test "qwen2" { whole_way qwen2; }
@test "qwen3" { whole_way qwen3; }
@test "qwen3moe" { whole_way qwen3moe; }
@test "gemma1" { whole_way gemma1; }
@test "gemma2" { whole_way gemma2; }
@test "gemma3" { whole_way gemma3; }
@test "gemma4" { whole_way gemma4; }
@test "vicuna" { whole_way vicuna; }
@test "phi2" { whole_way phi2; }
@test "phi3" { whole_way phi3; }
@test "falcon" { whole_way falcon; }
@test "falcon-h1" { whole_way falcon-h1; }
@test "mixtral" { whole_way mixtral; }
@test "llava" { whole_way llava; }
@test "bloom" { whole_way bloom; }
@test "base" { whole_way base; }
@test "mamba" { whole_way mamba; }

@test "bert, an encoder" { embeds bert; }
@test "e5, an encoder" { embeds e5; }
@test "nomic-bert, an encoder" { embeds nomic-bert; }
@test "jina-bert-v2, an encoder" { embeds jina-bert-v2; }
@test "modern-bert, an encoder" { embeds modern-bert; }
@test "embeddinggemma, an encoder" { embeds embeddinggemma; }
@test "qwen3-embedding, an encoder" { embeds qwen3-embedding; }

@test "the same versions of the tools write the same bytes" {
	mkdir again
	python "$root/tests/families/make_family.py" "$engine_models" again llama2 llama2-lora llava-mmproj
	cmp again/llama2.gguf "$families/llama2.gguf"
	cmp again/llama2-lora.gguf "$families/llama2-lora.gguf"
	cmp again/llava-mmproj.gguf "$families/llava-mmproj.gguf"
}

@test "llama2 with its adapter is another candidate with other probabilities" {
	family_job "llama2.gguf, llama2.gguf + llama2-lora.gguf"
	family_smoke
	printf '%s' "$output" >result.json
	is "$(json 'asked | length')" 2
	answers_are_sound
	is "$(json '[asked[1].replies[].outcome] | unique | join(" ")')" ok
	is "$(json 'asked[0].sha256 == asked[1].sha256')" true
	is "$(json '[asked[0].replies, asked[1].replies | map(.probs)] | .[0] == .[1]')" false
	jq -n '{row: "llama2-lora", adapter: true}' >"$results/llama2-lora.json"
}

@test "llava with its projector: the picture changes the probabilities" {
	python - <<-'END'
		import struct, zlib
		def png(colour):
		    rows = b"".join(b"\0" + bytes(c for x in range(64) for c in colour(x, y)) for y in range(48))
		    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
		    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0))
		            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
		open("shades.png", "wb").write(png(lambda x, y: (x * 4, y * 5, 128)))
		open("red.png", "wb").write(png(lambda x, y: (250, 10, 10)))
	END
	family_job "llava.gguf + llava-mmproj.gguf"
	printf '{"id": "%s", "text": "What is this?", "image": "%s.png", "label": "card"}\n' a shades b red >tickets.jsonl
	family_smoke
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '[asked[0].replies[] | .image_tok > 0 and .image_us > 0] | all')" true
	is "$(json '[asked[0].replies[].probs] | .[0] == .[1]')" false
	jq -n '{row: "llava-mmproj", projector: true}' >"$results/llava-mmproj.json"
}

# Last, because the page is made from the results of the tests above.
@test "docs/families.md has the results of these tests" {
	python "$root/tests/families/write_doc.py" "$results" "$root/docs/families.md" >families.md
	if [ "${GOLDEN_WRITE-}" = 1 ]; then
		cp families.md "$root/docs/families.md"
	fi
	diff <(same_figures "$root/docs/families.md") <(same_figures families.md) ||
		{ echo "If the new text is intended, run GOLDEN_WRITE=1 bats tests/families"; return 1; }
}
