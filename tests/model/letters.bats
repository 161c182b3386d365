#!/usr/bin/env bats
# Letters and orders of the labels with a real model: the probabilities against other computations
# of the same, and what comes after them.
load models
load llama_server

# orders_job LABELS WAYS: three short labels in the given order, over three tickets.
orders_job() {
	head -n 3 "$root/demo/tickets-25.jsonl" | sed 's/"label": *"[a-z_]*"/"label": "other"/' >tickets.jsonl
	printf 'labels: %s\ntickets: tickets.jsonl\nmodels: [%s]\nreason: %s\nbudget: {tokens: 24}\nways: %s\n' \
		"$1" "$tiny" "${3-none}" "$2" >job.yaml
}

card='card: the bank card itself' payment='payment: a purchase or a refund' other='other: anything else'

# ask FILE ARGUMENTS…: the run's JSON in a file.
ask() {
	local file=$1
	shift
	run --separate-stderr "$toehold" smoke job.yaml --threads 1 --json --store "$file.toehold" "$@"
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
	printf '%s\n' "$output" >"$file"
}

@test "several orders are the geometric mean of the orders asked one by one" {
	orders_job "{$card, $payment, $other}" '[plain, letters, rotated, letters+rotated]'
	ask first.json
	orders_job "{$payment, $other, $card}" '[plain, letters]'
	ask second.json
	orders_job "{$other, $card, $payment}" '[plain, letters]'
	ask third.json
	run python3 "$BATS_TEST_DIRNAME/orders_check.py" mean first.json first.json second.json third.json
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	echo "# $output" >&3
}

@test "letters have the probabilities and the label mass that llama-server's logits give" {
	serve -c 2048 -np 1
	bank_job 4 'ways: [letters]
reason: none'
	ask letters.json
	local ends=() ticket rendered
	# Command substitution would drop the prompt's last line break.
	rendered=$(sqlite3 -readonly letters.json.toehold "SELECT body || '.' FROM text JOIN segment ON rendered_id = text.id
		WHERE rendered_id IN (SELECT rendered_id FROM segment JOIN pass ON pass.id = pass_id WHERE way = 'letters')")
	rendered=${rendered%.}
	has "$rendered" "{ticket}" "F. other: anything else"
	while IFS= read -r ticket; do
		ends+=("$ticket${rendered#*'{ticket}'}")
	done < <(jq -r .text tickets.jsonl)
	run python3 "$BATS_TEST_DIRNAME/orders_check.py" server letters.json "$port" "${rendered%%'{ticket}'*}" "${ends[@]}"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	echo "# $output" >&3
}

@test "reasons follow the label of all orders, also one ticket at a time" {
	orders_job "{$card, $payment, $other}" '[letters+rotated, letters+rotated+calibrated]' last
	ask two-phase.json
	ask one.json --one-at-a-time
	for file in two-phase.json one.json; do
		is "$(jq '[.candidates[] | select(.way == "letters+rotated").replies[]
			| select(.rationale and .reason_outcome)] | length' "$file")" 3
	done
	is "$(jq -c '[.candidates[] | select(.way == "letters+rotated").replies[] | .label, .probs]' one.json)" \
		"$(jq -c '[.candidates[] | select(.way == "letters+rotated").replies[] | .label, .probs]' two-phase.json)"
}

@test "batched labels agree with one ticket at a time" {
	orders_job "{$card, $payment, $other}" '[rotated]'
	ask run.json
	toe 0 classify tickets.jsonl --store run.json.toehold --candidate "${tiny%.gguf} rotated" --label-only
	printf '%s\n' "$output" >batched
	toe 0 classify tickets.jsonl --store run.json.toehold --candidate "${tiny%.gguf} rotated" --label-only \
		--one-by-one
	printf '%s\n' "$output" >one
	is "$(jq -r .label batched)" "$(jq -r .label one)"
	is "$(jq -s 'length' batched)" 3
	is "$(jq -s '[range(3) as $i | .[$i].probability - .[$i + 3].probability | fabs | . < 0.01] | all' batched one)" true
}
