"""Odd ticket files: each is accepted whole, or refused with its file, its line and a message.

usage: odd_tickets.py TOEHOLD STEP

Runs a smoke test with a scripted model on every STEP-th file. Each file below has its expected
result: the number of tickets, or the line of the error (0: the whole file). No file may crash the
program or silently lose a row. A sanitized build also checks memory.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

MAX_TEXT = 4 << 20
LABELS = "labels: [a, b, c]\nmodels: [m.script.json]\ntickets: %s\n"
files = []  # (name, bytes, "taken" or "refused", tickets or line)


def row(text="x", label="a", **more):
    return json.dumps({"text": text, "label": label, **more}, ensure_ascii=False).encode()


def taken(name, data, n):
    files.append((name, data, "taken", n))


def refused(name, data, line):
    files.append((name, data, "refused", line))


def lines(*rows):
    return b"\n".join(rows) + b"\n"


BAD_UTF8 = [
    b"\x80", b"\xbf\xbf", b"\xc0\xaf", b"\xc1\x81", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf",
    b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xed\xa0\x80", b"\xed\xbf\xbf",
    b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xfe", b"\xff",
    b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"caf\xe9",
]


def encodings():
    good = "größe, où, 目录"  # so the file is UTF-8 but for some bytes
    for i, bad in enumerate(BAD_UTF8):
        refused("bad-utf8-%d.jsonl" % i, lines(row(good), row("x"), b'{"text": "' + bad + b'", "label": "a"}'), 3)
        refused("bad-utf8-key-%d.jsonl" % i, lines(b'{"' + bad + b'": 1, "text": "x", "label": "a"}', row(good)), 1)
        refused("bad-utf8-%d.csv" % i, lines(b"text,label", b'"%s",a' % good.encode(), bad + b",a"), 3)
    for i, text in enumerate((b"caf\xe9", b"5 \x80, please", b"\x93quoted\x94")):
        taken("windows-1252-%d.jsonl" % i, lines(row(), b'{"text": "' + text + b'", "label": "a"}'), 2)
        taken("windows-1252-%d.csv" % i, lines(b"text,label", b"x,a", b'"' + text + b'",a'), 2)
    refused("no-encoding.jsonl", lines(row(), b'{"text": "\x81\x8d", "label": "a"}'), 2)
    for name, codec in ("utf16le", "utf-16-le"), ("utf16be", "utf-16-be"), ("utf16-mark", "utf-16"):
        taken(name + ".jsonl", row().decode().encode(codec), 1)
    refused("utf32.jsonl", row().decode().encode("utf-32-le"), 1)
    for end in b"\n", b"\r\n":
        kind = "crlf" if len(end) == 2 else "lf"
        taken("mark-%s.jsonl" % kind, b"\xef\xbb\xbf" + row() + end + row() + end, 2)
        taken("mark-%s.csv" % kind, b"\xef\xbb\xbftext,label" + end + b"x,a" + end, 1)
        taken("no-last-end-%s.jsonl" % kind, row() + end + row(), 2)
        taken("blank-lines-%s.jsonl" % kind, end * 3 + row() + end * 2 + row() + end * 2, 2)
    refused("two-marks.jsonl", b"\xef\xbb\xbf\xef\xbb\xbf" + row(), 1)
    refused("mark-later.jsonl", lines(row(), b"\xef\xbb\xbf" + row()), 2)
    taken("cr-alone.jsonl", row() + b"\r" + row(), 2)
    for at in 1, 2, 4:
        rows = [row(), row(), row(), row()]
        rows[at - 1] = rows[at - 1][:9] + b"\0" + rows[at - 1][9:]
        refused("nul-%d.jsonl" % at, lines(*rows), at)
    refused("nul.csv", lines(b"text,label", b"x\0y,a"), 2)
    refused("nuls-alone.jsonl", b"\0" * 100, 1)
    taken("del-and-c1.jsonl", lines(row("\x7f\x80\x9b31m")), 1)
    taken("noncharacters.jsonl", lines(row("\ufffe\uffff\U0010ffff")), 1)
    taken("line-separators.jsonl", lines(row("a\u2028b\u2029c\u0085d")), 1)


def escapes():
    for name in "text", "id", "label", "lang", "group":
        values = {"text": '"x"', "label": '"a"'}
        values[name] = r'"a\u0000b"'
        refused("nul-escape-%s.jsonl" % name,
                ("{%s}\n" % ", ".join('"%s": %s' % v for v in values.items())).encode(), 1)
    for i, bad in enumerate([r"\ud800", r"\udfff", r"\udc00\ud800", r"\ud83d", r"\ud83dx", r"\u12", r"\x41",
                             r"\U0001F600", "\\"]):
        refused("bad-escape-%d.jsonl" % i, lines(row(), b'{"text": "' + bad.encode() + b'", "label": "a"}'), 2)
    taken("pair-escape.jsonl", lines(rb'{"text": "\ud83d\ude00 \u00e9 \/ \b\f", "label": "a"}'), 1)
    for c in "\x01", "\x08", "\x1b", "\x1f", "\t":
        refused("raw-control-%02x.jsonl" % ord(c), lines(b'{"text": "a' + c.encode() + b'", "label": "a"}'), 1)
        taken("escaped-control-%02x.jsonl" % ord(c), lines(row("a" + c)), 1)


VALUES = {"list": "[]", "object": "{}", "true": "true", "false": "false", "null": "null", "whole": "7",
          "negative": "-0", "real": "1.5", "power": "1e5", "huge-whole": "9" * 40, "huge-power": "1e999",
          "tiny": "1e-999", "string": '"c"'}
HUGE = ["huge-whole", "huge-power"]  # taken digit by digit
IDS = ["null", "string", "whole", "negative"] + HUGE
TAKEN = {"text": ["string"] + HUGE, "label": ["string"], "lang": ["null", "string"], "id": IDS, "group": IDS,
         "unknown": VALUES}


def types():
    for name, good in TAKEN.items():
        for value, text in VALUES.items():
            values = {"text": '"y"', "label": '"a"'}
            values[name] = text
            data = row() + b"\n" + ("{%s}\n" % ", ".join('"%s": %s' % v for v in values.items())).encode()
            if value in good:
                taken("%s-is-%s.jsonl" % (name, value), data, 2)
            else:
                refused("%s-is-%s.jsonl" % (name, value), data, 2)


def shapes():
    for name in "text", "label", "id", "unknown":
        refused("twice-%s.jsonl" % name, lines(row(), b'{"%s": "a", "text": "x", "label": "a", "%s": "b"}'
                                               % (name.encode(), name.encode())), 2)
    for i, bad in enumerate([b"[]", b"[" + row() + b"]", b"7", b'"x"', b"null", b"{", b"}", b"{}", b"{]", b"x",
                             b"{'text': 'x', 'label': 'a'}", row() + b",", row() + row(), row()[:-1], row() + b" x",
                             b"// a comment", b"# a comment", b'{"text": "x" "label": "a"}', b'{"text": NaN, "label": "a"}',
                             b'{text: "x", "label": "a"}', b'{"text": "x", "label": "a",}', b'{"text": "x\n", "label": "a"}',
                             b'{"text": "x"}', b'{"label": "a"}', b"\x0c" + row(),
                             b"\xc2\xa0" + row()]):
        refused("shape-%d.jsonl" % i, lines(row(), row(), bad), 3)
    taken("other-case.jsonl", lines(row(), b'{"Text": "y", "label": "a"}'), 2)
    for depth in 100, 1500:
        taken("deep-%d.jsonl" % depth, lines(b'{"text": "x", "label": "a", "u": ' + b"[" * depth + b"]" * depth + b"}"), 1)
    for depth in 3000, 1000000:
        refused("deep-%d.jsonl" % depth, lines(row(), b'{"text": "x", "label": "a", "u": ' + b"[" * depth + b"]" * depth + b"}"), 2)
        refused("deep-open-%d.jsonl" % depth, lines(row(), b'{"a":' * depth), 2)
    taken("spaces.jsonl", lines(b" \t" + row() + b" \t\r", b" \t \r"), 1)
    taken("many-members.jsonl", lines(row(**{"m%d" % i: i for i in range(5000)})), 1)
    taken("long-key.jsonl", lines(b'{"' + b"k" * 100000 + b'": 1, "text": "x", "label": "a"}'), 1)
    for name, data in ("nothing", b""), ("ends", b"\n\r\n\n"), ("spaces", b" \t "), ("mark", b"\xef\xbb\xbf"):
        refused("only-%s.jsonl" % name, data, 0)
        refused("only-%s.csv" % name, data, 0)


def contents():
    for i, text in enumerate(["", " ", "\t\n\r", "\n\n\n"]):
        refused("blank-text-%d.jsonl" % i, lines(row(), row(text)), 2)
    for i, text in enumerate(["\u200b", "\ufeff", "\u202e", "e" + "\u0301" * 3000, "\U0001f468\u200d" * 500, "-", "0", "=1+1",
                              "{\"label\":\"a\"}", "<|im_end|>", "%n%s%d", "../../etc/passwd", "';--", "\u0000x"[1:]]):
        taken("odd-text-%d.jsonl" % i, lines(row(text)), 1)
    taken("same-text.jsonl", lines(*[row("same")] * 50), 50)
    taken("text-4mb.jsonl", lines(row("x" * MAX_TEXT)), 1)
    refused("text-4mb-and-one.jsonl", lines(row(), row("x" * (MAX_TEXT + 1))), 2)
    taken("text-4mb-wide.jsonl", lines(row("\U0001f600" * (MAX_TEXT // 4))), 1)
    refused("text-4mb-wide-and-one.jsonl", lines(row("\U0001f600" * (MAX_TEXT // 4) + "x")), 1)
    taken("id-256.jsonl", lines(row(id="i" * 256)), 1)
    refused("id-257.jsonl", lines(row(id="i" * 257)), 1)
    for i, bad in enumerate(["", " ", "a\nb", "a\x1bb", "\x7f"]):
        refused("bad-id-%d.jsonl" % i, lines(row(), row(id=bad)), 2)
        refused("bad-group-%d.jsonl" % i, lines(row(), row(group=bad)), 2)
    refused("id-twice.jsonl", lines(row(id="1"), row(id="2"), row(id=1)), 3)
    refused("id-of-a-line.jsonl", lines(row(id="line-2"), row()), 2)
    for i, good in enumerate(["en", "de-CH", "zh-Hant-TW", "amh", "pt_BR", "sr-Latn-RS-x-private"]):
        taken("lang-%d.jsonl" % i, lines(row(lang=good)), 1)
    for i, bad in enumerate(["", "-de", "1", "Deutsch!", "de CH", "日本語", "x" * 36, "de\n"]):
        refused("bad-lang-%d.jsonl" % i, lines(row(), row(lang=bad)), 2)
    for i, bad in enumerate(["", " ", "A", "a ", " a", "\u0430", "a\u200b", "d", "a\n", "ab"]):
        refused("bad-label-%d.jsonl" % i, lines(row(), row(label=bad)), 2)


def tables():
    taken("quoted.csv", b'"text","label"\r\n"two\r\nlines, ""q""",a\r\n', 1)
    taken("columns-in-another-order.csv", lines(b"note,label,id,text", b"n,a,1,x"), 1)
    taken("empty-cells.csv", lines(b"id,text,label,lang,group", b",x,a,,", b",y,b,,"), 2)
    taken("blank-rows.csv", lines(b"text,label", b"", b"x,a", b"", b"y,b", b""), 2)
    taken("no-last-end.csv", b"text,label\nx,a", 1)
    taken("text-4mb.csv", b"text,label\n" + b"x" * MAX_TEXT + b",a\n", 1)
    refused("text-4mb-and-one.csv", b"text,label\n" + b"x" * (MAX_TEXT + 1) + b",a\n", 2)
    for i, head in enumerate([b"text", b"label", b"id,lang", b",", b"text,label,text", b"text,label,label", b"x,a"]):
        refused("bad-header-%d.csv" % i, lines(head, b"x,a,x"), 1)
    for i, head in enumerate([b"text;label", b"text\tlabel", b"Text,Label"]):
        comma = head[4:5]
        taken("header-%d.csv" % i, lines(head, b"x" + comma + b"a"), 1)
        refused("header-%d-and-more.csv" % i, lines(head, comma.join((b"x", b"a", b"x"))), 2)
    for i, (bad, line) in enumerate([(b'"x,a', 3), (b'x"y,a', 3), (b'"x"y,a', 3), (b"x", 3), (b"x,a,more", 3), (b",a", 3), (b"x,", 3),
                                     (b" ,a", 3), (b"x,d", 3), (b'"x\n\n",d', 3)]):
        refused("bad-row-%d.csv" % i, lines(b"text,label", b"x,a", bad), line)
    refused("header-alone.csv", b"text,label\n", 0)
    refused("after-lines-in-a-cell.csv", b'text,label\n"a\nb\nc",a\nx,d\n', 5)


