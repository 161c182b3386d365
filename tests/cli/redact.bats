#!/usr/bin/env bats
# Personal data becomes placeholders, and everything else stays. Nothing private is printed, and no
# file is overwritten.
load helper

real() {
	cat >real.jsonl <<-'END'
		{"id": 7, "text": "My name is Mary Anderson, card 4111 1111 1111 1111, mail mary@anderson.org.", "label": "card", "tags": ["x", 1.5], "lang": "en"}
		{"text": "Still no answer at MARY@anderson.org! Parcel 998877665544", "group": "g1"}

		{"id": "t3", "text": "My card does not work\u202e\n"}
	END
}

@test "tickets: placeholders in the text, all other members unchanged" {
	real
	toe 0 redact real.jsonl -o out.jsonl
	is "$stderr" ""
	has "$output" "real.jsonl: 3 tickets, 4 places covered in 2 of them, into out.jsonl" \
		"  EMAIL     2" "  CARD      1" "  PERSON    1" \
		"1 place in 1 ticket looks like personal data and is not covered"
	[[ $output != *Anderson* && $output != *4111* ]]
	is "$(grep -ciE 'anderson|mary|4111' out.jsonl)" 0
	is "$(jq -cS 'del(.text)' out.jsonl)" "$(jq -cS 'del(.text)' real.jsonl)"
	is "$(jq -r .text out.jsonl | head -n 1 | sed -E 's/_[0-9a-f]{6}]/]/g')" \
		"My name is [PERSON], card [CARD], mail [EMAIL]."
	is "$(grep -oE 'EMAIL_[0-9a-f]{6}' out.jsonl | sort -u | wc -l)" 1
	is "$(stat -c '%a %n' out.jsonl secrets secrets/redact.key | paste -sd' ')" \
		"600 out.jsonl 700 secrets 600 secrets/redact.key"
	is "$(jq -s '.[2].text == "My card does not work\u202e\n"' out.jsonl)" true
}

@test "the same key gives the same placeholders, another key gives others" {
	real
	toe 0 redact real.jsonl -o a.jsonl
	toe 0 redact real.jsonl -o b.jsonl
	cmp a.jsonl b.jsonl
	toe 0 redact real.jsonl -o c.jsonl --key other.key
	run cmp -s a.jsonl c.jsonl
	is "$status" 1
	is "$(stat -c %a other.key)" 600
	mkdir secrets2
	mv secrets secrets2/secrets
	mv real.jsonl secrets2/secrets
	toe 0 redact secrets2/secrets/real.jsonl -o d.jsonl
	cmp a.jsonl d.jsonl
	toe 0 redact a.jsonl -o e.jsonl --key other.key
	cmp a.jsonl e.jsonl
	chmod 640 other.key
	toe 4 redact d.jsonl -o f.jsonl --key other.key
	has "$stderr" "the key 'other.key' can be read by others"
	[ ! -e f.jsonl ]
}

@test "CSV and plain text" {
	printf 'id,text,label,note\n1,"call\n415-555-2671",a,\n2,no,b,mail x@y.org\n' >real.csv
	toe 0 redact real.csv -o out.jsonl
	is "$(jq -c 'keys_unsorted' out.jsonl | paste -sd' ')" \
		'["id","text","label"] ["id","text","label","note"]'
	is "$(jq -r .text out.jsonl | sed -E 's/_[0-9a-f]{6}]/]/')" $'call\n[PHONE]\nno'
	has "$output" "The member 'note' holds personal data (EMAIL) in 1 row, first in line 4. It is kept; --drop leaves it out."
	toe 0 redact real.csv -o out.jsonl --force --drop note
	is "$(jq -c 'keys_unsorted' out.jsonl | uniq)" '["id","text","label"]'
	[[ $output != *"'note'"* ]]
	printf 'Dear all,\n\nIBAN DE89 3704 0044 0532 0130 00.\n' >letter.txt
	toe 0 redact letter.txt -o letter.out --plain
	is "$(sed -E 's/_[0-9a-f]{6}]/]/' letter.out)" $'Dear all,\n\nIBAN [IBAN].'
}

@test "a redacted file is a valid file of tickets" {
	real
	sed -i 's/"group"/"label": "card", "group"/; s/"id": "t3"/"id": "t3", "label": "card"/' real.jsonl
	toe 0 redact real.jsonl -o tickets.jsonl
	script one '{}'
	printf 'labels: [card, other]\ntickets: tickets.jsonl\nmodels: [one.script.json]\n' >job.yaml
	toe 0 plan job.yaml --json
	is "$(json .tickets)" 3
}

