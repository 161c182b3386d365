"""Checks that an export agrees with `show --json`, row by row, with python3's own parsers.

    export_check.py FORMAT FILE show.json tickets.jsonl [CANDIDATE]

tickets.jsonl holds the tickets in the run's order. Formats for display are compared with the output
of str_printable(); JSON is exact.
"""
import csv
import json
import re
import sys
import unicodedata
import xml.etree.ElementTree as ET
import zipfile


def printable(text):
    """str_printable() of src/base/str.c, for text that is well-formed."""
    out = []
    for c in text:
        hidden = unicodedata.category(c) in ("Cc", "Cf", "Cn", "Zl", "Zp", "Cs")
        if c in "\n\r\t":
            out.append(" ")
        elif hidden and ord(c) < 0x100:
            out.append("\\x%02x" % ord(c))
        elif hidden and c != "\u200d":
            out.append("\\u{%x}" % ord(c))
        else:
            out.append(c)
    return "".join(out)


BLANKS = "\t\r\n\u200d" + "".join(
    chr(c) for c in range(0x3001) if unicodedata.category(chr(c)) == "Zs")


def starts_formula(text):
    if text[:1] in ("\t", "\r", "\n"):
        return True
    rest = text.lstrip(BLANKS)
    return unicodedata.normalize("NFKC", rest[:1])[:1] in tuple("=+-@")


