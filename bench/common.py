"""Shared code of the benches: toehold and llama-server as measured processes, the
demo job as data, the load of other processes, tables."""
import argparse
import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOEHOLD = os.environ["TOEHOLD"]
TOOLS = os.environ["TOEHOLD_ENGINE_TOOLS"]
MODEL_DIR = os.environ["TOEHOLD_MODELS"]
# Each run computes its prompt, as a server does that was just started.
os.environ["TOEHOLD_PREFIX_CACHE"] = "off"
TINY = "smollm2-135m-instruct-q4_1.gguf"
MODELS = [TINY, "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
          "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"]
JOB = {"file": "job.yaml", "tickets": "tickets-25.jsonl"}
# How toehold cuts prompts, as in its rows of passes. The tools get the same values.
N_BATCH, N_UBATCH = 2048, 512


def options(runs=1, numbers=(), flags=()):
    """`numbers` and `flags`: options of one bench only; a number is 0 if it is not given."""
    # SIGTERM acts as sys.exit(), so that no server or run is left behind.
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=runs)
    for name in numbers:
        parser.add_argument(name, type=int, default=0)
    for name in flags:
        parser.add_argument(name, action="store_true")
    got = parser.parse_args()
    if got.runs < 1:
        parser.error("--runs is at least 1")
    got.models = [TINY] if got.quick else MODELS
    return got


def say(text):
    print(text, file=sys.stderr, flush=True)


def die(text):
    say(f"{os.path.basename(sys.argv[0])}: {text}")
    sys.exit(1)


def model_path(model):
    return os.path.join(MODEL_DIR, model)


# --- the demo job as data ---------------------------------------------------

@contextlib.contextmanager
def job_folder():
    """A copy of demo/ in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="toehold-bench-") as folder:
        with os.scandir(os.path.join(ROOT, "demo")) as files:
            for file in files:
                if file.is_file():
                    shutil.copy(file.path, folder)
        yield folder


def tickets(folder):
    with open(os.path.join(folder, JOB["tickets"]), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def warm_up(folder, models):
    say("Warming up: one ticket on every model, not timed.")
    path = os.path.join(folder, JOB["tickets"])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.splitlines()[0] + "\n")
    smoke(folder, models)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- the load of other processes --------------------------------------------

class Alone:
    """How many cores other processes used, on average over the block. 0.1 or
    more disturbs timings on a small machine."""

    @staticmethod
    def machine_busy_s():
        try:
            with open("/proc/stat", encoding="ascii") as file:
                ticks = [int(field) for field in file.readline().split()[1:9]]
        except OSError:
            return None
        idle = ticks[3] + ticks[4]
        return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def own_s():
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in both)

    def __enter__(self):
        self.busy, self.own, self.start = self.machine_busy_s(), self.own_s(), time.monotonic()
        self.others = None
        return self

    def __exit__(self, *unused):
        wall = time.monotonic() - self.start
        if self.busy is not None and wall > 0:
            others = (self.machine_busy_s() - self.busy) - (self.own_s() - self.own)
            self.others = max(0.0, others / wall)

    def note(self):
        if self.others is None:
            return "This system does not report the load of other processes."
        if self.others < 0.1:
            return f"Undisturbed: other processes used {self.others:.2f} cores."
        return (f"DISTURBED: other processes used {self.others:.2f} cores on average. "
                "Do not use these numbers.")


# --- toehold ----------------------------------------------------------------

Smoke = collections.namedtuple("Smoke", "result store wall_s verdict_s self_cpu_s all_cpu_s")


@contextlib.contextmanager
def ended_with_us(child):
    """Ends the process if the block ends with an exception."""
    try:
        yield
    except BaseException:
        child.terminate()
        child.wait()
        raise


def stat_times(pid):
    """CPU seconds of a process: its own, and its own plus its ended children's."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    user, system, children_user, children_system = (int(x) for x in fields[11:15])
    tick = os.sysconf("SC_CLK_TCK")
    return (user + system) / tick, (user + system + children_user + children_system) / tick


def smoke(folder, models, ways="plain", threads=None):
    """A smoke run on a new store, timed from outside."""
    store = os.path.join(folder, f"{time.monotonic_ns()}.toehold")
    command = [TOEHOLD, "smoke", JOB["file"], "--models", ",".join(models), "--way", ways,
               "--name", "bench", "--store", store, "--json"]
    if threads:
        command += ["--threads", str(threads)]
    verdict_s, complaints = None, []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        start = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.PIPE,
                                 encoding="utf-8", errors="replace")
        with ended_with_us(child):
            for line in child.stderr:
                if "All tickets are labelled after" in line:
                    verdict_s = time.monotonic() - start
                complaints.append(line)
        self_cpu_s = all_cpu_s = None
        if os.path.exists("/proc/self/stat"):
            # Until it is waited for, its own times are separate from its children's.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            wall_s = time.monotonic() - start
            self_cpu_s, all_cpu_s = stat_times(child.pid)
            child.wait()
        else:
            child.wait()
            wall_s = time.monotonic() - start
        out.seek(0)
        text = out.read()
    if child.returncode not in (0, 1):  # 1: no candidate reached the bar
        die(f"toehold smoke failed ({child.returncode}): {''.join(complaints)}")
    result = json.loads(text)
    for candidate in result["candidates"]:
        if candidate.get("refused"):
            die(f"{candidate['name']} was refused: {candidate['refused']}")
    return Smoke(result, store, wall_s, wall_s if verdict_s is None else verdict_s,
                 self_cpu_s, all_cpu_s)


