"""A second implementation of the rules in docs/extract.md, to compare marks and figures with.

    extract_check.py make           writes job.yaml, tickets.jsonl and one.script.json: 200 cases
    extract_check.py check < JSON   compares the result of `toehold show --json`
"""
import datetime
import json
import random
import re
import sys
import unicodedata

FIELDS = ["name", "sum", "n", "day", "level", "ok"]
JOB = """task: extract
fields:
  name: string
  sum: string, a sum of money
  n: number
  day: date
  level: [low, very high]
  ok: yes or no
tickets: tickets.jsonl
models: [one.script.json]
personal_data: allowed
"""
MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CURRENCIES = {"usd": ["$", "usd", "dollar", "dollars"], "eur": ["€", "eur", "euro", "euros"],
              "gbp": ["£", "gbp", "pound", "pounds"]}


def fold(text):
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def strip(word):
    def is_mark(c):
        return c in ".,:;!?\"'`()[]{}…" or unicodedata.category(c) in ("Pi", "Pf", "Ps", "Pe")

    while word and is_mark(word[0]):
        word = word[1:]
    while word and is_mark(word[-1]):
        word = word[:-1]
    return word


def words(text):
    found = [strip(w) for w in fold(text).split()]
    found = [w for w in found if w and w not in ("a", "an", "the")]
    return found or fold(text).split()


def numbers(text):
    """The values that a whole text can mean as a number."""
    m = re.fullmatch(r"([-+−]?)(\.?\d+(?:[., ']\d+)*)", text)
    if not m:
        return set()
    body = m.group(2)
    marks = re.findall(r"[., ']", body)
    groups = re.split(r"[., ']", body)
    sign = -1 if m.group(1) in ("-", "−") else 1
    values = set()
    if not marks:
        values.add(float(body))
    elif body[0] == "." and len(marks) == 1:
        values.add(float(body))
    elif body[0] != ".":
        def thousands(gs):
            return len(gs[0]) <= 3 and all(len(g) == 3 for g in gs[1:])

        if len(set(marks)) == 1 and thousands(groups) and groups[0][0] != "0":
            values.add(float("".join(groups)))
        before = set(marks[:-1])
        if marks[-1] in ".," and len(before) <= 1 and marks[-1] not in before and (
                not before or thousands(groups[:-1])):
            if before or len(marks) == 1:
                values.add(float("".join(groups[:-1]) + "." + groups[-1]))
    return {sign * v for v in values}


def same_numbers(x, y):
    return any(abs(a - b) <= 1e-12 * max(abs(a), abs(b)) for a in x for b in y)


def money(text):
    for code, names in CURRENCIES.items():
        for name in sorted(names, key=len, reverse=True):
            if text.startswith(name):
                return code, numbers(text[len(name):].strip())
            if text.endswith(name):
                return code, numbers(text[:-len(name)].strip())
    return None, numbers(text)


def date(text):
    """(year or 0, month, day, whether the month is a word), or None."""
    def made(y, m, d, named):
        try:
            datetime.date(y or 2000, m, d)
        except ValueError:
            return None
        return (y, m, d, named)

    m = re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", text)
    if m:
        return made(int(m[1]), int(m[3]), int(m[4]), False)
    m = re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", text)
    if m:
        meant = {made(int(m[4]), b, a, False) for a, b in
                 ((int(m[1]), int(m[3])), (int(m[3]), int(m[1])))} - {None}
        return meant.pop() if len(meant) == 1 else None
    year = month = day = 0
    for part in re.findall(r"\d+|[^\d\s,.;:!?()\"/-]+", text):
        if part.isdigit():
            if len(part) == 4 and not year:
                year = int(part)
            elif len(part) <= 2 and not day:
                day = int(part)
            else:
                return None
        elif part in ("st", "nd", "rd", "th", "the", "of", "on"):
            continue
        elif any(part in (w, w[:3]) for w in WEEKDAYS):
            continue
        else:
            at = [i for i, w in enumerate(MONTHS) if part in (w, w[:3])]
            if not at or month:
                return None
            month = at[0] + 1
    return made(year, month, day, True) if month and day else None


def same_day(x, y, loose=False):
    return bool(x and y and x[1:3] == y[1:3] and (x[0] == y[0] or (loose and not (x[0] and y[0]))))


def place(whole, piece):
    return next((i for i in range(len(whole) - len(piece) + 1) if whole[i:i + len(piece)] == piece), -1)


