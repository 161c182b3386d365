"""Checks that hostile text is harmless in an outlet.

    hostile_check.py terminal FILE…          nothing that a terminal would obey, hide or reorder
    hostile_check.py json FILE TICKETS       the same, and every text of TICKETS is in it, exactly
    hostile_check.py html FILE PLAIN TICKETS the page has no other elements and attributes than the
                                             page of a harmless run, and shows what it quotes
    hostile_check.py markdown FILE…          no HTML and no link comes out of a text
"""
import json
import re
import sys
import unicodedata
from html.parser import HTMLParser

from export_check import lines, printable

ADDRESSES = ("href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset")


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    text = data.decode("utf-8")  # malformed bytes fail here
    # The program's own isolates around text that runs from right to left, closed on the same line.
    text = re.sub("\u2068([^\n\u2066-\u2069]*)\u2069", r"\1", text)
    for i, c in enumerate(text):
        if c == "\n":
            continue
        hidden = unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") and c != "\u200d"
        if hidden:
            sys.exit("%s: U+%04X at %d: %r" % (path, ord(c), i, text[max(0, i - 40):i + 40]))
    return text


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)


def check_json(path, tickets):
    text = read(path)
    try:
        found = set(strings(json.loads(text)))
    except json.JSONDecodeError:
        found = set(strings([json.loads(line) for line in text.split("\n") if line]))
    for t in lines(tickets):
        for name in ("id", "text", "label", "group", "lang"):
            if name in t and t[name] not in found:
                sys.exit("%s: %s %r is not in it as it was" % (path, name, t[name]))


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.shapes, self.texts = set(), []
        self.feed(read(path))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.shapes.add(tag)
        for name, value in attrs:
            self.shapes.add((tag, name))
            if name in ADDRESSES and not (value or "").startswith("#"):
                sys.exit("an address leads out of the page: %s %s=%r" % (tag, name, value))

    def handle_comment(self, data):
        self.shapes.add("<!--")

    def handle_decl(self, decl):
        self.shapes.add("<!" + decl)

    def unknown_decl(self, data):
        self.shapes.add("<![")

    def handle_pi(self, data):
        self.shapes.add("<?")

    def handle_data(self, data):
        self.texts.append(data)


def check_html(path, plain, tickets):
    page, allowed = Page(path), Page(plain).shapes
    if page.shapes - allowed:
        sys.exit("%s: elements or attributes out of a text: %r" % (path, page.shapes - allowed))
    text = "\n".join(page.texts)
    shown = [t for t in lines(tickets) if printable(t["text"]) in text]
    if len(shown) < 20:
        sys.exit("%s: only %d texts are in it" % (path, len(shown)))


def check_markdown(path):
    # Nothing in a code span is live (CommonMark 0.31, 6.1): it ends at as many back-ticks.
    text = re.sub(r"(?<!`)(`+)(?!`)((?:(?!\n\n).)+?)(?<!`)\1(?!`)", "", read(path), flags=re.S)
    for pattern in (r"(?<!\\)<[A-Za-z/!?]", r"(?<!\\)\]\(", r"(?<!\\)!\["):
        live = re.search(pattern, text)
        if live:
            sys.exit("%s: live Markdown: %r" % (path, text[max(0, live.start() - 40):live.end() + 40]))


def main():
    kind, files = sys.argv[1], sys.argv[2:]
    if kind == "terminal":
        for path in files:
            read(path)
    elif kind == "json":
        check_json(*files)
    elif kind == "html":
        check_html(*files)
    else:
        for path in files:
            check_markdown(path)


if __name__ == "__main__":
    main()
