#!/usr/bin/env bats
# bundle: a folder that runs on a machine without a network.
load helper

# offline COMMAND…: without any network, if this machine lets us have that.
offline() {
	if unshare -rn true 2>/dev/null; then unshare -rn "$@"; else "$@"; fi
}

@test "the folder runs elsewhere, without a network: doctor, and the job with its models" {
	use_data
	toe 0 bundle -o bundle --job job.yaml
	has "$output" "./toehold bundle --check ."
	(cd bundle && sha256sum --quiet -c SHA256SUMS)
	has "$(cat bundle/README.txt)" "./toehold doctor" "./toehold demo --models models" \
		"./toehold smoke job/job.yaml" "small.script.json" "glibc"
	has "$(cat bundle/LICENCES.txt)" "small.script.json" "$(sha256sum <small.script.json | cut -d ' ' -f 1)" "OK mit"
	[ -s bundle/share/doc/toehold/LICENSE ]
	mv bundle "$scratch/other place"
	rm ./*
	run --separate-stderr offline "$scratch/other place/toehold" doctor --json
	is "$(json '[.[] | select(.check == "program" or .check == "servers" or .check == "fetcher") | .ok] | all')" true
	run --separate-stderr offline "$scratch/other place/toehold" smoke "$scratch/other place/job/job.yaml" --json
	is "$status" 0
	is "$(json '.pick')" "large plain"
	toe 0 bundle --check "$scratch/other place"
}

@test "prompts and heads that the job names go in, from a job in another folder too" {
	mkdir -p my/heads
	use_data
	mv job.yaml ./*.json* my
	cp "$scratch/desk/my/small.script.json" my/heads/small.head.json # any file: the job only names it
	toe 0 prompts my/job.yaml --keep short --text 'Choose one of {labels}.'
	toe 0 prompts my/job.yaml --use short
	echo 'heads: [heads/small.head.json]' >>my/job.yaml
	toe 0 bundle -o bundle --job my --models my/small.script.json
	[ -s bundle/job/heads/small.head.json ]
	is "$(cat bundle/job/prompts/short-*.txt)" "Choose one of {labels}."
}

@test "--check finds what is missing or changed" {
	use_data
	mkdir bundle
	toe 0 bundle -o bundle/ -m small.script.json
	[ ! -e bundle/job ]
	echo >>bundle/README.txt
	rm bundle/models/small.script.json
	toe 1 bundle --check bundle
	has "$output" "README.txt was changed" "models/small.script.json is missing" "2 not as they were made"
	toe 1 bundle --check bundle --json
	is "$(json '[.faults[].why] | join(", ")')" "was changed, is missing"
	toe 3 bundle --check .
	printf '%064d  ../job.yaml\n' 0 >bundle/SHA256SUMS
	toe 3 bundle --check bundle
	has "$stderr" "line 1: expected a sha256"
}

@test "it holds no store and no secrets, and takes nothing from outside the job's folder" {
	use_data
	toe 0 smoke job.yaml
	mkdir secrets
	echo key >secrets/redact.key
	toe 0 bundle -o bundle --job .
	find bundle -name '*.toehold*' -o -name '*.key' -o -name secrets | nothing
	mv tickets-12.jsonl secrets/
	sed -i 's,tickets-12,secrets/tickets-12,' job.yaml
	toe 4 bundle -o bundle2 --job .
	has "$stderr" "secrets/tickets-12.jsonl'" "among its secrets"
	[ ! -e bundle2 ]
	is "$(find . -name '*.part-*' | wc -l)" 0
}

@test "tickets with personal data stay here" {
	use_data
	sed -i '1s/"text": "/&Write to jane.doe@example.org. /' tickets-12.jsonl
	toe 4 bundle -o bundle --job job.yaml
	has "$stderr" "holds personal data"
	[ ! -e bundle ]
}

@test "a licence that forbids commercial use, unless --evaluate; its text goes in" {
	script nc "{\"facts\": {\"bytes\": 1000, \"licence\": \"cc-by-nc-4.0\"}, \"steps\": []}"
	toe 4 bundle -o bundle -m nc.script.json
	has "$stderr" "the licence of nc forbids commercial use (cc-by-nc-4.0: "
	[ ! -e bundle ]
	cp "$root/LICENSE" nc.LICENSE
	toe 0 bundle -o bundle -m nc.script.json --evaluate --json
	is "$(json '.models[0].verdict')" BLOCK
	cmp nc.LICENSE bundle/models/nc.LICENSE
}

@test "what is there is not overwritten; wrong calls" {
	use_data
	mkdir bundle empty
	echo mine >bundle/file
	toe 3 bundle -o bundle -m small.script.json
	has "$stderr" "'bundle' already exists and was not changed"
	is "$(ls bundle)" file
	toe 0 bundle -o empty -m small.script.json
	toe 2 bundle -m small.script.json
	toe 2 bundle -o new
	toe 3 bundle -o new -m http://127.0.0.1:1/v1
	has "$stderr" "is a server"
	mkdir folder
	cp small.script.json folder/
	toe 3 bundle -o new -m small.script.json,folder/small.script.json
	has "$stderr" "two models have the name 'small.script.json'"
	[ ! -e new ]
}
