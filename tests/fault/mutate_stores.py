"""Damaged stores: runs every verb that reads on each mutation of a good store.

usage: mutate_stores.py TOEHOLD STORE N [SEED]

A verb must end in time, with one of the program's exit codes, and with a message if it refuses the
store. It must not crash. If `verify` accepts a store, `decide` must print the same as for the good
store. A sanitized build also checks memory.
"""
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

VERBS = [
    ["verify", "--all"],
    ["runs"],
    ["show", "--replies"],
    ["decide", "--json"],
    ["report", "--brief"],
    ["export", "--format", "csv"],
]


def mutate(rng, data):
    data = bytearray(data)
    kind = rng.randrange(6)
    if kind == 0:  # bits anywhere
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:  # bytes of a page's header
        page = 4096 * rng.randrange(len(data) // 4096)
        for _ in range(rng.randrange(1, 5)):
            data[page + rng.randrange(64 if page else 164)] = rng.randrange(256)
    elif kind == 2:  # bytes copied from another place
        n = rng.choice([4, 16, 64, 512, 4096])
        to, at = rng.randrange(len(data) - n), rng.randrange(len(data) - n)
        data[to:to + n] = data[at:at + n]
    elif kind == 3:  # cut short
        del data[rng.randrange(1, len(data)):]
    elif kind == 4:  # zeros
        n = rng.choice([1, 8, 64, 4096])
        at = rng.randrange(len(data) - n)
        data[at:at + n] = bytes(n)
    else:  # a large number, as a count of rows, a length or a page
        at = rng.randrange(len(data) - 4)
        data[at:at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1"])
    return bytes(data)


def run(toehold, verb, path):
    done = subprocess.run([toehold, *verb, "--store", path], capture_output=True, timeout=60)
    words = done.stderr.decode("utf-8", "replace")
    assert 0 <= done.returncode <= 6, (done.returncode, words)
    assert done.returncode < 2 or words.startswith("toehold: ") or "\ntoehold: " in words, words
    assert "Sanitizer" not in words and "runtime error" not in words, words
    return done


def one(toehold, good, decided, seed, n):
    rng = random.Random(seed * 1000003 + n)
    path = f"mutant-{n}.toehold"
    with open(path, "wb") as f:
        f.write(mutate(rng, good))
    refused = passed = 0
    for verb in VERBS:
        try:
            done = run(toehold, verb, path)
        except (AssertionError, subprocess.TimeoutExpired) as e:
            os.rename(path, f"failed-{n}.toehold")
            return f"mutant {n} of seed {seed}, {verb[0]}: {e}"
        refused += done.returncode >= 2
        if verb[0] == "verify":
            passed = done.returncode == 0
        if verb[0] == "decide" and passed and done.returncode < 2 and done.stdout != decided:
            return f"mutant {n} of seed {seed}: verify accepts the store, but decide prints something else"
    for name in (path, path + ".lock", path + "-journal"):
        if os.path.exists(name):
            os.remove(name)
    return refused > 0


def main():
    toehold, store, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    with open(store, "rb") as f:
        good = f.read()
    decided = run(toehold, ["decide", "--json"], store).stdout
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda i: one(toehold, good, decided, seed, i), range(n)))
    for failure in [r for r in results if isinstance(r, str)][:5]:
        print(failure)
    print(f"{n} mutants, {len(VERBS)} verbs each: {results.count(True)} refused by at least one verb,"
          f" {results.count(False)} read")
    sys.exit(any(isinstance(r, str) for r in results) or n < 1 or True not in results)


main()
