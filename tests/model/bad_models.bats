#!/usr/bin/env bats
# Files that are not models, or are damaged. Each ends in time with a message and an exit code, and
# the good model beside it is still measured. Tickets that are too long get an outcome.
load models

# copy_of_tiny: makes a copy to damage; its bytes are shared if the file system can do that.
copy_of_tiny() { cp --reflink=auto "$(model_path "$tiny")" bad.gguf; }

# patch_at OFFSET BYTES-AS-PRINTF: overwrites bytes of the copy.
patch_at() { printf '%b' "$2" | dd of=bad.gguf bs=1 seek="$1" conv=notrunc status=none; }

# mend_at OFFSET: restores 64 bytes from the original.
mend_at() { dd if="$(model_path "$tiny")" of=bad.gguf bs=1 skip="$1" seek="$1" count=64 conv=notrunc status=none; }

# refused WORDS: both verbs that open one model refuse it with these words.
refused() {
	ends_well 30 3 models --no-hash bad.gguf
	has "$output" "bad.gguf" "$1"
	ends_well 30 3 hello bad.gguf --threads 1
	has "$output" "$1"
}

@test "a file truncated at twenty places is refused, with the sizes or the end of the header" {
	local at size places
	size=$(stat -c %s "$(model_path "$tiny")")
	places=(1 3 4 7 8 15 23 24 27 33 60 200 5000 100000 1500000 1740000 1800000 20000000 70000000)
	for at in "${places[@]}" $((size - 1)); do
		head -c "$at" "$(model_path "$tiny")" >bad.gguf
		if [ "$at" -lt 4 ]; then
			refused "is not a GGUF file"
		elif [ "$at" -lt 1790000 ]; then
			refused "is damaged or incomplete"
		else
			refused "incomplete: it has $at bytes of $size"
		fi
	done
}

@test "files that are not GGUF are refused: empty, text, another format, a folder" {
	: >bad.gguf
	ends_well 30 3 hello bad.gguf
	has "$output" "is empty"
	ends_well 30 3 models bad.gguf
	seq 100000 >bad.gguf
	refused "is not a GGUF file"
	head -c 100000 /dev/urandom >bad.gguf
	refused "is not a GGUF file"
	cp "$toehold" bad.gguf
	refused "is not a GGUF file"
	rm bad.gguf
	ends_well 30 3 hello bad.gguf
	has "$output" "bad.gguf"
	mkdir bad.gguf
	ends_well 30 3 hello bad.gguf --threads 1
	has "$output" "folder"
	mkfifo pipe.gguf
	ends_well 30 3 hello pipe.gguf --threads 1
}

@test "a patched header is refused: magic, version, counts, lengths" {
	copy_of_tiny
	local row offset bytes words
	while IFS='|' read -r offset bytes words; do
		patch_at "$offset" "$bytes"
		refused "$words"
		mend_at "$offset"
	done <<-'ROWS'
		0|FUGG|is not a GGUF file
		0|gguf|is not a GGUF file
		4|\x0\x0\x0\x0|is damaged
		4|\x1\x0\x0\x0|GGUFv1 is no longer supported
		4|\x63\x0\x0\x0|version 99
		4|\x0\x0\x0\x3|endianness
		8|\xff\xff\xff\xff\xff\xff\xff\xff|is damaged
		8|\xff\xff\xff\xff\xff\xff\xff\x7f|number of tensors
		16|\xff\xff\xff\xff\xff\xff\xff\x7f|is damaged
		16|\xff\xff\xff\xff|is damaged
		16|\x0|is damaged
		24|\xff\xff\xff\xff\xff\xff\xff\x7f|is damaged
		24|\xff\xff\xff\x7f|is damaged
	ROWS
	# Without a tensor it is a vocabulary and not a model.
	patch_at 8 '\x0\x0'
	ends_well 30 3 hello bad.gguf --threads 1
	has "$output" "has no weights"
	mend_at 8
	# With one tensor of 272 the header is valid, but the model is not.
	patch_at 8 '\x1\x0'
	ends_well 30 5 hello bad.gguf --threads 1
	has "$output" "could not be loaded" "not found"
	mend_at 8
	ends_well 30 0 models --no-hash bad.gguf
}

@test "40 random bytes at random places of the header never crash the controller" {
	copy_of_tiny
	local i at
	RANDOM=${NOISE_SEED:-7}
	for ((i = 0; i < 40; i++)); do
		case $((i % 3)) in
		0) at=$((RANDOM % 1500)) ;;
		1) at=$((RANDOM * 53)) ;;
		2) at=$((1737000 + RANDOM % 13000)) ;;
		esac
		patch_at "$at" "\\x$(printf '%02x' $((RANDOM % 256)))"
		ends_well 30 "0 3" models --no-hash bad.gguf
		if [ $((i % 4)) -eq 0 ]; then
			ends_well 60 "0 3 5" hello bad.gguf --threads 1
		fi
		mend_at "$at"
	done
}

@test "vocabularies without weights are not models" {
	[ -d "${TEST_VOCABS_DIR-}" ] || skip "TEST_VOCABS_DIR is not set"
	local file n=0
	for file in "$TEST_VOCABS_DIR"/ggml-vocab-*.gguf; do
		ends_well 30 0 models --no-hash "$file"
		has "$output" $'\nkind       vocabulary\n'
		n=$((n + 1))
	done
	[ "$n" -gt 10 ]
	ends_well 30 3 hello "$file" --threads 1
	has "$output" "has no weights"
}

