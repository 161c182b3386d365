#!/usr/bin/env bats
# What probabilities are worth: in the terminal, as JSON, and on the page.

load helper

# 12 tickets. The model states .9 for 8 and is right on all; it states .7 for the 4 about c, and is
# right only on t005. On t002 two orders disagree, and only .4 of the probability is on labels.
stated() {
	tickets 12
	script one '{"steps": [
		{"match": "about a", "label": "a", "probs": {"a": 0.9, "b": 0.06, "c": 0.04}},
		{"match": "about b", "label": "b", "probs": {"a": 0.06, "b": 0.9, "c": 0.04}},
		{"match": "005", "label": "c", "probs": {"a": 0.2, "b": 0.1, "c": 0.7}},
		{"match": "002", "label": "a", "probs": {"a": 0.7, "b": 0.1, "c": 0.2}, "label_mass": 0.4, "agreed": 1},
		{"match": "about c", "label": "a", "probs": {"a": 0.7, "b": 0.1, "c": 0.2}}]}'
	job one.script.json "${1-}"
	toe 1 smoke job.yaml --json
}

@test "the figures are those worked out by hand" {
	stated
	# |8 - 7.2| + |1 - 2.8|; 8 times .0152, .14, 3 times 1.14.
	is "$(of 'one plain' '.reliability | [.answers, .without_probabilities, .right, .stated * 12, .ece * 12, .brier * 12, .brier_uniform * 3] | map(. * 1e6 | round / 1e6) | join(" ")')" \
		"12 0 9 10 2.6 3.6816 2"
	is "$(of 'one plain' '.reliability.bins | map("\(.above) to \(.up_to): \(.right)/\(.answers)") | join(", ")')" \
		"0.6 to 0.7: 1/4, 0.8 to 0.9: 8/8"
	is "$(of 'one plain' '.reliability | .ece_95[0] <= .ece and .ece <= .ece_95[1] and .brier_95[0] <= .brier and .brier <= .brier_95[1]')" true
	is "$(of 'one plain' .reliability.only_indicative)" true
	is "$(of 'one plain' '.reliability.label_mass | "\(.answers) \(.mean * 12) \(.below_half)"')" "12 11.4 1"
	is "$(of 'one plain' .reliability.order_flips)" null
	# The majority label states its share of the tickets, and is right as often.
	is "$(of 'baseline majority' '.reliability | "\(.right)/\(.answers) \(.ece) \(.off_by_more_than_chance)"')" "4/12 0 false"
}

@test "show: a table of all candidates, then sentences and bins of the one that is shown" {
	stated 'ways: [plain, rotated]'
	toe_full 0 show
	has "$output" "Probabilities" "by chance" "on the labels  below half  order flips" \
		"It states 83.3% on average and is right on 75% (9 of 12): no further off than chance explains. Only indicative: fewer than 100 answers." \
		"On average 95% of the probability falls on the labels; on 1 of 12 tickets it is less than half."
	is "$(grep '^60 to 70%' <<<"$output" | tr -s ' ')" "60 to 70% 4 70% 1 (25%) 0.6 to 80.6%"
	toe 0 show --candidate 'one rotated'
	has "$output" "the answer depends on the order of the labels." "On 1 of 12 tickets (8.33%, 95% interval 0.2 to 38.5%)"
}

@test "more than chance is said" {
	tickets 60
	script one '{"steps": [{"match": "about", "label": "a", "probs": {"a": 0.99, "b": 0.005, "c": 0.005}}]}'
	job one.script.json
	toe 1 smoke job.yaml --json
	is "$(of 'one plain' .reliability.off_by_more_than_chance)" true
	toe 0 show --candidate 'one plain'
	has "$output" "It states 99% on average and is right on 33.3% (20 of 60): it promises too much, by more than chance."
	is "$(grep -c '(off)' <<<"$output")" 1
}

@test "errors in both directions are said, also if the means agree" {
	tickets 40
	script one '{"steps": [
		{"match": "about a", "label": "a", "probs": {"a": 0.35, "b": 0.33, "c": 0.32}},
		{"match": "about b", "label": "b", "probs": {"a": 0.33, "b": 0.35, "c": 0.32}},
		{"match": "about c", "label": "a", "probs": {"a": 0.99, "b": 0.005, "c": 0.005}}]}'
	job one.script.json
	toe 1 smoke job.yaml --json
	is "$(of 'one plain' .reliability.brier_95)" null
	is "$(of 'one plain' '.reliability | .ece_95[1] > .ece')" true
	toe 0 show --candidate 'one plain'
	has "$output" "(27 of 40): it promises too much on some and too little on others, by more than chance."
}

@test "the page: a table, and the diagram of the candidate that is shown" {
	stated
	toe 0 report -o page.html
	page=$(<page.html)
	has "$page" "Are the probabilities worth anything?" "Reliability of one · plain" \
		"<desc>It states 83.3% on average and is right on 75% (9 of 12)" \
		"Stated 70%: 1 of 4 right. Stated 90%: 8 of 8 right.</desc>"
}

@test "without probabilities there is nothing to show" {
	tickets 12
	script one '{"steps": [{"match": "about", "says": "it is a"}]}'
	job one.script.json
	toe 1 smoke job.yaml --free --json
	is "$(of 'one plain' .reliability.ece)" null
	is "$(of 'one plain' '.reliability.answers // 0')" 0
}
