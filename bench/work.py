"""bench/work: the pick in production, only labels, against the engine and llama-server."""
import contextlib
import json
import os
import sqlite3
import subprocess
import time

import common as c

LIMIT_GOAL = (">=", 0.85)
AT_A_TIME = 4
PEER_TICKETS = 100  # llama-server is slower: its rate over these stands for all


def tickets(folder):
    """Returns the demo's training tickets: a file without their labels, and a list."""
    with open(os.path.join(folder, "training.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    path = os.path.join(folder, "work.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
    return path, rows


def classify(folder, smoke, candidate, path):
    """Runs `classify` once; its counts are in the store."""
    out = os.path.join(folder, f"{time.monotonic_ns()}.jsonl")
    start = time.monotonic()
    done = subprocess.run([c.TOEHOLD, "classify", path, "--run", "bench", "--candidate",
                           candidate["name"], "--store", smoke.store, "--label-only", "--quiet",
                           "--out", out], cwd=folder, capture_output=True, check=False)
    wall_s = time.monotonic() - start
    if done.returncode != 0:
        c.die(f"toehold classify failed: {done.stderr.decode(errors='replace')[-500:]}")
    with contextlib.closing(sqlite3.connect(f"file:{smoke.store}?mode=ro", uri=True)) as db:
        text = db.execute("SELECT text FROM event WHERE kind = 'work' ORDER BY seq DESC").fetchone()
    return json.loads(text[0]), wall_s


def limit_rate(model, threads, depth):
    """Returns prompt tokens per second of full physical batches behind the shared prompt."""
    rows = json.loads(c.tool("llama-bench", "-m", c.model_path(model), "-t", threads, "-n", 0,
                             "-p", c.N_UBATCH, "-d", depth, "-fa", "1", "-b", c.N_BATCH,
                             "-ub", c.N_UBATCH, "-ctk", "f16", "-ctv", "f16", "-r", 3,
                             "-o", "json"))
    return c.N_UBATCH / (c.median(rows[0]["samples_ns"]) / 1e9)


def peer_rate(model, candidate, system, labels, rows):
    """Returns tickets per second of llama-server: four at a time, only the label."""
    schema = {"type": "object", "additionalProperties": False,
              "properties": {"label": {"type": "string", "enum": labels}}, "required": ["label"]}
    most = max(reply["prompt_tok"] for reply in candidate["replies"])
    slot = (most + 256 + 255) // 256 * 256
    with c.Server(model, candidate["threads"], slot * AT_A_TIME, AT_A_TIME) as server:
        def ask(row):
            return server.post("/v1/chat/completions", {
                "messages": [{"role": "system", "content": system},
                             {"role": "user", "content": row["text"]}],
                "temperature": 0, "max_tokens": 24,
                "response_format": {"type": "json_schema", "json_schema": {
                    "name": "answer", "strict": True, "schema": schema}}})

        ask(rows[0])
        start = time.monotonic()
        c.at_a_time(AT_A_TIME, ask, rows[:PEER_TICKETS])
        return min(PEER_TICKETS, len(rows)) / (time.monotonic() - start)


def measure(options, folder):
    path, rows = tickets(folder)
    c.say("toehold smoke ...")
    smoke = c.smoke(folder, options.models)
    system = c.system_prompt(smoke.store)
    labels = sorted({row["label"] for row in rows})
    found = []
    for model in options.models:
        c.say(f"{c.short(model)}: classify, llama-bench, llama-server ...")
        candidate = next(x for x in smoke.result["candidates"] if x["model"] == c.short(model))
        work, wall_s = classify(folder, smoke, candidate, path)
        rate = limit_rate(model, candidate["threads"],
                          c.segment(smoke.store, candidate)["prefix_tok"])
        peer = peer_rate(model, candidate, system, labels, rows)
        answer_s = work["answer_ms"] / 1000
        found.append({"model": c.short(model), "tickets": len(rows), "wall_s": wall_s,
                      "answer_s": answer_s, "prompt_tok": work["prompt_tok"],
                      "limit_tok_per_s": rate,
                      "efficiency": work["prompt_tok"] / rate / answer_s,
                      "tickets_per_s": len(rows) / answer_s, "peer_tickets_per_s": peer,
                      "ratio": len(rows) / answer_s / peer})
    return found


def main():
    options = c.options()
    with c.job_folder() as folder:
        c.warm_up(folder, options.models)
        with c.Alone() as alone:
            rounds = [measure(options, folder) for _ in range(options.runs)]
    result = []
    for at, model in enumerate(options.models):
        own = [found[at] for found in rounds]
        result.append({key: c.median([one[key] for one in own]) if key != "model" else own[0][key]
                       for key in own[0]})
    if options.json:
        print(json.dumps({"models": result, "other_cores": alone.others, "note": alone.note()}))
        return
    print(f"toehold classify --label-only, {len(rounds)} round(s), medians\n")
    c.table(["model", "tickets", "tickets/s", "of the engine's limit", "goal",
             "llama-server tickets/s", "times as fast"],
            [[one["model"], one["tickets"], f"{one['tickets_per_s']:.1f}",
              f"{one['efficiency']:.3f}", c.goal_text(one["efficiency"], LIMIT_GOAL),
              f"{one['peer_tickets_per_s']:.1f}", f"{one['ratio']:.2f}"] for one in result])
    print("\n" + alone.note())


main()
