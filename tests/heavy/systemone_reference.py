"""Compares a decision model's probabilities with those of llama.cpp's server, POST /v1/systemone.

usage: systemone_reference.py LLAMA_SERVER MODEL.gguf TYPE...

TYPE is choice, noul (the label for yes comes first) or score (the lowest step comes first). Each has
TYPE.result.json as `toehold smoke --json` prints it, TYPE.tickets.jsonl, and TYPE.labels.json with
the question, and names and descriptions (or null) in the job's order. Prints for each type the
largest difference over all tickets and labels, and the number of tickets.
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


def criteria_of(type_, labels):
    if type_ == "noul":
        return dict(zip(("true", "false"), labels.values()))
    if type_ == "score":
        return [f"{name}: {text}" if text else name for name, text in labels.items()]
    return labels


def probabilities_of(type_, answer, labels):
    if type_ == "noul":
        return dict(zip(labels, (answer["noul"], 1 - answer["noul"])))
    if type_ == "score":
        return {name: answer["probabilities"][str(i)] for i, name in enumerate(labels)}
    return answer["probabilities"]


def forget(base):
    """A prompt that begins like the last one is read in other batches, which changes probabilities."""
    with urllib.request.urlopen(urllib.request.Request(base + "/slots/0?action=erase", b"", method="POST")):
        pass


def ask(base, text, labels, type_, question):
    forget(base)
    body = {"state": text, "questions": {"label": {"type": type_, "instructions": question,
                                                   "criteria": criteria_of(type_, labels)}}}
    request = urllib.request.Request(base + "/v1/systemone", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as reply:
        return probabilities_of(type_, json.load(reply)["answers"]["label"], labels)


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def compare(base, type_):
    candidates = load(f"{type_}.result.json")["candidates"]
    asked = load(f"{type_}.labels.json")
    with open(f"{type_}.tickets.jsonl", encoding="utf-8") as f:
        texts = {t["id"]: t["text"] for t in map(json.loads, f)}
    ours = {r["id"]: r["probs"] for c in candidates if not c["name"].startswith("baseline ")
            for r in c["replies"]}
    largest = 0.0
    for id_, text in texts.items():
        theirs = ask(base, text, asked["labels"], type_, asked["question"])
        largest = max(largest, *(abs(theirs[label] - ours[id_][label]) for label in asked["labels"]))
    print(f"{type_} {largest:.2e} {len(texts)}")


def main(program, model, *types):
    port = free_port()
    server = subprocess.Popen([program, "-m", model, "--port", str(port), "-t", "1", "-np", "1", "--no-webui",
                               "-c", "8192", "-b", "2048", "-ub", "2048", "--slot-save-path", "."],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until_ready(base, server)
        for type_ in types:
            compare(base, type_)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
