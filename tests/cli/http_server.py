#!/usr/bin/env python3
"""A server of the OpenAI kind that misbehaves as its scenario says.

http_server.py SCENARIO PORT_FILE LOG_FILE [OTHER_PORT]: listens on 127.0.0.1 at a free port, writes
the port, and logs every request as a line of JSON. A ticket "... about X" has the label X. Ends with
its parent, or after three minutes.

A scenario "ROUTE" or "ROUTE-FAULT" decides: systemone, decisions (OpenAI's shape), options (SGLang's
shape), or letters (a chat with top_logprobs). The fault is in the answer to ticket 3; of several, as in
"systemone-nan,sum", the second is in the answer to ticket 6, and so on. All but letters and "both"
(systemone and a chat) write no text.
"""
import gzip
import json
import math
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

ROUTE, _, FAULT = SCENARIO.partition("-")
ROUTE = {"both": "systemone"}.get(ROUTE, ROUTE)
FAULTS = {3 * i: fault for i, fault in enumerate(FAULT.split(","), 1)}
PATHS = {"systemone": "/v1/systemone", "decisions": "/v1/decisions", "options": "/v1/decisions"}

lock = threading.Lock()
seen = {}  # how often each prompt came
flying = 0
loaded = []  # a server that loads its weights in the first request of a pass


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
        how = body.get("response_format", {})
        schema = how.get("schema") or how.get("json_schema", {}).get("schema", {})
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
        if os.path.exists("swapped"):  # another model was loaded under the same name
            return self.labels[-1] if self.labels else "c"
        said = re.search(r"about (\w(?:\S*\w)?)", self.text)
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
        if is_("tools", "no-tools") and not self.properties:
            return json.dumps({"name": self.label(), "arguments": {"no": "%03d" % self.ticket}})
        reason = "It asks about %s. Füße, \"quoted\" \\ and 目, all of it." % self.label()
        values = {"label": self.label(), "rationale": reason, "order": self.ticket}
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


YES_NO = {"systemone": "noul", "decisions": "predicate", "options": "yes_no"}


class Decisions:
    """A question about each label, in the shape of the route: a ticket "... about X, Y" has X and Y."""

    def __init__(self, body):
        questions = body["questions"]
        self.text = body["state" if ROUTE == "systemone" else "input"]
        listed = [q | {"id": k} for k, q in questions.items()] if ROUTE == "systemone" else questions
        self.ids = [q.get("id") for q in listed]
        texts = [q["question" if ROUTE == "options" else "instructions"] for q in listed]
        self.labels = [re.search(r"Does the label '(.*?)'", t).group(1) for t in texts]
        assert {q["type"] for q in listed} == {YES_NO[ROUTE]}, body
        said = re.search(r"about (.*)", self.text)
        self.said = said.group(1).split(", ") if said else []
        ticket = re.search(r"ticket (\d+)", self.text)
        self.ticket = int(ticket.group(1)) if ticket else 0
        self.fault = FAULT if self.ticket == 3 else ""

    def answer(self, label):
        p = 0.9 if label in self.said else 0.2
        if self.fault == "above":
            p = 1.7
        if ROUTE == "systemone":
            return {"type": "score" if self.fault == "score" else "noul", "noul": p}
        if ROUTE == "decisions":
            return {"type": "predicate", "probability": p}
        return {"type": "yes_no", "probabilities": {"yes": p, "no": 1 - p}, "label_mass": 0.75}

    def reply(self):
        answers = [self.answer(label) for label in self.labels]
        if self.fault == "misses":
            answers.pop()
        if ROUTE != "decisions":
            answers = dict(zip(self.ids, answers))
        if self.fault == "other":
            answers["mine"] = answers.pop(self.ids[0])
        return {"model": "m", "answers": answers,
                "usage": {"input_tokens": len(self.text.split()) + 40, "output_tokens": 0}}