def cell(value):
    """What a cell of CSV must hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")  # the shortest exact form
    if isinstance(value, int):
        return str(value)
    return ("'" if starts_formula(value) else "") + printable(value)


def xml_text(text):
    """What an XML parser must find."""
    return "".join(c if c in "\n\r\t" else printable(c) for c in text)


def inert(text):
    """What keeps promptfoo from running a text."""
    out = ""
    for i, c in enumerate(text):
        after = text[i + 1:i + 2]
        live = c == "#" and after == "}" or c == "{" and after != "" and after in "{%#"
        live = live or i == 0 and text.startswith(("file://", "package:"))
        out += '{{"%s"}}' % c if live else c
    return out


def lines(path):
    with open(path, encoding="utf-8", newline="") as f:
        return [json.loads(line) for line in f.read().split("\n") if line]


class Run:
    def __init__(self, show, tickets, candidate):
        with open(show, encoding="utf-8") as f:
            self.json = json.load(f)
        self.tickets = lines(tickets)
        self.texts = {t["id"]: t for t in self.tickets}
        self.candidate = candidate
        self.candidates = [c for c in self.json["candidates"]
                           if "replies" in c and candidate in (None, c["name"])]
        assert self.candidates and self.tickets

    def rows(self):
        """(candidate, reply, ticket) in the order in which an export has them."""
        for c in self.candidates:
            replies = {r["id"]: r for r in c["replies"]}
            for t in self.tickets:
                yield c, replies[t["id"]], t

    def shown(self):
        name = self.json["pick"]
        best = max(self.json["candidates"], key=lambda c: c.get("score", {}).get("right", -1))
        return next((c for c in self.candidates if c["name"] == name), best)


def same(found, expected, what):
    if found != expected:
        sys.exit("%s:\nfound    %r\nexpected %r" % (what, found, expected))


def time_of(us):
    return None if us is None or us < 0 else us


def check_row(row, c, reply, ticket, run):
    expected = {
        "run": run.json["run"], "created": run.json["created"], "job": run.json["job"],
        "candidate": c["name"], "pick": c["name"] == run.json["pick"], "model": c["model"],
        "model_sha256": c["sha256"], "quant": c["quant"], "way": c["way"],
        "engine_build": c["engine_build"], "role": reply["role"], "id": ticket["id"],
        "text": ticket["text"], "gold": ticket["label"], "lang": ticket.get("lang"),
        "group": ticket.get("group"), "ttft_us": time_of(reply.get("ttft_us")),
        "label_us": time_of(reply.get("label_us")), "reason_us": time_of(reply.get("reason_us")),
        "slice_sha256": run.json["slices"][row["slice"] - 1]["sha256"],
        "disturbed": c["times"]["disturbed"], "image": reply.get("image", {}).get("file"),
        "image_sha256": reply.get("image", {}).get("sha256"),
        "detail": reply.get("detail", "" if "outcome" in reply else None),
    }
    for name in ("label", "outcome", "right", "prompt_tok", "ticket_tok", "rule", "raw",
                 "rationale", "reason_outcome", "reason_tok", "reason_batch", "image_tok",
                 "image_us", "first_us", "think_tok", "think_us", "thought", "label_mass",
                 "orders", "orders_agreed", "mark"):
        expected[name] = reply.get(name)
    probabilities = reply.get("probs")
    expected["probability"] = probabilities.get(reply["label"]) if probabilities else None
    same(row.pop("slice") > 0, True, "slice")
    same(row, expected, "row of %s and %r" % (c["name"], ticket["id"]))


def check_jsonl(path, run):
    rows = lines(path)
    expected = list(run.rows())
    same(len(rows), len(expected), "rows")
    for row, (c, reply, ticket) in zip(rows, expected):
        check_row(row, c, reply, ticket, run)


def check_csv(path, run, jsonl):
    with open(path, "rb") as f:
        data = f.read()
    data = data.removeprefix(b"\xef\xbb\xbf")
    same(data.count(b"\n"), data.count(b"\r\n"), "line breaks")
    rows = list(csv.reader(data.decode("utf-8").splitlines(keepends=True), strict=True))
    same(len(rows), 1 + len(jsonl), "rows")
    for row, exact in zip(rows[1:], jsonl):
        same(dict(zip(rows[0], row)), {name: cell(v) for name, v in exact.items()}, "row")
        for value in row:
            assert not value or value[0] not in "=+-@\t\r\uff1d\uff0b\uff0d\uff20", value


def check_tickets(path, run):
    same(lines(path), run.tickets, "tickets")


def grid_cell(run, reply):
    """A cell of tickets × candidates."""
    if "outcome" not in reply:
        return ""
    if reply["label"] is None:
        return None  # "no label: " and why
    return reply["label"] if reply["right"] else "wrong: " + reply["label"]


def check_grid(header, rows, run, show):
    same(header[:6], ["id", "role", "text", "gold", "right", "asked"], "columns")
    same(len(header), 6 + len(run.candidates), "a column a candidate")
    same(len(set(header)), len(header), "names")
    for name, c in zip(header[6:], run.candidates):
        model, _, way = c["name"].rpartition(" ")
        assert name.endswith(" " + printable(way)) or not model, name
        assert printable(model).startswith(name.removeprefix("'").rpartition(" ")[0]), name
    same(len(rows), len(run.tickets), "a row a ticket")
    for row, t in zip(rows, run.tickets):
        replies = [next(r for r in c["replies"] if r["id"] == t["id"]) for c in run.candidates]
        same(row[:4], [show(t["id"]), replies[0]["role"], show(t["text"]), show(t["label"])], "ticket")
        same([int(x) for x in row[4:6]], [sum(r.get("right", False) for r in replies),
                                          sum("outcome" in r for r in replies)], "counts")
        for found, reply in zip(row[6:], replies):
            expected = grid_cell(run, reply)
            if expected is None:
                assert found.startswith("no label: "), found
            else:
                same(found, show(expected), "cell")


def check_wide(path, run):
    with open(path, encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f, strict=True))
    check_grid(rows[0], rows[1:], run, cell)


def workbook(path):
    """The sheets of a workbook as lists of rows; texts as str, numbers as float or int."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as z:
        assert z.testzip() is None
        strings = ["".join(t.text or "" for t in si.iter(name + "t"))
                   for si in ET.fromstring(z.read("xl/sharedStrings.xml"))]
        strings = [re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), s) for s in strings]
        names = [s.get("name") for s in ET.fromstring(z.read("xl/workbook.xml")).iter(name + "sheet")]
        sheets = {}
        for number, title in enumerate(names, 1):
            sheet = ET.fromstring(z.read("xl/worksheets/sheet%d.xml" % number))
            assert not list(sheet.iter(name + "f")), "a formula"
            table = []
            for row in sheet.iter(name + "row"):
                cells = {}
                for c in row:
                    value = c.find(name + "v")
                    column = 0
                    for letter in c.get("r").rstrip("0123456789"):
                        column = column * 26 + ord(letter) - 64
                    if value is not None:
                        cells[column - 1] = (strings[int(value.text)] if c.get("t") == "s"
                                             else float(value.text))
                table.append([cells.get(i, "") for i in range(max(cells, default=-1) + 1)])
            width = len(table[0])
            sheets[title] = [r + [""] * (width - len(r)) for r in table]
    return sheets


def excel_text(text):
    """A text as a cell has it: hidden characters shown, line breaks and tabs kept."""
    out = "".join(c if c in "\n\t" else printable(c) for c in text)
    assert len(out) <= 32767 or out.isascii()
    return out if len(out) <= 32767 else out[:32687] + (
        "… [cut: %d bytes; a cell holds 32767 characters]" % len(text.encode()))


