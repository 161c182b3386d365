"""bench/peer: toehold against llama-server of the same engine."""
import json
import re
import time

import common as c

VERDICT_GOAL, FULL_GOAL = ("<=", 0.25), ("<=", 0.5)
AT_A_TIME = 4
DEFAULT_CAP_TOK = 120


def answer_format(labels):
    schema = {"type": "object", "additionalProperties": False,
              "properties": {"label": {"type": "string", "enum": labels},
                             "rationale": {"type": "string"}},
              "required": ["label", "rationale"]}
    return {"type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def label_of(text):
    """Reads a reply whose JSON the cap may have cut."""
    found = re.match(r'\s*\{\s*"label"\s*:\s*"((?:[^"\\]|\\.)*)"', text)
    return json.loads(f'"{found.group(1)}"') if found else None


def ask_all(model, candidate, system, labels, cap, tickets):
    """One model: starts the server, sends all tickets, ends the server."""
    most = max(reply["prompt_tok"] for reply in candidate["replies"])
    per_slot = (most + cap + 128 + 255) // 256 * 256
    start = time.monotonic()
    with c.Server(model, candidate["threads"], per_slot * AT_A_TIME, AT_A_TIME) as server:
        max_tokens = cap + server.count_tokens(c.label_part(candidate)) + 2

        def ask(ticket):
            return server.post("/v1/chat/completions", {
                "messages": [{"role": "system", "content": system},
                             {"role": "user", "content": ticket["text"]}],
                "temperature": 0, "max_tokens": max_tokens,
                "response_format": answer_format(labels)})

        asked = time.monotonic()
        replies = c.at_a_time(AT_A_TIME, ask, tickets)
        asked_s = time.monotonic() - asked
    wall_s = time.monotonic() - start
    texts = [reply["choices"][0]["message"]["content"] or "" for reply in replies]
    return {
        "model": c.short(model), "wall_s": wall_s, "load_s": server.load_s, "asked_s": asked_s,
        "right": sum(label_of(x) == t["label"] for x, t in zip(texts, tickets)),
        "written_tok": sum(reply["usage"]["completion_tokens"] for reply in replies),
        "cut": sum(reply["choices"][0]["finish_reason"] == "length" for reply in replies),
        "prompt_tok": sum(reply["usage"]["prompt_tokens"] for reply in replies),
        "computed_tok": sum(reply.get("timings", {}).get("prompt_n", 0) for reply in replies),
        "max_tokens": max_tokens,
    }


def pair(options, folder, labels, cap, tickets):
    """toehold, then llama-server."""
    c.say("toehold ...")
    smoke = c.smoke(folder, options.models)
    system = c.system_prompt(smoke.store)
    peer = []
    for model, candidate in zip(options.models, by_model(smoke.result, options.models)):
        c.say(f"llama-server, {c.short(model)} ...")
        peer.append(ask_all(model, candidate, system, labels, cap, tickets))
    peer_s = sum(one["wall_s"] for one in peer)
    return {
        "toehold_verdict_s": smoke.verdict_s, "toehold_full_s": smoke.wall_s, "peer_s": peer_s,
        "verdict_ratio": smoke.verdict_s / peer_s, "full_ratio": smoke.wall_s / peer_s,
        "toehold": [own_side(candidate) for candidate in smoke.result["candidates"]],
        "peer": peer,
    }


def by_model(result, models):
    found = {candidate["model"]: candidate for candidate in result["candidates"]}
    return [found[c.short(model)] for model in models]


def own_side(candidate):
    times = candidate["times"]
    return {
        "model": candidate["model"], "right": candidate["score"]["right"],
        "load_s": times["load_us"] / 1e6, "prefix_s": times["prefix_us"] / 1e6,
        "answer_s": times["answer_us"] / 1e6, "reason_s": times["reason_us"] / 1e6,
        "written_tok": candidate["reason_tok"],
        "prompt_tok": candidate["prompt_tok"],
        "cut": sum(reply.get("reason_finish") == "cap" for reply in candidate["replies"]),
    }


def job_settings(folder):
    """Labels and the reason's cap, from the demo's job file (docs/job-file.md has the default)."""
    with open(f"{folder}/{c.JOB['file']}", encoding="utf-8") as file:
        text = file.read()
    cap = re.search(r"^budget:.*\btokens: *(\d+)", text, re.M)
    block = re.search(r"^labels:\n((?:  .*\n)+)", text, re.M).group(1)
    return (re.findall(r"^  (\w+):", block, re.M),
            int(cap.group(1)) if cap else DEFAULT_CAP_TOK)


def print_result(result):
    last, n = result["pairs"][-1], result["tickets"]
    verdict, full = result["verdict"]["ratio"], result["full"]["ratio"]
    print(f"toehold against llama-server of the same engine: {n} tickets ({AT_A_TIME} at a time "
          f"in llama-server), {len(result['pairs'])} pair(s), medians\n")
    c.table(["", "toehold", "llama-server", "ratio", "goal"], [
        ["all labels known", c.seconds(result["toehold_verdict_s"]), c.seconds(result["peer_s"]),
         f"{verdict:.3f}", c.goal_text(verdict, VERDICT_GOAL)],
        ["everything done", c.seconds(result["toehold_full_s"]), c.seconds(result["peer_s"]),
         f"{full:.3f}", c.goal_text(full, FULL_GOAL)],
    ])
    print("\nThe last pair, by model")
    rows = []
    for own, peer in zip(sorted(last["toehold"], key=lambda x: x["model"]),
                         sorted(last["peer"], key=lambda x: x["model"])):
        rows.append([own["model"], c.seconds(own["load_s"]), c.seconds(own["prefix_s"]),
                     c.seconds(own["answer_s"]), c.seconds(own["reason_s"]), own["written_tok"],
                     own["cut"], f"{own['right']}/{n}", c.seconds(peer["load_s"]),
                     c.seconds(peer["asked_s"]), peer["written_tok"], peer["cut"],
                     f"{peer['right']}/{n}"])
    c.table(["", "load", "prefix", "answers", "reasons", "tokens", "cut", "right",
             "| load", "requests", "tokens", "cut", "right"], rows)
    print("Left of the bar: toehold (tokens of the reasons). Right of it: llama-server (tokens of "
          "labels and reasons).")
    print(result["note"])


def main():
    options = c.options()
    with c.job_folder() as folder:
        labels, cap = job_settings(folder)
        tickets = c.tickets(folder)
        c.warm_up(folder, options.models)
        with c.Alone() as alone:
            pairs = [pair(options, folder, labels, cap, tickets) for _ in range(options.runs)]
    mid = {key: c.median([p[key] for p in pairs])
           for key in ("toehold_verdict_s", "toehold_full_s", "peer_s",
                       "verdict_ratio", "full_ratio")}
    result = {
        "verdict": c.goal_json(mid.pop("verdict_ratio"), VERDICT_GOAL),
        "full": c.goal_json(mid.pop("full_ratio"), FULL_GOAL),
        **mid, "tickets": len(tickets), "reason_cap_tok": cap, "pairs": pairs,
        "other_cores": alone.others, "note": alone.note(),
    }
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print_result(result)


main()
