"""Checks the answers of a store against a JSON schema, with a second implementation.

    forms_check.py STORE SCHEMA CAP

Prints how many answers match, were cut at the cap, and are outside the schema, and the first of
those.
"""
import json
import sqlite3
import sys

import jsonschema

store, schema_file, cap = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(schema_file, encoding="utf-8") as f:
    check = jsonschema.Draft202012Validator(json.load(f))
counts = {"match": 0, "cut": 0, "outside": 0}
query = """SELECT CAST(t.body AS TEXT), a.forced_tok + a.chosen_tok FROM answer a
           LEFT JOIN text t ON t.id = a.raw_id"""
with sqlite3.connect("file:%s?mode=ro" % store, uri=True) as db:
    for text, n_tok in db.execute(query):
        try:
            kind = "match" if check.is_valid(json.loads(text)) else "outside"
        except (TypeError, ValueError):
            kind = "cut" if n_tok >= cap else "outside"
        if kind == "outside" and not counts["outside"]:
            print("outside: %s" % text)
        counts[kind] += 1
print("%(match)d match, %(cut)d cut, %(outside)d outside" % counts)
