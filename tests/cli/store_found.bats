#!/usr/bin/env bats
# Which store a command means: shared by job files with the same tickets, found by the name of a run,
# a folder or a job, and hints that run as printed.
load helper

# twin: another job file over the same tickets, in the same folder.
twin() { sed 's/^bar:.*/bar: 70%/; s/^job:.*/job: twin/' "$1/job.yaml" >"$1/${2:-twin}.yaml"; }

# one FOLDER RUN: a folder with a job and a finished run.
one() {
	mkdir "$1"
	cp "$data"/job.yaml "$data"/tickets-12.jsonl "$data"/{small,large}.script.json "$1"
	run "$toehold" smoke "$1/job.yaml" --name "$2"
	[ "$status" -le 1 ]
}

@test "two job files in one folder share a store if their tickets do" {
	one a first
	twin a
	run --separate-stderr "$toehold" smoke a/twin.yaml --name second --json
	has "$stderr" "note: kept in 'a/job.toehold', which has runs on the same tickets"
	[ ! -e a/twin.toehold ]
	has "$stderr" "small plain: all replies are already stored; reused, not timed again"
	run --separate-stderr "$toehold" diff first second --store a/job.toehold
	[ "$status" -le 1 ]
	has "$output" first second
	toe 0 runs
	has "$output" first second
}

@test "other tickets, a store of its own and --store keep a job apart" {
	one a first
	twin a
	head -n 6 a/tickets-12.jsonl >a/six.jsonl
	sed -i 's/tickets-12/six/' a/twin.yaml
	run "$toehold" smoke a/twin.yaml
	[ -e a/twin.toehold ]
	twin a old
	run "$toehold" smoke a/job.yaml --store a/aside.toehold --name fourth
	rm a/job.toehold a/twin.toehold
	run "$toehold" smoke a/job.yaml --name fifth
	[ -e a/job.toehold ] # --store was for that one run
	cp a/aside.toehold a/old.toehold # as an earlier version left it
	run "$toehold" smoke a/old.yaml --name third
	toe 3 decide third --store a/job.toehold
	run "$toehold" decide third --store a/old.toehold
	[ "$status" -le 1 ]
}

@test "a verb without --store finds the run: in this folder, or below it" {
	one a first
	run "$toehold" decide
	[ "$status" -le 1 ]
	run "$toehold" decide first
	[ "$status" -le 1 ]
	one b second
	toe 3 decide
	has "$stderr" "there are several stores; name one of a/job.toehold, b/job.toehold with --store"
	toe 3 decide third
	has "$stderr" "cannot tell which store has the run 'third'; name one of a/job.toehold, b/job.toehold with --store"
	run --separate-stderr "$toehold" decide second --json
	is "$(json .run)" second
	for name in b b/job.yaml b/job.toehold; do
		run --separate-stderr "$toehold" decide $name --json
		is "$(json .run)" second
		run --separate-stderr "$toehold" decide --store $name --json
		is "$(json .run)" second
	done
}

@test "without any store the message says how to make one" {
	toe 3 decide
	has "$stderr" "there is no store (*.toehold) in this folder or in one below it; run 'toehold smoke JOB'"
	mkdir a
	toe 3 decide --store a
	has "$stderr" "'a' is a folder without a store (*.toehold); name a file"
}

@test "printed hints run as they are" {
	local hint
	one "a b" first
	run --separate-stderr "$toehold" smoke "a b/job.yaml" --name "first"
	hint=$(sed -n 's/^Everything else: toehold //p' <<<"$output")
	is "$hint" "show first --full"
	eval "'$toehold' $hint" >/dev/null
	one c first
	run --separate-stderr "$toehold" smoke "a b/job.yaml" --name "first"
	hint=$(sed -n 's/^Everything else: toehold //p' <<<"$output")
	is "$hint" "show first --store 'a b/job.toehold' --full"
	eval "'$toehold' $hint" >/dev/null
}

@test "a folder stands for the job in it" {
	one a first
	run --separate-stderr "$toehold" smoke a --name second
	[ "$status" -le 1 ]
	toe 0 plan a/
	mv a/job.yaml a/mine.yml
	toe 0 plan a
	cp a/mine.yml a/other.yaml
	toe 3 plan a
	has "$stderr" "the folder 'a' has several job files; name one"
	mkdir empty
	toe 3 plan empty
	has "$stderr" "the folder 'empty' has no job file (*.yaml); name one"
}

@test "add to a job takes that job's newest run, also in a shared store" {
	one a first
	twin a
	run "$toehold" smoke a/twin.yaml --name second
	printf '%s\n' '{"id":"n1","text":"a new one","label":"card"}' >new.jsonl
	sed -i "s/card/$(head -n1 a/tickets-12.jsonl | jq -r .label)/" new.jsonl
	run --separate-stderr "$toehold" add a/job.yaml new.jsonl --as ordinary
	[ "$status" -le 1 ]
	run --separate-stderr "$toehold" decide first --store a --json
	is "$(json '[.slices[].tickets] | add')" 13
}

@test "hints of classify, watch, replay and diff name the store if they must" {
	one a first
	mkdir -p c/d
	mv a/job.toehold c/d/x.toehold
	toe 3 watch first --store c/d/x.toehold --candidate 'large plain'
	has "$stderr" "'toehold classify --run first --store c/d/x.toehold' starts it"
	toe 3 replay first --store c/d/x.toehold --candidate nobody
	has "$stderr" "has no candidate 'nobody'; it has "
	toe 3 diff first first --store c/d/x.toehold --candidate nobody
	has "$stderr" "'toehold show first --store c/d/x.toehold' lists them"
	sed -i 's/^bar:.*/bar: 99%/' a/job.yaml
	run "$toehold" smoke a/job.yaml --store c/d/y.toehold --name none --models a/small.script.json
	echo '{"id":"1","text":"My card?"}' >new.jsonl
	toe 4 classify new.jsonl --run none --store c/d/y.toehold
	has "$stderr" "see 'toehold decide none --store c/d/y.toehold'"
	toe 1 decide none --store c/d/y.toehold
}