@test "beside bad files the good model is measured, and each bad one is listed with its reason" {
	bank_job 3
	head -c 50000000 "$(model_path "$tiny")" >cut.gguf
	echo "weights" >text.gguf
	copy_of_tiny
	patch_at 8 '\x1\x0'
	smoke 1 --models "cut.gguf,$tiny,text.gguf,bad.gguf"
	is "$(json 'asked | length')" 4
	is "$(json '.candidates[] | select(.model == "smollm2-135m-instruct-q4_1").score.answered')" 3
	has "$(json '.candidates[] | select(.model == "cut").refused')" "incomplete: it has 50000000 bytes"
	has "$(json '.candidates[] | select(.model == "text").refused')" "is not a GGUF file"
	is "$(json '.candidates[] | select(.model == "bad").score')" null
	has "$(json '.candidates[] | select(.model == "bad").not_measured')" "the model could not be loaded" "not found"
	has "$(json .why)" "Not measured: bad plain (the model could not be loaded"
}

@test "an importance matrix, a control vector, renamed and joined parts say what they are, and are not asked" {
	local edit="python3 $BATS_TEST_DIRNAME/edit_gguf.py set" base
	base=$(model_path "$tiny")
	$edit "$base" imatrix_x.gguf general.type=imatrix imatrix.chunk_count=100
	$edit "$base" control.gguf general.architecture=controlvector
	$edit "$base" joined.gguf split.no=0 split.count=3 split.tensors.count=272
	$edit "$base" swapped-00001-of-00002.gguf split.no=1 split.count=2 split.tensors.count=272
	cp --reflink=auto "$base" swapped-00002-of-00002.gguf
	ends_well 60 0 models --no-hash .
	has "$output" "importance matrix" "control vector"
	ends_well 30 3 models --no-hash joined.gguf
	has "$output" "says that it is part 1 of 3 of a split model, but its name does not: it was renamed, or the parts were joined" \
		"NAME-00001-of-00003.gguf"
	ends_well 30 3 models --no-hash swapped-00001-of-00002.gguf
	has "$output" "says that it is part 2 of 2"
	bank_job 3
	toe 0 plan job.yaml --models "imatrix_x.gguf,joined.gguf,$tiny"
	has "$output" "it is an importance matrix" "part 1 of 3 of a split model"
	smoke 1 --models "imatrix_x.gguf,joined.gguf,$tiny"
	has "$(json '.candidates[] | select(.model == "imatrix_x").not_measured')" "it is an importance matrix"
	has "$(json '.candidates[] | select(.model == "joined").not_measured')" "part 1 of 3 of a split model"
	is "$(json '.candidates[] | select(.model == "smollm2-135m-instruct-q4_1").score.answered')" 3
}

@test "an empty template is none: the plain format is used, as models says" {
	: >empty.jinja
	python3 "$root/tests/model/edit_gguf.py" template "$(model_path "$tiny")" empty.gguf empty.jinja
	printf ' \n' >empty.jinja
	python3 "$root/tests/model/edit_gguf.py" template "$(model_path "$tiny")" blank.gguf empty.jinja
	for file in empty.gguf blank.gguf; do
		ends_well 30 0 models --no-hash "$file"
		has "$output" "template   none: a plain instruction format is used"
		ends_well 60 0 hello "$file" --threads 1
		has "$output" "template   none: a plain instruction format is used" "label      "
	done
	bank_job 2
	smoke 1 --models empty.gguf
	is "$(json 'asked[0].score.answered')" 2
}

@test "tickets of a megabyte or just past the context are wrong and do not affect other tickets" {
	bank_job 2
	smoke 1
	replies >before
	{
		head -n 1 tickets.jsonl
		printf '{"id": "mega", "text": "%s", "label": "card"}\n' "$(printf 'stolen card %.0s' {1..90000})"
		printf '{"id": "long", "text": "%s", "label": "card"}\n' "$(printf 'stolen card %.0s' {1..4200})"
		tail -n 1 tickets.jsonl
	} >more.jsonl
	mv more.jsonl tickets.jsonl
	smoke 1 --name more
	is "$(json 'asked[0].replies | map(.outcome) | join(" ")')" "ok too_long too_long ok"
	is "$(json 'asked[0].score | "\(.tickets) \(.answered) \(.too_long)"')" "4 4 2"
	is "$(json '[asked[0].replies[1, 2].right] | any')" false
	has "$(json 'asked[0].replies[1].detail')" "the model holds 8192"
	replies | sed -n '1p;4p' | cmp before -
}

@test "a template that fills the memory ends in seconds, and the next model is still measured" {
	printf '%s' '{% set ns = namespace(s="xxxxxxxxxxxxxxxx") %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ messages[0].content }}{{ ns.s }}' >bomb.jinja
	python3 "$root/tests/model/edit_gguf.py" template "$(model_path "$tiny")" bomb.gguf bomb.jinja
	ends_well 60 5 hello bomb.gguf --threads 1
	has "$output" "cannot render the chat template: out of memory"
	printf '%s' '{% set ns = namespace(s=[0]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ messages[0].content }}{{ ns.s }}' >list.jinja
	python3 "$root/tests/model/edit_gguf.py" template "$(model_path "$tiny")" list.gguf list.jinja
	ends_well 60 5 hello list.gguf --threads 1
	has "$output" "out of memory"
	bank_job 2
	smoke 1 --models "bomb.gguf,$tiny"
	has "$(json '.candidates[] | select(.model == "bomb").not_measured')" "out of memory"
	is "$(json '.candidates[] | select(.model == "smollm2-135m-instruct-q4_1").score.answered')" 2
}
