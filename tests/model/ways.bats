#!/usr/bin/env bats
# The way `calibrated` on real probabilities.
load models

@test "calibrated is recomputed from plain, and a changed label gets its own reason" {
	local plain calibrated changed
	bank_job 12 'ways: [plain, calibrated]'
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json
	[ "$status" -le 1 ]
	plain="${tiny%.gguf} plain" calibrated="${tiny%.gguf} calibrated"
	is "$(of "$calibrated" .score.answered)" 12
	is "$(of "$calibrated" '[.replies[].probs | add | . - 1 | fabs | . < 1e-9] | all')" true
	changed=$(calibrated_holds "$calibrated" "$plain")
	echo "# right: plain $(of "$plain" .score.right), calibrated $(of "$calibrated" .score.right) of 12; labels $changed" >&3
	changed=${changed#changed: }
	[ "$changed" -ge 1 ]
	is "$(of "$calibrated" '[.replies[] | select(.rationale and .outcome == "ok")] | length')" 12
	# Only the reasons of changed labels were written, in one batch.
	is "$(sqlite3 -readonly job.toehold "SELECT sum(n_reasons) FROM segment JOIN pass ON pass.id = pass_id
		WHERE way = 'calibrated'")" "$changed"
	is "$(sqlite3 -readonly job.toehold "SELECT group_concat(n_answers || '+' || n_reasons) FROM segment
		JOIN pass ON pass.id = pass_id WHERE way = 'plain'")" "12+12"
	# For any label such a small model often repeats the prompt in its reason, but not always.
	json '[.candidates[] | select(.way == "plain" or .way == "calibrated").replies] | transpose
		| map(select(.[0].label != .[1].label))' >pairs.json
	is "$(jq 'map(.[1].reason_batch) | unique | join(" ")' -r pairs.json)" "$changed"
	is "$(jq 'map(.[0].rationale != .[1].rationale) | any' pairs.json)" true
	# A second run gives the same labels and loads no model.
	calibrated_labels=$(of "$calibrated" '[.replies[].label] | join(" ")')
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --name again
	is "$(of "$calibrated" '[.replies[].label] | join(" ")')" "$calibrated_labels"
	has "$stderr" "$plain: all replies are already stored" "$calibrated: all replies are already stored"
}
