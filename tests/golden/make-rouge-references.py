#!/usr/bin/env python3
"""Computes ROUGE-L F1 with the package rouge-score 0.1.2: the golden references of 200 pairs.

usage: make-rouge-references.py > rouge-200.jsonl

The texts are those of demo/summarize: references, beginnings of conversations, and both with words
left out, repeated and moved, by a fixed seed. test_summary_overlap.c compares our figures with all.
"""
import json
import pathlib
import random

from rouge_score import rouge_scorer

DEMO = pathlib.Path(__file__).resolve().parents[2] / "demo" / "summarize"
N = 200


def rows():
    for path in sorted(DEMO.glob("tickets-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def changed(words, chance):
    """Some words are left out, some repeated, and two parts change places."""
    kept = [w for w in words if chance.random() < 0.8]
    for _ in range(chance.randrange(3)):
        if kept:
            kept.insert(chance.randrange(len(kept)), chance.choice(words))
    at = chance.randrange(len(kept) + 1)
    return kept[at:] + kept[:at] if chance.random() < 0.3 else kept


def main():
    chance = random.Random(7)
    scorer = rouge_scorer.RougeScorer(["rougeL"])
    tickets = list(rows())
    edges = [("", "a text"), ("...", "a text"), ("Don't!", "do not don't"), ("A-B c_d 1,240.50", "a b c d 1 240 50")]
    for i in range(N):
        ticket, other = chance.choice(tickets), chance.choice(tickets)
        reference = chance.choice(ticket["references"])
        source = chance.choice([ticket["text"], chance.choice(ticket["references"]), other["references"][0]])
        said = " ".join(changed(source.split()[:60], chance))
        if i < len(edges):
            said, reference = edges[i]
        f1 = scorer.score(reference, said)["rougeL"].fmeasure
        print(json.dumps({"said": said, "reference": reference, "f1": f1}))


if __name__ == "__main__":
    main()
