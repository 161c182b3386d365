#!/usr/bin/env bats
# Tickets with images for a real language model in the sandbox, through a small projector with
# random weights. Every step is real, but the model sees nothing meaningful.
load models

# Makes valid pictures in three formats, and damaged ones with a valid start.
make_pictures() {
	mkdir -p pictures
	python3 - <<'END'
import random, struct, sys, zlib
source = random.Random(7)

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def png(width, height, rows):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))

def noise(width, height):
    return b"".join(b"\0" + source.randbytes(3 * width) for _ in range(height))

def bmp(width, height):
    row = -3 * width % 4
    data = b"".join(source.randbytes(3 * width) + bytes(row) for _ in range(height))
    return (b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(data), 0, 0, 0, 0) + data)

GIF = (b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
       + b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02\x03\x44\x02\x05\x00\x3b")

def save(name, data):
    with open("pictures/" + name, "wb") as file:
        file.write(data)

good = png(64, 48, noise(64, 48))
save("good.png", good)
save("good.bmp", bmp(31, 17))
save("good.gif", GIF)
save("wide.png", png(20000, 1, noise(20000, 1)))
save("large.png", png(7000, 7000, bytes((1 + 3 * 7000) * 7000)))
for i in range(24):
    data = bytearray(good if i % 2 else bmp(31, 17))
    for _ in range(1 + i):
        data[source.randrange(34, len(data) - 12)] ^= 1 << source.randrange(8)
    save("flipped%02d.%s" % (i, "png" if i % 2 else "bmp"), data)
save("empty-pixels.png", png(32, 32, b""))
save("no-pixels.png", png(32, 32, noise(32, 31)))
END
}

# pair_job NAME…: a job over these pictures; the first ticket is only text.
pair_job() {
	local name
	python3 "$root/tests/families/make_mmproj.py" mmproj.gguf
	echo '{"id": "text", "text": "My card was stolen", "label": "card"}' >tickets.jsonl
	for name; do
		printf '{"id": "%s", "text": "Which one?", "image": "pictures/%s", "label": "other"}\n' "$name" "$name"
	done >>tickets.jsonl
	printf 'labels: [card, cash, other]\ntickets: tickets.jsonl\nmodels: ["%s + ./mmproj.gguf"]\nbudget: {tokens: 8}\n' \
		"$tiny" >job.yaml
}

plan_refuses() {
	run --separate-stderr "$toehold" plan job.yaml
	[ "$status" -eq 3 ]
}

@test "a model and its projector answer tickets with images, counted and timed separately, as planned" {
	make_pictures
	pair_job good.png good.bmp good.gif wide.png
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json '[asked[0].replies[] | .image_tok // 0] | join(" ")')" "0 16 16 16 16"
	is "$(json '[asked[0].replies[] | select(.image) | .image_us > 0 and .image_us < .ttft_us] | all')" true
	is "$(json '[asked[0].replies[] | (.probs | add) - 1 | fabs | . < 1e-9] | all')" true
	is "$(json '[asked[0].replies[] | .prompt_tok - .ticket_tok - (.image_tok // 0)] | unique | length')" 1
	is "$(json 'asked[0].images | "\(.tickets) \(.answered) \(.explained) \(.image_tok)"')" "4 4 4 64"
	has "$(json 'asked[0].sandbox')" Landlock
	echo "# memory: planned $(json 'asked[0].size_bytes'), measured $(json 'asked[0].peak_rss_bytes'); an image took $(json 'asked[0].images.image_p50_us') us" >&3
	is "$(json 'asked[0] | (.size_bytes / .peak_rss_bytes) | . > 0.9 and . < 1.1')" true
	toe 0 verify
	# The same weights with another projector are another candidate; no reply is reused.
	python3 "$root/tests/families/make_mmproj.py" mmproj.gguf --seed 2
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --name other
	[ "$status" -le 1 ]
	case $stderr in *"on record"*) false ;; esac
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
}

@test "a damaged picture gives a message, or an answer if it can be decoded; no worker dies" {
	local names line left
	make_pictures
	mapfile -t names < <(cd pictures && ls -- flipped* empty* no-*)
	pair_job "${names[@]}" good.png
	# Truncated files and false sizes are refused before the run, so remove them from the job.
	while plan_refuses; do
		line=$(sed -n 's/^toehold: tickets.jsonl:\([0-9]*\): the image .*/\1/p' <<<"$stderr")
		[ -n "$line" ]
		sed -i "${line}d" tickets.jsonl
	done
	left=$(grep -c image tickets.jsonl)
	[ "$left" -ge 12 ]
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] - ["ok", "bad_image"] | length')" 0
	is "$(json '[asked[0].replies[] | select(.outcome == "bad_image") | .detail != ""] | all')" true
	is "$(json 'asked[0].replies[-1] | "\(.id) \(.outcome)"')" "good.png ok"
	[ "$(json '[asked[0].replies[] | select(.outcome == "bad_image")] | length')" -ge 1 ]
	echo "# $left pictures taken: $(json '[asked[0].replies[] | .outcome] | group_by(.) | map("\(length) \(.[0])") | join(", ")')" >&3
}

@test "a picture of 49 million pixels is answered within the planned memory" {
	make_pictures
	pair_job large.png
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	echo "# memory: planned $(json 'asked[0].size_bytes'), measured $(json 'asked[0].peak_rss_bytes')" >&3
	is "$(json 'asked[0] | .peak_rss_bytes <= .size_bytes * 1.1')" true
}

@test "each photograph gets an answer in the set and a reason" {
	[ -n "${TOEHOLD_TEST_DATA-}" ] && [ -e "$TOEHOLD_TEST_DATA/images/labels.jsonl" ] ||
		skip_loudly "TOEHOLD_TEST_DATA does not name a folder with images/labels.jsonl"
	python3 "$root/tests/families/make_mmproj.py" mmproj.gguf
	mkdir photographs
	cp "$TOEHOLD_TEST_DATA"/images/*.png "$TOEHOLD_TEST_DATA"/images/*.jpg photographs/
	jq -c '{id: .id, image: ("photographs/" + .file), label: .label}' "$TOEHOLD_TEST_DATA/images/labels.jsonl" >tickets.jsonl
	printf 'labels: [%s]\ntickets: tickets.jsonl\nmodels: ["%s + ./mmproj.gguf"]\nbudget: {tokens: 16}\n' \
		"$(jq -rs 'map(.label) + ["other"] | unique | join(", ")' tickets.jsonl)" "$tiny" >job.yaml
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ]
	is "$(json '[asked[0].replies[].outcome] | unique | join(" ")')" ok
	is "$(json 'asked[0].images | "\(.answered) \(.explained)"')" \
		"$(wc -l <tickets.jsonl) $(wc -l <tickets.jsonl)"
}
