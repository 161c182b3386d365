"""bench/limit: toehold against what the engine can do for the same token counts."""
import json

import common as c

GOAL = (">=", 0.85)
REPEATS = 3


class Curve:
    """Returns seconds as a function of a count: straight lines between measured points."""

    def __init__(self, points):
        self.points = sorted(points.items())

    def __call__(self, x):
        points = self.points
        if len(points) == 1:
            return points[0][1] * x / points[0][0]
        after = next((i for i in range(1, len(points)) if points[i][0] >= x), len(points) - 1)
        (x0, y0), (x1, y1) = points[after - 1], points[after]
        return max(0.0, y0 + (y1 - y0) * (x - x0) / (x1 - x0))


def prompt_curve(model, threads, depth, lengths):
    """Returns the seconds of one decode of that many prompt tokens behind `depth` others."""
    points = {}
    for row in json.loads(c.tool(
            "llama-bench", "-m", c.model_path(model), "-t", threads, "-n", 0,
            "-p", ",".join(str(n) for n in sorted(set(lengths))), "-d", depth, "-fa", "1",
            "-b", c.N_BATCH, "-ub", c.N_UBATCH, "-ctk", "f16", "-ctv", "f16",
            "-r", REPEATS, "-o", "json")):
        points[row["n_prompt"]] = c.median(row["samples_ns"]) / 1e9
    return Curve(points)


def step_curve(model, threads, depth, tokens, widths):
    """Returns the seconds of one step in which that many sequences get one token each."""
    n_ctx = (depth + tokens * max(widths) + 511) // 256 * 256
    text = c.tool("llama-batched-bench", "-m", c.model_path(model), "-t", threads, "-tb", threads,
                  "-c", n_ctx, "-b", c.N_BATCH, "-ub", c.N_UBATCH, "-fa", "on", "-kvu", "-pps",
                  "-npp", depth, "-ntg", tokens, "-npl", ",".join(str(n) for n in sorted(widths)),
                  "--output-format", "jsonl")
    rows = [json.loads(line) for line in text.splitlines() if line.startswith('{"n_kv_max"')]
    return Curve({row["pl"]: row["t_tg"] / row["tg"] for row in rows})


def some_of(counts, n):
    """Returns the smallest, the largest, and evenly spaced values of the sorted list between."""
    ordered = sorted(counts)
    return sorted({ordered[round(i * (len(ordered) - 1) / (n - 1))] for i in range(n)})


def pending_tokens(store, candidate):
    """Returns, by reply, the tokens from the chosen one to the rationale's opening quote. Phase 2
    decodes them before it can write. Estimated from their share of the answer's bytes."""
    rows = c.from_store(store, "SELECT length(t.body) AS bytes, a.spans, "
                               "a.forced_tok + a.chosen_tok AS tok FROM candidate c "
                               "JOIN answer a ON a.pass_id = c.pass_id "
                               "JOIN text t ON t.id = a.raw_id "
                               "WHERE c.name = ? AND a.outcome = 'ok'", candidate["name"])
    opening = [int(row["spans"].split()[0][1:]) for row in rows]
    return [round(row["tok"] * (1 - n / row["bytes"])) for row, n in zip(rows, opening)]


def answers_limit(model, candidate, prefix_tok, threads):
    lengths = [reply["prompt_tok"] - prefix_tok for reply in candidate["replies"]]
    curve = prompt_curve(model, threads, prefix_tok, some_of(lengths, 3))
    middle = int(c.median(lengths))
    limit_s, actual_s = sum(curve(n) for n in lengths), candidate["times"]["answer_us"] / 1e6
    return {"tokens": sum(lengths), "median_tok": middle, "depth": prefix_tok,
            "rate_at_median": middle / curve(middle), "limit_s": limit_s, "actual_s": actual_s,
            "efficiency": limit_s / actual_s, "points": curve.points}


def reasons_limit(model, candidate, prefix_tok, threads, store):
    counts = [reply["reason_tok"] for reply in candidate["replies"] if "reason_tok" in reply]
    pending = pending_tokens(store, candidate)
    lengths = [reply["prompt_tok"] - prefix_tok for reply in candidate["replies"]]
    depth = prefix_tok + round((sum(lengths) + sum(pending)) / len(lengths))
    # The decode of the pending tokens yields the first token of each.
    steps = [sum(n >= step for n in counts) for step in range(2, max(counts) + 1)]
    widths = some_of(steps + [1, len(counts)], 6)
    start = prompt_curve(model, threads, depth, [sum(pending)])
    curve = step_curve(model, threads, depth, max(8, round(c.median(counts))), widths)
    start_s = start(sum(pending))
    limit_s = start_s + sum(curve(n) for n in steps)
    actual_s = candidate["times"]["reason_us"] / 1e6
    full_rate = len(counts) / curve(len(counts))
    return {"tokens": sum(counts), "pending_tok": sum(pending), "sequences": len(counts),
            "depth": depth, "steps": len(steps) + 1, "start_s": start_s, "limit_s": limit_s,
            "actual_s": actual_s, "efficiency": limit_s / actual_s,
            "rate_all_together": full_rate, "even_limit_s": sum(counts) / full_rate,
            "rates": {str(n): n / s for n, s in curve.points}}


def measure(options, folder):
    """One round: a smoke run, then the tools on every model with the run's token counts."""
    c.say("toehold ...")
    smoke = c.smoke(folder, options.models)
    rows = []
    for model in options.models:
        c.say(f"llama-bench and llama-batched-bench, {c.short(model)} ...")
        candidate = next(x for x in smoke.result["candidates"] if x["model"] == c.short(model))
        prefix_tok = c.segment(smoke.store, candidate)["prefix_tok"]
        threads = candidate["threads"]
        rows.append({"model": c.short(model),
                     "answers": answers_limit(model, candidate, prefix_tok, threads),
                     "reasons": reasons_limit(model, candidate, prefix_tok, threads, smoke.store)})
    return rows


def print_result(result):
    print(f"The engine's own time for the same token counts, as a share of toehold's time "
          f"({len(result['rounds'])} round(s), medians)\n")
    last = {row["model"]: row for row in result["rounds"][-1]}
    for phase, head in (("answers", ["answers", "tokens", "tokens/s", "limit", "toehold",
                                     "efficiency", "goal"]),
                        ("reasons", ["reasons", "tokens", "tokens/s", "limit", "toehold",
                                     "efficiency", "goal", "even limit"])):
        rows = []
        for model, value in result[phase].items():
            one = last[model][phase]
            row = [model, one["tokens"],
                   f"{one['rate_at_median' if phase == 'answers' else 'rate_all_together']:.0f}",
                   c.seconds(one["limit_s"]), c.seconds(one["actual_s"]),
                   f"{value['ratio']:.3f}", c.goal_text(value["ratio"], GOAL)]
            rows.append(row + ([c.seconds(one["even_limit_s"])] if phase == "reasons" else []))
        c.table(head, rows)
        print()
    print("Seconds and rates are those of the last round. " + result["note"])


def main():
    options = c.options()
    with c.job_folder() as folder:
        c.warm_up(folder, options.models)
        with c.Alone() as alone:
            rounds = [measure(options, folder) for _ in range(options.runs)]
    result = {"rounds": rounds, "other_cores": alone.others, "note": alone.note()}
    for phase in ("answers", "reasons"):
        result[phase] = {
            row["model"]: c.goal_json(c.median([r[i][phase]["efficiency"] for r in rounds]), GOAL)
            for i, row in enumerate(rounds[0])}
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print_result(result)


main()
