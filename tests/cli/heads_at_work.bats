#!/usr/bin/env bats
# Several heads of one model in a run: the named one answers.
load helper

# heads: a model that answers "a" to everything although its states separate three kinds. Two heads:
# 'right' learnt the labels, 'odd' learnt each label shifted by one.
heads() {
	python3 - <<-'END'
		import json, random
		random.seed(5)
		steps, labels = [], "abc"
		def ticket(i, kind):
		    text = "lamp " + "".join(random.choices("bcdfghjklmnpqrstvwxz", k=40)) + " %s%d" % (kind, i)
		    steps.append({"match": text, "label": "a",
		                  "hidden": [random.gauss(0, .3) + (j == i % 3) for j in range(5)]})
		    return {"id": "%s%d" % (kind, i), "text": text, "label": labels[i % 3]}
		def write(name, rows):
		    with open(name, "w") as f:
		        f.writelines(json.dumps(r) + "\n" for r in rows)
		write("tickets.jsonl", [ticket(i, "t") for i in range(6)])
		train = [ticket(i, "r") for i in range(36)]
		write("right.jsonl", train)
		write("odd.jsonl", [dict(r, label=labels[(labels.index(r["label"]) + 1) % 3]) for r in train])
		write("work.jsonl", [{k: r[k] for k in ("id", "text")} for r in (ticket(i, "w") for i in range(9))])
		json.dump({"steps": steps}, open("tiny.script.json", "w"))
	END
	job tiny.script.json
	toe 0 tune job.yaml --train odd.jsonl --name odd
	toe 0 tune job.yaml --train right.jsonl --name right
	echo "heads: [heads/odd.head.json, heads/right.head.json]" >>job.yaml
	toe 0 smoke job.yaml --name r --store job.toehold --json
	is "$(json '[asked[] | "\(.name) \(.score.right)"] | join(", ")')" \
		"tiny plain 2, tiny tuned odd 0, tiny tuned right 6"
}

labels_of() { jq -r .label <<<"$output" | tr -d '\n'; }

@test "classify: the pick is the second head, and the second head answers" {
	heads
	toe 0 classify work.jsonl --label-only
	has "$stderr" "tiny · tuned right of run 'r': 6 of 6 right"
	is "$(labels_of)" abcabcabc
	toe 0 classify work.jsonl --label-only -c "tiny tuned odd"
	is "$(labels_of)" bcabcabca
}

@test "add: a head whose training file has changed is not asked, and the reason is printed" {
	heads
	printf '{"id": "n1", "text": "%s", "label": "a"}\n' "something new that nobody asked before" >>right.jsonl
	printf '{"id": "h1", "text": "quite another kind of question", "label": "a"}\n' >hard.jsonl
	toe 1 add job.yaml hard.jsonl --as harder --all --store job.toehold
	has "$stderr" "tiny tuned right is not asked: " "tune again"
	rm -f job.toehold*
	toe 0 smoke job.yaml --way tuned --name r --store job.toehold
	sed -i 1d odd.jsonl
	toe 4 add job.yaml hard.jsonl --as harder --all --store job.toehold
	has "$stderr" "tiny tuned odd is not asked: " "can be asked: each was refused (above)"
}
