#!/usr/bin/env python3
"""A made-up export of a help desk, as messy as real ones: semicolons, a byte-order mark, CRLF, a
cell of two lines, a label in lower case and one with blanks behind it, personal data, and ten
tickets without a label. messy_export.py N [SEPARATOR] writes N labelled tickets."""

import random
import sys

CUES = {
    "Billing & Invoices": "invoice",
    "Login / Password": "password",
    "Bug Report": "crash",
    "Feature Request": "wish",
    "How-To Question": "where",
}
SHARES = [3, 3, 2, 2, 2]
WORDS = """account address amount answer archive attempt balance basket blue button calendar camera
change chapter colour column contract copy corner country cover customer daily date delivery desk
device document door draft early email engine entry error evening export family field file filter
final folder form garden green group guide handle history holiday image import index journey key
kitchen label ladder language late letter light line list local machine manager margin market
meeting member menu message minute mobile monday month mountain move name network night note number
office order page paper partner payment people phone photo picture plan platform point print profile
project quarter question record region report result return river road room row sale sample screen
search season second section server shelf shop signal simple size social space staff start station
step street summer supplier table tablet team tenant test ticket time title tool total town trial
tuesday update upload user value version video view visit wall warehouse water week window winter
work worker year yellow zone""".split()
PERSONAL = [
    "Write to anna.meyer@example.org.",
    "My IBAN is DE89 3704 0044 0532 0130 00.",
    "Call me: +49 30 901820.",
    "Our VAT number is DE136695976.",
    "Best regards, Anna Meyer",
]


def ticket(chance, number, cue):
    words = [chance.choice(WORDS) for _ in range(16)]
    words[chance.randrange(1, 8)] = cue
    text = " ".join(words).capitalize() + "."
    if number % 4 == 0:
        text += " " + PERSONAL[number // 4 % len(PERSONAL)]
    return ["HD-%d" % number, "2026-03-%02d 08:%02d" % (number % 28 + 1, number % 60),
            " ".join(words[8:12]), text]


def rows(n):
    chance = random.Random(7)
    labels = [label for label, share in zip(CUES, SHARES) for _ in range(share)]
    for i in range(n):
        label = labels[i % len(labels)]
        row = ticket(chance, 1200 + i, CUES[label])
        if i == 3:
            row[3] = 'She said "no";\r\nand hung up. ' + row[3]
        yield row + [{6: "bug report", 8: "Feature Request  "}.get(i, label), "Jo" if i % 3 else ""]
    for i in range(10):
        yield ticket(chance, 1200 + n + i, "other") + ["", ""]


def main():
    n, separator = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ";"
    lines = [["Ticket No", "Received", "Subject", "E-mail text", "Category (agreed)", "Handled by"]]
    lines += rows(n)
    out = "\ufeff"
    for line in lines:
        cells = ['"%s"' % c.replace('"', '""') if set(c) & set(';,"\n') else c for c in line]
        out += separator.join(cells) + "\r\n"
    sys.stdout.buffer.write(out.encode())


main()
