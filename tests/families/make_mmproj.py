"""Writes a small projector: a CLIP vision encoder and LLaVA's two-layer MLP, as a GGUF file.

    make_mmproj.py FILE [--kind llava|qwen2vl] [--n-embd N] [--seed N]

The tensors are those of the real kind; the seed gives random weights. --n-embd is the width of the
language model that it belongs to (576: SmolLM2-135M). With llava (projector type "mlp", as in
LLaVA 1.5) an image of any size becomes IMAGE * IMAGE / PATCH / PATCH = 16 tokens. With qwen2vl
("qwen2vl_merger") it becomes a token for each 28 by 28 pixels, in rows and columns (M-RoPE).

Needs only the standard library. Other generators may call write_mmproj().
Sources: tools/mtmd/clip.cpp of llama.cpp for keys and tensors, docs/gguf.md of ggml for the format.
"""
import argparse
import array
import math
import random
import struct

IMAGE, PATCH, WIDTH, HEADS, BLOCKS, FEED_FORWARD = 56, 14, 64, 4, 2, 128
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
ALIGNMENT = 32


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key, kind, value):
    return string(key) + struct.pack("<I", kind) + value


def u32(key, value):
    return pair(key, U32, struct.pack("<I", value))


def f32s(key, values):
    return pair(key, ARRAY, struct.pack("<IQ", F32, len(values)) + struct.pack(f"<{len(values)}f", *values))


KINDS = {"llava": "mlp", "qwen2vl": "qwen2vl_merger"}
MERGED = 4  # patches that become one token in qwen2vl


def header(kind, n_embd):
    """The keys by which an engine recognises the model."""
    return [
        pair("general.architecture", STRING, string("clip")),
        pair("general.type", STRING, string("mmproj")),
        pair("general.name", STRING, string("miniature projector")),
        pair("clip.has_vision_encoder", BOOL, b"\1"),
        pair("clip.projector_type", STRING, string(KINDS[kind])),
        pair("clip.use_gelu", BOOL, b"\0"),
        u32("clip.vision.image_size", IMAGE),
        u32("clip.vision.patch_size", PATCH),
        u32("clip.vision.embedding_length", WIDTH),
        u32("clip.vision.feed_forward_length", FEED_FORWARD),
        u32("clip.vision.block_count", BLOCKS),
        u32("clip.vision.attention.head_count", HEADS),
        u32("clip.vision.projection_dim", n_embd),
        pair("clip.vision.attention.layer_norm_epsilon", F32, struct.pack("<f", 1e-5)),
        f32s("clip.vision.image_mean", [0.48145466, 0.4578275, 0.40821073]),
        f32s("clip.vision.image_std", [0.26862954, 0.26130258, 0.27577711]),
    ]


def embedding_shapes(kind):
    yield "v.patch_embd.weight", [PATCH, PATCH, 3, WIDTH]
    if kind == "llava":
        yield "v.class_embd", [WIDTH]
        yield "v.position_embd.weight", [WIDTH, (IMAGE // PATCH) ** 2 + 1]
    else:  # one for each of two frames, and positions by rotation
        yield "v.patch_embd.weight.1", [PATCH, PATCH, 3, WIDTH]


def shapes(kind, n_embd):
    """Yields name and dimensions of each tensor, the fastest dimension first."""
    yield from embedding_shapes(kind)
    for norm in ("v.pre_ln", "v.post_ln") if kind == "llava" else ("v.post_ln",):
        yield norm + ".weight", [WIDTH]
        yield norm + ".bias", [WIDTH]
    for i in range(BLOCKS):
        block = f"v.blk.{i}."
        for norm in ("ln1", "ln2"):
            yield block + norm + ".weight", [WIDTH]
            yield block + norm + ".bias", [WIDTH]
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            yield block + name + ".weight", [WIDTH, WIDTH]
            yield block + name + ".bias", [WIDTH]
        for name, rows, columns in (("ffn_up", WIDTH, FEED_FORWARD), ("ffn_down", FEED_FORWARD, WIDTH)):
            yield block + name + ".weight", [rows, columns]
            yield block + name + ".bias", [columns]
    inner = n_embd if kind == "llava" else MERGED * WIDTH
    for layer, rows, columns in ((0, WIDTH if kind == "llava" else inner, inner), (2, inner, n_embd)):
        yield f"mm.{layer}.weight", [rows, columns]
        yield f"mm.{layer}.bias", [columns]


def values(name, dims, source):
    """Values of a tensor. Weights preserve the scale of activations; norms have the mean 1."""
    n = math.prod(dims)
    if "ln" in name.split(".")[-2]:
        return array.array("f", [1.0 if name.endswith("weight") else 0.0] * n)
    if name.endswith("bias"):
        return array.array("f", [0.0] * n)
    fan_in = math.prod(dims[:-1]) if len(dims) > 1 else WIDTH
    return array.array("f", (source.gauss(0, 1 / math.sqrt(fan_in)) for _ in range(n)))


def padding(n_bytes):
    return bytes(-n_bytes % ALIGNMENT)


def write_mmproj(path, n_embd, seed=1, kind="llava"):
    source = random.Random(seed)
    keys = header(kind, n_embd)
    infos, blobs, at = [], [], 0
    for name, dims in shapes(kind, n_embd):
        data = values(name, dims, source).tobytes()
        infos.append(string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, 0, at))
        blobs.append(data + padding(len(data)))
        at += len(blobs[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(keys)) + b"".join(keys + infos)
    with open(path, "wb") as file:
        file.write(head + padding(len(head)))
        for blob in blobs:
            file.write(blob)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--n-embd", type=int, default=576)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, default="llava")
    options = parser.parse_args()
    write_mmproj(options.file, options.n_embd, options.seed, options.kind)
