#!/usr/bin/env python3
"""A server of the OpenAI kind that misbehaves as its scenario says.

http_server.py SCENARIO PORT_FILE LOG_FILE [OTHER_PORT]: listens on 127.0.0.1 at a free port, writes
the port, and logs every request as a line of JSON. A ticket "... about X" has the label X. Ends with
its parent, or after three minutes.
"""
import json
import os
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SCENARIO, PORT_FILE, LOG_FILE = sys.argv[1:4]
OTHER_PORT = sys.argv[4] if len(sys.argv) > 4 else "1"
CUT_AT = 300  # tokens that the scenario "cuts" reads of a prompt

lock = threading.Lock()
seen = {}  # how often each prompt came
flying = 0


def is_(*names):
    return SCENARIO in names


def log(entry):
    with lock, open(LOG_FILE, "a", encoding="utf-8") as out:
        out.write(json.dumps(entry) + "\n")


class Ask:
    """What a request asks for."""

    def __init__(self, body):
        self.body = body
        self.messages = body["messages"]
        last = self.messages[-1]["content"]
        self.text = last if isinstance(last, str) else last[-1]["text"]
        self.whole = " ".join(str(m["content"]) for m in self.messages)
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        self.properties = list(schema.get("properties", {}))
        self.labels = schema.get("properties", {}).get("label", {}).get("enum", [])
        number = re.search(r"secret number is (\d+)", self.whole)
        self.number = number and number.group(1)
        ticket = re.search(r"ticket (\d+)", self.text)
        self.ticket = int(ticket.group(1)) if ticket else 0
        with lock:
            seen[self.whole] = seen.get(self.whole, 0) + 1
            self.times = seen[self.whole]

    def label(self):
        said = re.search(r"about (\S+)", self.text)
        if said and (not self.labels or said.group(1) in self.labels):
            return said.group(1)
        return self.labels[0] if self.labels else "a"

    def tokens(self):
        return len(self.whole.split())

    def answer(self):
        if self.number:
            return "I cannot see one." if is_("cuts", "forgets") else self.number
        if is_("ignores-schema", "ignores-and-thinks"):
            return "I would say that the label is %s, by and large." % self.label()
        if is_("babbles"):
            return "Language models cannot choose."
        if is_("empty") and self.ticket == 3:
            return ""
        reason = "It asks about %s. Füße, \"quoted\" \\ and 目, all of it." % self.label()
        values = {"label": self.label(), "rationale": reason}
        keys = self.properties or ["label", "rationale"]
        return json.dumps({k: values[k] for k in keys}, ensure_ascii=not is_("bytes"))

    def usage(self):
        n = self.tokens()
        if is_("cuts"):
            n = min(n, CUT_AT)
        if is_("cuts-tickets") and self.ticket == 3:
            n = 5
        if is_("lies"):
            n = 3
        return {"prompt_tokens": n, "completion_tokens": 20, "total_tokens": n + 20}


