"""Makes docs/families.md from the results of the tests.

usage: write_doc.py RESULTS_DIR OLD_PAGE [--real] > NEW_PAGE

RESULTS_DIR has a JSON file for each row of table.py that was tested (tests/families/rows.bash).
Rows of real weights need all models. Those that were not tested this time are copied from the old
page. --real copies the old page and replaces only its rows of real weights.
"""
import json
import pathlib
import re
import sys

from table import ENCODERS, REAL, ROWS

HEAD = """# Families

This page is made by the tests (`tests/families`, `tests/heavy/families.bats`); do not edit it.

Full weights of most families are too large to test here. So each architecture has a small model of the
same kind. It has the tensors and hyper-parameters that the engine's loader asks for, at a small size, with
seeded random weights. It has the family's chat template, and a real vocabulary if the engine's source package
holds one. `scripts/families` makes these models from [table.py](../tests/families/table.py) with
[make_family.py](../tests/families/make_family.py). Each model that writes text runs through the whole program
with the demo's six labels and six of its tickets. Less is tested of encoders and decision models: see below.

What this shows: the program finds and understands the files, the engine computes this architecture with a
shared prompt, the prompt is the one that the family's template prints, and the plan estimates the memory.
What it cannot show: how good the answers of the real models are.

## Small models

**All** means that these passed:

- identify: name, architecture, parameters, sha256, template and family match the generator;
- plan: the estimated memory is within 10% or 4 MB of the worker's measured peak (the column has the difference);
- licence: found only by the model's name, so it is "READ, probably ..." and never OK;
- render: the prompt is byte for byte what Jinja2 makes of the template;
- answer: all labels are in the set, probabilities sum to 1, all outcomes are "ok". Computed a second time
  without a shared prompt, the labels' probabilities differ by less than 0.01
  (`tests/unit/engine/llama/test_llama_families.c`);
- batch: six tickets in a wave, their reasons written in one batch;
- show, verify, report: the run is stored, its chain verifies, and its page is written.
"""

ENCODER_WORDS = """
## Encoders

Of each encoder only this is tested: the file is identified, and `hello` gives a vector of length 1. MiniLM has its
real weights (`tests/model/encoders.bats`).
"""

DECISION_WORDS = """
## Decision models

Types that answer with a code are tested with the weights of SmolLM2 135M and a decision header, types with a scoring
head with small models and random weights. Their probabilities are compared with those of llama.cpp's own server
(`tests/heavy/decisions.bats`, [decision-models.md](decision-models.md)).
"""

OTHER_ROWS = """
## Stores, servers and fine-tunes

| row | how it is tested |
| --- | --- |
| a Hugging Face cache | `tests/model/stores.bats`, `tests/cli/models.bats`: both layouts, links, revisions |
| an Ollama store | `tests/model/stores.bats`, `tests/cli/models.bats`: manifests and blobs, by tag and digest |
| a local fine-tune | the adapter above; it has the licence of its base, even if its label says otherwise (`tests/unit/job/licence/test_licence.c`) |
"""

TAIL = """
## Adding a family

Add a row to [src/job/model/families.def](../src/job/model/families.def), a row to `tests/families/table.py` and a
line to `tests/families/families.bats`. Then run `GOLDEN_WRITE=1 bats tests/families`.
`tests/unit/job/model/test_families.c` fails if one of them is missing.
"""


