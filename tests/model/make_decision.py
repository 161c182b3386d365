"""Makes a decision model for tests: a model file with a type, a prompt and temperatures.

usage: make_decision.py BASE OUT TYPE [KEY=VALUE…]

A file with these keys is a real decision model: it is asked and answers as one, though its weights
were not trained for that. The prompts are this program's own, in the layouts that the types have.
KEY: temperature, or temperature.BAND; template=none (leaves the prompt out), question (the prompt
shows the question before the ticket), twice (shows the ticket twice), or changing (depends on it).
"""
import struct
import sys

from edit_gguf import F32, Header, change, text_value

NAME = "{% if o.description %}{{ o.key }}: {{ o.description }}{% else %}{{ o.key }}{% endif %}"
USER = "<|im_start|>user\n"
END = "{{ '<|im_end|>\\n<|im_start|>assistant\\n' }}"
LETTERS = "{% set letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' %}"
LETTERED = ("{{ '\\n' }}{% for o in options %}[{{ letters[loop.index0] }}] " + NAME + "{{ '\\n' }}"
            "{% endfor %}")
CODED = "{{ '\\n' }}{% for o in options %}{{ o.label }}. " + NAME + "{{ '\\n' }}{% endfor %}"
JSON = ("{% for q in questions %}{\"ask\": {{ q.instructions | tojson }}, \"of\": ["
        "{% for o in q.options %}[{{ o.label | tojson }}, {{ o.key | tojson }}"
        "{% if o.description is not none %}, {{ o.description | tojson }}{% endif %}]"
        "{% endfor %}]}{% endfor %}")

TEMPLATES = {
    "openjev": LETTERS + USER + "Text:\n{{ state }}\n\nQuestion: {{ instructions }}" + LETTERED
               + "One letter:" + END,
    "lev": "<|im_start|>system\nOne code only.<|im_end|>\n" + USER
           + "# Text\n{{ state }}\n\n# Question\n{{ instructions }}" + CODED + END,
    "nimble": USER + "{\"text\": {{ state | tojson }}, \"fields\": [" + JSON + "]}"
              + "{{ '\\n\\n' }}Field {{ id | tojson }}:" + END,
    "pplx-decider": "<|im_start|>system\nOne code only.<|im_end|>\n" + USER
                    + "{{ 'Text:\\n' }}{{ state }}\n\n{{ instructions }}" + CODED + END,
    "lfm2-d1": USER + "{{ state }}{{ '\\n\\n\\nQUESTION:\\n' }}{{ instructions }}"
               "{{ '\\n' }}{% for o in options %}{{ o.label }} " + NAME + "{{ '\\n' }}{% endfor %}"
               + END,
}
OTHERS = {
    "question": LETTERS + USER + "Question: {{ instructions }}" + LETTERED
                + "Text: {{ state }}" + END,
    "twice": USER + "{{ state }} {{ state }} {{ instructions }}" + END,
    "changing": USER + "{% if state | length > 40 %}It is long. {% endif %}{{ instructions }} "
                "{{ state }}" + END,
}


def main(base, out, kind, *options):
    arch = Header(base).pairs["general.architecture"][12:].decode()
    pairs = {f"{arch}.decision.type": text_value(kind)}
    template = TEMPLATES.get(kind, TEMPLATES["openjev"])
    for option in options:
        key, value = option.split("=", 1)
        if key == "template":
            template = OTHERS.get(value)
        elif key == "temperature":
            pairs[f"{arch}.decision.temperature.choice"] = struct.pack("<If", F32, float(value))
        else:
            band = key.removeprefix("temperature.")
            pairs[f"{arch}.decision.temperature.choice.{band}"] = struct.pack("<If", F32, float(value))
    if template:
        pairs["tokenizer.chat_template.systemone"] = text_value(template)
    change(base, out, pairs)


if __name__ == "__main__":
    main(*sys.argv[1:])
