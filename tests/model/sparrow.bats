#!/usr/bin/env bats
# A real decision model behind its maker's own server for /v1/systemone: sparrow-decider, whose
# weights come with the package (scripts/python.pin). Its answers are those of the package itself.
load models

needed=()

# Before the test gets its own cache: the packages are in the user's.
python=$root/scripts/python
"$python" --install 2>/dev/null || no_packages=1

# sparrow ARGUMENTS…: the package's own program.
sparrow() { TOEHOLD_CACHE=$cache_before "$python" "$@"; }

# serve: starts the server at a free port, in $port. It answers any GET with its state.
serve() {
	[ -x "$build/toehold-http" ] || skip_loudly "built without libcurl"
	[ -z "${no_packages-}" ] || skip_loudly "the packages of scripts/python.pin are missing"
	free_port
	TOEHOLD_CACHE=$cache_before start_server "$python" -m sparrow_decider.cli serve --port "$port"
}

@test "sparrow-decider: the labels and probabilities of the package, and calibrated" {
	serve
	cp -R "$root"/demo/* .
	sed -i -e '/^models:/,/^ways:/d' -e '/^examples:/d' -e '/^training:/d' job.yaml
	echo 'ways: [plain, calibrated]' >>job.yaml
	run --separate-stderr "$toehold" smoke job.yaml \
		--models "http://127.0.0.1:$port/v1#sparrow-nano-general-v1.1" --json
	[ "$status" -le 1 ] || { echo "$stderr"; return 1; }
	is "$(json '[asked[] | .name] | sort | join(", ")')" \
		"sparrow-nano-general-v1.1 calibrated, sparrow-nano-general-v1.1 plain"
	json 'asked[] | select(.way == "plain") | .replies[] | [.id, .label] + [.probs[]]' | jq -c . >given
	is "$(wc -l <given)" 25
	is "$(json '[asked[] | select(.way == "plain") | .replies[].rule] | unique | join(" ")')" systemone
	cat >wanted.py <<-'END'
		import json, re, sys
		from sparrow_decider import Decider
		labels = dict(re.findall(r'^  (\w+): "(.*)"$', open("job.yaml").read(), re.M))
		texts = {t["id"]: t["text"] for t in map(json.loads, open("tickets-25.jsonl"))}
		decider = Decider.load("sparrow-nano-general-v1.1")
		for line in open("given"):
		    id, label, *probs = json.loads(line)
		    answer = decider.ask(texts[id], {"q": {"type": "choice", "criteria": labels,
		        "instructions": "Which label fits this text best?"}})["q"]
		    total = sum(answer["probabilities"].values())
		    wanted = [answer["probabilities"][k] / total for k in labels]
		    if label != answer["choice"] or max(abs(a - b) for a, b in zip(probs, wanted)) > 1e-9:
		        sys.exit("%s: %s %s, not %s" % (id, label, probs, answer))
	END
	sparrow wanted.py
}
