#!/usr/bin/env bats
# show --all: every stored field of a run, with the reason if one is empty.
load helper

# The fields that answer "which model did it?". A template has its sha256 if it was used. Adapter
# and head have the reason why they are empty.
which_model_did_it='
	run.prompt segment.template_sha256 segment.rendered run.seed pass.seed pass.sampler
	pass.model_sha256 candidate.quant candidate.n_params pass.adapter_sha256 pass.head_sha256
	run_slice.slice_sha256 slice.sha256 pass.engine_build pass.device segment.n_ctx
	pass.n_batch pass.n_threads run.host run.os run.cpu segment.sandbox
	candidate.licence candidate.licence_verdict run.program segment.disturbed'

# Every kind of candidate: baselines, plain, with examples, calibrated, and one without a licence.
measured() {
	local i words=(marzipan oxygen violin harbour lantern quartz bicycle umbrella meadow)
	tickets 6
	for i in "${!words[@]}"; do
		printf '{"id": "x%d", "text": "%s and nothing else of kind %s", "label": "%s"}\n' "$i" \
			"${words[i]}" "${words[8 - i]}" "$(cut -c$((i % 3 + 1)) <<<abc)"
	done >examples.jsonl
	cp examples.jsonl training.jsonl
	script one "{\"steps\": [$right_steps]}"
	script two "{\"facts\": {\"licence\": \"mit\", \"quant\": \"Q4_K\", \"params\": 5}, \"steps\": [$right_steps]}"
	job 'one.script.json, two.script.json' \
		$'use: evaluate\nways: [plain, examples, calibrated]\nexamples: {file: examples.jsonl, per_label: 2}\ntraining: training.jsonl'
	toe 0 smoke job.yaml --name first
	"$toehold" note first "as it was asked" >/dev/null
	printf '{"id": "h1", "text": "a harder one, of b", "label": "b"}\n' >harder.jsonl
	run --separate-stderr "$toehold" add job.yaml harder.jsonl --as harder
	[ "$status" -le 1 ]
}

# unexplained: TABLE.COLUMN of the fields that are empty without a reason.
unexplained() {
	json '.[] | . as $row | .fields | to_entries[] | select(.value == null or .value == "")
		| select($row.meanings[.key] == null) | "\($row.table).\(.key)"' | sort -u
}

@test "all fields of the model's identity are there, none empty without a reason" {
	measured
	toe 0 show first --all --json
	for field in $which_model_did_it; do
		is "$field $(json --arg table "${field%.*}" --arg field "${field#*.}" \
			'[.[] | select(.table == $table) | .fields | has($field)] | length > 0 and all')" "$field true"
	done
	is "$(unexplained)" ""
}

@test "every table of the run, every row of it, every column of each row" {
	measured
	toe 0 show first --all --json
	for table in run run_slice slice candidate pass segment event; do
		rows=$(sqlite3 -readonly job.toehold "SELECT count(*) FROM $table")
		[ "$rows" -gt 0 ]
		is "$table $(json --arg t $table '[.[] | select(.table == $t) | .row] | unique | length')" "$table $rows"
		is "$(json --arg t $table '[.[] | select(.table == $t)][0].fields | keys[]')" \
			"$(sqlite3 -readonly job.toehold "SELECT replace(name, '_id', '') FROM pragma_table_info('$table')
				WHERE name NOT IN ('seq', 'hash', 'id', 'run_id', 'pass_id', 'slice_id', 'licence_id')
				UNION SELECT name FROM pragma_table_info('$table')
				WHERE name IN ('id', 'run_id', 'pass_id', 'slice_id', 'licence_id')" | LC_ALL=C sort)"
	done
	is "$(json '[.[] | select(.table == "model") | .fields.sha256] | unique | length')" 2
	is "$(json '.[0].hash')" "$(sqlite3 -readonly job.toehold 'SELECT hash FROM run')"
	is "$(json '.[] | select(.table == "event" and .fields.kind == "note") | .fields.text')" "as it was asked"
}

@test "values are those of the store, as numbers, texts and booleans" {
	measured
	toe 0 show first --all --json
	is "$(json '.[0].fields | [.name, .bar, .seed, .created_us] | join(" ")')" \
		"$(sqlite3 -readonly -separator ' ' job.toehold 'SELECT name, bar, seed, created_us FROM run')"
	is "$(json '.[0].fields.prompt')" \
		"$(sqlite3 -readonly job.toehold 'SELECT body FROM run JOIN text ON text.id = prompt_id')"
	is "$(json '[.[] | select(.table == "segment") | .fields.disturbed | type] | unique | .[]')" boolean
	is "$(json '[.[] | select(.table == "run_slice") | .meanings.role] | join(" ")')" "ordinary harder"
}

@test "as text: one line per field, with units and dates, and an explanation for each field" {
	measured
	toe 0 show first --all
	grep -E ' -$' <<<"$output" | nothing
	has "$output" "(this way shows no examples)" "(as many at a time as fit into memory)" "(ordinary)" \
		"(belongs to no other run)" "(no adapter: the weights as they are)"
	[[ $output =~ created_us\ +[0-9]+\ \(20[0-9-]+T ]]
	[[ $output =~ memory_bytes\ +[0-9]+\ \([0-9.]+\ [kMG]B\) ]]
	is "$(grep -c '^candidate$' <<<"$output")" "$(sqlite3 -readonly job.toehold 'SELECT count(*) FROM candidate')"
	# A line for every column of every row; foreign text stays on its line.
	is "$(grep -vcE '^(  [a-z0-9_]+ +[^ ].*|[a-z_]+|)$' <<<"$output")" 0
}

@test "unscored runs, purged runs, and missing runs" {
	measured
	printf '{"id": "p1", "text": "is it about b or about c"}\n{"id": "p2", "text": "nobody knows what"}\n' >pool.jsonl
	toe 0 suggest job.yaml --from pool.jsonl
	toe 0 show suggest-1 --all --json
	is "$(json '.[0].fields.kind, .[0].fields.parent')" $'suggest\nfirst'
	is "$(unexplained)" ""
	is "$(json '[.[] | select(.table == "run_slice") | .meanings.role] | .[]')" "pool: a sample that is never scored"
	toe 0 purge first --own
	toe 0 show first --all --json
	is "$(json '.[0].fields | .prompt, .job_text')" $'(purged)\n(purged)'
	is "$(unexplained)" ""
	toe 3 show nobody --all
	has "$stderr" "no run named 'nobody'"
}
