"""bench/prefix: the first label of classify, with a kept prefix and without."""
import json
import os
import subprocess
import time

import common as c

GOAL = ("<=", 0.5)
WAYS = ["plain", "examples"]
KEEP, COMPUTE = "1 GiB", "off"


def one_ticket(folder):
    """The job keeps its first ticket only. Returns a file with the second one, to label."""
    path = os.path.join(folder, c.JOB["tickets"])
    first, second = c.tickets(folder)[:2]
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(first) + "\n")
    path = os.path.join(folder, "new.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps({"id": second["id"], "text": second["text"]}) + "\n")
    return path


def empty_cache(folder):
    """Each round has a cache of its own, so that the user's prefixes stay."""
    os.environ["TOEHOLD_CACHE"] = os.path.join(folder, f"cache-{time.monotonic_ns()}")
    os.makedirs(os.environ["TOEHOLD_CACHE"])


def classify(folder, store, name, new, cache):
    """Returns the seconds of one call, and its row without the times."""
    os.environ["TOEHOLD_PREFIX_CACHE"] = cache
    start = time.monotonic()
    done = subprocess.run([c.TOEHOLD, "classify", new, "--run", "bench", "--candidate", name,
                           "--store", store, "--label-only", "--quiet"], cwd=folder,
                          capture_output=True, check=False)
    wall_s = time.monotonic() - start
    os.environ["TOEHOLD_PREFIX_CACHE"] = COMPUTE
    if done.returncode != 0:
        c.die(f"toehold classify failed: {done.stderr.decode(errors='replace')[-500:]}")
    return wall_s, done.stdout


def prefixes(folder, model, cache):
    """One run in both ways: tokens and seconds of each prefix, and its tokens from the cache."""
    os.environ["TOEHOLD_PREFIX_CACHE"] = cache
    smoke = c.smoke(folder, [model], ",".join(WAYS))
    os.environ["TOEHOLD_PREFIX_CACHE"] = COMPUTE
    own = [x for x in smoke.result["candidates"] if x["model"] == c.short(model)]
    return smoke, {x["way"]: c.segment(smoke.store, x) for x in own}, \
        {x["way"]: x["name"] for x in own}


def measure(options, folder, new):
    rows = []
    for model in options.models:
        c.say(f"{c.short(model)} ...")
        empty_cache(folder)
        prefixes(folder, model, COMPUTE)  # the header and the checksum are in the cache now
        smoke, computed, names = prefixes(folder, model, COMPUTE)
        _, second, _ = prefixes(folder, model, KEEP)
        for way in WAYS:
            without_s, expected = classify(folder, smoke.store, names[way], new, COMPUTE)
            classify(folder, smoke.store, names[way], new, KEEP)
            kept_s, found = classify(folder, smoke.store, names[way], new, KEEP)
            if found != expected:
                c.die(f"{names[way]}: the kept prefix changes the answer")
            rows.append({"model": c.short(model), "way": way,
                         "prefix_tok": computed[way]["prefix_tok"],
                         "shared_tok": second[way]["prefix_kept_tok"],
                         "prefix_s": computed[way]["prefix_us"] / 1e6,
                         "second_prefix_s": second[way]["prefix_us"] / 1e6,
                         "without_s": without_s, "kept_s": kept_s, "ratio": kept_s / without_s})
    return rows


def medians(rounds):
    return [{key: one[key] if isinstance(one[key], str) else c.median([r[at][key] for r in rounds])
             for key in one} for at, one in enumerate(rounds[0])]


def main():
    options = c.options()
    with c.job_folder() as folder:
        new = one_ticket(folder)
        with c.Alone() as alone:
            result = medians([measure(options, folder, new) for _ in range(options.runs)])
    if options.json:
        print(json.dumps({"ways": result, "other_cores": alone.others, "note": alone.note()}))
        return
    print(f"The first label of toehold classify, {options.runs} round(s), medians\n")
    c.table(["model", "way", "without", "kept", "ratio", "goal", "prefix tokens", "shared",
             "computed", "in one run"],
            [[one["model"], one["way"], c.seconds(one["without_s"]), c.seconds(one["kept_s"]),
              f"{one['ratio']:.3f}", c.goal_text(one["ratio"], GOAL), one["prefix_tok"],
              one["shared_tok"], c.seconds(one["prefix_s"]), c.seconds(one["second_prefix_s"])]
             for one in result])
    print("\n" + alone.note())


main()
