#!/usr/bin/env bats
# Does a promise hold? Four candidates label the pool's tickets that they did not learn from; 1,000
# random splits make the promise on one part and check it on the other (docs/measured/promise.md).
# Needs the pool in TOEHOLD_TEST_DATA.
load ../model/models
needed=("$encoder")

# The pool's first 200 tickets train, the others are new; both without repeats of the tickets under test.
promise_job() {
	local pool=${TOEHOLD_TEST_DATA-}/pool-1000.jsonl
	[ -e "$pool" ] || skip_loudly "there is no pool-1000.jsonl in TOEHOLD_TEST_DATA"
	head -n 200 "$pool" >training.jsonl
	tail -n +201 "$pool" >new.jsonl
	cp "$root"/demo/{tickets-25,examples}.jsonl .
	sed "s/^  - [sq].*//; s/^budget.*//" "$root/demo/job.yaml" >job.yaml
	toe 0 smoke job.yaml --name r --threads 1
}

# answers CANDIDATE: "PROBABILITY RIGHT" of each new ticket.
answers() {
	"$toehold" classify new.jsonl --run r -q --label-only --candidate "$1" -o "labels-$2.jsonl" 2>err.txt || { cat err.txt; return 1; }
	jq -r --slurpfile gold new.jsonl '(input_line_number - 1) as $i |
		"\(.probability) \(if .label == $gold[$i].label then 1 else 0 end)"' "labels-$2.jsonl" >"$2.txt"
	is "$(wc -l <"$2.txt")" 800
}

@test "1,000 random splits of the pool: promises are broken in at most 10% and three standard errors" {
	local n=0 candidate
	promise_job
	for candidate in "baseline words" "baseline naive-bayes" "all-minilm-l6-v2 plain" "all-minilm-l6-v2 trained"; do
		n=$((n + 1))
		answers "$candidate" "$n"
		run "$build/tests/simulate_promises" "$n.txt"
		printf '# %s: %s of 800 right\n' "$candidate" "$(grep -c ' 1$' "$n.txt")" >&3
		printf '# %s\n' "${lines[@]}" >&3
		[ "$status" -eq 0 ]
	done
}
