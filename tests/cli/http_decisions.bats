#!/usr/bin/env bats
# Servers as decision models: /v1/systemone, /v1/decisions in two shapes, and the letters of a chat.
# Label probabilities, ways that need them, and replies that no one should trust. The server is a
# script (http_server.py); tests/model asks real ones.
load http

described='labels: {a: the first, b: , c: }'

# decided SCENARIO [JOB LINES]: a server, and a job of six tickets with a described label.
decided() {
	serve "$1"
	tickets 6
	printf '%s\ntickets: tickets.jsonl\nmodels: ["http://127.0.0.1:%s/v1#m"]\n%s\n' \
		"$described" "$port" "${2-}" >job.yaml
}

rules() { of '[.replies[].rule] | unique | join(" ")'; }

# column SQL: of the server's answers, in the order of the tickets.
column() {
	sqlite3 -readonly job.toehold "SELECT $1 FROM answer WHERE pass_id IN
		(SELECT pass_id FROM segment WHERE server <> '') ORDER BY ticket" | paste -sd' '
}

@test "each shape: labels, probabilities of all labels that sum to 1, and the route on record" {
	local route
	for route in systemone decisions options; do
		rm -f job.toehold
		decided "$route"
		toe 0 smoke job.yaml --json --name r
		is "$(given)" "b c a b c a"
		is "$(outcomes)" "ok ok ok ok ok ok"
		is "$(rules)" "$route"
		is "$(of '[.replies[] | .probs | length, (add * 1e9 | round / 1e9)] | unique | join(" ")')" "1 3"
		is "$(of '.replies[0].probs | map(. * 10000 | round) | join(" ")')" "500 9000 500"
		is "$(of '[.replies[] | select(.rationale // "" | . != "")] | length')" 0
		is "$(probe route) $(probe repeated.verdict) $(probe answers_as)" "$route same m"
		has "$(event server)" "asked for a decision" "label probabilities, no reasons"
		check_store 6
		toe 0 verify
	done
	# Only SGLang's shape states how much of the probability is on the labels at all.
	is "$(column "printf('%.2f', label_mass)")" "0.75 0.75 0.75 0.75 0.75 0.75"
}

@test "the question is the prompt's task line, and the descriptions are the criteria" {
	decided systemone 'prompt: |
  Which team handles this letter?
  Labels: {labels}
  Return JSON: {"label":"<one>"}'
	toe 0 smoke job.yaml
	is "$(posts '[.body.questions.label.instructions, .body.questions.label.criteria] | tojson' | sort -u)" \
		"$(jq -n '["Which team handles this letter?", {a: "the first", b: null, c: null}] | tojson')"
	is "$(posts '.body.model' | sort -u)" '"m"'
	# The default prompt has no task line of its own.
	decided decisions
	toe 0 smoke job.yaml --store second.toehold
	is "$(posts '.body.questions[0] | [.instructions, .choices[0].description, (.choices[1] | has("description"))] | tojson' | sort -u)" \
		'"[\"Which label fits this text best?\",\"the first\",false]"'
}

@test "letters: a chat with top_logprobs decides if no reasons are asked for" {
	decided letters 'reason: none'
	toe 0 smoke job.yaml --json --name r
	is "$(given)" "b c a b c a"
	is "$(rules)" letters
	# 0.6 and 0.2 for the letter with and without a blank, 0.02 for each other one.
	is "$(of '.replies[0].probs | map(. * 10000 | round) | join(" ")')" "238 9524 238"
	is "$(column "printf('%.2f', label_mass)")" "0.84 0.84 0.84 0.84 0.84 0.84"
	has "$(event server)" "asked for the letter of a label"
	is "$(posts '[.body.max_tokens, .body.top_logprobs, (.body | has("response_format"))] | tojson' | sort -u)" '"[1,20,false]"'
	has "$(posts '.body.messages[0].content' | head -1)" 'A. a: the first\nB. b\nC. c\n\nAnswer with the letter only.'
	# With reasons the same server writes text.
	sed -i 's/^reason: none//' job.yaml
	toe 0 smoke job.yaml --json --name s
	is "$(rules)" json
	has "$(of '.replies[0].rationale')" "It asks about b."
	is "$(probe route | sort | paste -sd' ')" "chat letters"
}