def from_store(store, query, *values):
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(query, values)]


def system_prompt(store):
    return from_store(store, "SELECT CAST(t.body AS TEXT) AS body FROM run r "
                             "JOIN text t ON t.id = r.prompt_id")[0]["body"]


def segment(store, candidate):
    """The candidate's segment. It has prefix_tok, rendered and more that is not in the JSON."""
    return from_store(store, "SELECT s.*, CAST(t.body AS TEXT) AS rendered FROM candidate c "
                             "JOIN segment s ON s.pass_id = c.pass_id "
                             "JOIN text t ON t.id = s.rendered_id WHERE c.name = ?",
                      candidate["name"])[0]


def label_part(candidate):
    """The longest forced text before the rationale, such as {"label":"x","rationale":" ."""
    return max((reply["raw"] for reply in candidate["replies"]), key=len)


# --- llama-server -----------------------------------------------------------

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """llama-server from start to end. load_s is the time until it reports healthy."""

    def __init__(self, model, threads, n_ctx, parallel):
        self.port = free_port()
        self.command = [os.path.join(TOOLS, "llama-server"), "-m", model_path(model),
                        "--alias", short(model),
                        "-t", str(threads), "-tb", str(threads), "-c", str(n_ctx),
                        "-b", str(N_BATCH), "-ub", str(N_UBATCH), "--parallel", str(parallel),
                        "--jinja", "--cache-prompt", "--no-ui",
                        "--host", "127.0.0.1", "--port", str(self.port)]

    def __enter__(self):
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        start = time.monotonic()
        self.child = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        with ended_with_us(self.child):
            while not self.healthy():
                if self.child.poll() is not None:
                    self.log.seek(0)
                    die(f"llama-server ended at once:\n{self.log.read()[-2000:]}")
                if time.monotonic() - start > 300:
                    die("llama-server was not ready after 300 s")
                time.sleep(0.02)
        self.load_s = time.monotonic() - start
        return self

    def __exit__(self, *unused):
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.log.close()

    def cpu_s(self):
        """CPU seconds so far."""
        return stat_times(self.child.pid)[0]

    def healthy(self):
        try:
            return self.get("/health") == 200
        except OSError:
            return False

    def connection(self, timeout_s):
        return contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s))

    def get(self, path):
        with self.connection(5) as c:
            c.request("GET", path)
            return c.getresponse().status

    def post(self, path, body):
        """Returns the JSON of the reply."""
        with self.connection(600) as c:
            c.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = c.getresponse()
            text = answer.read()
        if answer.status != 200:
            die(f"llama-server answered {answer.status}: {text[:500]!r}")
        return json.loads(text)

    def count_tokens(self, text):
        return len(self.post("/tokenize", {"content": text})["tokens"])

    def first_token(self, body):
        """Seconds until the first content arrives, and the server's own timings."""
        with self.connection(600) as c:
            c.connect()
            start = time.monotonic()
            c.request("POST", "/completion", json.dumps(dict(body, stream=True)),
                      {"Content-Type": "application/json"})
            answer, first_s, timings = c.getresponse(), None, {}
            for line in answer:
                if not line.startswith(b"data: {"):
                    continue
                first_s = first_s or time.monotonic() - start
                timings = json.loads(line[6:]).get("timings", timings)
        if answer.status != 200 or first_s is None:
            die(f"llama-server sent no token (HTTP status {answer.status})")
        return first_s, timings


def at_a_time(n, work, items):
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return list(pool.map(work, items))


# --- the engine's tools -----------------------------------------------------

def tool(name, *args):
    """Returns the standard output of one of the engine's tools."""
    # run() kills its child if an exception ends it.
    done = subprocess.run([os.path.join(TOOLS, name), *(str(arg) for arg in args)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", errors="replace", check=False)
    if done.returncode != 0:
        die(f"{name} failed ({done.returncode}): {done.stderr[-1000:]}")
    return done.stdout


# --- tables -----------------------------------------------------------------

median = statistics.median


def met(ratio, goal):
    """goal: ("<=", 0.5) or (">=", 0.85)."""
    return ratio <= goal[1] if goal[0] == "<=" else ratio >= goal[1]


def goal_text(ratio, goal):
    return f"{goal[0]} {goal[1]:.2f} {'met' if met(ratio, goal) else 'MISSED'}"


def goal_json(ratio, goal):
    return {"ratio": ratio, "goal": f"{goal[0]} {goal[1]}", "met": met(ratio, goal)}


def table(head, rows):
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def seconds(value):
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def milliseconds(value_s):
    return f"{value_s * 1000:.1f} ms"


def short(model):
    return model.rsplit(".gguf", 1)[0]
