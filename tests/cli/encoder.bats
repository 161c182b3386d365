#!/usr/bin/env bats
# Encoders as candidates: their ways, heads and reasons, in every verb. The encoder of the tests
# turns a text into counts of hashed words.
load helper

teardown() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
	leave_scratch
}

# rows NAME SEED N: writes N tickets. Two of their words belong to the label, the others to none.
rows() {
	python3 - "$@" <<-'END'
		import json, random, sys
		name, seed, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
		words = {"card": "card pin plastic chip".split(), "top_up": "money top deposit cheque".split(),
		         "other": "phone login passport address".split()}
		fill = "please help with the of my today cannot again still why does how when".split()
		r = random.Random(seed)
		with open(name + ".jsonl", "w") as f:
		    for i in range(n):
		        label = list(words)[i % 3]
		        text = r.sample(words[label], 2) + r.sample(fill, 5) + ["".join(r.choices("bcdfghjkl", k=8))]
		        f.write(json.dumps({"id": name + str(i), "text": " ".join(text), "label": label}) + "\n")
	END
}

# encoder_job [LINES]: a job with an encoder, 12 tickets, 60 to learn from and 30 examples.
encoder_job() {
	rows tickets 1 12
	rows train 2 60
	rows examples 4 30
	script enc '{"facts": {"name": "Enc", "kind": "encoder", "pooling": "mean", "n_params": 90}}'
	cat >job.yaml <<-END
		labels: {card: card pin plastic chip, top_up: money top deposit, other: phone login passport}
		tickets: tickets.jsonl
		models: [enc.script.json]
		ways: [plain, examples]
		examples: {file: examples.jsonl, per_label: 2}
		training: train.jsonl
		use: evaluate
		${1-}
	END
}

smoked() { toe "${1-0}" smoke job.yaml --name r --store job.toehold --json; }
scores() { json '[asked[] | "\(.name | ltrimstr("enc ")) \(.score.right)"] | join(", ")'; }
refusal_of() { json --arg way "$1" '.candidates[] | select(.name == "enc \($way)") | .refused'; }

