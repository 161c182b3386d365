"""Prints the differences between two GGUF files as JSON: names of entries and of tensors."""
import json
import sys

import gguf
import numpy as np


def entries(reader):
    skip = ("GGUF.", "general.file_type", "general.quantization_version")
    return {n: [bytes(f.parts[i].tobytes()) for i in f.data]
            for n, f in reader.fields.items() if not n.startswith(skip)}


def main():
    one, two = (gguf.GGUFReader(p) for p in sys.argv[1:3])
    a, b = entries(one), entries(two)
    tensors = [{t.name: t for t in r.tensors} for r in (one, two)]
    differ = [n for n, t in tensors[0].items()
              if n in tensors[1] and not np.array_equal(t.data, tensors[1][n].data)]
    layers = {int(n.split(".")[1]) for n in tensors[0] if n.startswith("blk.")}
    print(json.dumps({
        "header": sorted(n for n in set(a) | set(b) if a.get(n) != b.get(n)),
        "missing": sorted(set(tensors[0]) ^ set(tensors[1])),
        "tensors": differ,
        "layers": len(layers),
    }))


main()
