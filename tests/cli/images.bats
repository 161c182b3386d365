#!/usr/bin/env bats
# Tickets with images, without weights: which files are accepted, what is stored and printed about
# them, and what happens if an image changes. tests/model/images.bats shows them to a model.
load helper

# png FILE WIDTH HEIGHT [GREY]: writes a picture of one grey, with real pixels.
png() {
	mkdir -p "$(dirname "$1")"
	python3 -c 'import struct, sys, zlib
name, width, height, grey = sys.argv[1], *map(int, sys.argv[2:])
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = (b"\0" + bytes([grey]) * width) * height
open(name, "wb").write(b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))' "$1" "$2" "$3" "${4:-90}"
}

# Two tickets with images, one of them without text, and one with only text.
use_images() {
	png pictures/one.png 40 30 10
	png pictures/two.png 64 64 200
	cat >tickets.jsonl <<-END
		{"id": "i1", "text": "asks about a", "image": "pictures/one.png", "label": "a"}
		{"id": "i2", "image": "pictures/two.png", "label": "b"}
		{"id": "t3", "text": "asks about c", "label": "c"}
	END
	script one "{\"steps\": [$right_steps, {\"label\": \"b\"}]}"
	job one.script.json
}

@test "an image is stored by name, size and sha256; nothing looks into it, and a warning says so" {
	use_images
	toe 0 smoke job.yaml --name first
	has "$stderr" 'no personal data found (2 images not looked into)' \
		'2 tickets have an image. Images are not checked for personal data.'
	toe 0 show first --json
	is "$(json '[asked[0].replies[] | .image | if . then "\(.file) \(.width) \(.height) \(.bytes) \(.sha256)" else "none" end] | join("\n")')" \
		"pictures/one.png 40 30 $(stat -c %s pictures/one.png) $(sha256sum pictures/one.png | cut -d' ' -f1)
pictures/two.png 64 64 $(stat -c %s pictures/two.png) $(sha256sum pictures/two.png | cut -d' ' -f1)
none"
	is "$(json '[.events[] | select(.kind == "warning")] | length')" 1
	is "$(json '.redaction')" 'no personal data found (2 images not looked into)'
	toe 0 verify
	# Neither the store nor the page has pixels.
	toe 0 report first -o page.html
	has "$(<page.html)" 'Images, one plain: 2 tickets have an image, 2 answered, 2 with a reason.'
	run ! grep -q '<img\|base64' page.html
	toe 0 export first --format csv --candidate "one plain"
	has "$output" "\"pictures/one.png\",\"$(sha256sum pictures/one.png | cut -d' ' -f1)\""
	toe 0 export first --format tickets -o again.jsonl
	is "$(jq -c '[.id, .image]' again.jsonl)" '["i1","pictures/one.png"]
["i2","pictures/two.png"]
["t3",null]'
	cp again.jsonl tickets.jsonl
	toe 0 smoke job.yaml --name second
	has "$stderr" 'one plain: all replies are already stored'
}

@test "from another folder, and added from another file, images are found beside their tickets" {
	use_images
	mkdir more away
	png more/three.png 20 20
	echo '{"id": "h1", "text": "asks about a", "image": "three.png", "label": "a"}' >more/harder.jsonl
	cd away
	toe 0 smoke ../job.yaml --name first
	run --separate-stderr "$toehold" add ../job.yaml ../more/harder.jsonl --as harder
	[ "$status" -le 1 ]
	cd ..
	toe 0 show first --json
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '[.events[] | select(.kind == "warning")] | length')" 2
	# The same words about the same image are not new evidence.
	cp pictures/one.png more/same.png
	echo '{"id": "h2", "text": "asks about a", "image": "same.png", "label": "a"}' >more/again.jsonl
	toe 3 add job.yaml more/again.jsonl --as harder
	has "$stderr" "ticket 'h2' repeats ticket 'i1'"
}

