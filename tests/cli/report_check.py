#!/usr/bin/env python3
"""Reads a report as a browser would and says what must not be in it.

report_check.py FILE.html          prints its text, one element a line; fails on the first fault
"""
import base64
import hashlib
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "br"}
TAGS = set("""html head title style body header nav main footer section details summary h1 h2 h3 p a
    span b q bdi ul ol li dl dt dd div figure table caption thead tbody tr th td pre code
    svg desc text tspan line circle rect path""".split()) | VOID
# No style=, no src=, no on…=: nothing that could load or run. A link leads to a place of the page.
ATTRIBUTES = set("""charset lang name content http-equiv class id href title scope colspan tabindex role
    aria-hidden aria-label width height x y x1 y1 x2 y2 cx cy r rx d text-anchor viewBox fill stroke
    stroke-width stroke-dasharray font-size font-weight font-family""".split())
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}


def fail(message):
    sys.exit(f"report_check: {message}")


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.order, self.text = [], [], []
        self.metas, self.style, self.level, self.heading = {}, "", 0, []
        self.charts = []  # of each svg with a role: what it has of title and desc
        self.ids, self.links = [], []

    def handle_decl(self, decl):
        if decl != "DOCTYPE html" or self.order:
            fail(f"declaration {decl!r}")
        self.order.append("doctype")

    def handle_pi(self, data):
        fail(f"processing instruction {data!r}")

    def handle_comment(self, data):
        fail(f"comment {data!r}")

    def unknown_decl(self, data):
        fail(f"declaration {data!r}")

    def handle_starttag(self, tag, attrs):
        self.order.append(tag)
        if tag not in TAGS:
            fail(f"element <{tag}> at line {self.getpos()[0]}")
        for name, value in attrs:
            if name.lower() not in {a.lower() for a in ATTRIBUTES}:
                fail(f"attribute {name}={value!r} of <{tag}>")
            if name in ("fill", "stroke") and not re.fullmatch("#[0-9a-f]{6}", value):
                fail(f"{name}={value!r}")
        a = dict(attrs)
        if "id" in a:
            if not re.fullmatch("[a-z]+", a["id"]):
                fail(f"id={a['id']!r}")
            self.ids.append(a["id"])
        if "href" in a:
            self.links.append(a["href"])
        if tag == "meta":
            self.metas[a.get("name") or a.get("http-equiv") or "charset"] = a.get("content") or a.get("charset")
        if tag == "th" and a.get("scope") not in ("row", "col"):
            fail("<th> without a scope")
        if tag == "svg" and "role" in a:
            self.charts.append(set())
        if tag in ("title", "desc") and "svg" in self.stack:
            self.charts[-1].add(tag)
        if tag in HEADINGS:
            if HEADINGS[tag] > self.level + 1:
                fail(f"<{tag}> follows a heading of level {self.level}")
            self.level = HEADINGS[tag]
        if tag == "tr" and "table" not in self.stack:
            fail("<tr> outside a table")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        if "svg" not in self.stack:
            fail(f"<{tag}/> outside a picture")
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            fail(f"</{tag}> closes {self.stack[-1:]} at line {self.getpos()[0]}")
        self.stack.pop()

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "style":
            self.style += data
            return
        if "title" in self.stack and "svg" not in self.stack:
            self.order.append("title:" + data)
        if data.strip():
            self.text.append(data)


def main():
    raw = open(sys.argv[1], "rb").read()
    text = raw.decode("utf-8", errors="strict")
    if not text.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'):
        fail("charset and language do not come first")
    for c in text:
        if ord(c) < 0x20 and c != "\n" or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E \
                or 0x2066 <= ord(c) <= 0x2069 or c in "\u200e\u200f\u2028\u2029\ufeff":
            fail(f"raw U+{ord(c):04X}")
    page = Page()
    page.feed(text)
    page.close()
    if page.stack:
        fail(f"never closed: {page.stack}")
    hashed = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = page.metas.get("Content-Security-Policy")
    if policy != f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'":
        fail(f"policy: {policy}")
    if page.metas.get("referrer") != "no-referrer":
        fail("referrer")
    if re.search(r"url\(|@import|http|//|expression|javascript", page.style, re.I):
        fail("the style asks for something")
    if not all(chart == {"title", "desc"} for chart in page.charts):
        fail("a chart without title or description")
    if len(set(page.ids)) != len(page.ids):
        fail(f"an id twice: {page.ids}")
    for link in page.links:
        if link[:1] != "#" or link[1:] not in page.ids:
            fail(f"a link to {link!r}")
    if page.order.count("h1") != 1:
        fail("not one <h1>")
    print("\n".join(page.text))


main()
