"""Changes a model file for tests, with only Python: other keys, or a LoRA for it.

usage: edit_gguf.py template BASE OUT TEMPLATE.jinja    BASE with this chat template
       edit_gguf.py set BASE OUT KEY=VALUE…             BASE with these keys: numbers or texts
       edit_gguf.py nan BASE OUT TENSOR                 BASE with a NaN in this tensor of floats
       edit_gguf.py lora BASE OUT [KEY=VALUE…]          an adapter for BASE

KEY of an adapter: b (zero: it changes nothing; noise), rank, seed, arch (another architecture),
rows (more outputs than the base has), licence, template (its own chat template), missing
(omits one half of a pair), cut (bytes missing at the end), alora (a trigger token).
"""
import array
import math
import random
import shutil
import struct
import sys

U32, F32, ARRAY, STRING = 4, 6, 9, 8
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
ALIGNMENT = 32


class Header:
    """Reads the key-value pairs as raw bytes, and the tensors' names and sizes."""

    def __init__(self, path):
        self.file = open(path, "rb")
        magic, self.version, n_tensors, n_pairs = struct.unpack("<4sIQQ", self.file.read(24))
        assert magic == b"GGUF"
        self.pairs = {}
        for _ in range(n_pairs):
            key = self.string().decode()
            start = self.file.tell()
            self.skip(self.number("<I"))
            end = self.file.tell()
            self.file.seek(start)
            self.pairs[key] = self.file.read(end - start)
        start = self.file.tell()
        self.tensors, self.offsets = {}, {}
        for _ in range(n_tensors):
            name = self.string().decode()
            self.tensors[name] = self.dims()
            self.number("<I")  # type
            self.offsets[name] = self.number("<Q")
        end = self.file.tell()
        self.file.seek(start)
        self.tensor_bytes = self.file.read(end - start)
        self.data_at = -(-end // ALIGNMENT) * ALIGNMENT

    def number(self, form):
        return struct.unpack(form, self.file.read(struct.calcsize(form)))[0]

    def string(self):
        return self.file.read(self.number("<Q"))

    def dims(self):
        return [self.number("<Q") for _ in range(self.number("<I"))]

    def skip(self, kind):
        if kind == STRING:
            self.file.seek(self.number("<Q"), 1)
        elif kind == ARRAY:
            element, n = self.number("<I"), self.number("<Q")
            if element in SIZES:
                self.file.seek(SIZES[element] * n, 1)
            else:
                for _ in range(n):
                    self.skip(element)
        else:
            self.file.seek(SIZES[kind], 1)


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def text_value(text):
    return struct.pack("<I", STRING) + string(text)


def head(pairs, n_tensors, tensor_bytes):
    out = struct.pack("<4sIQQ", b"GGUF", 3, n_tensors, len(pairs))
    out += b"".join(string(key) + value for key, value in pairs.items()) + tensor_bytes
    return out + bytes(-len(out) % ALIGNMENT)


def template(base, out, path):
    with open(path, encoding="utf-8") as f:
        change(base, out, {"tokenizer.chat_template": text_value(f.read())})


def change(base, out, pairs):
    header = Header(base)
    header.pairs.update(pairs)
    with open(out, "wb") as f:
        f.write(head(header.pairs, len(header.tensors), header.tensor_bytes))
        header.file.seek(header.data_at)
        shutil.copyfileobj(header.file, f, 1 << 20)


def nan(base, out, tensor):
    header = Header(base)
    shutil.copyfile(base, out)
    with open(out, "r+b") as f:
        f.seek(header.data_at + header.offsets[tensor])
        f.write(struct.pack("<f", math.nan))


def lora(base, out, **options):
    header = Header(base)
    arch = header.pairs["general.architecture"][12:].decode()
    rank = int(options.get("rank", 4))
    noise = random.Random(int(options.get("seed", 1)))
    pairs = {
        "general.architecture": text_value(options.get("arch", arch)),
        "general.type": text_value("adapter"),
        "adapter.type": text_value("lora"),
        "adapter.lora.alpha": struct.pack("<If", F32, 2.0 * rank),
    }
    if "licence" in options:
        pairs["general.license"] = text_value(options["licence"])
    if "template" in options:
        pairs["tokenizer.chat_template"] = text_value(options["template"])
    if "alora" in options:
        pairs["adapter.alora.invocation_tokens"] = struct.pack("<IIQI", ARRAY, U32, 1, int(options["alora"]))
    infos, data, offset = b"", [], 0
    wanted = [n for n in header.tensors if n.endswith(("attn_q.weight", "attn_v.weight"))]
    n_tensors = 0
    for name in wanted:
        n_in, n_out = header.tensors[name]
        n_out += int(options.get("rows", 0))
        halves = {".lora_a": (n_in, rank), ".lora_b": (rank, n_out)}
        if "missing" in options:
            del halves[".lora_b"]
        for ending, dims in halves.items():
            n = dims[0] * dims[1]
            zero = ending == ".lora_b" and options.get("b", "noise") == "zero"
            values = array.array("f", bytes(4 * n) if zero else (noise.uniform(-0.05, 0.05) for _ in range(n)))
            infos += string(name + ending) + struct.pack("<IQQIQ", 2, *dims, 0, offset)
            data.append(values.tobytes())
            offset += 4 * n + -4 * n % ALIGNMENT
            n_tensors += 1
    with open(out, "wb") as f:
        f.write(head(pairs, n_tensors, infos))
        for part in data:
            f.write(part + bytes(-len(part) % ALIGNMENT))
        if "cut" in options:
            f.truncate(f.tell() - int(options["cut"]))


if __name__ == "__main__":
    if sys.argv[1] == "template":
        template(*sys.argv[2:5])
    elif sys.argv[1] == "nan":
        nan(*sys.argv[2:5])
    elif sys.argv[1] == "set":
        change(sys.argv[2], sys.argv[3], {
            key: struct.pack("<II", U32, int(value)) if value.isdigit() else text_value(value)
            for key, value in (a.split("=", 1) for a in sys.argv[4:])})
    else:
        lora(sys.argv[2], sys.argv[3], **dict(a.split("=", 1) for a in sys.argv[4:]))