@test "smoke: three ways, each with a head of its own and evidence for a reason" {
	encoder_job
	smoked
	is "$(scores)" "plain 9, examples 10, trained 12"
	is "$(json '[asked[] | .replies[] | "\(.rule) \(.reason_finish) \(.reason_outcome)"] | unique | join(", ")')" \
		"head evidence ok"
	is "$(json '[asked[].head.sha256] | unique | length')" 3
	has "$(json '.candidates[] | select(.name == "enc plain") | .replies[0].rationale')" \
		" description of card; " " description of top_up; " " description of other"
	[[ $(json '.candidates[] | select(.name == "enc trained") | .replies[0].rationale') =~ \
		^0\.[0-9]{2}\ card:\ \"[a-z\ ]+\"\ \(train[0-9]+\)\;\ 0\.[0-9]{2}\  ]]
	is "$(json '.candidates[] | select(.name == "enc trained") | .head | "\(.name) \(.tickets)"')" \
		"trained 60"
	is "$(json '.candidates[] | select(.name == "enc plain") | .head.name')" null
}

@test "show and report: what the head was made of, and the evidence in place of a reason" {
	encoder_job
	smoked
	toe 0 show r -c "enc trained"
	has "$output" "made in this run (" "from tickets sha256" "learnt from 60 tickets; held out"
	toe 0 show r -c "enc plain" --replies
	has "$output" "made in this run (" "from the labels' descriptions" "description of card"
	toe 1 check r
	has "$output" "kept    Log everything" "heads that were"
	toe 0 report r -o r.html
	has "$(cat r.html)" "learnt from 60 tickets; held out"
}

@test "the trained head is cached by its recipe, and purge --states removes it" {
	encoder_job
	smoked
	local heads
	heads=$(grep -l "toehold head 1" "$TOEHOLD_CACHE"/hidden/*)
	[[ $(basename "$heads") =~ ^[0-9a-f]{64}$ ]]
	is "$(stat -c %a "$heads")" 600
	run grep -c "please" "$heads"
	is "$output" 0
	local before
	before=$(sha256sum "$heads")
	rm -f job.toehold*
	smoked
	is "$(sha256sum "$heads")" "$before"
	is "$(scores)" "plain 9, examples 10, trained 12"
	echo damaged >"$heads"
	rm -f job.toehold*
	smoked
	is "$(scores)" "plain 9, examples 10, trained 12"
	is "$(jq -r .format "$heads")" "toehold head 1"
	toe 0 purge r --states
	[ -z "$(ls "$TOEHOLD_CACHE/hidden")" ]
}

@test "a head that was learnt on another device is not used" {
	encoder_job
	mkdir ../bin
	cp "$build/toehold" "$build/toehold-script" ../bin/
	toehold=$scratch/bin/toehold
	smoked
	is "$(grep -l "toehold head 1" "$TOEHOLD_CACHE"/hidden/* | wc -l)" 1
	echo "GPU0: pretended" >../bin/toehold-script.device
	toe 0 smoke job.yaml --name r --store other.toehold --json
	is "$(grep -l "toehold head 1" "$TOEHOLD_CACHE"/hidden/* | wc -l)" 2
}

@test "Ctrl-C before an encoder's turn: the run has a result, and the same command goes on" {
	encoder_job
	script enc '{"facts": {"name": "Enc", "kind": "encoder", "pooling": "mean", "bytes": 9000000}}'
	script slow '{"facts": {"bytes": 1000}, "ms": 60, "steps": [{"match": "", "label": "card"}]}'
	sed -i 's/models: .*/models: [enc.script.json, slow.script.json]/' job.yaml
	start smoke job.yaml --name r --store job.toehold
	wait_for 10 answers 3
	kill -INT $pid
	wait $pid || true
	toe_full 0 show r
	is "$(grep -c '^  enc .* not asked yet$' <<<"$output")" 3
	toe 0 smoke job.yaml --name r --store job.toehold --json
	is "$(json '[asked[] | select(.name | startswith("enc")) | .score.right] | join(" ")')" "9 10 12"
	is "$(json '.candidates[] | select(.name == "enc trained") | .head.tickets')" 60
}

@test "a cache that cannot be written is a note: the embeddings are in memory" {
	encoder_job
	mkdir -p "$TOEHOLD_CACHE/hidden.lock"
	smoked
	has "$stderr" "Could not cache the embeddings: cannot open the lock file"
	is "$(scores)" "plain 9, examples 10, trained 12"
	rm -r "$TOEHOLD_CACHE"/hidden* && touch "$TOEHOLD_CACHE/hidden"
	toe 0 smoke job.yaml --name r --store other.toehold --json
	has "$stderr" "Could not read the cached embeddings: "
	is "$(scores)" "plain 9, examples 10, trained 12"
}

@test "classify: the same head again, evidence for a rationale, and none with --label-only" {
	encoder_job
	smoked
	rows work 7 9
	local way
	for way in plain examples trained; do
		toe 0 classify work.jsonl -c "enc $way"
		is "$(jq -r 'select(.rationale | contains("0.")) | .id' <<<"$output" | wc -l)" 9
	done
	is "$(jq -r .label <<<"$output" | xargs)" \
		"card top_up other card top_up other card top_up other"
	toe 0 classify work.jsonl -c "enc trained" --label-only
	is "$(jq -r '.rationale // "none"' <<<"$output" | uniq)" none
	toe 0 classify work.jsonl -c "enc trained" --thresholds
	has "$output" "12"
	sed -i 1d train.jsonl
	toe 3 classify work.jsonl -c "enc trained"
	has "$stderr" "enc trained learns from the training tickets, and these are" \
		"not those of run 'r'"
	toe 0 classify work.jsonl -c "enc plain"
}

@test "add, replay and verify: the head stays the same" {
	encoder_job
	smoked
	rows more 9 6
	toe 0 add job.yaml more.jsonl --as ordinary --all --store job.toehold
	toe 0 show r --json
	is "$(json '[asked[] | .replies | length] | unique | join(" ")')" 18
	toe 0 replay r
	has "$output" "THE SAME: all " "all 54 reasons are the same"
	toe 0 verify
}

@test "add: an added ticket that repeats a training ticket stops the way trained, and only that" {
	encoder_job
	smoked
	sed -n '1s/train0/again/p' train.jsonl >leak.jsonl
	toe 0 add job.yaml leak.jsonl --as harder --all --store job.toehold
	has "$stderr" "enc trained is not asked: its head learnt from the training ticket 'train0'" \
		"(nearly) repeats ticket 'again' under test"
	[[ $stderr != *"enc plain is not asked"* ]]
}

@test "serve: an encoder answers with its evidence" {
	encoder_job
	smoked
	"$toehold" serve -c "enc trained" >server.txt 2>said.txt &
	pid=$!
	wait_for 10 test -s server.txt
	local url token
	url=$(sed -n 1p server.txt)
	token=$(sed -n 's/^token //p' server.txt)
	reply=$(python3 "$BATS_TEST_DIRNAME/ask_server.py" "$url" POST /classify --token "$token" \
		--body '{"text": "my plastic chip card cannot today"}')
	has "$reply" '"label":"card"' ' card (train'
	# The training tickets are of other people: they are named, not quoted.
	[[ $reply != *': \"'* ]]
}

@test "purge: the evidence goes with the other texts" {
	encoder_job
	smoked
	toe 0 purge r
	has "$output" "0 of "
	run grep -ac "description of card" job.toehold
	is "$output" 0
	toe 0 show r -c "enc trained" --replies
	has "$output" "(purged)"
}

@test "personal data in a training ticket is not quoted" {
	encoder_job
	sed -i 's/"text": "\([^"]*\)"/"text": "\1 write to jo@example.org"/' train.jsonl
	smoked
	[[ $(json '.candidates[] | select(.name == "enc trained") | .replies[0].rationale') =~ \
		^0\.[0-9]{2}\ [a-z_]+\ \(train[0-9]+\)\; ]]
	run grep -ac "jo@example" job.toehold
	is "$output" 0
}

@test "replies that quote personal data are not reused if the job no longer allows it" {
	encoder_job "personal_data: allowed"
	sed -i 's/"text": "\([^"]*\)"/"text": "\1 write to jo@example.org"/' train.jsonl
	smoked
	has "$(json '.candidates[] | select(.name == "enc trained") | .replies[0].rationale')" "jo@example.org"
	sed -i '/personal_data/d' job.yaml
	toe 0 smoke job.yaml --name r2 --store job.toehold --json
	[[ $(json '.candidates[] | select(.name == "enc trained") | .replies[0].rationale') =~ \
		^0\.[0-9]{2}\ [a-z_]+\ \(train[0-9]+\)\; ]]
}

@test "ways: others are skipped, --way leaves trained out, a generative model is not trained" {
	encoder_job
	sed -i 's/ways: .*/ways: [calibrated, examples]/' job.yaml
	cp "$data/small.script.json" .
	sed -i 's/models: .*/models: [enc.script.json, small.script.json]/' job.yaml
	toe 0 plan job.yaml --json
	is "$(json '[asked[].name] | join(", ")')" \
		"enc plain, enc examples, enc trained, small plain, small calibrated, small examples"
	toe 0 plan job.yaml --way calibrated --json
	is "$(json '[asked[].name] | join(", ")')" "enc plain, small plain, small calibrated"
	toe 0 plan job.yaml --way trained --json
	is "$(json '[asked[].name] | join(", ")')" "enc trained"
	toe 3 smoke job.yaml --way trained --models small.script.json
	has "$stderr" "the ways 'trained' (for encoders) and 'tuned' (for the model of a head) fit no model of the job"
	sed -i '/training/d' job.yaml
	toe 3 plan job.yaml --way trained
	has "$stderr" "the way 'trained' needs training tickets"
	sed -i 's/ways: .*/ways: [trained]/' job.yaml
	toe 3 plan job.yaml
	has "$stderr" "ways lists 'trained', but the key 'training' is missing"
}

@test "bad input: too few training tickets, one label, a label without any, bare names" {
	encoder_job
	sed -n 1,2p train.jsonl >two.jsonl && mv two.jsonl train.jsonl
	toe 0 plan job.yaml --json
	has "$(refusal_of trained)" "2 training tickets are too few to learn from: label 10 or more"
	is "$(refusal_of plain)" null
	rows train 2 60
	sed -i '/"card"/!d' train.jsonl
	toe 0 plan job.yaml --json
	has "$(refusal_of trained)" "all training tickets have the label 'card'"
	rows train 2 60
	sed -i '/"card"/d' train.jsonl
	toe 1 smoke job.yaml --name r --store job.toehold
	has "$stderr" "no training ticket has the label card"
	sed -i 's/^labels: .*/labels: [card, top_up, other]/' job.yaml
	toe 1 smoke job.yaml --name bare --way plain --store bare.toehold
	has "$stderr" "labels without a description: card, top_up, other"
	toe 0 show bare --store bare.toehold -c "enc plain" --replies
	has "$output" "name of card"
}

@test "training tickets, and descriptions outside the prompt, that were changed after results" {
	encoder_job 'prompt: Choose a label.'
	smoked
	rows train 3 60
	toe_full 0 smoke job.yaml --name second --store job.toehold
	has "$output" "The training tickets were changed after results: run 'r' had shown results on 12 of the ordinary tickets with other training tickets."
	[[ $output != *"worked examples were changed"* && $output != *"prompt was edited"* ]]
	toe_full 0 decide r --store job.toehold
	[[ $output != *"after results"* ]]
	sed -i 's/card pin plastic chip/card pin plastic chip can/' job.yaml
	toe_full 0 smoke job.yaml --name third --store job.toehold
	has "$output" "The prompt was edited after results: run 'r' had shown results on 12 of the ordinary tickets"
}

@test "images and --free are refused with a reason" {
	encoder_job
	toe 4 smoke job.yaml --free
	has "$stderr" "its head chooses a label, but --free forces none"
	printf 'P5 1 1 255\n0' >dot.pgm
	cp "$root/tests/data/dot.png" . 2>/dev/null || python3 -c "
import struct, zlib
def part(k, d): return struct.pack('>I', len(d)) + k + d + struct.pack('>I', zlib.crc32(k + d))
open('dot.png', 'wb').write(b'\x89PNG\r\n\x1a\n' + part(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) +
    part(b'IDAT', zlib.compress(b'\0\0')) + part(b'IEND', b''))"
	printf '{"id": "i", "text": "see", "image": "dot.png", "label": "card"}\n' >>tickets.jsonl
	toe 0 plan job.yaml --json
	has "$(refusal_of plain)" "ticket 'i' has an image, but an encoder reads only text"
}

@test "a probe has no form of a prompt to change" {
	encoder_job
	toe 0 smoke job.yaml --name r --store job.toehold --probe
	has "$stderr" "no candidate that reads a prompt answered every ticket"
}

@test "suggest and watch work with an encoder; tune makes a head for it" {
	encoder_job
	smoked
	rows pool 11 30
	toe 0 suggest job.yaml --from pool.jsonl --run r --store job.toehold
	toe 0 tune job.yaml --name t --store job.toehold
	has "$output" "held out"
	echo 'heads: [heads/t.head.json]' >>job.yaml
	toe 0 smoke job.yaml --name tuned --way tuned --store tuned.toehold --json
	is "$(scores)" "tuned 12"
	has "$(json '.candidates[] | select(.name == "enc tuned") | .replies[0].rationale')" "description of"
}

@test "an encoder that dies gives no head: the candidate is refused, the others run" {
	encoder_job
	sed -i 's/ways: .*/ways: [plain]/' job.yaml
	script enc '{"facts": {"name": "Enc", "kind": "encoder", "pooling": "mean"}, "pass_fault": "segv"}'
	cp "$data/small.script.json" .
	sed -i 's/models: .*/models: [enc.script.json, small.script.json]/' job.yaml
	smoked
	has "$(refusal_of plain)" "it gave no embedding for 3 of the 3 texts that its head is made of (the worker died"
	is "$(json '[asked[] | select(.name == "small plain") | .replies | length] | first')" 12
	# --first stores the plan before it tries: the reason replaces the plan's row.
	sed -i '/training/d' job.yaml
	toe 1 smoke job.yaml --name first --first --store job.toehold --json
	has "$(refusal_of plain)" "it gave no embedding for 3 of the 3 texts"
	is "$(json '.candidates[] | select(.name == "enc plain") | .not_tried')" null
}