@test "letters: examples are answered with letters, and more labels than letters go to the chat" {
	decided letters 'reason: none
ways: [examples]
examples: {file: examples.jsonl, per_label: 1}'
	printf '{"text": "all %s", "label": "%s"}\n' one a two b three c >examples.jsonl
	toe 0 smoke job.yaml --json
	is "$(json '[asked[] | .replies[].rule] | unique | join(" ")')" letters
	is "$(posts '[.body.messages[] | select(.role == "assistant") | .content] | sort | join("")' | sort -u)" '"ABC"'
	printf 'labels: [%s]\ntickets: tickets.jsonl\nmodels: ["http://127.0.0.1:%s/v1#m"]\nreason: none\n' \
		"$(printf '%s, ' {a..z})zz" "$port" >job.yaml
	toe 0 smoke job.yaml --json --store many.toehold
	is "$(rules)" json
}

@test "a letter that the server does not list gets what can be left for it at most" {
	decided letters-missing 'reason: none'
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	# 0.8 of 0.9 listed is the letter; 0.1 is left for two letters, so each gets 0.05.
	is "$(of '.replies[2].probs | map(. * 10000 | round) | join(" ")')" "8889 556 556"
}

@test "a server that decides and writes: text with reasons, decisions without them" {
	decided both
	toe 0 smoke job.yaml --json --name r
	is "$(rules)" json
	rm job.toehold
	echo 'reason: none' >>job.yaml
	toe 0 smoke job.yaml --json --name r
	is "$(rules)" systemone
}

@test "calibrated ways and thresholds work with a server's probabilities" {
	decided systemone 'ways: [plain, calibrated]'
	toe 0 plan job.yaml
	lacks "$output" "will not run"
	toe 0 smoke job.yaml --json --name r
	is "$(json '[asked[] | .name] | sort | join(", ")')" "m calibrated, m plain"
	is "$(json '[asked[] | select(.name == "m calibrated") | .replies[].label] | join(" ")')" "b c a b c a"
	sed 's/"label": "."/"label": ""/' tickets.jsonl >work.jsonl
	toe 0 classify work.jsonl --quiet -c 'm plain' --abstain-below 80%
	is "$(jq -r '[.label, .outcome, .probability] | join(" ")' <<<"$output" | paste -sd';')" \
		"b ok 0.9;c ok 0.9;a ok 0.9;b ok 0.9;c ok 0.9;a ok 0.9"
	toe 0 classify work.jsonl --quiet -c 'm calibrated' --abstain-below 99%
	is "$(jq -r .outcome <<<"$output" | sort -u)" abstained
}

@test "with reasons a chat has no probabilities, and the plan says what would give them" {
	decided letters 'ways: [plain, calibrated]'
	toe 0 plan job.yaml
	has "$output" "m · calibrated will not run: with reasons" "write 'reason: none'"
	echo 'reason: none' >>job.yaml
	toe 0 plan job.yaml
	lacks "$output" "will not run"
}

