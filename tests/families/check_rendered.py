"""Renders a model's chat template with the prompt of a run, with Jinja2 as Hugging Face transformers
does, and compares it with the prompt that the run recorded.

usage: check_rendered.py FACTS.json RESULT.json

make_family.py writes FACTS.json beside the model; `toehold smoke --json` prints RESULT.json. A model
without a template must have been asked in the plain form. Prints the text that the program adds
after the template to open the answer, which may be empty.
"""
import datetime
import importlib.util
import json
import pathlib
import sys

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "make-template-references.py"


def reference_maker():
    spec = importlib.util.spec_from_file_location("references", GOLDEN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected(facts, result):
    if facts["template_text"] is None:
        return result["prompt"] + "\n\n### Ticket:\n{ticket}\n\n### Answer:\n"
    maker = reference_maker()
    maker.SYSTEM, maker.TICKET = result["prompt"], "{ticket}"
    maker.NOW = datetime.datetime.fromisoformat(result["created"].replace("Z", "+00:00"))
    maker.VARIABLES.update(bos_token=facts["bos_token"], eos_token=facts["eos_token"])
    text, _ = maker.render(maker.environment().from_string(facts["template_text"]), False)
    return text


def main():
    facts, result = (json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:3])
    asked = next(c for c in result["candidates"] if not c["name"].startswith("baseline "))
    reference = expected(facts, result)
    if not asked["rendered"].startswith(reference):
        raise SystemExit(f"asked:     {asked['rendered']!r}\nreference: {reference!r}")
    print(json.dumps(asked["rendered"][len(reference):]))


if __name__ == "__main__":
    main()
