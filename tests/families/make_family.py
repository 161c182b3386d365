"""Writes small models of the true kind: GGUF files with the tensors and hyper-parameters of an
architecture, seeded random weights, and the vocabulary and chat template of a family.

usage: make_family.py ENGINE_MODELS OUT_DIR NAME…

ENGINE_MODELS is the folder of the engine with ggml-vocab-*.gguf and templates/. NAME is a row of
table.py; OUT_DIR/NAME.gguf is written, and
NAME.json with what must be found in it. The same versions write the same bytes: weights come from
the raw bits of a PCG64 generator, seeded by the row's and the tensor's name.
"""
import hashlib
import json
import math
import pathlib
import struct
import sys

import gguf
import numpy as np

from table import ARCHITECTURES, DECISIONS, ENCODERS, OTHERS, ROWS

TEMPLATES = pathlib.Path(__file__).parent / "templates"

# Kept in full precision, as llama.cpp's own converter keeps them.
FULL_PRECISION = ("norm", "ln", ".bias", ".scale", "ssm_a", "ssm_d", "ssm_conv1d", "ffn_gate_inp",
                  "rope_freqs", "shortconv.conv", "sinks", "class_embd", "position_embd", "token_types", "lora_", "output_scale")


# ------------------------------------------------------------------ vocabulary
def read_keys(path):
    """All key-value pairs of a GGUF file: (key, type, type of elements, value). The package's own
    reader takes 20 s for a quarter of a million tokens; this one takes half a second."""
    data = path.read_bytes()
    at = 24
    n_keys = struct.unpack_from("<Q", data, 16)[0]
    numbers = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def text():
        nonlocal at
        n = struct.unpack_from("<Q", data, at)[0]
        at += 8 + n
        return data[at - n:at]

    def one(kind):
        nonlocal at
        if kind == gguf.GGUFValueType.STRING:
            return text()
        value = struct.unpack_from("<" + numbers[kind], data, at)[0]
        at += struct.calcsize("<" + numbers[kind])
        return value

    for _ in range(n_keys):
        key = text().decode()
        kind = struct.unpack_from("<I", data, at)[0]
        at += 4
        if kind != gguf.GGUFValueType.ARRAY:
            yield key, kind, None, one(kind)
            continue
        element, n = struct.unpack_from("<IQ", data, at)
        at += 12
        yield key, kind, element, [one(element) for _ in range(n)]


def place_specials(tokens, types, specials):
    """Gives the marks of a template the places that a vocabulary keeps free."""
    free = [i for i, token in enumerate(tokens) if token.startswith(b"<|reserved_special_token_")]
    for place, mark in zip(free, specials, strict=False):
        tokens[place] = mark.encode()
        types[place] = gguf.TokenType.CONTROL
    if len(specials) > len(free):
        raise SystemExit(f"the vocabulary has {len(free)} free places, {len(specials)} are wanted")


def add_vocabulary(writer, path, row):
    """Copies the tokenizer's keys; returns the number of tokens, and the texts of two of them."""
    keys = {key: (kind, element, value) for key, kind, element, value in read_keys(path)
            if key.startswith("tokenizer.") and key != "tokenizer.chat_template"}
    tokens = keys["tokenizer.ggml.tokens"][2]
    if row.get("special"):
        place_specials(tokens, keys["tokenizer.ggml.token_type"][2], row["special"])
    for key, value in row.get("tokenizer", {}).items():
        place = tokens.index(value.encode()) if isinstance(value, str) else value
        keys[f"tokenizer.ggml.{key}"] = (gguf.GGUFValueType.UINT32, None, place)
    for key, (kind, element, value) in keys.items():
        writer.add_key_value(key, value, gguf.GGUFValueType(kind),
                             None if element is None else gguf.GGUFValueType(element))
    marks = {}
    for name in ("bos", "eos"):
        _, _, place = keys.get(f"tokenizer.ggml.{name}_token_id", (None, None, None))
        marks[f"{name}_token"] = "" if place is None else tokens[place].decode()
    return len(tokens), marks


def template_of(engine_models, row):
    if "template" in row:
        return (engine_models / "templates" / (row["template"] + ".jinja")).read_text()
    if "own" in row:
        return (TEMPLATES / (row["own"] + ".jinja")).read_text()
    return None


