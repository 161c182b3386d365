#!/usr/bin/env bats
# States of shared prompts, kept between runs: who may read them, what is trusted, what goes first,
# and where times say so. The script "prefix_parts" makes a worker that keeps two parts.

load helper

kept() { find "$TOEHOLD_CACHE/prefixes" -regextype egrep -regex '.*/[0-9a-f]{64}' | sort; }

# use_parts: the job's small model keeps its prefix in two parts.
use_parts() {
	use_data
	jq -c '.prefix_parts = 2' small.script.json >p && mv p small.script.json
	sed -i 's/^models:.*/models: [small.script.json]/; s/^bar:.*/bar: 60%/' job.yaml
}

# smoke NAME: a run in a store of its own; prints tokens of the prefix, and those from the cache.
smoke() {
	"$toehold" smoke job.yaml --name "$1" --store "$1.toehold" --json >"$1.json"
	sqlite3 -readonly "$1.toehold" "SELECT prefix_tok, prefix_kept_tok FROM segment JOIN pass
		ON pass.id = pass_id WHERE way = 'plain'"
}

@test "the second run takes the prefix from the cache, and says so beside its times" {
	use_parts
	[ "$(smoke one)" = "100|0" ]
	[ "$(kept | wc -l)" -eq 2 ]
	[ "$(stat -c %a "$TOEHOLD_CACHE"/prefixes "$TOEHOLD_CACHE"/prefixes/* | sort -u | xargs)" = "600 700" ]
	[ "$(smoke two)" = "100|100" ]
	[ "$(jq -c '[.candidates[].replies[]?.label]' one.json)" = "$(jq -c '[.candidates[].replies[]?.label]' two.json)" ]
	jq -e '[.candidates[] | select(.way == "plain").times | .prefix_kept_tok] == [100]' two.json
	jq -e '[.candidates[] | select(.way == "plain").times | .prefix_kept_tok, .prefix_load_us] == [0, 0]' one.json
	COLUMNS=200 "$toehold" show one --full --store one.toehold >one.txt
	COLUMNS=200 "$toehold" show two --full --store two.toehold >two.txt
	grep 'from cache' one.txt | nothing
	grep -q 'prefix from cache' two.txt
	grep -q '(100 of 100 tokens from cache, in ' two.txt
}

@test "another prompt, engine or model computes its own" {
	use_parts
	smoke one
	sed -i '2s/^/# /; s/^job: .*/job: something else/' job.yaml
	sed -i 's/\("\?name"\?: *"\)/\1x/' small.script.json
	[ "$(smoke two)" = "100|0" ]
	[ "$(kept | wc -l)" -eq 4 ]
}

@test "a file that is damaged, foreign or renamed is removed and never trusted" {
	use_parts
	smoke one
	mapfile -t files < <(kept)
	# One bit, another part under this name, a state that someone else wrote, a link.
	printf 'X' | dd of="${files[0]}" bs=1 seek=3 conv=notrunc status=none
	cp "${files[0]}" spoilt
	[ "$(smoke damaged)" = "100|50" ]
	! cmp -s "${files[0]}" spoilt || return 1
	cp "${files[1]}" "${files[0]}"
	[ "$(smoke renamed)" = "100|50" ]
	head -c 128 /dev/urandom >"${files[0]}"
	[ "$(smoke foreign)" = "100|50" ]
	mv "${files[1]}" elsewhere && ln -s "$PWD/elsewhere" "${files[1]}"
	[ "$(smoke link)" = "100|50" ]
	[ ! -L "${files[1]}" ]
	# Without the secret, or with one that others can read, nothing old counts.
	rm "$TOEHOLD_CACHE/prefixes/secret"
	[ "$(smoke secret)" = "100|0" ]
	chmod 644 "$TOEHOLD_CACHE/prefixes/secret"
	[ "$(smoke open)" = "100|0" ]
	[ "$(stat -c %a "$TOEHOLD_CACHE/prefixes/secret")" = 600 ]
	[ "$(smoke again)" = "100|100" ]
}

@test "TOEHOLD_PREFIX_CACHE switches it off" {
	use_parts
	TOEHOLD_PREFIX_CACHE=off smoke one
	[ ! -e "$TOEHOLD_CACHE/prefixes" ]
	smoke two
	[ "$(TOEHOLD_PREFIX_CACHE=0 smoke three)" = "100|0" ]
	[ "$(TOEHOLD_PREFIX_CACHE=OFF smoke four)" = "100|0" ]
	[ "$(kept | wc -l)" -eq 2 ]
}

@test "those used longest ago are removed first" {
	use_parts
	smoke one
	head -c 2000000 /dev/zero >"$TOEHOLD_CACHE/prefixes/$(printf '%064d' 1)"
	touch -d '2 days ago' "$TOEHOLD_CACHE/prefixes/$(printf '%064d' 1)"
	jq -c '.facts.name = "other"' small.script.json >p && mv p small.script.json
	TOEHOLD_PREFIX_CACHE='1 MB' smoke two
	[ "$(kept | wc -l)" -eq 4 ]
	[ ! -e "$TOEHOLD_CACHE/prefixes/$(printf '%064d' 1)" ]
}

@test "purge removes kept prefixes with the run, and alone with --states" {
	use_parts
	smoke one
	run -0 "$toehold" purge one --store one.toehold
	[[ $output == *'Prefixes   removed 2 files'* ]]
	[ "$(kept | wc -l)" -eq 0 ]
	smoke two
	run -0 "$toehold" purge --states --json
	jq -e '.prefixes.files == 2 and .prefixes.removed' <<<"$output"
	[ "$(kept | wc -l)" -eq 0 ]
}

@test "a worker that dies in the middle of the prefix starts again" {
	use_parts
	jq -c '.prefix_fault = "segv"' small.script.json >p && mv p small.script.json
	run "$toehold" smoke job.yaml --name r
	[[ $output == *'signal 11'* ]]
	[ "$(kept | wc -l)" -eq 0 ]
}
