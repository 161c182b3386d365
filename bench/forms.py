"""bench/forms: toehold against llama-server's own JSON schema and tool calls."""
import json
import os
import shutil
import tempfile

import common as c

FULL_GOAL = ("<=", 0.6)
JOBS = ["extract", "tools"]
SLOTS = [1, 8]
ANSWER_TOK = 512  # more than the cap of an answer in both jobs


def job_folder(name, of_server=None):
    """A copy of demo/NAME whose jobs keep `of_server` requests in flight."""
    folder = tempfile.TemporaryDirectory(prefix="toehold-bench-")
    source = os.path.join(c.ROOT, "demo", name)
    for file in os.listdir(source):
        shutil.copy(os.path.join(source, file), folder.name)
    if of_server:
        with open(os.path.join(folder.name, "job.yaml"), "a", encoding="utf-8") as job:
            job.write(f"\nparallel: {of_server}\n")
    return folder


def first_ticket_only(folder):
    path = os.path.join(folder, "tickets.jsonl")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write(lines[0] + "\n")


def asked(name, model, options, server=None, slots=None):
    """
    All tickets of a job. The CPU time is that of all tickets less that of one: what both runs do
    once (load, shared prompt, a server's probes) falls out. So does toehold's own: it is the
    worker's or the server's.
    """
    cpu, full = [], None
    for all_tickets in (False, True):
        with job_folder(name, slots) as folder:
            if not all_tickets:
                first_ticket_only(folder)
            before = server.cpu_s() if server else 0
            full = c.smoke(folder, [model], "examples" if options.examples else "plain",
                           None if server else options.threads)
            cpu.append(server.cpu_s() - before if server else full.all_cpu_s - full.self_cpu_s)
            found = next(x for x in full.result["candidates"] if x.get("replies"))
    return {"right": found["score"]["right"], "full_s": found["times"]["full_run_us"] / 1e6,
            "cpu_s": cpu[1] - cpu[0], "tickets": len(found["replies"]),
            "threads": found["threads"],
            "prompt_tok": max(reply["prompt_tok"] for reply in found["replies"])}


def ask_server(name, model, options, own, slots):
    per_slot = (own["prompt_tok"] + ANSWER_TOK + 1024 + 255) // 256 * 256
    with c.Server(model, own["threads"], per_slot * slots, slots) as server:
        return asked(name, f"http://127.0.0.1:{server.port}/v1#{c.short(model)}", options, server,
                     slots)


def pair(name, model, options):
    """toehold, and then the server with each number of slots."""
    c.say(f"demo/{name}: toehold ...")
    own = asked(name, model, options)
    found = {"toehold": own}
    for slots in SLOTS:
        c.say(f"demo/{name}: llama-server, {slots} slot(s) ...")
        found[str(slots)] = ask_server(name, model, options, own, slots)
    return found


def of_job(name, model, options):
    """The ratios to the number of slots with which the server is faster."""
    pairs = [pair(name, model, options) for _ in range(options.runs)]
    best = min(SLOTS, key=lambda n: c.median([p[str(n)]["full_s"] for p in pairs]))
    ratio = {key: c.median([p["toehold"][key] / p[str(best)][key] for p in pairs])
             for key in ("full_s", "cpu_s")}
    return {"job": name, "slots": best, "full": c.goal_json(ratio["full_s"], FULL_GOAL),
            "cpu_ratio": ratio["cpu_s"], "pairs": pairs}


def print_result(result):
    print(f"toehold against llama-server's JSON schema and tool calls, {result['model']}, "
          f"{len(result['jobs'][0]['pairs'])} pair(s), medians; the server with 1 or 8 slots, "
          "whichever is faster\n")
    rows = []
    for job in result["jobs"]:
        sides = [[p[side] for p in job["pairs"]] for side in ("toehold", str(job["slots"]))]
        own, peer = ({key: c.median([one[key] for one in side]) for key in
                      ("right", "full_s", "cpu_s")} for side in sides)
        n = sides[0][0]["tickets"]
        rows.append([f"demo/{job['job']}", f"{own['right']:g}/{n}", f"{peer['right']:g}/{n}",
                     c.seconds(own["full_s"]), c.seconds(peer["full_s"]), job["slots"],
                     f"{job['full']['ratio']:.3f}", c.goal_text(job["full"]["ratio"], FULL_GOAL),
                     c.seconds(own["cpu_s"]), c.seconds(peer["cpu_s"]),
                     f"{job['cpu_ratio']:.3f}"])
    c.table(["", "right", "server's", "full run", "server's", "slots", "ratio", "goal", "CPU",
             "server's", "ratio"], rows)
    print(result["note"])


def main():
    options = c.options(runs=3, numbers=["--threads"], flags=["--examples"])
    model = c.TINY if options.quick else c.MODELS[1]
    with c.Alone() as alone:
        jobs = [of_job(name, model, options) for name in JOBS]
    result = {"model": c.short(model), "jobs": jobs, "other_cores": alone.others,
              "note": alone.note()}
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print_result(result)


main()