# untrusted ROUTE: each line of standard input is FAULT:WORDS. A server gives such answers to every
# third ticket, and good ones to the others.
untrusted() {
	local rows n i
	mapfile -t rows
	n=${#rows[@]}
	rm -f job.toehold
	decided "$1-$(printf '%s\n' "${rows[@]%%:*}" | paste -sd,)"
	tickets $((3 * n))
	toe 1 smoke job.yaml --json --name r
	is "$(given)" "$(yes 'b c -' | head -n "$n" | paste -sd' ')"
	is "$(outcomes)" "$(yes 'ok ok engine_error' | head -n "$n" | paste -sd' ')"
	is "$(of '[.replies[] | select(.outcome != "ok") | .probs // "none"] | unique | join(" ")')" none
	of '.replies[] | select(.outcome != "ok") | .detail' >details
	for ((i = 0; i < n; i++)); do
		has "$(sed -n "$((i + 1))p" details)" "${rows[i]#*:}"
	done
}

@test "a reply that no one should trust is a failed answer with its reason, never the first label" {
	untrusted systemone <<-'END'
		nan:not send a JSON object
		negative:the probability of 'a' is not between 0 and 1
		above:the probability of 'a' is not between 0 and 1
		text:the probability of 'a' is not between 0 and 1
		null:the probability of 'a' is not between 0 and 1
		huge:not send a JSON object
		sum:the probabilities add up to 0.3, not to 1
		misses:no probability for 'c'
		unknown:a probability for 'zebra', which is no label
		other:answered another question: 'mine'
		more:answered another question
		empty:no answer to the one question
		nothing:no probability for 'a'
		score:a question of type 'score'
		contradicts:chose 'c', but gives 'a' a higher probability
		chooses:chose 'zebra', which is no label
		switches:another model answered: 'another'
		garbage:not send a JSON object
		list:not send a JSON object
		long:the reply is too long
		twice:not a JSON object
		500:a bad \x1b[31mday
		400:way
	END
	untrusted decisions <<-'END'
		refusal:refused to decide
		misses:no probability for 'c'
		unknown:a probability for 'zebra', which is no label
		empty:no answer to the one question
	END
	untrusted options <<-'END'
		mass:the label mass is not between 0 and 1
		negative:the probability of 'a' is not between 0 and 1
	END
}

@test "letters that are missing or impossible are a failed answer" {
	local fault words
	while IFS=: read -r fault words; do
		rm -f job.toehold
		decided "$fault" 'reason: none'
		toe 1 smoke job.yaml --json --name r
		is "$(given)" "b c - b c a"
		is "$(outcomes)" "ok ok engine_error ok ok ok"
		has "$(detail)" "$words"
	done <<-'END'
		letters-none:no label's letter is among the likeliest tokens
		letters-impossible:no top_logprobs
	END
}

@test "retries, timeouts and texts that are too long or cut end as those of a chat" {
	decided systemone-once
	toe 0 smoke job.yaml --json --name r
	is "$(column n_retries)" "0 0 1 0 0 0"
	has "$(detail)" "answered after 2 tries"
	rm job.toehold
	decided systemone-hangs
	toe 1 smoke job.yaml --json --timeout 2
	is "$(outcomes)" "ok ok timeout ok ok ok"
	rm job.toehold
	decided systemone-overlong
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok too_long ok ok ok"
	rm job.toehold
	decided systemone-cuts
	long_third
	toe 1 smoke job.yaml --json
	is "$(outcomes)" "ok ok too_long ok ok ok"
	has "$(detail)" "the server cut the text"
}

@test "a host that wraps its replies, one that differs from itself, and one with fewer labels" {
	decided systemone-wrapped
	toe 0 smoke job.yaml --json
	is "$(given)" "b c a b c a"
	rm job.toehold
	decided systemone-moves
	toe 0 smoke job.yaml --json
	has "$(event server)" "the same question twice moved a probability by 0.0"
	rm job.toehold
	decided systemone-few
	toe 8 smoke job.yaml --json
	has "$(of .not_measured)" "did not decide between the job's labels: HTTP 400: at most 2 options"
	is "$(posts .ticket)" ""
}

@test "hello asks a decision model; it has one way, and --free changes nothing for it" {
	serve systemone
	toe 0 hello "http://127.0.0.1:$port/v1#m" "I ask about account"
	has "$output" "label      account (91%)" "asked for a decision (/v1/systemone)"
	toe 0 hello "http://127.0.0.1:$port/v1#m" --json
	is "$(json '.server.routes | join(" ")')" systemone
	# A route that fails for a moment must not make another model of it.
	is "$(json '.server.identity | has("routes")')" false
	has "$(json '.server.tried.chat')" "HTTP 404"
	decided systemone 'ways: [examples]
examples: {file: examples.jsonl, per_label: 1}'
	printf '{"text": "all %s", "label": "%s"}\n' one a two b three c >examples.jsonl
	toe 0 plan job.yaml --json
	is "$(json '[asked[] | .name] | join(" ")')" "m plain"
	toe 0 smoke job.yaml --json --free
	is "$(rules)" systemone
}

# typed ROUTE: the type of each request's question, with what is listed there.
typed() {
	case $1 in
	systemone) posts '.body.questions.label | [.type, .instructions, (.criteria // 0)] | tojson' ;;
	decisions) posts '.body.questions[0] | [.type, .instructions, ([.levels[]?.label] | join("")), .choices // 0] | tojson' ;;
	options) posts '.body.questions[0] | [.type, .question, (.levels // 0), (.yes // 0), (.no // 0)] | tojson' ;;
	esac | grep -v choice | sort -u
}

