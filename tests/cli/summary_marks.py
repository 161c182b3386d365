#!/usr/bin/env python3
"""Marks summaries by the rule of docs/summarize.md, and compares: summary_marks.py TICKETS CAP <REPLIES

A second implementation for English texts. REPLIES are JSON Lines with id, raw, mark and detail.
"""
import json
import re
import sys


def plain(text):
    return " " + re.sub(r"[^a-z0-9]+", " ", re.sub("['’]", "", text.lower())).strip() + " "


def states(summary, fact):
    phrases = [fact] if isinstance(fact, str) else fact["any"]
    tail = {True: r"(?!\d)", False: ""}
    return any(
        re.search(re.escape(p) + tail[p[-1].isdigit()], summary)
        for p in (" " + plain(phrase).strip() for phrase in phrases)
    )


def mark(ticket, said, cap):
    summary, details = plain(said), []
    n = sum(bool(re.search(r"\w", word)) for word in said.split())
    label = "right"
    if n > cap:
        label = "too long"
        details.append(f"{n} words, at most {cap}")
    for i, fact in enumerate(ticket["must"], 1):
        if not states(summary, fact):
            label = "fact missing"
            details.append(f"must {i} missing")
    for i, fact in enumerate(ticket.get("must_not", []), 1):
        if states(summary, fact):
            label = "forbidden fact"
            details.append(f"must_not {i} stated")
    if n == 0:
        return "no summary", "the answer has no word"
    return label, "; ".join(details)


def main():
    with open(sys.argv[1], encoding="utf-8") as tickets:
        by_id = {ticket["id"]: ticket for ticket in map(json.loads, tickets)}
    n, bad = 0, 0
    for line in sys.stdin:
        reply = json.loads(line)
        label, detail = mark(by_id[reply["id"]], reply["raw"], int(sys.argv[2]))
        # Whether the token limit cut it is not in the text.
        said = (reply["detail"] or "").removesuffix("the token limit cut it").removesuffix("; ")
        n += 1
        if (label, detail) != (reply["mark"], said):
            bad += 1
            print(f"{reply['id']}: {reply['mark']} ({reply['detail']}), and here {label} ({detail}): {reply['raw']!r}")
    print(f"{n} compared, {bad} differ")
    sys.exit(bad > 0 or n == 0)


if __name__ == "__main__":
    main()