def pieces(text, size=3):
    return [text[i:i + size] for i in range(0, len(text), size)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if is_("http10") else "HTTP/1.1"

    def log_message(self, *_):
        pass

    # ---- bodies

    def send_json(self, value, status=200, headers=()):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if self.protocol_version == "HTTP/1.1":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.close_connection = True
        self.end_headers()

    def put(self, data):
        if self.protocol_version == "HTTP/1.1":
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self.wfile.write(data)
        self.wfile.flush()

    def event(self, value):
        data = b"data: " + json.dumps(value, ensure_ascii=not is_("bytes")).encode() + b"\n\n"
        if is_("bytes"):
            for at in range(len(data)):
                self.put(data[at:at + 1])
        elif is_("crlf"):
            self.put(b": ping\r\n" + data.replace(b"\n", b"\r\n"))
        else:
            self.put(data)

    def delta(self, finish=None, **fields):
        self.event({"model": self.model(), "choices": [
            {"index": 0, "delta": fields, "finish_reason": finish}]})

    def end_stream(self):
        self.put(b"data: [DONE]\n\n")
        if self.protocol_version == "HTTP/1.1":
            self.wfile.write(b"0\r\n\r\n")

    def cut_off(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def model(self):
        if is_("wrong-model"):
            return "another"
        if is_("switches") and self.ask.ticket >= 4:
            return "another"
        return "m"

    # ---- what a server says of itself

    def do_GET(self):
        log({"get": self.path, "auth": self.headers.get("Authorization")})
        name = "m:cloud" if is_("cloud-name") else "m"
        if is_("token") and self.headers.get("Authorization") != "Bearer secret-of-mine":
            return self.send_json({"error": {"message": "who are you?"}}, 401)
        if self.path == "/v1/models" and is_("redirect-models"):
            return self.redirect()
        if self.path == "/v1/models" and is_("no-json"):
            return self.send_raw(b"<html>hello</html>")
        if self.path == "/v1/models":
            models = [{"id": name, "object": "model", "owned_by": "somebody"}]
            if is_("two-models"):
                models.append({"id": "n", "object": "model"})
            return self.send_json({"object": "list", "data": models})
        if is_("ollama", "cloud", "cloud-name", "encoder"):
            if self.path == "/api/version":
                return self.send_json({"version": "0.12.3"})
            if self.path == "/api/tags":
                return self.send_json({"models": [{
                    "name": name, "model": name, "size": 1234567, "digest": "ab" * 32,
                    "details": {"family": "llama", "parameter_size": "1.2B",
                                "quantization_level": "Q4_K_M"}}]})
            if self.path == "/api/ps":
                return self.send_json({"models": [{"name": name, "context_length": 4096}]})
        return self.send_json({"error": "not found"}, 404)

    def send_raw(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def redirect(self):
        self.send_response(307)
        self.send_header("Location", "http://127.0.0.1:%s%s" % (OTHER_PORT, self.path))
        self.send_header("Content-Length", "0")
        self.end_headers()

    # ---- answers

    def do_POST(self):
        global flying
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            return self.show()
        with lock:
            flying += 1
            now = flying
        self.ask = Ask(body)
        log({"post": self.path, "auth": self.headers.get("Authorization"), "flying": now,
             "ticket": self.ask.ticket, "body": body})
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError, OSError):
            self.close_connection = True
        with lock:
            flying -= 1

    def show(self):
        shown = {"details": {"family": "llama", "parameter_size": "1.2B",
                             "quantization_level": "Q4_K_M"},
                 "model_info": {"general.architecture": "llama", "general.license": "apache-2.0",
                                "general.parameter_count": 1200000000,
                                "llama.context_length": 8192},
                 "capabilities": ["embedding"] if is_("encoder") else ["completion"],
                 "license": "Apache License\nVersion 2.0"}
        if is_("cloud"):
            shown["remote_host"] = "https://ollama.example:443"
            shown["remote_model"] = "m"
        return self.send_json(shown)

    def answer(self):
        ask = self.ask
        third = ask.ticket == 3
        if is_("redirect"):
            return self.redirect()
        if is_("strict"):
            for key in ("seed", "stream_options"):
                if key in ask.body:
                    return self.send_json({"error": {"message": "Unknown parameter: " + key,
                                                     "type": "invalid_request_error"}}, 400)
            if "max_tokens" in ask.body:
                return self.send_json({"error": {"message":
                                                 "max_tokens: use max_completion_tokens"}}, 400)
        if third and is_("500-then-ok") and ask.times <= 2:
            return self.send_json({"error": {"message": "a bad day"}}, 500)
        if third and is_("500"):
            return self.send_json({"error": {"message": "a bad \x1b[31mday"}}, 500)
        if third and is_("429-then-ok") and ask.times == 1:
            return self.send_json({"error": "slow down"}, 429, [("Retry-After", "0")])
        if third and is_("too-long"):
            return self.send_json({"error": {
                "code": 400, "type": "exceed_context_size_error",
                "message": "request (9000 tokens) exceeds the available context size"}}, 400)
        if third and is_("hangs", "hangs-mid"):
            if is_("hangs-mid"):
                self.begin_stream()
                self.delta(content='{"lab')
            time.sleep(60)
            return None
        if ask.ticket and is_("deaf"):
            time.sleep(60)
            return None
        if is_("whole"):
            return self.send_json({"model": "m", "usage": ask.usage(), "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": ask.answer()}}]})
        return self.stream(third)

    def stream(self, third):
        ask = self.ask
        if is_("cached") and not ask.number and ask.times == 1:
            time.sleep(1.6)  # ten times what a busy machine adds to an answer
        if is_("parallel") and ask.ticket:
            time.sleep(0.2)
        self.begin_stream()
        self.delta(role="assistant", content="")
        if third and is_("garbage"):
            self.put(b"data: {\"choices\": [ nonsense\n\n")
        if third and is_("gigantic"):
            for _ in range(30):
                self.put(b"x" * 100000)
        while third and is_("endless"):
            self.delta(content="for ever and ")
        if third and is_("flood"):
            for _ in range(100):
                self.put(b": " + b"y" * 100000 + b"\n")
        if third and (is_("dies") or (is_("dies-once") and ask.times == 1)):
            self.delta(content='{"label": "')
            return self.cut_off()
        if third and is_("error-mid"):
            self.delta(content='{"label": "')
            self.event({"error": {"message": "the model fell over", "type": "server_error"}})
            return self.end_stream()
        if is_("thinks") and "reasoning_effort" not in ask.body:
            for piece in pieces("Let me see. It says about something."):
                self.delta(reasoning_content=piece)
                time.sleep(0.002)
        answer = ask.answer()
        if is_("thinks-inline", "ignores-and-thinks"):
            answer = "<think>\nLet me see, is it b or c?\n</think>\n\n" + answer
        if is_("capped") and ask.ticket:
            n = answer.index(",") + 20 if not third else 8
            answer = answer[:n]
        for piece in pieces(answer):
            self.delta(content=piece)
        self.delta(finish="length" if is_("capped") and ask.ticket else "stop")
        if not is_("forgets", "no-usage"):
            self.event({"model": self.model(), "choices": [], "usage": ask.usage()})
        if is_("lingers"):
            self.put(b"data: [DONE]\n\n")
            time.sleep(60)
        return self.end_stream()


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(PORT_FILE + ".new", "w", encoding="utf-8") as out:
        out.write(str(server.server_port))
    os.rename(PORT_FILE + ".new", PORT_FILE)
    parent, until = os.getppid(), time.time() + 180
    while os.getppid() == parent and time.time() < until:
        time.sleep(0.2)


main()
