#!/usr/bin/env python3
"""Writes scripts of models that summarize: summary_cases.py TICKETS N

Each N.script.json answers every ticket with a text made from its references, its facts' phrases and
its own words, by a fixed seed: right, too long, without a fact, with a forbidden one, or empty.
"""
import json
import random
import sys


def phrases(facts):
    return [fact if isinstance(fact, str) else random.choice(fact["any"]) for fact in facts]


def summary(ticket):
    kind = random.randrange(6)
    words = random.choice(ticket.get("references") or [ticket["reference"]]).split()
    musts = phrases(ticket["must"])
    if kind == 0:
        return " ".join(words)
    if kind == 1:
        return " ".join(word for word in words if random.random() < 0.8)
    if kind == 2:
        return "; ".join(musts).upper() + random.choice(["ed.", "ing", "", "7"])
    if kind == 3:
        return ", ".join(musts + phrases(ticket["must_not"])[:1])
    if kind == 4:
        return " ".join(ticket["text"].split()[: random.randrange(80)])
    return random.choice(["", "…", " ".join(words + ticket["text"].split()[:30]), ". ".join(musts[1:])])


def main():
    random.seed(3)
    with open(sys.argv[1], encoding="utf-8") as lines:
        tickets = [json.loads(line) for line in lines]
    for i in range(int(sys.argv[2])):
        steps = [{"match": ticket["text"][:60], "says": summary(ticket)} for ticket in tickets]
        with open(f"m{i}.script.json", "w", encoding="utf-8") as out:
            json.dump({"steps": steps}, out)


if __name__ == "__main__":
    main()
