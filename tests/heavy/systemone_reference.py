"""Compares a decision model's probabilities with those of llama.cpp's server, POST /v1/systemone.

usage: systemone_reference.py LLAMA_SERVER MODEL.gguf RESULT.json TICKETS.jsonl LABELS.json QUESTION

`toehold smoke --json` prints RESULT.json; LABELS.json holds names and descriptions (or null) in the
job's order. Prints the largest difference over all tickets and labels, and the number of tickets.
"""
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_ready(base, server):
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit("the server ended before it was ready")
        try:
            with urllib.request.urlopen(base + "/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server was not ready after two minutes")


def ask(base, text, labels, question):
    body = {"state": text, "questions": {"label": {"type": "choice", "instructions": question,
                                                   "criteria": labels}}}
    request = urllib.request.Request(base + "/v1/systemone", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as reply:
        return json.load(reply)["answers"]["label"]["probabilities"]


def main(program, model, result_path, tickets_path, labels_path, question):
    with open(result_path, encoding="utf-8") as f:
        candidates = json.load(f)["candidates"]
    with open(labels_path, encoding="utf-8") as f:
        labels = json.load(f)
    with open(tickets_path, encoding="utf-8") as f:
        texts = {t["id"]: t["text"] for t in map(json.loads, f)}
    ours = {r["id"]: r["probs"] for c in candidates if not c["name"].startswith("baseline ")
            for r in c["replies"]}
    port = free_port()
    server = subprocess.Popen([program, "-m", model, "--port", str(port), "-t", "1", "-np", "1", "--no-webui",
                               "-c", "8192", "-b", "2048", "-ub", "2048"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until_ready(base, server)
        largest = 0.0
        for id_, text in texts.items():
            theirs = ask(base, text, labels, question)
            largest = max(largest, *(abs(theirs[label] - ours[id_][label]) for label in labels))
    finally:
        server.terminate()
        server.wait()
    print(f"{largest:.2e} {len(texts)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