@test "a file that is not an image, lies elsewhere or is too large is refused with its line" {
	local name words
	use_images
	mkdir -p sub
	cp pictures/one.png "$scratch/outside.png"
	echo 'a text' >sub/text.png
	: >sub/empty.png
	head -c 60 pictures/one.png >sub/cut.png
	printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\2\0\0\0crc.' >sub/bomb.png
	printf '\x89PNG\r\n\x1a\n' >sub/head.png
	truncate -s 21M sub/large.png
	while IFS='|' read -r name words; do
		echo "{\"text\": \"x\", \"image\": \"$name\", \"label\": \"a\"}" >tickets.jsonl
		toe 3 smoke job.yaml
		has "$stderr" "tickets.jsonl:1: the image '$name'" "$words"
	done <<-END
		sub/text.png|it is not a PNG, JPEG, BMP or GIF file, whatever its name says
		sub/empty.png|it is an empty file
		sub/cut.png|it is a PNG file that ends too early
		sub/bomb.png|it claims 60000 × 60000 pixels; at most 50 million
		sub/head.png|it begins as a PNG file, but its header is cut short
		sub/large.png|has 22020096 bytes; the limit is 20971520
		sub/none.png|No such file or directory
		sub|is a folder
		../outside.png|is outside the folder of the tickets file
		$scratch/outside.png|is outside the folder of the tickets file
	END
	[ ! -e job.toehold ]
}

@test "an image that changes or goes before it is asked is its ticket's outcome, and no other's" {
	use_images
	# While the model loads, one image is replaced and the other removed.
	script slow "{\"load_ms\": 1500, \"steps\": [$right_steps, {\"label\": \"b\"}]}"
	job slow.script.json
	"$toehold" smoke job.yaml --name first >out.txt 2>err.txt &
	until [ -e job.toehold ]; do sleep 0.05; done
	png pictures/two.png 64 64 1
	rm pictures/one.png
	wait $! || true
	toe 0 show first --json
	is "$(json '[asked[0].replies[] | .outcome] | join(" ")')" 'bad_image bad_image ok'
	has "$(json '[asked[0].replies[].detail // ""] | join("\n")')" \
		'its image can no longer be read' 'its image has changed since the tickets were read (sha256 '
	# The store still describes the original image.
	is "$(json '.candidates[0].replies[0].image.width')" 40
}

@test "a model without a projector is refused in the plan, by the name of the ticket" {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	use_images
	mkdir models
	(cd models && python3 "$root/tests/fault/make_gguf.py" >/dev/null)
	cp models/sound-but-for-weights.gguf blind.gguf
	job blind.gguf
	toe 0 plan job.yaml
	has "$output" "ticket 'i1' has an image, but this model reads only text: add its projector"
}

@test "an example with an image is refused: examples are text" {
	use_images
	printf '{"id": "e%d", "text": "other words %d", "label": "%s", "image": "pictures/one.png"}\n' \
		1 1 a 2 2 b 3 3 c >examples.jsonl
	job one.script.json $'ways: [examples]\nexamples: {file: examples.jsonl, per_label: 1}'
	toe 3 smoke job.yaml
	has "$stderr" "examples.jsonl:1: example 'e1' has an image; examples are text only"
}

@test "redact covers the texts and leaves the images' names" {
	use_images
	sed -i 's/asks about c/write to jo@example.org/' tickets.jsonl
	toe 0 redact tickets.jsonl -o scratch.jsonl
	is "$(jq -c '[.text, .image]' scratch.jsonl | head -n 2)" '["asks about a","pictures/one.png"]
["","pictures/two.png"]'
	run ! grep -q jo@example scratch.jsonl
}

@test "purge leaves name and checksum of an image, and says so" {
	use_images
	toe 0 smoke job.yaml --name first
	toe 0 purge first
	has "$output$stderr" 'ticket.image, ticket.image_sha256' 'names and checksums of images; pixels are never stored'
	toe 0 show first --json
	is "$(json '.candidates[0].replies[0].image.file')" pictures/one.png
}

@test "images of the run that are gone leave the gate nothing to ask; new tickets are labelled" {
	use_images
	sed -i 3d tickets.jsonl
	toe 0 smoke job.yaml --name r
	png new.png 40 30 77
	echo '{"id": "w1", "text": "asks about a", "image": "new.png"}' >work.jsonl
	toe 0 classify work.jsonl -c "one plain"
	lacks "$stderr" "note:"
	rm -r pictures
	toe 0 classify work.jsonl -c "one plain"
	has "$stderr" "note: no ticket of run 'r' can be asked again"
	is "$(jq -r .label <<<"$output")" a
}
