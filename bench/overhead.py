"""bench/overhead: what toehold itself costs."""
import json
import subprocess
import time

import common as c

CPU_GOAL, COMMAND_GOAL = ("<=", 0.02), ("<=", 20.0)
TIMES = 20


def controller_share(options, folder):
    c.say("toehold ...")
    smoke = c.smoke(folder, options.models)
    if smoke.self_cpu_s is None:
        c.die("cannot measure the controller's own CPU time: this system has no /proc")
    return smoke, {"wall_s": smoke.wall_s, "controller_cpu_s": smoke.self_cpu_s,
                   "all_cpu_s": smoke.all_cpu_s, "share": smoke.self_cpu_s / smoke.wall_s}


def command_ms(folder, *command):
    """Returns the median wall time, with the start of the process."""
    times = []
    for _ in range(TIMES):
        start = time.monotonic()
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)
        times.append((time.monotonic() - start) * 1000)
        if done.returncode not in (0, 1):
            c.die(f"{' '.join(command)} failed ({done.returncode})")
    return c.median(times)


def print_result(result):
    print("What toehold itself costs\n")
    last, share = result["rounds"][-1], result["controller"]["ratio"]
    c.table(["", "measured", "of", "ratio", "goal"], [
        ["CPU time of the controller", c.seconds(last["controller_cpu_s"]),
         c.seconds(last["wall_s"]) + " run", f"{share:.4f}", c.goal_text(share, CPU_GOAL)]])
    print()
    c.table([f"command, median of {TIMES}", "ms", "goal"], [
        [name, f"{value['ratio']:.1f}", c.goal_text(value["ratio"], COMMAND_GOAL)]
        for name, value in result["commands"].items()])
    print(f"\nThese times include the start of a process: {result['true_ms']:.1f} ms here "
          f"(/bin/true). {result['note']}")


def main():
    options = c.options()
    with c.job_folder() as folder:
        c.warm_up(folder, options.models)
        with c.Alone() as alone:
            rounds = []
            for _ in range(options.runs):
                smoke, row = controller_share(options, folder)
                rounds.append(row)
            models = ",".join(options.models)
            commands = {
                "--help": ["--help"],
                "show": ["show", "bench", "--store", smoke.store],
                "show --json": ["show", "bench", "--store", smoke.store, "--json"],
                "plan": ["plan", c.JOB["file"], "--models", models],
            }
            took = {name: command_ms(folder, c.TOEHOLD, *args) for name, args in commands.items()}
            true_ms = command_ms(folder, "true")
    result = {
        "controller": c.goal_json(c.median([row["share"] for row in rounds]), CPU_GOAL),
        "commands": {name: c.goal_json(ms, COMMAND_GOAL) for name, ms in took.items()},
        "true_ms": true_ms, "rounds": rounds, "other_cores": alone.others, "note": alone.note(),
    }
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print_result(result)


main()