@test "--review shows the ends of a value, its placeholder, and what was not covered" {
	real
	toe 0 redact real.jsonl --review
	has "$output" "Covered:" "4…1" "card number" "[CARD_" "Not covered; please check:" \
		"long number  998877665544"
	[[ $output != *Anderson* && $output != *"1111 1111"* ]]
	has "$stderr" "made the key 'secrets/redact.key': --out writes the placeholders shown here"
	is "$(ls -A)" $'real.jsonl\nsecrets' # a review writes no text
	is "$(stat -c %a secrets secrets/redact.key | tr '\n' ' ')" "700 600 "
	shown=$(grep -o '\[[A-Z]*_[0-9a-f]*\]' <<<"$output" | sort -u)
	toe 0 redact real.jsonl -o out.jsonl
	for placeholder in $shown; do grep -qF "$placeholder" out.jsonl; done
	rm -r out.jsonl secrets
	toe 0 redact real.jsonl --json # counts need no key
	is "$(ls -A)" real.jsonl
	printf '{"text": "card 4111111111111111 \\u001b[2J ask @some_one"}\n' >esc.jsonl
	toe 0 redact esc.jsonl --review
	run grep -c $'\x1b' <<<"$output"
	is "$output" 0
}

@test "--json: counts, and with --review each place in bytes" {
	real
	toe 0 redact real.jsonl -o out.jsonl --json --review
	is "$(json -c '[.texts, .covered, .texts_covered, .types, .suspects, .out]')" \
		'[3,4,2,{"EMAIL":2,"CARD":1,"PERSON":1},1,"out.jsonl"]'
	is "$(json -c '.places[1] | [.ticket, .type, .start_byte, .end_byte]')" '["7","CARD",31,50]'
	is "$(json -c '.suspect_places[0] | [.ticket, .what, .start_byte, .end_byte]')" \
		'["line-2","long number",45,57]'
	[[ $output != *Anderson* && $output != *4111* ]]
}

@test "--types and --keep" {
	real
	toe 0 redact real.jsonl -o a.jsonl --types card,EMAIL
	is "$(grep -oE '\[[A-Z]+' a.jsonl | sort -u | paste -sd' ')" "[CARD [EMAIL"
	toe 0 redact real.jsonl -o b.jsonl --keep PERSON
	has "$(cat b.jsonl)" "Mary Anderson"
	toe 2 redact real.jsonl -o c.jsonl --keep EMIAL
	has "$stderr" "unknown type 'EMIAL'; did you mean 'EMAIL'?"
	toe 2 redact real.jsonl -o c.jsonl --types CARD --keep CARD
	has "$stderr" "no types left to cover"
}

@test "--strict: exit code 4 if something suspicious is left; the file is still written" {
	real
	toe 4 redact real.jsonl -o out.jsonl --strict
	has "$stderr" "1 place and 0 members look like personal data but are not covered"
	[ -s out.jsonl ]
	printf '{"text": "call 415-555-2671"}\n' >calm.jsonl
	toe 0 redact calm.jsonl -o calm.out --strict
	printf '{"text": "hello", "phone": 4155552671}\n' >member.jsonl
	toe 4 redact member.jsonl -o member.out --strict
	toe 0 redact member.jsonl -o member.out --strict --drop phone --force
}

@test "nothing is overwritten; --force overwrites, but never the input" {
	real
	echo mine >out.jsonl
	toe 3 redact real.jsonl -o out.jsonl
	has "$stderr" "'out.jsonl' already exists and was not changed"
	is "$(cat out.jsonl)" mine
	ln -s real.jsonl link.jsonl
	cp real.jsonl before
	for name in real.jsonl ./real.jsonl link.jsonl; do
		toe 3 redact real.jsonl -o "$name" --force
		has "$stderr" "is the input file"
	done
	cmp real.jsonl before
}

@test "unreadable input is refused, and nothing is written" {
	refused() {
		toe 3 redact in "$@" -o out
		[ ! -e out ]
	}
	refused
	has "$stderr" "cannot open 'in'"
	printf '{"text": "a"}\n{"text": "caf\xff"}\n' >in
	refused
	has "$stderr" "in:2: byte 14 of the line is not well-formed UTF-8"
	printf '{"text": "a"}\n{"text": "b \\ud83d"}\n' >in
	refused
	has "$stderr" "in:2: column 19: a text holds half of a character that was cut (\uD83D); remove it"
	printf '{"text": "a"}\nMy card 4111111111111111\n' >in
	refused
	has "$stderr" "in:2:" "give --plain for plain text"
	[[ $stderr != *4111111111111111* ]]
	printf '{"id": 1}\n' >in
	refused
	has "$stderr" "in:1: no 'text'"
	printf '{"text": 5}\n' >in
	refused
	has "$stderr" "'text' is not a string"
	printf '{"text": "a", "text": "b"}\n' >in
	refused
	: >in
	refused
	has "$stderr" "the file holds no tickets"
	toe 2 redact in
	has "$stderr" "give the output file with --out, or look first with --review"
	toe 2 redact in -o out --drop text
	toe 2 redact in -o out --drop id --plain
}