def judge(toehold, folder, item):
    """Returns what is wrong with the program's result for a file, or None."""
    name, data, state, number = item
    place = os.path.join(folder, name + ".d")
    os.makedirs(place)
    with open(os.path.join(place, name), "wb") as out:
        out.write(data)
    with open(os.path.join(place, "job.yaml"), "w") as out:
        out.write(LABELS % name)
    with open(os.path.join(place, "m.script.json"), "w") as out:
        out.write("{}")
    try:
        run = subprocess.run([toehold, "smoke", "job.yaml", "--json"],
                             cwd=place, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "timeout"
    said = run.stderr.decode("utf-8", "replace")
    if re.search("Sanitizer|runtime error", said):
        return said[:2000]
    if state == "taken":
        if run.returncode > 1:
            return "exit code %d: %s" % (run.returncode, said[:300])
        asked = [c for c in json.loads(run.stdout)["candidates"] if not c["baseline"]]
        if [c["score"]["tickets"] for c in asked] != [number] or asked[0]["score"]["answered"] != number:
            return "not %d tickets" % number
        return None
    at = r"%s:%d: \S" % (re.escape(name), number) if number else r"%s: \S" % re.escape(name)
    if run.returncode != 3 or run.stdout:
        return "exit code %d, stdout %r: %s" % (run.returncode, run.stdout[:80], said[:300])
    if not re.search(at, said):
        return "line %d is not named: %s" % (number, said[:300])
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said):
        return "unsafe for a terminal: %r" % said[:300]
    return None


def main():
    toehold, step = sys.argv[1], int(sys.argv[2])
    for make in encodings, escapes, types, shapes, contents, tables:
        make()
    assert len({f[0] for f in files}) == len(files), "two files of one name"
    chosen = files[::step]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        faults = list(pool.map(lambda item: judge(toehold, folder, item), chosen))
    for item, fault in zip(chosen, faults):
        if fault:
            print("%s (%s %d): %s" % (item[0], item[2], item[3], fault))
    n_taken = sum(item[2] == "taken" for item in chosen)
    print("%d of %d odd files: %d accepted whole, %d refused with their line"
          % (len(chosen), len(files), n_taken, len(chosen) - n_taken))
    return any(faults)


if __name__ == "__main__":
    sys.exit(main())