def same_text(gold, said):
    x, y = words(gold), words(said)
    if x == y:
        return "same"
    (cx, nx), (cy, ny) = money(fold(gold)), money(fold(said))
    if (cx or cy) and same_numbers(nx, ny) and (not (cx and cy) or cx == cy):
        return "same" if cx and cy else "piece"
    dx, dy = date(fold(gold)), date(fold(said))
    if dx and dy and (dx[3] or dy[3]) and same_day(dx, dy):
        return "same"
    whole, piece = (x, y) if len(x) >= len(y) else (y, x)
    at = place(whole, piece)
    if at < 0 or len(piece) * 2 < len(whole):
        return None
    rest = whole[:at] + whole[at + len(piece):]
    return None if any(re.search(r"\d", w) for w in rest) else "piece"


def compare(field, gold, said):
    """None, "piece", "same" or "exact"."""
    gold, said = (None if isinstance(v, str) and not v.strip() else v for v in (gold, said))
    if gold is None or said is None:
        return "exact" if gold is said else None
    if type(gold) is type(said) and gold == said:
        return "exact"
    if field in ("name", "sum"):
        return same_text(gold, said if isinstance(said, str) else json.dumps(said))
    if field == "n":
        value = {float(said)} if isinstance(said, (int, float)) else money(fold(said))[1]
        return "same" if same_numbers({float(gold)}, value) else None
    if field == "day":
        return "same" if same_day(date(fold(gold)), date(fold(said))) else None
    if field == "ok":
        word = {"yes": True, "true": True, "no": False, "false": False}
        said = said if isinstance(said, bool) else word.get(fold(said))
        return "same" if said is gold else None
    return "same" if fold(gold) == fold(said) else None


def in_text(value, text):
    text = fold(text)
    found = []
    for m in re.finditer(r"(?<!\d)(?<!\d[.,'])\d+", text):
        for marks in (r"[., ']", r"[.,']"):
            found.append(numbers(re.match(r"\d+(?:" + marks + r"\d+)*", text[m.start():])[0]))
    if isinstance(value, (int, float)):
        return any(same_numbers({abs(v) for v in f}, {abs(value)}) for f in found)
    piece = fold(value)
    if re.search(r"(?<!\w)" + re.escape(piece) + r"(?!\w)", text) and piece:
        return True
    code, value_of = money(piece)
    if code and any(same_numbers(f, value_of) for f in found):
        return True
    day, parts = date(piece), text.split(" ")
    return bool(day) and any(
        same_day(date(" ".join(parts[i:k])), day, True)
        for i in range(len(parts)) for k in range(i + 1, min(i + 7, len(parts) + 1)))


def mark(ticket, answer):
    """The mark of an answer, its detail, and what became of each field."""
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    worst, detail, fields = 0, [], {}
    for field in FIELDS:
        gold = ticket["gold"].get(field)
        value = said.get(field) if said else None
        how = compare(field, gold, value)
        null = value is None or (isinstance(value, str) and not value.strip())
        ended = (0 if how else 1 if null else
                 2 if field in ("level", "ok") or in_text(value, ticket["text"]) else 3)
        fields[field] = (gold is not None, not null, how, ended)
        worst = max(worst, ended)
        if ended:
            detail.append(["", "missing", "wrong", "invented"][ended] + " " + field)
    if said is None:
        return 4, "the answer is no JSON object", fields
    return worst, "; ".join(detail), fields


def vary(rng, field, gold):
    """Another writing of a value, another value, or none."""
    kind = rng.random()
    if gold is None:
        return None if kind < .7 else rng.choice(VALUES[field])
    if kind < .4:
        return gold
    if kind < .5:
        return None
    if kind < .65:
        return rng.choice(VALUES[field])
    if field == "name":
        return rng.choice([gold.upper(), "The " + gold, gold.split()[0], '"%s".' % gold, gold + " shop",
                           gold.split()[-1], " ".join(reversed(gold.split()))])
    if field == "sum":
        digits = re.search(r"[\d.,]+", gold)[0]
        return rng.choice([digits, "$" + digits, digits + " dollars", digits + "€", digits + " euros",
                           "about " + gold, digits.replace(",", ""), "£ " + digits])
    if field == "n":
        return rng.choice([gold + 0.0, str(gold), "{:,}".format(gold), "%s €" % gold, -gold, gold * 10,
                           "{:,}".format(gold).replace(",", " "), "%s apples" % gold])
    if field == "day":
        d = datetime.date.fromisoformat(gold)
        return rng.choice([d.strftime("%d %B %Y"), d.strftime("%b %d, %Y"), d.strftime("%d/%m/%Y"),
                           d.strftime("%m.%d.%Y"), d.strftime("%A, the %dth of %B %Y"),
                           d.strftime("%B %d"), d.strftime("%Y/%m/%d")])
    if field == "ok":
        return rng.choice(["yes", "no", "TRUE", not gold, "perhaps"])
    return rng.choice([gold.upper(), " " + gold + " ", gold + ".", "high"])


