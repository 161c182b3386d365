"""A small Hugging Face Hub and Ollama registry for tests/cli/pull.bats. Standard library only.

    pull_server.py FOLDER [CERTIFICATE]

Two ports of 127.0.0.1: the API, and the store that it redirects to, as the real ones do. FOLDER holds
  hub/ORG/REPO/...          files of a repository; .card.json: what the API says of its model card
  registry/NS/MODEL/TAG     manifests, byte for byte; FOLDER/blobs/HEX their blobs
  behaviour.json            what to do wrong; read again whenever it has changed (see DEFAULTS)
and gets: ports ("API STORE"), log (one line of JSON a request). With a certificate (PEM, with its key)
both ports speak TLS. The server ends when FOLDER/ports is gone, or after three minutes.
"""
import hashlib
import json
import os
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

FOLDER = sys.argv[1]
COMMIT = "c0ffee" + "0" * 33 + "1"
BIG = (".gguf", ".script.json")  # what would be in large file storage

DEFAULTS = {
    "status": {},  # path prefix: list of codes, one a request, then as usual
    "headers": {},  # more headers of every answer
    "cut": [],  # bytes of the body after which the n-th answer of a file is cut off
    "pace": 0,  # seconds of pause after each 4 kB of a file
    "silent": "",  # prefix that gets no answer at all
    "stuck": -1,  # place in a file after which nothing comes, although the connection stays open
    "no_range": False,  # files are always sent from the beginning
    "range_shift": 0,  # bytes by which the sent range begins later
    "tags": [],  # entity tag of the n-th answer of a file, then as usual
    "forget": False,  # 200 and the whole file if If-Range does not match; False: it always matches
    "damage": [],  # whether the n-th answer of a file has a wrong byte
    "longer": 0,  # bytes by which a file's body is too long
    "length": 0,  # bytes by which a file's Content-Length is too large
    "to": "",  # where requests for files are redirected to, instead of the store
    "loop": False,  # files redirect to themselves
    "direct": False,  # files are sent by the API itself
    "linked": {},  # X-Linked-Etag, X-Linked-Size, X-Repo-Commit in place of the true ones
    "listing": {},  # members of the file list in place of the true ones
    "entries": {},  # name of a file: members of its entry in place of the true ones
    "more": [],  # further entries
    "unstated": False,  # no sum and no size anywhere
}

state = {"seen": None, "rules": dict(DEFAULTS), "counts": {}}
lock = threading.Lock()
log = open(os.path.join(FOLDER, "log"), "a", buffering=1)


def rules():
    path = os.path.join(FOLDER, "behaviour.json")
    with lock:
        try:
            st = os.stat(path)
            seen = (st.st_ino, st.st_mtime_ns)
            if seen != state["seen"]:
                with open(path) as f:
                    state.update(seen=seen, rules={**DEFAULTS, **json.load(f)}, counts={})
        except FileNotFoundError:
            pass
        return state["rules"]


def nth(key):
    """How often this was asked before."""
    with lock:
        n = state["counts"].get(key, 0)
        state["counts"][key] = n + 1
        return n


def turn(values, key, usual):
    n = nth(key)
    return values[n] if n < len(values) else usual


def read(*parts):
    with open(os.path.join(FOLDER, *parts), "rb") as f:
        return f.read()