def check_xlsx(path, run):
    sheets = workbook(path)
    same(list(sheets), ["tickets", "answers", "candidates"], "sheets")
    check_grid(sheets["tickets"][0], sheets["tickets"][1:], run, excel_text)
    rows = list(run.rows())
    header = sheets["answers"][0]
    same(len(sheets["answers"]), 1 + len(rows), "answers")
    for row, (c, reply, ticket) in zip(sheets["answers"][1:], rows):
        found = dict(zip(header, row))
        same((found["id"], found["candidate"], found["text"]),
             (excel_text(ticket["id"]), excel_text(c["name"]), excel_text(ticket["text"])), "answer")
        if reply.get("probs") and reply["label"]:
            exact = reply["probs"][reply["label"]]  # the library writes 16 digits, Excel reads 15
            assert abs(found["probability"] - exact) <= 1e-15, found["probability"]
    same([row[1] for row in sheets["candidates"][1:]], [excel_text(c["name"]) for c in run.candidates],
         "candidates")


def check_promptfoo_tests(path, run):
    with open(path, encoding="utf-8") as f:
        tests = json.load(f)
    roles = [t["metadata"].pop("role") for t in tests]
    same(tests, [{
        "vars": {"text": inert(t["text"])},
        "assert": [{"type": "equals", "value": inert(t["label"])}],
        "metadata": {k: t[k] for k in ("id", "lang", "group") if k in t},
    } for t in run.tickets], "tests")
    assert {role for role in roles} <= {"ordinary", "harder"}, roles


def check_promptfoo(path, run):
    with open(path, encoding="utf-8") as f:
        data = json.load(f)
    same(sorted(data), ["config", "evalId", "results", "shareableUrl"], "members")
    same(data["results"]["version"], 3, "version")
    rows = [row for row in run.rows() if "outcome" in row[1]]
    results = data["results"]["results"]
    same(len(results), len(rows), "results")
    for r, (c, reply, ticket) in zip(results, rows):
        same((r["provider"]["id"], r["metadata"]["id"], r["vars"]["text"], r["success"], r["score"],
              r["testCase"]["assert"][0]["value"]),
             (c["name"], ticket["id"], ticket["text"], reply["right"], int(reply["right"]),
              ticket["label"]), "result")
        same(json.loads(r["prompt"]["raw"])[-1],
             {"role": "user", "content": ticket["text"]}, "prompt")
        same((r["metadata"]["role"], r["testCase"]["metadata"]["role"]),
             (reply["role"], reply["role"]), "role")
        same(data["results"]["prompts"][r["promptIdx"]]["provider"], c["name"], "column")
        same(run.tickets[r["testIdx"]]["id"], ticket["id"], "line")
        same(r["error"] is None, reply["right"], "error")
        if reply["label"] is not None:
            same(r["response"]["output"], reply["label"], "output")
        same(r["latencyMs"], int((max(reply["label_us"], 0) + 500) / 1000), "latency")
    stats = data["results"]["stats"]
    same(stats["successes"], sum(r["right"] for _, r, _ in rows), "successes")
    same(stats["successes"] + stats["failures"] + stats["errors"], len(rows), "all")
    same([(p["provider"], p["metrics"]["testPassCount"]) for p in data["results"]["prompts"]],
         [(c["name"], sum(r["right"] for x, r, _ in rows if x is c)) for c in run.candidates],
         "prompts")


def check_inspect(path, run):
    with open(path, encoding="utf-8") as f:
        log = json.load(f)
    c = run.candidates[0] if run.candidate else run.shown()
    replies = {r["id"]: r for r in c["replies"] if "outcome" in r}
    same((log["version"], log["eval"]["model"], log["eval"]["dataset"]["sample_ids"]),
         (2, c["name"], [t["id"] for t in run.tickets]), "head")
    asked = [t for t in run.tickets if t["id"] in replies]
    same(log["status"], "success" if len(asked) == len(run.tickets) else "cancelled", "status")
    same(len(log["samples"]), len(asked), "samples")
    for s, t in zip(log["samples"], asked):
        reply = replies[t["id"]]
        name = "label" if reply["role"] == "ordinary" else "harder"
        same((s["id"], s["input"], s["target"], list(s["scores"]), s["scores"][name]["value"],
              s["scores"][name]["answer"], s["scores"][name]["explanation"]),
             (t["id"], t["text"], t["label"], [name], "C" if reply["right"] else "I",
              reply["label"], reply.get("rationale")), "sample")
        assert s["output"]["completion"].startswith(reply["raw"] or "")
        cut = "cut" in (reply["outcome"], reply.get("reason_outcome"))
        for choice in s["output"]["choices"]:
            same(choice["stop_reason"], "max_tokens" if cut else "stop", "stop_reason")
        same(list(s["model_usage"]), [c["name"]], "usage")
        assert s["total_time"] >= s["working_time"] >= 0
    for score in log["results"]["scores"]:
        role = "ordinary" if score["name"] == "label" else "harder"
        right = [r["right"] for i, r in replies.items() if i in run.texts and r["role"] == role]
        assert abs(score["metrics"]["accuracy"]["value"] - sum(right) / len(right)) < 1e-12


