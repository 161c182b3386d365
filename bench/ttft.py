"""bench/ttft: time to first token, toehold against llama-server, same prompt."""
import json

import common as c

GOAL = ("<=", 1.15)


def opening_of(candidate):
    """Returns the forced start of the answer, up to the model's first choice."""
    reply = next(reply for reply in candidate["replies"] if reply["outcome"] == "ok")
    return reply["raw"][:int(reply["spans"].split()[0][1:])]


def server_side(model, candidate, rendered, tickets):
    before, after = rendered.split("{ticket}")
    after += opening_of(candidate)
    n_ctx = (max(reply["prompt_tok"] for reply in candidate["replies"]) + 64 + 255) // 256 * 256
    seen, inside, prompt_n = [], [], []
    with c.Server(model, candidate["threads"], n_ctx, 1) as server:
        def ask(text):
            return server.first_token({"prompt": before + text + after, "n_predict": 1,
                                       "temperature": 0, "cache_prompt": True})

        ask("Hello.")  # fills the cache with the shared part
        for ticket in tickets:
            first_s, timings = ask(ticket["text"])
            seen.append(first_s)
            inside.append(timings["prompt_ms"] / 1000)
            prompt_n.append(timings["prompt_n"])
    return {"seen_p50_s": c.median(seen), "inside_p50_s": c.median(inside),
            "prompt_n": sum(prompt_n)}


def measure(options, folder, tickets):
    c.say("toehold ...")
    smoke = c.smoke(folder, options.models)
    rows = []
    for model in options.models:
        c.say(f"llama-server, {c.short(model)} ...")
        candidate = next(x for x in smoke.result["candidates"] if x["model"] == c.short(model))
        segment = c.segment(smoke.store, candidate)
        server = server_side(model, candidate, segment["rendered"], tickets)
        own_s = candidate["times"]["ttft_p50_us"] / 1e6
        rows.append({"model": c.short(model), "toehold_p50_s": own_s, **server,
                     "toehold_n": candidate["prompt_tok"] - len(tickets) * segment["prefix_tok"],
                     "ratio": own_s / server["seen_p50_s"]})
    return rows


def print_result(result):
    print(f"Time to first token, median of the tickets ({len(result['rounds'])} round(s), "
          "medians)\n")
    rows = []
    for row in result["rounds"][-1]:
        value = result["models"][row["model"]]
        rows.append([row["model"], c.milliseconds(row["toehold_p50_s"]),
                     c.milliseconds(row["seen_p50_s"]), c.milliseconds(row["inside_p50_s"]),
                     f"{value['ratio']:.3f}", c.goal_text(value["ratio"], GOAL),
                     row["toehold_n"], row["prompt_n"]])
    c.table(["", "toehold", "llama-server", "its prompt_ms", "ratio", "goal",
             "tokens", "its tokens"], rows)
    print("\nTimes are those of the last round. " + result["note"])


def main():
    options = c.options()
    with c.job_folder() as folder:
        tickets = c.tickets(folder)
        c.warm_up(folder, options.models)
        with c.Alone() as alone:
            rounds = [measure(options, folder, tickets) for _ in range(options.runs)]
    result = {"rounds": rounds, "other_cores": alone.others, "note": alone.note(), "models": {
        row["model"]: c.goal_json(c.median([r[i]["ratio"] for r in rounds]), GOAL)
        for i, row in enumerate(rounds[0])}}
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print_result(result)


main()
