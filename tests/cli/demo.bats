#!/usr/bin/env bats
# demo: the sample job from its models to the pick at work.
load pull_helper

# Three models of 25, 26 and 27 steps of text; the third knows the most.
models() {
	local folder=$1 rest='{"match": "", "label": "transfer"}' card='{"match": "card", "label": "card"}' cash='{"match": "cash", "label": "cash_withdrawal"}'
	mkdir -p "$folder"
	(
		cd "$folder" || exit 1
		script a "{\"facts\": {\"bytes\": 2000000}, \"steps\": [$card, $rest]}"
		script b "{\"facts\": {\"bytes\": 4000000}, \"steps\": [$cash, $rest]}"
		script c "{\"facts\": {\"bytes\": 8000000}, \"steps\": [$card, $cash, $rest]}"
	)
	# The job of the demo with these models in place of its own: an edited file is kept.
	mkdir -p toehold-demo
	sed -e '/^  - /d' -e 's/^models:.*/models: [a.script.json, b.script.json, c.script.json]/' \
		"$root/demo/job.yaml" >toehold-demo/job.yaml
	printf '%s.script.json hf:acme/tiny/%s.script.json\n' a a b b c c >toehold-demo/models.txt
}

@test "the smallest models first, then all in the same run; then harder tickets, a page, and the pick at work" {
	models here
	toe 0 demo --models here
	has "$stderr" "toehold smoke job.yaml --name demo --models a.script.json,b.script.json" \
		"toehold smoke job.yaml --name demo --models a.script.json,b.script.json,c.script.json" \
		"toehold add job.yaml tickets-harder-10.jsonl --as harder --run demo" \
		"The page for a manager: toehold-demo/report.html" \
		"Now your own tickets: toehold init my-job --from export.csv"
	has "$output" '"id":"b77-train-2728"'
	grep -q "</html>" toehold-demo/report.html
	cd toehold-demo
	is "$(count run) $(count pass)" "1 12"
	# The run keeps a command line that its user can type.
	has "$(sqlite3 job.toehold "SELECT group_concat(text) FROM event WHERE kind = 'plan'")" "toehold smoke job.yaml --name demo"
	# A second start asks nothing again.
	cd ..
	toe 0 demo --models here
	has "$stderr" "already stored"
	cd toehold-demo
	is "$(count pass) $(count answer)" "12 210"
}

@test "--quick takes the two smallest; another folder; models that the job does not name" {
	models here
	toe 0 demo --quick --models here
	lacks "$stderr" c.script.json
	mkdir empty
	toe 3 demo other --models empty
	has "$stderr" "there is no model in" "name another folder"
	cmp other/job.yaml "$root/demo/job.yaml"
	toe 3 demo --models none
	has "$stderr" "'none' is not a folder"
}

@test "a model that comes in meanwhile is waited for" {
	models here
	mv here/c.script.json c
	(sleep 6 && mv c here/c.script.json) 3>&- &
	printf '%s\nc.script.json  1 MB of 9 MB\n' $! >here/.coming
	toe 0 demo --models here
	has "$stderr" "Coming: c.script.json  1 MB of 9 MB" "a.script.json,b.script.json,c.script.json"
	# A program that died leaves its file: nobody waits for it.
	rm -r toehold-demo/job.toehold* here/c.script.json
	toe 0 demo --models here
	lacks "$stderr" "Coming:"
	has "$stderr" "c.script.json is not here, and is left out"
}

@test "models that are missing come from their public homes" {
	models here
	bytes 200000 1 >"$repo/a.gguf"
	bytes 200000 2 >"$repo/other-b.gguf"
	sed -i 's/script.json/gguf/g' toehold-demo/job.yaml toehold-demo/models.txt
	sed -i 's,tiny/b,tiny/other-b,' toehold-demo/models.txt
	serve
	# These are no models, so nothing can be measured; but they were fetched.
	toe 3 demo
	is "$(grep -o "pull hf:acme/tiny/.*" <<<"$stderr" | xargs)" \
		"pull hf:acme/tiny/a.gguf pull hf:acme/tiny/other-b.gguf"
	has "$stderr" "smoke job.yaml --name demo --models a.gguf,hf:acme/tiny/other-b.gguf"
	TOEHOLD_OFFLINE=1 toe 4 demo other
	has "$stderr" "was not fetched: TOEHOLD_OFFLINE is set"
}

@test "Ctrl-C ends the demo, with what it has started" {
	models here
	sed -i 's/"steps"/"ms": 300, "steps"/' here/*.script.json
	start demo --models here
	wait_for 20 grep -q "baseline words" err.txt
	kill -INT -- "$pid" # the terminal would also reach smoke
	pkill -INT -P "$pid" -f smoke
	wait "$pid" || code=$?
	is "$code" 130
	wait_for 10 no_workers
	lacks "$(cat err.txt)" "toehold add"
}

@test "Ctrl-C while it waits for the models ends it, and blames no folder" {
	models here
	rm here/*
	printf '%s\na.script.json  1 MB of 9 MB\n' $$ >here/.coming
	start demo --models here
	wait_for 20 grep -q "Coming:" err.txt
	kill -INT "$pid"
	wait "$pid" || code=$?
	is "$code" 130
	lacks "$(cat err.txt)" "there is no model" "smoke"
}
