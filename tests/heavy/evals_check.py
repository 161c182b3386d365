#!/usr/bin/env python3
"""Imports every data set of openai-evals' registry and looks for what import loses without a word.

usage: evals_check.py TOEHOLD WHEEL [LIST]

A row is lost silently if it is neither a ticket, nor kept aside, nor counted as left out; if its text or
label is not that of the file; or if it has messages that are neither in the text nor counted.
Prints the figures, with LIST each refusal too; exits 1 if anything is lost.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import zipfile


def text_of(message):
    """The text of a message, or None: parts of text are joined by line breaks."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [p if isinstance(p, str) else p.get("text") for p in content]
        return None if None in parts else "\n".join(parts)
    return content if isinstance(content, str) else None


def is_system(message):
    return message.get("role") in ("system", "developer") and "name" not in message


def look(record):
    """Text, label, and whether other turns and system messages stand beside the text."""
    source, ideal = record.get("input"), record.get("ideal")
    labels = ideal if isinstance(ideal, list) else [ideal]
    labels = {str(x) for x in labels if x is not None and not isinstance(x, (bool, dict, list))}
    label = labels.pop() if len(labels) == 1 else None
    if not isinstance(source, list):
        return (source, label, False, False)
    full = [m for m in source if (text_of(m) or "").strip(" \t\r\n")]
    users = [m for m in source if m.get("role") == "user"]
    return (text_of(users[-1]) if users else None, label,
            sum(not is_system(m) for m in full) > 1, any(is_system(m) for m in full))


def losses(records, tickets, summary):
    """What the import lost without a word, as sentences."""
    left_out = sum(reason["rows"] for reason in summary["left_out"])
    if summary["rows"] != len(records) or summary["taken"] + summary["unlabelled"] + left_out != len(records):
        yield f"{len(records)} rows, of which {summary['taken']} taken, {left_out} left out"
    if summary["format"] != "openai-evals":
        texts = collections.Counter(s for r in records for s in r.values() if isinstance(s, str))
        for ticket in tickets:
            if texts[ticket["text"]] == 0 and ticket["text"] not in json.dumps(records, ensure_ascii=False):
                yield f"the text of {ticket['id']} is not in the file"
        return
    seen = [look(r) for r in records]
    want = [s for s in seen
            if (s[0] or "").strip(" \t\r\n") and "\0" not in s[0] and (s[1] or "").strip(" \t\r\n")]
    if [(s[0], s[1]) for s in want] != [(t["text"], t["label"]) for t in tickets]:
        yield "texts or labels differ"
    for at, key in ((2, "rows_with_other_messages"), (3, "rows_with_system_message")):
        count = sum(s[at] for s in want)
        if count != summary[key]:
            yield f"{count} rows have what {key} counts as {summary[key]}"


def check(toehold, path, out, figures, show):
    for name in out:
        if os.path.exists(name):
            os.remove(name)
    run = subprocess.run([toehold, "import", path, "-o", out[0], "--json"],
                         capture_output=True, text=True)
    figures["files"] += 1
    if run.returncode != 0:
        figures["refused"] += 1
        why = run.stderr.split(": ", 2)[-1].strip()
        figures["refused: " + why.split("; ")[0].split("):")[-1].strip()[:70]] += 1
        if show:
            print(path, run.stderr.strip())
        return []
    summary = json.loads(run.stdout)
    with open(path, encoding="utf-8-sig") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    with open(out[0], encoding="utf-8") as lines:
        tickets = [json.loads(line) for line in lines]
    figures["imported"] += 1
    figures["rows"] += summary["rows"]
    figures["rows taken"] += summary["taken"]
    figures["rows left out"] += sum(reason["rows"] for reason in summary["left_out"])
    figures["files with other messages, told"] += summary["rows_with_other_messages"] > 0
    figures["rows with other messages, told"] += summary["rows_with_other_messages"]
    figures["files with system messages, told"] += summary["rows_with_system_message"] > 0
    return list(losses(records, tickets, summary))


def main():
    toehold, wheel, show = sys.argv[1], sys.argv[2], len(sys.argv) > 3
    figures, lost = collections.Counter(), 0
    with zipfile.ZipFile(wheel) as data, tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "in.jsonl"), [os.path.join(folder, "out.jsonl")]
        for member in sorted(data.namelist()):
            if not member.endswith(".jsonl"):
                continue
            with open(path, "wb") as file:
                file.write(data.read(member))
            if show:
                print(member)
            for loss in check(toehold, path, out, figures, show):
                lost += 1
                print(f"LOST {member}: {loss}")
    for name, n in figures.items():
        print(f"{n:8d}  {name}")
    print(f"{lost:8d}  lose something silently")
    return 1 if lost else 0


sys.exit(main())
