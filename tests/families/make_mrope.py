"""Rewrites a model of the architecture qwen2 as qwen2vl.

    make_mrope.py FILE NEW-FILE

The two have the same tensors. qwen2vl has positions in rows and columns (M-RoPE). For plain text
both compute the same, so the result is a real language model that accepts a vision projector.
Only the header changes; the weights are copied unchanged. Needs only the standard library.
"""
import shutil
import struct
import sys

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
STRING, ARRAY, I32 = 8, 9, 5
ALIGNMENT = 32


def string(data):
    return struct.pack("<Q", len(data)) + data


class Reader:
    def __init__(self, file):
        self.file = file

    def unpack(self, form):
        return struct.unpack("<" + form, self.file.read(struct.calcsize("<" + form)))

    def string(self):
        return self.file.read(self.unpack("Q")[0])

    def value(self, kind):
        """Returns the bytes of a value unchanged."""
        if kind == STRING:
            return string(self.string())
        if kind == ARRAY:
            inner, n = self.unpack("IQ")
            return struct.pack("<IQ", inner, n) + b"".join(self.value(inner) for _ in range(n))
        return self.file.read(SIZES[kind])


def pairs(reader, n):
    for _ in range(n):
        key, (kind,) = reader.string(), reader.unpack("I")
        value = reader.value(kind)
        if key == b"general.architecture":
            value = string(b"qwen2vl")
        if key.startswith(b"qwen2."):
            key = b"qwen2vl." + key[len(b"qwen2."):]
        yield string(key) + struct.pack("<I", kind) + value


def main(old, new):
    with open(old, "rb") as source, open(new, "wb") as target:
        reader = Reader(source)
        magic, version, n_tensors, n_pairs = reader.unpack("4sIQQ")
        # Half a head of 64 has 32 pairs of dimensions: for time, rows and columns.
        sections = struct.pack("<IIQ4i", ARRAY, I32, 4, 8, 12, 12, 0)
        head = b"".join(pairs(reader, n_pairs)) + string(b"qwen2vl.rope.dimension_sections") + sections
        for _ in range(n_tensors):
            name, (n_dims,) = reader.string(), reader.unpack("I")
            head += string(name) + struct.pack("<I", n_dims) + source.read(8 * n_dims + 12)
        head = struct.pack("<4sIQQ", magic, version, n_tensors, n_pairs + 1) + head
        target.write(head + bytes(-len(head) % ALIGNMENT))
        source.seek(-source.tell() % ALIGNMENT, 1)
        shutil.copyfileobj(source, target, 1 << 20)


if __name__ == "__main__":
    main(*sys.argv[1:])