@test "yes or no and an ordered scale are asked in each shape's own types" {
	local route yes_no scale
	while IFS='|' read -r route yes_no scale; do
		rm -f job.toehold second.toehold
		serve "$route"
		tickets 6
		sed -i 's/"label": "a"/"label": "yes"/; s/"label": "[bc]"/"label": "no"/' tickets.jsonl
		printf '%s\n' 'task: yes-no' 'question: Is it about a?' 'tickets: tickets.jsonl' \
			"models: [\"http://127.0.0.1:$port/v1#m\"]" >job.yaml
		toe 0 smoke job.yaml --json
		is "$(given)" "no no yes no no yes"
		is "$(typed "$route" | jq -r .)" "$yes_no"
		tickets 6
		printf '%s\n' 'labels: [a, b, c]' 'order: true' 'tickets: tickets.jsonl' \
			"models: [\"http://127.0.0.1:$port/v1#m\"]" >job.yaml
		toe 0 smoke job.yaml --json --store second.toehold
		is "$(given)" "b c a b c a"
		has "$(typed "$route" | jq -r .)" "$scale"
	done <<-'END'
		systemone|["noul","Is it about a?",0]|["score","Which label fits this text best?",["a","b","c"]]
		decisions|["predicate","Is it about a?","",0]|["score","Which label fits this text best?","abc",0]
		options|["yes_no","Is it about a?",0,0,0]|["score","Which label fits this text best?",["a","b","c"],0,0]
	END
}

# several ROUTE: a server, and a job of four tickets with several labels.
several() {
	serve "$1"
	printf '{"id": "t%s", "text": "ticket %s is about %s", "labels": %s}\n' \
		1 1 'a, c' '["a", "c"]' 2 2 nothing '[]' 3 3 b '["b"]' 4 4 'a, b' '["a"]' >tickets.jsonl
	printf '%s\ntickets: tickets.jsonl\nmodels: ["http://127.0.0.1:%s/v1#m"]\nlabels_per_ticket: any\n' \
		"$described" "$port" >job.yaml
}

@test "several labels: one request asks about each label, in each shape" {
	local route
	for route in systemone decisions options; do
		rm -f job.toehold
		several "$route"
		toe 1 smoke job.yaml --json --name r
		is "$(of '[.replies[].raw | fromjson | to_entries | map(select(.value).key) | join("")] | join(" ")')" "ac  b ab"
		is "$(of '[.replies[].mark] | join(", ")')" "right, right, right, label too many"
		is "$(probe route)" "$route"
		toe 0 verify
		toe 0 replay r --quiet
	done
	is "$(posts '.body.questions | select(length > 1) | map(.question) | join("; ")' | jq -r . | sort -u)" \
		"Does the label 'a' (the first) fit this text?; Does the label 'b' fit this text?; Does the label 'c' fit this text?"
	is "$(posts '.body.questions | select(length > 1) | map(.id) | join(" ")' | jq -r . | sort -u)" 'label1 label2 label3'
}

@test "several labels: a reply that no one should trust is a failed answer with its reason" {
	local fault words
	while IFS=: read -r fault words; do
		rm -f job.toehold
		several "$fault"
		toe 1 smoke job.yaml --json --name r
		is "$(outcomes)" "ok ok engine_error ok"
		has "$(detail)" "$words"
	done <<-'END'
		systemone-misses:the reply has 2 answers to 3 questions
		systemone-other:the reply has no answer about 'a'
		systemone-above:the probability of yes is not between 0 and 1
		systemone-score:a question of type 'score'
		decisions-misses:the reply has 2 answers to 3 questions
		options-above:the probability of yes is not between 0 and 1
	END
}
