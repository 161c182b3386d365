#!/usr/bin/env python3
"""Renders chat templates with Jinja2 as Hugging Face transformers does: the golden references.

usage: make-template-references.py TEMPLATES_DIR [OUT_DIR]

Writes per template OUT_DIR/NAME.txt (system text, one user turn) and OUT_DIR/examples/NAME.txt
(the same with one worked example), and two lists: folded.txt (a template that refuses or drops
the system role is rendered with the system text at the head of the first user turn) and
reference-refuses.txt (NAME: reason). test_template.c compares our renderer with all of it.
"""
import datetime
import json
import pathlib
import sys

import jinja2
import jinja2.ext
import jinja2.sandbox

SYSTEM = "You are an exacting classifier."
TICKET = "I was charged twice."
EXAMPLE = ("My card has not arrived.", '{"label":"card","rationale":"It is about a card."}')
NOW = datetime.datetime(2025, 7, 3, 12, 0, 0)
# Every switch by which a shipped template turns thinking off; `tools` is left undefined, because
# three tool templates cannot iterate None (nothing else differs).
VARIABLES = dict(
    add_generation_prompt=True,
    bos_token="<s>",
    eos_token="</s>",
    enable_thinking=False,
    thinking=False,
    reasoning=False,
    thinking_budget=0,
    thinking_mode="disabled",
)


class Generation(jinja2.ext.Extension):
    """{% generation %} marks what an assistant said; it prints its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda fmt: NOW.strftime(fmt)
    return env


def turns(system, folded, with_example):
    users = [EXAMPLE[0], TICKET] if with_example else [TICKET]
    messages = [] if folded else [{"role": "system", "content": system}]
    for i, text in enumerate(users):
        if folded and i == 0:
            text = f"{system}\n\n{text}"
        messages.append({"role": "user", "content": text})
        if i + 1 < len(users):
            messages.append({"role": "assistant", "content": EXAMPLE[1]})
    return messages


def render(template, with_example):
    """Returns the prompt and whether the system text had to be folded."""
    try:
        text = template.render(messages=turns(SYSTEM, False, with_example), **VARIABLES)
        if SYSTEM in text:
            return text, False
        refusal = None
    except Exception as error:
        refusal = error
    try:
        return template.render(messages=turns(SYSTEM, True, with_example), **VARIABLES), True
    except Exception:
        if refusal:
            raise refusal
        raise


def main():
    source = pathlib.Path(sys.argv[1])
    out = pathlib.Path(__file__).parent / "templates"
    if len(sys.argv) > 2:
        out = pathlib.Path(sys.argv[2])
    (out / "examples").mkdir(parents=True, exist_ok=True)
    env, folded, refused = environment(), [], []
    for path in sorted(source.glob("*.jinja")):
        try:
            template = env.from_string(path.read_text(encoding="utf-8"))
            for with_example, folder in ((False, out), (True, out / "examples")):
                text, was_folded = render(template, with_example)
                (folder / f"{path.stem}.txt").write_bytes(text.encode())
            if was_folded:
                folded.append(path.stem)
        except Exception as error:
            refused.append(f"{path.stem}: {type(error).__name__}: {error}")
    (out / "folded.txt").write_text("".join(f"{line}\n" for line in folded))
    (out / "reference-refuses.txt").write_text("".join(f"{line}\n" for line in refused))
    n_rendered = len(list(out.glob("examples/*.txt")))
    print(f"{n_rendered} rendered, {len(folded)} folded, {len(refused)} refused")


if __name__ == "__main__":
    main()