VALUES = {
    "name": ["Uber Eats", "Waitrose", "Blues Kitchen", "Groß & Söhne", "A B C", "the Standard Hotel",
             "Route 66 Diner", "C#", "O'Hara", "bruce engler"],
    "sum": ["$200", "1,200 dollars", "700£", "554.2 euros", "0.125 €", "€1.000", "12.50 pounds"],
    "n": [3, 12, 1200, 1000000, 0.5, 1234.5, -7],
    "day": ["2024-05-03", "2024-05-13", "2023-12-31", "2024-02-29", "2024-11-11"],
    "level": ["low", "very high"],
    "ok": [True, False],
}


def cases():
    rng = random.Random(17)
    for i in range(200):
        gold = {f: rng.choice(VALUES[f] + [None, None]) for f in FIELDS}
        shown = [gold[f] if rng.random() < .8 else rng.choice(VALUES[f]) for f in FIELDS]
        text = "case %03d: " % i + ", ".join(str(v) for v in shown if v is not None)
        if gold["day"] and rng.random() < .5:
            text += " on " + datetime.date.fromisoformat(gold["day"]).strftime("%d %B")
        said = {f: vary(rng, f, gold[f]) for f in FIELDS}
        answer = json.dumps(said, ensure_ascii=rng.random() < .5)
        if rng.random() < .04:
            answer = answer[:-1]
        yield {"id": "%03d" % i, "text": text, "gold": gold}, answer


def f1(pairs):
    """Precision, recall and F1: of scikit-learn, if it is there, else by hand."""
    given = [p for p in pairs if p[1]]
    expected = [p for p in pairs if p[0]]
    found = sum(1 for p in pairs if p[0] and p[1] and p[2])
    by_hand = [found / len(given), found / len(expected), 2 * found / (len(given) + len(expected))]
    try:
        from sklearn.metrics import precision_recall_fscore_support
    except ImportError:
        return by_hand
    truth, said = [], []  # a wrong value is a false positive and a false negative
    for gold, value, how, _ in pairs:
        if gold and value and how:
            truth, said = truth + [1], said + [1]
        else:
            truth, said = truth + [1] * gold + [0] * value, said + [0] * gold + [1] * value
    of = precision_recall_fscore_support(truth, said, average="binary")[:3]
    assert all(abs(a - b) < 1e-12 for a, b in zip(of, by_hand)), (of, by_hand)
    return list(of)


def make():
    steps = []
    with open("tickets.jsonl", "w") as out:
        for ticket, answer in cases():
            out.write(json.dumps(ticket) + "\n")
            steps.append({"match": ticket["text"][:9], "says": answer})
    json.dump({"steps": steps}, open("one.script.json", "w"))
    open("job.yaml", "w").write(JOB)


MARKS = ["right", "value missing", "wrong value", "invented value", "not the JSON that was asked for"]


def check():
    run = json.load(sys.stdin)
    replies = {r["id"]: r for c in run["candidates"] for r in c["replies"]}
    bad, seen, all_fields, pairs = 0, [0] * len(MARKS), {f: [] for f in FIELDS}, []
    for ticket, answer in cases():
        number, detail, fields = mark(ticket, answer)
        reply = replies[ticket["id"]]
        found = (reply["mark"], reply.get("detail", ""))
        seen[number] += 1
        for f in FIELDS:
            all_fields[f].append(fields[f])
            pairs.append(fields[f])
        if found != (MARKS[number], detail):
            bad += 1
            print(ticket, answer, "found:", found, "expected:", (MARKS[number], detail))
    assert bad == 0, "%d of 200 differ" % bad
    assert min(seen) > 0, seen
    print("200 marks agree:", ", ".join("%d %s" % (n, m) for n, m in zip(seen, MARKS)))
    figures = [c["figures"]["fields"] for c in run["candidates"] if c.get("figures")]
    assert len(figures) == 1
    check_figures(figures[0], all_fields, pairs)


def check_figures(rows, all_fields, pairs):
    wanted = {f: all_fields[f] for f in FIELDS}
    wanted["all fields"] = pairs
    for row in rows:
        of = wanted.pop(row["field"])
        expected = ["%.0f%%" % (100 * v) for v in f1(of)]
        expected += [str(sum(1 for p in of if p[0] and p[1] and p[2] == how)) for how in ("exact", "piece")]
        expected.append(str(sum(1 for p in of if p[3] == 3)))
        found = [str(row[k]) for k in ("precision", "recall", "F1", "exact", "pieces", "invented")]
        assert found == expected, (row, expected)
    assert not wanted, wanted
    print("figures agree")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]]()