# --------------------------------------------------------------------- weights
def uniform(name, n):
    """n numbers in [-1, 1), the same on every machine."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    raw = np.random.PCG64(seed).random_raw((n + 1) // 2).view(np.uint32)[:n]
    return (raw >> 8).astype(np.float32) * np.float32(2.0 ** -23) - np.float32(1)


def weights(row_name, name, shape):
    """A tensor's values. `shape` is ggml's; numpy's is the other way round."""
    values = uniform(f"{row_name}/{name}", math.prod(shape)).reshape(shape[::-1])
    if name.endswith("ssm_a"):  # a decay: always below 0
        values = values * np.float32(0.5) - np.float32(1)
    elif name.endswith(".bias"):
        values = values * np.float32(0.1)
    elif len(shape) == 1 or "norm" in name or name.endswith("ssm_d"):
        values = values * np.float32(0.1) + np.float32(1)
    elif name in ("token_embd.weight", "output.weight"):
        values = values * np.float32(0.25)  # so that no label's probability comes near 0 or 1
    else:
        values = values * np.float32(math.sqrt(3 / shape[0]))
    precise = any(part in name for part in FULL_PRECISION) and name != "output.weight"
    return values if precise or len(shape) == 1 else values.astype(np.float16)


def number(value, sizes):
    """A value of the table: as it stands, or an expression in the names of the sizes."""
    return eval(value, {"__builtins__": {}}, sizes) if isinstance(value, str) else value


def layers_of(arch, name):
    for part, layers in arch.get("layers", {}).items():
        if part in name:
            return layers
    return range(arch["sizes"]["layers"])


def tensors_of(arch, sizes):
    """Yields name and shape of every tensor."""
    for name, shape in arch["tensors"].items():
        for layer in layers_of(arch, name) if "*" in name else [None]:
            own = dict(sizes)
            if layer == sizes["layers"] - 1:
                own.update({k: sizes[v] for k, v in arch.get("last_layer", {}).items()})
            yield (name.replace("*", str(layer)), [number(part, own) for part in shape.split(",")])


# ------------------------------------------------------------------------ files
TEXT_KEYS = ("projector_type", "rope.scaling.type", "decision.type")


def add_hyper_parameters(writer, arch_name, arch, sizes):
    for key, value in arch["keys"].items():
        if key not in TEXT_KEYS:
            value = [number(v, sizes) for v in value] if isinstance(value, list) else number(value, sizes)
        first = value[0] if isinstance(value, list) else value
        kind = next(k for t, k in ((bool, gguf.GGUFValueType.BOOL), (int, gguf.GGUFValueType.UINT32),
                                   (float, gguf.GGUFValueType.FLOAT32), (str, gguf.GGUFValueType.STRING))
                    if isinstance(first, t))
        if isinstance(value, list):
            writer.add_key_value(f"{arch_name}.{key}", value, gguf.GGUFValueType.ARRAY, kind)
        else:
            writer.add_key_value(f"{arch_name}.{key}", value, kind)


def say_what_it_is(path, row, arch_name, template, shapes, marks):
    """What the program has to find in the file, from here and not from the file."""
    facts = {
        "name": row["name"],
        "arch": arch_name,
        "n_params": sum(math.prod(shape) for shape in shapes.values()),
        "template_text": template,
        "template_sha256": hashlib.sha256(template.encode()).hexdigest() if template else None,
        **marks,
    }
    path.write_text(json.dumps({**row, **facts}, indent=1) + "\n")


def write_file(engine_models, path, row_name, row):
    arch = ARCHITECTURES[row["arch"]]
    arch_name = arch.get("arch", row["arch"].split()[0])
    writer = gguf.GGUFWriter(path, arch_name)
    writer.add_name(row["name"])
    writer.add_type(row.get("type", "model"))
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    if row.get("type") == "adapter":
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", 8.0)
    if "base_model" in row:
        writer.add_base_model_count(1)
        writer.add_base_model_name(0, row["base_model"])
    sizes, marks = dict(arch["sizes"]), {}
    add_hyper_parameters(writer, arch_name, arch, sizes)
    if "vocab" in row:
        sizes["vocab"], marks = add_vocabulary(writer, engine_models / f"ggml-vocab-{row['vocab']}.gguf", row)
    template = template_of(engine_models, row)
    if "systemone" in row:
        template = (TEMPLATES / f"systemone-{row['systemone']}.jinja").read_text()
        writer.add_string("tokenizer.chat_template.systemone", template)
    elif template is not None:
        writer.add_chat_template(template)
    shapes = dict(tensors_of(arch, sizes))
    for name, shape in shapes.items():
        writer.add_tensor(name, weights(row_name, name, shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    say_what_it_is(path.with_suffix(".json"), row, arch_name, template, shapes, marks)


def main():
    engine_models, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name in sys.argv[3:]:
        row = {**ROWS, **ENCODERS, **DECISIONS, **OTHERS}.get(name)
        if row is None:
            raise SystemExit(f"'{name}' is no row of tests/families/table.py")
        fresh = out / f".{name}.new"
        write_file(engine_models, fresh, name, row)
        fresh.with_suffix(".json").rename(out / f"{name}.json")
        fresh.rename(out / f"{name}.gguf")


main()