class Decision:
    """A question with its labels, in the shape of the route."""

    def __init__(self, body):
        if ROUTE == "systemone":
            assert set(body) == {"model", "state", "questions"}, body
            (self.id, question), = body["questions"].items()
            self.text, self.criteria = body["state"], question.get("criteria", {})
            assert set(question) - {"criteria"} == {"type", "instructions"}, question
            assert "criteria" in question or question["type"] == "noul", question
        else:
            assert set(body) == {"model", "input", "questions"}, body
            question, = body["questions"]
            self.text, self.id = body["input"], question.get("id")
            wanted = {"type", "instructions"} if ROUTE == "decisions" else {"id", "type", "question"}
            assert wanted <= set(question) <= wanted | self.more(question["type"]), question
            self.criteria = self.listed(question)
        self.type = question["type"]
        self.labels = ["b", "a"] if self.type in YES_NO.values() else list(self.criteria)
        said = re.search(r"about (\w(?:\S*\w)?)", self.text)
        self.label = said.group(1) if said and said.group(1) in self.labels else self.labels[0]
        ticket = re.search(r"ticket (\d+)", self.text)
        self.ticket = int(ticket.group(1)) if ticket else 0
        self.fault = FAULTS.get(self.ticket, "")

    @staticmethod
    def more(kind):
        return {"predicate": set(), "yes_no": {"yes", "no"}, "score": {"levels"}}.get(
            kind, {"choices" if ROUTE == "decisions" else "options"})

    @staticmethod
    def listed(question):
        key, name = (("choices", "value") if ROUTE == "decisions" else ("options", "name"))
        if question["type"] == "score" and ROUTE == "options":
            assert all(isinstance(level, str) for level in question["levels"]), question
            return {level.split(":")[0]: level for level in question["levels"]}
        if question["type"] == "score":
            return {level["label"]: level for level in question["levels"]}
        return {o[name]: o.get("description") for o in question.get(key, [])}

    def probabilities(self):
        rest = 0.1 / max(1, len(self.labels) - 1)
        p = {k: 0.9 if k == self.label else round(rest, 2) for k in self.labels}
        changed = {"nan": {"a": math.nan}, "negative": {"a": -0.2}, "above": {"a": 1.7},
                   "sum": {"a": 0.2}, "unknown": {"zebra": 0.01}, "text": {"a": "0.9"},
                   "huge": {"a": 10 ** 400}, "null": {"a": None}}
        p.update(changed.get(self.fault, {}))
        if self.fault == "misses":
            del p["c"]
        return p

    def answer(self):
        p = self.probabilities()
        if self.type == "noul":
            return {"type": "noul", "noul": p["a"]}
        if self.type == "predicate":
            return {"type": "predicate", "probability": p["a"]}
        if self.type == "yes_no":
            return {"type": "yes_no", "probabilities": {"yes": p["a"], "no": p["b"]}, "label_mass": 0.75}
        if self.type == "score" and ROUTE == "decisions":
            listed = [{"label": k, "value": i, "probability": v} for i, (k, v) in enumerate(p.items())]
            return {"type": "score", "score": 1, "probabilities": listed}
        if self.type == "score":
            p = {str(i): p[k] for i, k in enumerate(self.labels)}
            return {"type": "score", "score": sum(int(k) * v for k, v in p.items()), "probabilities": p}
        listed = [{"value": k, "probability": v} for k, v in p.items()]
        answer = {"type": "choice", "choice": self.label, "confidence": 0.123,
                  "probabilities": listed if ROUTE == "decisions" else p}
        if ROUTE == "options":
            answer["label_mass"] = 7 if self.fault == "mass" else 0.75
        if self.fault == "contradicts":
            answer["choice"] = "c"
        if self.fault == "chooses":
            answer["choice"] = "zebra"
        if self.fault == "refusal":
            answer = {"type": "refusal", "name": None}
        if self.fault == "score":
            answer["type"] = "score"
        if self.fault == "nothing":
            answer = {}
        return answer

    def reply(self):
        answer = self.answer()
        n = 5 if self.fault == "cuts" else len(self.text.split()) + 40
        answers = [answer] if ROUTE == "decisions" else {self.id: answer}
        if self.fault == "other":
            answers = {"mine": answer}
        if self.fault == "more":
            answers = {self.id: answer, "mine": answer}
        if self.fault == "empty":
            answers = {}
        reply = {"model": "another" if self.fault == "switches" else "m", "answers": answers,
                 "usage": {"input_tokens": n, "output_tokens": 0}}
        return {"success": True, "errors": [], "result": reply} if FAULT == "wrapped" else reply