def table(headers, rows):
    lines = ["| " + " | ".join(headers) + " |", "|" + " --- |" * len(headers)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def percent(ratio):
    return f"{round((ratio - 1) * 100):+d}%".replace("+0%", "0%").replace("-0%", "0%")


def template_cell(row, found):
    if "template" in row:
        text = f"`{row['template']}`"
    elif "own" in row:
        text = f"`{row['own']}` (ours)"
    else:
        return "none: asked as a base model"
    if found["marks"] != "none":
        text += f"; {found['marks']}"
    if found["opening"]:
        text += f"; then `{found['opening']}`"
    return text


def unavailable_cell(row):
    nearest = row.get("nearest")
    return "weights" + (f"; its vocabulary ({nearest})" if nearest else "")


def small_row(name, row, results):
    found = results.get(name)
    if not found:
        return [row["family"], name, "", "NOT TRIED", "", "", "", ""]
    extra = {"llama2": ("llama2-lora", "; with a LoRA adapter"), "llava": ("llava-mmproj", "; with a projector")}
    other, words = extra.get(name, ("", ""))
    identity = found["identity"]
    return [identity["family"]["title"], row["name"], f"`{identity['arch']}`",
            "all" + (words if other in results else ""), percent(found["memory"]),
            row["licence"] or "not known", template_cell(row, found), unavailable_cell(row)]


def encoder_rows(results):
    for name, row in ENCODERS.items():
        identity = results.get(name, {}).get("identity")
        if not identity:
            yield [row["family"], row["name"], "NOT TRIED", "", "", "", ""]
            continue
        family = identity["family"]
        prefix = family["query_prefix"].replace("\n", "\\n")
        yield [family["title"], row["name"], f"`{identity['arch']}`", identity["pooling"],
               f"`{prefix}`" if prefix else "none", unavailable_cell(row), family["trap"]]


def decision_rows():
    """The rows of families.def: DECISION(id, title, words, types, licences, trap)."""
    text = (pathlib.Path(__file__).parents[2] / "src/job/model/families.def").read_text()
    for row in re.findall(r'^DECISION\(((?:\s*"[^"]*",?)+)\)', text, re.MULTILINE):
        _, title, _, types, licences, trap = re.findall(r'"([^"]*)"', row)
        yield [title, f"`{types}`", licences or "not known", trap]


def real_rows(results, old_page):
    kept = {}
    for line in old_page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) > 1 and cells[1].strip("`") in REAL:
            kept[cells[1].strip("`")] = cells
    for name, row in REAL.items():
        found = results.get(name)
        if found:
            identity = found["identity"]
            yield [identity["family"]["title"], f"`{name}`", f"`{identity['arch']}`", "all", percent(found["memory"]),
                   f"{identity['commercial_use']['verdict']} {identity['commercial_use']['id']}",
                   f"{found['right']} of 25", identity["family"]["trap"]]
        else:
            yield kept.get(name, [row["family"], f"`{name}`", "", "NOT TRIED", "", "", "", ""])


def trap_rows(results):
    seen = {}
    for name in ROWS:
        family = results.get(name, {}).get("identity", {}).get("family")
        if family:
            seen.setdefault(family["id"], [family["title"], family["template"] or "nothing special",
                                           f"`{family['thinking']}`" if family["thinking"] else "no", family["trap"]])
    return seen.values()


def with_new_real_rows(results, old_page):
    rows = {row[1]: table([], [row]).splitlines()[-1] for row in real_rows(results, old_page)}
    for line in old_page.splitlines():
        yield next((new for name, new in rows.items() if name in line), line)


def main():
    results_dir, old = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    results = {path.stem: json.loads(path.read_text()) for path in results_dir.glob("*.json")}
    old_page = old.read_text() if old.exists() else ""
    if "--real" in sys.argv:
        print("\n".join(with_new_real_rows(results, old_page)))
        return
    print(HEAD)
    print(table(["family", "calls itself", "architecture", "passed", "memory", "licence", "template, and what the engine found in it",
                 "not available here"], [small_row(name, row, results) for name, row in ROWS.items()]))
    print("\nTemplates come with the engine. Those marked (ours) are in "
          "[tests/families/templates](../tests/families/templates/README.md), which names their sources.")
    print(ENCODER_WORDS)
    print(table(["encoders", "calls itself", "architecture", "pooling", "prefix", "not available here", "trap"],
                encoder_rows(results)))
    print(DECISION_WORDS)
    print(table(["decision models", "type", "licence", "trap"], decision_rows()))
    print("\n## Real weights\n\nThe demo's 25 tickets, asked in the way `plain`. `scripts/models --all` fetches the files.\n")
    print(table(["family", "file", "architecture", "passed", "memory", "licence", "right", "trap"],
                real_rows(results, old_page)))
    print(OTHER_ROWS)
    print("## Facts about each family\n\n[src/job/model/families.def](../src/job/model/families.def) has the table; `toehold models FILE` shows a model's row.\n")
    print(table(["family", "its templates", "thinks", "trap"], trap_rows(results)))
    print(TAIL, end="")


main()