def sums(data):
    return (hashlib.sha256(data).hexdigest(),
            hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def answer(self, code, body=b"", headers=None):
        self.send_response(code)
        for key, value in {**(headers or {}), **rules()["headers"]}.items():
            self.send_header(key, str(value))
        if "Content-Length" not in (headers or {}):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        r = rules()
        kept = {k: self.headers.get(k) for k in ("Authorization", "Range", "If-Range", "Accept", "Host")}
        log.write(json.dumps({"role": self.server.role, "method": self.command, "path": self.path, **kept}) + "\n")
        path = unquote(urlsplit(self.path).path)
        for prefix, codes in r["status"].items():
            if path.startswith(prefix):
                code = turn(codes, "status " + prefix, 0)
                if code:
                    return self.answer(code)
        if r["silent"] and path.startswith(r["silent"]):
            time.sleep(30)
            return None
        try:
            return self.route(path, r)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return self.answer(404, b"{}", {"X-Error-Code": "EntryNotFound"})

    def route(self, path, r):
        parts = path.strip("/").split("/")
        if self.server.role == "store":
            return self.send_file(read("store", parts[1]), r)
        if parts[:2] == ["api", "models"] and parts[4] == "revision":
            return self.send_listing(parts[2], parts[3], r)
        if parts[:2] == ["api", "resolve-cache"]:
            return self.send_file(read("hub", *parts[3:5], *parts[6:]), r, True)
        if len(parts) > 4 and parts[2] == "resolve":
            return self.resolve(parts[0], parts[1], "/".join(parts[4:]), r)
        if parts[0] == "v2" and parts[3] == "manifests":
            body = read("registry", *parts[1:3], parts[4])
            return self.answer(200, body, {"Docker-Content-Digest": "sha256:" + sums(body)[0],
                                           "Content-Type": "application/vnd.docker.distribution.manifest.v2+json"})
        if parts[0] == "v2" and parts[3] == "blobs":
            return self.send_on(read("blobs", parts[4].replace("sha256:", "")), {}, r, 307)
        return self.answer(404)

    def send_listing(self, org, repo, r):
        top = os.path.join(FOLDER, "hub", org, repo)
        files = []
        if not os.path.isdir(top):
            return self.answer(401, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if name == ".card.json":
                    continue
                full = os.path.join(folder, name)
                inside = os.path.relpath(full, top)
                data = read(full)
                sha256, sha1 = sums(data)
                entry = {"rfilename": inside, "size": len(data), "blobId": sha1}
                if name.endswith(BIG):
                    entry["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 134}
                if r["unstated"]:
                    entry = {"rfilename": inside}
                files.append({**entry, **r["entries"].get(inside, {})})
        card = {}
        if os.path.exists(os.path.join(top, ".card.json")):
            card = json.loads(read(top, ".card.json"))
        body = {"id": org + "/" + repo, "sha": COMMIT, "cardData": card, "siblings": files + r["more"], **r["listing"]}
        return self.answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def resolve(self, org, repo, name, r):
        data = read("hub", org, repo, name)
        sha256, sha1 = sums(data)
        if not name.endswith(BIG):
            return self.answer(307, b"", {"X-Repo-Commit": COMMIT, "Location":
                                          f"/api/resolve-cache/models/{org}/{repo}/{COMMIT}/{name}"})
        linked = {} if r["unstated"] else {"X-Linked-Size": len(data), "X-Linked-Etag": f'"{sha256}"'}
        return self.send_on(data, {"X-Repo-Commit": COMMIT, **linked, **r["linked"]}, r, 302)

    def send_on(self, data, headers, r, code):
        sha256 = sums(data)[0]
        os.makedirs(os.path.join(FOLDER, "store"), exist_ok=True)
        with open(os.path.join(FOLDER, "store", sha256), "wb") as f:
            f.write(data)
        if r["direct"]:
            return self.send_file(data, r)
        to = r["to"] or f"{self.server.scheme}://127.0.0.1:{self.server.store_port}/cdn/{sha256}?X-Signature=a%2Fb&Expires=1"
        return self.answer(code, b"sent on", {"Location": self.path if r["loop"] else to, **headers})

    def send_file(self, data, r, small=False):
        tag = '"%s"' % (sums(data)[1] if small else hashlib.md5(data).hexdigest())
        headers = {"Accept-Ranges": "bytes"}
        if r["unstated"]:
            tag = "W/" + tag if not small else 'W/"x"'
        if not small:
            tag = turn(r["tags"], "tags", tag)
        first, wanted = 0, self.headers.get("Range", "")
        fits = not r["forget"] or self.headers.get("If-Range", tag) == tag
        if wanted.startswith("bytes=") and not r["no_range"] and fits and not small:
            first = int(wanted[6:].split("-")[0]) + r["range_shift"]
            if first >= len(data):
                return self.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        body = bytearray(data[first:])
        if not small and turn(r["damage"], "damage", False):
            body[-1] ^= 1
        body += b"x" * (0 if small else r["longer"])
        headers.update({"ETag": tag, "Content-Length": len(body) + (0 if small else r["length"]), **r["headers"]})
        self.send_response(206 if "Content-Range" in headers else 200)
        for key, value in headers.items():
            self.send_header(key, str(value))
        self.end_headers()
        if self.command == "HEAD":
            return None
        return self.send_body(bytes(body), first, r, small)

    def send_body(self, body, first, r, small):
        cut = -1 if small else turn(r["cut"], "cut", -1)
        end = len(body) if cut < 0 else min(cut, len(body))
        if not small and 0 <= r["stuck"] < first + end:
            self.wfile.write(body[:max(0, r["stuck"] - first)])
            time.sleep(30)
            return None
        for at in range(0, end, 4096):
            self.wfile.write(body[at:min(at + 4096, end)])
            if r["pace"] and not small:
                self.wfile.flush()
                time.sleep(r["pace"])
        if cut >= 0:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        return None


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # the other end went away, as it often does here


def main():
    servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
    for server, role in zip(servers, ("api", "store")):
        server.role = role
        server.scheme = "https" if len(sys.argv) > 2 else "http"
        server.store_port = servers[1].server_port
        if len(sys.argv) > 2:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ports = os.path.join(FOLDER, "ports")
    with open(ports + ".new", "w") as f:
        f.write(f"{servers[0].server_port} {servers[1].server_port}\n")
    os.rename(ports + ".new", ports)
    end = time.monotonic() + 180
    while os.path.exists(ports) and time.monotonic() < end:
        time.sleep(0.1)


main()
