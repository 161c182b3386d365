#!/usr/bin/env bats
# A real model file, truncated or with single bits flipped.
load ../model/models

@test "a file truncated at 200 points is refused before a ticket, with the sizes or the place" {
	local size i at
	size=$(stat -c %s "$(model_path "$tiny")")
	cp "$(model_path "$tiny")" cut.gguf
	for ((i = 199; i >= 0; i--)); do
		# Half of them in the header, half in the weights.
		if [ $i -lt 100 ]; then at=$((1 + i * 17500)); else at=$((1800000 + (i - 100) * ((size - 1800001) / 100))); fi
		truncate -s "$at" cut.gguf
		ends_well 30 3 models --no-hash cut.gguf
		[[ $output == *"not a GGUF file"* || $output == *"damaged or incomplete"* ||
			$output == *"incomplete: it has $at bytes of $size"* ]]
	done
	echo "# tried: 200 cut points" >&3
}

@test "a bit flipped at 100 places gives another checksum, so another model" {
	local size i at byte sums original
	size=$(stat -c %s "$(model_path "$tiny")")
	cp "$(model_path "$tiny")" flip.gguf
	original=$(sha256sum <flip.gguf | cut -d' ' -f1)
	sums=$original
	for ((i = 0; i < 100; i++)); do
		at=$((1800000 + i * ((size - 1800001) / 100)))
		byte=$(od -An -tu1 -j "$at" -N 1 flip.gguf | tr -d ' ')
		printf '%b' "\\x$(printf %02x $((byte ^ (1 << (i % 8)))))" | dd of=flip.gguf bs=1 seek="$at" conv=notrunc status=none
		toe 0 models flip.gguf --json
		sums+=$'\n'$(jq -r '.. | .sha256? // empty' <<<"$output" | head -n 1)
	done
	is "$(sort -u <<<"$sums" | wc -l)" 101
	echo "# tried: 100 flipped bits" >&3
}
