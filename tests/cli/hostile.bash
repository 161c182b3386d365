# shellcheck shell=bash
# Shared by the tests of hostile tickets.

# Two runs: name, job, labels, models and replies are as hostile as the tickets; one has a pick.
# Sets $free and $first, the names of the runs.
hostile_runs() {
	cp "$data/hostile.jsonl" .
	python3 - <<-'END'
		import json
		esc = "\x1b]0;title\x07\x1b[2J\u009b31m\u202e"
		labels = list(dict.fromkeys(json.loads(l)["label"] for l in open("hostile.jsonl")))
		job = {"job": "</title><script>alert(1)</script>\u202e\u009b2J", "tickets": "hostile.jsonl", "bar": "10%",
		       "labels": {l: "</style> \u202e " + l for l in labels},
		       "personal_data": "allowed", "models": ["<svg onload=alert(1)>.script.json", "=1+1\u202e.script.json"]}
		json.dump(job, open("job.yaml", "w"))
		json.dump(dict(job, bar="90%"), open("strict.yaml", "w"))
		facts = lambda n: {"name": "<b>" + esc + "=1+1", "n_params": n, "bytes": 2 * n}
		json.dump({"facts": facts(1000), "steps": [
		    {"match": "script", "label": labels[0], "reason": esc + "<script>alert(1)</script>"},
		    {"match": "", "label": labels[3], "reason": "=cmd|x " + esc + "]]>&xxe;"}]},
		    open("<svg onload=alert(1)>.script.json", "w"))
		json.dump({"facts": facts(9000), "steps": [
		    {"match": "", "label": labels[4], "says": esc + "<img src=x onerror=alert(1)>=1+1", "reason": "{{7*7}}"}]},
		    open("=1+1\u202e.script.json", "w"))
	END
	free=$'"><img src=x onerror=alert(1)>\e]0;t\a\u202e'
	export free first='=1+1 <script>alert(1)</script>'
	"$toehold" smoke strict.yaml --store job.toehold --free --name "$free" >smoke-free.txt 2>smoke-free.err || [ $? -eq 1 ]
	"$toehold" smoke job.yaml --name "$first" >smoke.txt 2>smoke.err
}
