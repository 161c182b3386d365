"""The reference of tests/unit/judge/task/test_figures_labels.c: F1 of several labels by scikit-learn.

usage: f1_reference.py >tests/data/f1-sklearn.jsonl     once, with scikit-learn 1.9; the file is kept

A line a case: for each ticket the labels that it has and those that an answer says, as strings of
0 and 1; then the F1 of each label, micro and macro. Macro is over the labels that some ticket has.
"""
import json
import random
import sys

import sklearn
from sklearn.metrics import f1_score

random.seed(1)
print(f"scikit-learn {sklearn.__version__}", file=sys.stderr)
for _ in range(200):
    n_labels = random.randint(2, 6)
    n = random.randint(1, 12)
    share = random.random()

    def draw():
        return [int(random.random() < share) for _ in range(n_labels)]

    gold = [draw() for _ in range(n)]
    said = [g if random.random() < 0.5 else draw() for g in gold]
    here = [k for k in range(n_labels) if any(g[k] for g in gold)]
    each = f1_score(gold, said, average=None, zero_division=0)
    print(json.dumps({
        "gold": ["".join(map(str, g)) for g in gold],
        "said": ["".join(map(str, s)) for s in said],
        "labels": [round(float(f), 12) for f in each],
        "micro": round(float(f1_score(gold, said, average="micro", zero_division=0)), 12),
        "macro": round(float(f1_score(gold, said, average="macro", labels=here,
                                      zero_division=0)), 12) if here else None,
    }, separators=(",", ":")))
