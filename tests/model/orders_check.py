#!/usr/bin/env python3
"""Compares letters and rotated ways with other computations of the same probabilities.

  orders_check.py mean MANY.json ONE.json ...    several orders, with each order by itself
  orders_check.py server RESULT.json PORT PREFIX END ...    letters, with llama-server's logits

The files are those of `toehold smoke --json`. The first ONE.json has the order of MANY.json.
"""
import json
import math
import sys
import urllib.request

# Orders lie elsewhere in the context than a prompt by itself, which moves a probability of this
# model a little (tests/unit/engine/llama/test_llama_orders.c has the exact comparison). The server
# decodes the same cuts at the same places.
TOLERANCE_ORDERS = 0.03
TOLERANCE_SERVER = 1e-3


def replies(path, way):
    with open(path, encoding="utf-8") as f:
        for c in json.load(f)["candidates"]:
            if c["way"] == way:
                return c["replies"]
    sys.exit("%s has no way %s" % (path, way))


def close(found, expected, tolerance, what):
    if abs(found - expected) > tolerance:
        sys.exit("%s: %.6f, expected %.6f" % (what, found, expected))
    return abs(found - expected)


def check_mean(many_path, one_paths):
    worst = 0
    for many_way, one_way in (("rotated", "plain"), ("letters+rotated", "letters")):
        singles = [replies(path, one_way) for path in one_paths]
        for i, many in enumerate(replies(many_path, many_way)):
            ones = [s[i] for s in singles]
            means = {label: math.exp(sum(math.log(o["probs"][label]) for o in ones) / len(ones))
                     for label in many["probs"]}
            for label, mean in means.items():
                worst = max(worst, close(many["probs"][label], mean / sum(means.values()), TOLERANCE_ORDERS,
                                         "%s %s %s" % (many_way, many["id"], label)))
            worst = max(worst, close(many["label_mass"],
                                     sum(o["label_mass"] for o in ones) / len(ones), TOLERANCE_ORDERS,
                                     "label mass of %s" % many_way))
            if many["orders"] != len(ones) or not 0 <= many["orders_agreed"] <= len(ones):
                sys.exit("%s %s: %d of %d orders agree" % (
                    many_way, many["id"], many["orders_agreed"], many["orders"]))
    return worst


def ask_server(port, prompt, n_predict=1):
    """The most probable next tokens with their log-probabilities over the whole vocabulary."""
    body = {"prompt": prompt, "n_predict": n_predict, "n_probs": 2000, "temperature": 0,
            "cache_prompt": n_predict > 0}
    request = urllib.request.Request("http://127.0.0.1:%s/completion" % port,
                                     json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        answer = json.load(reply)
    if n_predict == 0:
        return {}
    first = answer["completion_probabilities"][0]
    return {t["token"]: t["logprob"] for t in first["top_logprobs"]}


def check_server(path, port, prefix, ends):
    """The server first reads what all tickets share, as the worker does."""
    worst = 0
    for reply, end in zip(replies(path, "letters"), ends):
        ask_server(port, prefix, n_predict=0)
        logprobs = ask_server(port, prefix + end + '{"label":"')
        shares = {label: math.exp(logprobs[chr(ord("A") + i)])
                  for i, label in enumerate(reply["probs"])}
        mass = sum(shares.values())
        for label, share in shares.items():
            worst = max(worst, close(reply["probs"][label], share / mass, TOLERANCE_SERVER,
                                     "%s %s" % (reply["id"], label)))
        worst = max(worst, close(reply["label_mass"], mass, TOLERANCE_SERVER,
                                 "label mass of %s" % reply["id"]))
    return worst


def main(argv):
    if argv[1] == "mean":
        worst = check_mean(argv[2], argv[3:])
    else:
        worst = check_server(argv[2], argv[3], argv[4], argv[5:])
    print("largest difference %.1e" % worst)


main(sys.argv)