def pieces(text, size=3):
    return [text[i:i + size] for i in range(0, len(text), size)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if is_("http10") else "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def log_message(self, *_):
        pass

    # ---- bodies

    def send_json(self, value, status=200, headers=()):
        data = json.dumps(value).encode()
        if is_("gzip"):
            data = gzip.compress(data)
            headers = (*headers, ("Content-Encoding", "gzip"))
        if is_("proxy-header") and "choices" in value:
            headers = (*headers, ("x-litellm-model-api-base", "https://api.example.com/v1"))
        if is_("hosted") and "choices" in value:
            headers = (*headers, ("openai-processing-ms", "12"))
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if is_("mislabelled") else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", {"comments": "application/json", "named": "text/plain"}.get(
            SCENARIO, "text/event-stream"))
        if is_("proxy-here"):
            self.send_header("llm_provider-server", "uvicorn")
            self.send_header("x-litellm-model-api-base", "http://localhost:8000")
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
        elif is_("named"):
            self.put(b"event: message\nid: 7\n" + data)
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
        if is_("proxy-here"):
            return "real"
        if is_("dated", "filed", "rooted", "sibling"):
            return {"dated": "M-2026-11-30", "filed": "C:\\models\\m.gguf", "rooted": "org/real-model",
                    "sibling": "m-mini"}[SCENARIO]
        if is_("switches") and self.ask.ticket >= 4:
            return "another"
        return "m"

    # ---- what a server says of itself

    def do_GET(self):
        log({"get": self.path, "auth": self.headers.get("Authorization")})
        name = "m:cloud" if is_("cloud-name") else "m"
        if is_("token") and self.headers.get("Authorization") != "Bearer secret-of-mine":
            return self.send_json({"error": {"message": "who are you?"}}, 401)
        if self.path == "/model/info" and SCENARIO.startswith("proxy-"):
            if is_("proxy-header"):
                return self.send_json({"error": {"message": "not for you"}}, 403)
            params = {"proxy-cloud": {"model": "openai/gpt-4o"},
                      "proxy-base": {"model": "openai/m", "api_base": "https://api.example.com/v1"},
                      "proxy-net": {"model": "openai/m", "api_base": "http://10.1.2.3:8000/v1"},
                      "proxy-own": {"model": "ollama/m"},
                      "proxy-here": {"model": "openai/real", "api_base": "http://localhost:8000"}}[SCENARIO]
            return self.send_json({"data": [
                {"model_name": "other", "litellm_params": {"model": "openai/gpt-4o"}},
                {"model_name": "*" if is_("proxy-cloud") else "m", "litellm_params": params}]})
        if self.path == "/v1/models" and is_("redirect-models"):
            return self.redirect()
        if self.path == "/v1/models" and is_("no-json"):
            return self.send_raw(b"<html>hello</html>")
        if self.path == "/v1/models":
            models = [{"id": name, "object": "model", "owned_by": "somebody"}]
            if is_("rooted"):
                models[0].update(owned_by="vllm", root="org/real-model", max_model_len=2048)
            if is_("ollama-two"):
                models = [{"id": "m:latest"}, {"id": "n:latest"}]
            if is_("two-models"):
                models.append({"id": "n", "object": "model"})
            return self.send_json({"object": "list", "data": models})
        if is_("ollama", "ollama-two", "cloud", "cloud-name", "encoder"):
            if self.path == "/api/version":
                return self.send_json({"version": "0.12.3"})
            if self.path == "/api/tags":
                return self.send_json({"models": [{
                    "name": name, "model": name, "size": 1234567, "digest": "ab" * 32,
                    "details": {"family": "llama", "parameter_size": "1.2B",
                                "quantization_level": "Q4_K_M"}}
                    for name in (["m:latest", "n:latest"] if is_("ollama-two") else [name])]})
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
        if self.path == PATHS.get(ROUTE):
            return self.decide(body)
        if self.path != "/v1/chat/completions" or (ROUTE in PATHS and not is_("both")):
            log({"post": self.path, "body": body})
            return self.send_json({"error": {"message": "no such path"}}, 404)
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

    def decide(self, body):
        """Another shape under the same path is refused, as FastAPI does it."""
        try:
            decision = Decisions(body) if len(body["questions"]) > 1 else Decision(body)
        except (AssertionError, KeyError, TypeError, ValueError) as why:
            log({"post": self.path, "refused": True})
            return self.send_json({"detail": [{"loc": ["body"], "msg": repr(why)[:80]}]}, 422)
        with lock:
            seen[decision.text] = seen.get(decision.text, 0) + 1
            times = seen[decision.text]
        log({"post": self.path, "ticket": decision.ticket, "body": body,
             "auth": self.headers.get("Authorization")})
        fault = decision.fault
        if fault == "garbage":
            return self.send_raw(b"{\"answers\": {\"label\": ")
        if fault == "list":
            return self.send_json([1, 2])
        if fault == "long":
            return self.send_json(dict(decision.reply(), padding="x" * 100000))
        if fault == "500" or (fault == "once" and times == 1):
            return self.send_json({"error": {"message": "a bad \x1b[31mday"}}, 500)
        if fault == "400":
            return self.send_json({"detail": {"error_type": "bad", "message": "no \u202eway"}}, 400)
        if fault == "overlong":
            return self.send_json({"detail": "the prompt is too long"}, 400)
        if fault == "hangs":
            time.sleep(60)
        if fault == "twice":
            text = json.dumps(decision.reply())
            return self.send_raw(text.replace('"a":', '"c": 0.05, "a":', 1).encode())
        if FAULT == "moves":
            reply = decision.reply()
            reply["answers"]["label"]["probabilities"][decision.labels[0]] += 0.01 * (times % 2)
            return self.send_json(reply)
        if FAULT == "few" and len(decision.labels) > 2:
            return self.send_json({"error": {"code": 400, "type": "invalid_request_error",
                                             "message": "at most 2 options"}}, 400)
        return self.send_json(decision.reply())

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
        if is_("loads") and ask.properties and not loaded:
            loaded.append(True)
            time.sleep(70)
        if is_("redirect"):
            return self.redirect()
        if is_("one-token") and 1 in (ask.body.get("max_tokens"), ask.body.get("max_completion_tokens")):
            return self.send_json({"error": {"message": "room for a thought is needed",
                                             "type": "invalid_request_error"}}, 400)
        if is_("strict"):
            for key in ("seed", "stream_options"):
                if key in ask.body:
                    return self.send_json({"error": {"message": "Unknown parameter: " + key,
                                                     "type": "invalid_request_error"}}, 400)
            if "max_tokens" in ask.body:
                return self.send_json({"error": {"message":
                                                 "max_tokens: use max_completion_tokens"}}, 400)
        if is_("no-stream") and ask.body["stream"]:
            return self.send_json({"error": {"message": "Unrecognized request argument: stream"}}, 400)
        if is_("upstream") and "seed" in ask.body:
            return self.send_json({"error": {"message": "error of the upstream server"}}, 400)
        if is_("object-only") and ask.body.get("response_format", {}).get("type") == "json_schema":
            return self.send_json({"error": {"message": "response_format: 'text' or 'json_object'"}}, 500)
        if is_("no-tools") and "tools" in ask.body:
            return self.send_json({"error": {"message": "this model does not support tools"}}, 400)
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
        if third and is_("flat-error"):
            return self.send_json({"object": "error", "message": "the quota is used up", "code": 42901})
        if third and is_("plain-error"):
            self.begin_stream()
            self.put(b": wait\n\nevent: error\ndata: the model fell over\n\n")
            return self.end_stream()
        if is_("whole", "no-stream", "mislabelled", "gzip", "proxy-header", "hosted"):
            return self.send_json({"model": "m", "usage": ask.usage(), "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": ask.answer()}}]})
        return self.stream(third)

    def top_logprobs(self):
        """The letter of the label that the text is about, by the lines of the system text."""
        letters = {}
        for line in self.ask.messages[0]["content"].splitlines():
            if re.match(r"[A-Z]\. ", line):
                letters[re.split(": |$", line[3:])[0]] = line[0]
        said = re.search(r"about (\w+)", self.ask.text)
        letter = letters.get(said and said.group(1), "A")
        fault = FAULT if self.ask.ticket == 3 else ""
        top = {letter: 0.6, " " + letter: 0.2, "The": 0.1}
        for other in letters.values():
            if other != letter and fault != "missing":
                top[other] = 0.02
        if fault == "none":
            top = {"The": 0.5, "a": 0.2}
        if fault == "impossible":
            top = {"A": 4, "B": 0.1}
        return letter, {"content": [{"token": letter, "logprob": math.log(0.6), "top_logprobs": [
            {"token": k, "logprob": math.log(v)} for k, v in top.items()]}]}

    def call(self, call):
        """As servers stream it: the name first, then the arguments in pieces."""
        self.delta(tool_calls=[{"index": 0, "id": "c1", "type": "function",
                                "function": {"name": call["name"], "arguments": ""}}])
        for piece in pieces(json.dumps(call["arguments"])):
            self.delta(tool_calls=[{"index": 0, "function": {"arguments": piece}}])
        self.delta(finish="tool_calls")
        self.event({"model": self.model(), "choices": [], "usage": self.ask.usage()})
        return self.end_stream()

    def stream(self, third):
        ask = self.ask
        if ROUTE == "letters" and "logprobs" in ask.body:
            letter, logprobs = self.top_logprobs()
            self.begin_stream()
            self.event({"model": self.model(), "choices": [
                {"index": 0, "delta": {"content": letter}, "logprobs": logprobs,
                 "finish_reason": "length"}]})
            self.event({"model": self.model(), "choices": [], "usage": ask.usage()})
            return self.end_stream()
        if is_("cached") and not ask.number and ask.times == 1:
            time.sleep(1.6)  # ten times what a busy machine adds to an answer
        if is_("parallel") and ask.ticket:
            time.sleep(0.2)
        self.begin_stream()
        if is_("comments"):
            self.put(b"\xef\xbb\xbf\n")
            self.put(b"\n: PROCESSING\n\n")
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
        if is_("tools") and "tools" in ask.body:
            return self.call(json.loads(answer))
        for piece in pieces(answer):
            if is_("reasons-only") and ask.ticket:
                self.delta(content=None, reasoning=piece)
            elif is_("refuses-mildly") and third:
                self.delta(content=None, refusal=piece)
            elif is_("parts"):
                self.delta(content=[{"type": "text", "text": piece}])
            else:
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
