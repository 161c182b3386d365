#!/usr/bin/env bats
# Work goes on from what the store keeps, and `learn` leaves alone what a run depends on.
load helper

# with_examples: a job with worked and training tickets in one file, a finished run, and its pick.
with_examples() {
	tickets 12
	tickets 24 more.jsonl
	sed -i 's/asks about/is another one, quite unlike, on/' more.jsonl
	job small.script.json "ways: [plain, examples]
examples: more.jsonl
training: more.jsonl
$*"
	script small "{\"steps\":[$right_steps]}"
	run --separate-stderr "$toehold" smoke job.yaml --name r
	printf '{"id": "w1", "text": "it is about b"}\n' >work.jsonl
}

work() { toe 0 classify work.jsonl --label-only --candidate "small examples"; }

@test "work goes on if the examples were changed or removed, and says so in one line" {
	with_examples
	work
	before=$output
	lacks "$stderr" "changed since"
	sed -i 's/quite unlike/rather like/' more.jsonl
	work
	is "$output" "$before"
	is "$(grep -c 'note: the examples changed since run .r.; used as the run has them' <<<"$stderr")" 1
	head -n 2 more.jsonl >less.jsonl
	mv less.jsonl more.jsonl
	work
	is "$output" "$before"
	toe 0 suggest job.yaml --from work.jsonl -n 1 --run r
	has "$stderr" "note: the examples changed since run 'r'"
}

@test "work goes on if the job or the tickets were changed; a new run takes today's" {
	with_examples
	echo "seed: 7" >>job.yaml
	sed -i 's/ticket 001/ticket one/' tickets.jsonl
	work
	has "$stderr" "note: the job, the tickets changed since run 'r'; used as the run has them"
	is "$(jq -r .label <<<"$output")" b
	printf '{"id": "h1", "text": "a hard one", "label": "b"}\n' >hard.jsonl
	toe 3 add job.yaml hard.jsonl --as harder --run r
	has "$stderr" "'job.yaml' was changed since run 'r'"
}

@test "work goes on in another folder" {
	mkdir deep
	cd deep || return 1
	with_examples
	cd ..
	toe 0 classify deep/work.jsonl -q --label-only --candidate "small examples"
	is "$(jq -r .label <<<"$output")" b
}

@test "learn writes into a numbered copy of a file that a run depends on" {
	with_examples
	cp more.jsonl before.jsonl
	printf '{"id": "r1", "text": "my parcel is late", "label": "a"}\n' >review.jsonl
	toe 0 learn job.yaml review.jsonl
	has "$output" "1 added to 'more-2.jsonl'" "'more.jsonl' stays as it is, because run 'r' depends on it" \
		"  training: more-2.jsonl"
	cmp more.jsonl before.jsonl
	is "$(cat before.jsonl <(tail -n 1 more-2.jsonl))" "$(cat more-2.jsonl)"
	# The next one goes to the same copy, as long as no run depends on it.
	printf '{"id": "r2", "text": "another parcel, and where is it", "label": "b"}\n' >review.jsonl
	toe 0 learn job.yaml review.jsonl
	has "$output" "1 added to 'more-2.jsonl'"
	is "$(wc -l <more-2.jsonl)" 26
	sed -i 's/training: more.jsonl/training: more-2.jsonl/' job.yaml
	run "$toehold" smoke job.yaml --name s
	printf '{"id": "r3", "text": "no parcel at all", "label": "c"}\n' >review.jsonl
	toe 0 learn job.yaml review.jsonl
	has "$output" "1 added to 'more-3.jsonl'" "'more-2.jsonl' stays as it is, because run 's' depends on it"
	is "$(wc -l <more-2.jsonl) $(wc -l <more-3.jsonl)" "26 27"
	work
}

@test "learn never writes into a numbered file of somebody else" {
	with_examples
	echo '{"id": "mine", "text": "something of mine", "label": "a"}' >more-2.jsonl
	cp more-2.jsonl mine.jsonl
	printf '{"id": "r1", "text": "my parcel is late", "label": "a"}\n' >review.jsonl
	toe 0 learn job.yaml review.jsonl
	has "$output" "1 added to 'more-3.jsonl'"
	cmp more-2.jsonl mine.jsonl
	toe 0 learn job.yaml review.jsonl --to more.jsonl
	has "$output" "0 added" "1 already there"
}

@test "learn adds to a file that no run depends on" {
	with_examples
	printf '{"id": "r1", "text": "my parcel is late", "label": "a"}\n' >review.jsonl
	printf '{"id": "o1", "text": "old", "label": "c"}\n' >free.jsonl
	toe 0 learn job.yaml review.jsonl --to free.jsonl
	is "$(wc -l <free.jsonl)" 2
	lacks "$output" "stays as it is"
	# Files without ids name tickets by their lines: another ticket can have the same name.
	printf '{"id": "r1", "text": "the invoice of May has a wrong address", "label": "b"}\n' >review.jsonl
	toe 0 learn job.yaml review.jsonl --to free.jsonl
	has "$output" "1 added" "0 already there"
	is "$(jq -r .id free.jsonl | xargs)" "o1 r1 r1-2"
	toe 0 learn job.yaml review.jsonl --to free.jsonl
	has "$output" "0 added" "1 already there"
}
