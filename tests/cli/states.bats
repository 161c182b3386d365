#!/usr/bin/env bats
# The hidden states that tune caches: two tunings at once lose none; purge reports them and removes
# them, and nothing else.
load helper

# world MS: makes a model with a hidden state for each label, 6 tickets under test and 36 to learn
# from, MS milliseconds each.
world() {
	local i labels=(a b c) states=('[1, 0, 0]' '[0, 1, 0]' '[0, 0, 1]') steps=''
	for ((i = 0; i < 42; i++)); do
		printf '{"id": "t%d", "text": "%s of %s", "label": "%s"}\n' "$i" \
			"$(sha256sum <<<"$i" | cut -c1-40)" "${labels[i % 3]}" "${labels[i % 3]}"
	done >all.jsonl
	head -n 6 all.jsonl >tickets.jsonl
	tail -n 36 all.jsonl >train.jsonl
	for ((i = 0; i < 3; i++)); do
		steps+="{\"match\": \" of ${labels[i]}\", \"label\": \"a\", \"hidden\": ${states[i]}, \"reason\": \"So.\"},"
	done
	script tiny "{\"ms\": ${1-0}, \"steps\": [${steps%,}]}"
	job tiny.script.json
}

tuned() { toe 0 tune job.yaml --train train.jsonl --force --json; }
kept_files() { find "$TOEHOLD_CACHE/hidden" -type f | wc -l; }

@test "two tunings at once keep the states of both" {
	world 40
	head -n 18 train.jsonl >one.jsonl
	tail -n 18 train.jsonl >two.jsonl
	start tune job.yaml --train one.jsonl -o one.head.json
	sleep 0.3
	"$toehold" tune job.yaml --train two.jsonl -o two.head.json >/dev/null 3>&-
	wait "$pid"
	is "$(jq -s 'map(.prompt.date_s) | unique | length' one.head.json two.head.json)" 1
	tuned
	is "$(json '"\(.states.cached) \(.states.computed)"')" "36 0"
	is "$(cd "$TOEHOLD_CACHE" && stat -c %a hidden hidden.lock hidden/* | xargs)" "700 600 600"
}

@test "purge reports cached states, and --states removes them" {
	world
	toe 1 smoke job.yaml --name first
	toe 0 purge first --own --json
	is "$(json '.states | "\(.files) \(.bytes) \(.removed)"')" "0 0 false"
	toe 0 purge first
	[[ $output != *States* ]]
	tuned
	toe 0 purge first
	has "$output" "1 file (" "in $TOEHOLD_CACHE/hidden: cached by tune and encoders" \
		"toehold purge --states removes them"
	is "$(kept_files)" 1
	toe 0 purge first --states --json
	is "$(json '.states | "\(.files) \(.removed) \(.folder)"')" "1 true $TOEHOLD_CACHE/hidden"
	[ "$(json .states.bytes)" -gt 36 ]
	is "$(kept_files)" 0
	toe 0 purge first --states
	has "$output" "States     none cached in $TOEHOLD_CACHE/hidden"
	tuned
	is "$(json .states.computed)" 36
}

@test "purge --states needs no run and no store, and touches nothing else" {
	world
	tuned
	cp "$TOEHOLD_CACHE"/hidden/[0-9a-f]* kept
	name=$(printf 'a%.0s' {1..64})
	cp kept "$TOEHOLD_CACHE/hidden/$name.12.part"
	cp kept "$TOEHOLD_CACHE/hidden/mine"
	ln -s "$PWD/kept" "$TOEHOLD_CACHE/hidden/$name"
	rm -f job.toehold*
	toe 0 purge --states
	has "$output" "States     removed 2 files (" "from $TOEHOLD_CACHE/hidden"
	is "$(ls "$TOEHOLD_CACHE/hidden")" "$name"$'\nmine'
	[ -s kept ]
	toe 0 purge --states --json
	is "$(json '.states | "\(.files) \(.bytes) \(.removed)"')" "0 0 true"
	[ ! -e job.toehold ]
}

@test "purge without a run, and a folder that is a link: refused with a message" {
	world
	tuned
	toe 2 purge
	has "$stderr" "no run given: toehold purge RUN; or give --states"
	toe 2 purge --states --own
	has "$stderr" "need a run"
	mv "$TOEHOLD_CACHE/hidden" elsewhere
	ln -s "$PWD/elsewhere" "$TOEHOLD_CACHE/hidden"
	toe 3 purge --states
	has "$stderr" "$TOEHOLD_CACHE/hidden', which must be a folder and not a symbolic link"
	is "$(find elsewhere -type f | wc -l)" 1
	toe 1 smoke job.yaml --name first
	toe 3 purge first --states
	has "$stderr" "run 'first' was purged, but the hidden states were not"
	is "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM text WHERE length(body) > 0')" 0
}