def check_inspect_dataset(path, run):
    for sample, t in zip(lines(path), run.tickets, strict=True):
        role = sample["metadata"].pop("role")
        assert role in ("ordinary", "harder")
        same(sample, {"input": t["text"], "target": t["label"], "id": t["id"],
                      "metadata": {k: t[k] for k in ("lang", "group") if k in t}}, "sample")


def check_openai_evals(path, run):
    for sample, t in zip(lines(path), run.tickets, strict=True):
        same([m["role"] for m in sample["input"]], ["system", "user"], "roles")
        same((sample["input"][0]["content"], sample["input"][1]["content"], sample["ideal"]),
             (run.json["prompt"], t["text"], t["label"]), "sample")


def junit_rules(root):
    """What the schemas of Ant (Windy Road's JUnit.xsd), Jenkins (junit-10.xsd) and JUnit 5
    (jenkins-junit.xsd) accept, all three: names, order and form of elements and attributes."""
    same((root.tag, dict(root.attrib)), ("testsuites", {}), "root")
    for number, suite in enumerate(root):
        same(suite.tag, "testsuite", "suite")
        same(sorted(suite.attrib), sorted([
            "package", "id", "name", "hostname", "tests", "failures", "errors", "skipped", "time",
            "timestamp"]), "attributes")
        same(suite.get("id"), str(number), "id")
        assert suite.get("name") and suite.get("hostname")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
        cases = suite.findall("testcase")
        same([e.tag for e in suite],
             ["properties", *["testcase"] * len(cases), "system-out", "system-err"], "order")
        same({(p.tag, *sorted(p.attrib)) for p in suite[0]}, {("property", "name", "value")},
             "properties")
        for case in cases:
            same(sorted(case.attrib), ["classname", "name", "time"], "case")
            assert [e.tag for e in case] in ([], ["skipped"], ["failure"]), case
            for e in case:
                same(sorted(e.attrib), ["message", "type"] if e.tag == "failure" else [], e.tag)
        for element in [suite, *cases]:
            assert re.fullmatch(r"\d+\.\d{3}", element.get("time")), element.get("time")


def check_junit(path, run):
    root = ET.parse(path).getroot()
    suites = {s.get("name"): s for s in root}
    pick = run.json["pick"]
    same(len(suites), 3, "suites")
    same(suites["decision"][1].find("failure") is None, pick is not None, "the decision")
    same([c.get("name") for c in suites["candidates"].iter("testcase")],
         [xml_text(c["name"]) + " scores the bar" for c in run.json["candidates"]], "candidates")
    c = run.candidates[0] if run.candidate else run.shown()
    missed = [r for r in c["replies"] if r.get("right") is False]
    cases = list(suites["missed tickets of " + xml_text(c["name"])].iter("testcase"))
    same([x.get("name") for x in cases], [xml_text(r["id"]) for r in missed], "missed")
    for case, reply in zip(cases, missed):
        state = case.find("skipped" if pick else "failure")
        text = run.texts[reply["id"]]["text"]
        assert "ticket: " + xml_text(text) + "\n" in state.text, state.text
        assert abs(float(case.get("time")) - max(reply["label_us"], 0) / 1e6) <= 0.00051, "time"
    junit_rules(root)
    for element in root:
        cases = list(element.iter("testcase"))
        same([int(element.get(n)) for n in ("tests", "failures", "errors", "skipped")],
             [len(cases), sum(x.find("failure") is not None for x in cases), 0,
              sum(x.find("skipped") is not None for x in cases)], "counts")
    red = any(s.get("failures") != "0" for s in root)
    same(red, pick is None, "red if there is no pick")


def main():
    form, path, show, tickets = sys.argv[1:5]
    run = Run(show, tickets, sys.argv[5] if len(sys.argv) > 5 else None)
    if form == "json":
        with open(path, encoding="utf-8") as f:
            same(json.load(f), run.json, "json")
    elif form == "csv":
        check_csv(path, run, lines(path.removesuffix(".csv") + ".jsonl"))
    else:
        globals()["check_" + form.replace("-", "_")](path, run)


if __name__ == "__main__":
    main()
