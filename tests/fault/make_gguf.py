"""Writes malformed GGUF files, one of each kind, into the current folder.

Each is a small valid file with one error. The kinds are known to break readers of the format:
false counts, lengths, types, offsets and dimensions.
"""
import struct

U8, U32, F32, STRING, ARRAY, U64 = 0, 4, 6, 8, 9, 10
HUGE = 0xFFFFFFFFFFFFFFFF


def string(text, length=None):
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(data) if length is None else length) + data


def pair(key, kind, value):
    return string(key) + struct.pack("<I", kind) + value


def array(kind, n, data):
    return struct.pack("<IQ", kind, n) + data


def tensor(name, dims, kind=0, offset=0, n_dims=None):
    head = string(name) + struct.pack("<I", len(dims) if n_dims is None else n_dims)
    return head + struct.pack(f"<{len(dims)}Q", *dims) + struct.pack("<IQ", kind, offset)


NAME = pair("general.architecture", STRING, string("llama"))
SIZES = b"".join(pair("llama." + k, U32, struct.pack("<I", v)) for k, v in {
    "context_length": 64, "embedding_length": 32, "block_count": 1, "feed_forward_length": 64,
    "attention.head_count": 2}.items()) + pair("llama.attention.layer_norm_rms_epsilon", F32,
                                               struct.pack("<f", 1e-5))
TOKENS = (pair("tokenizer.ggml.model", STRING, string("llama"))
          + pair("tokenizer.ggml.tokens", ARRAY, array(STRING, 3, string("<s>") + string("</s>") + string("a")))
          + pair("tokenizer.ggml.scores", ARRAY, array(F32, 3, bytes(12)))
          + pair("tokenizer.ggml.token_type", ARRAY, array(5, 3, struct.pack("<3i", 3, 3, 1))))
N_ALL = 1 + 6 + 4
ALL = NAME + SIZES + TOKENS
WEIGHT = tensor("token_embd.weight", [32, 3])


def gguf(n_pairs=1, pairs=NAME, n_tensors=1, tensors=WEIGHT, version=3, magic=b"GGUF", data=384):
    head = magic + struct.pack("<IQQ", version, n_tensors & HUGE, n_pairs & HUGE) + pairs + tensors
    return head + bytes(-len(head) % 32) + bytes(data)


def one(key, kind, value):
    return gguf(2, NAME + pair(key, kind, value))


def whole(more, n=1):
    """A header that includes the vocabulary."""
    return gguf(N_ALL + n, ALL + more)


FILES = {
    "version-0": gguf(version=0),
    "version-other-end": gguf(version=0x03000000),
    "pairs-huge": gguf(n_pairs=HUGE),
    "pairs-half": gguf(n_pairs=1 << 63),
    "pairs-one-more": gguf(n_pairs=2),
    "tensors-huge": gguf(n_tensors=HUGE),
    "tensors-half": gguf(n_tensors=(1 << 63) // 8),
    "tensors-one-more": gguf(n_tensors=2),
    "tiny-37-bytes": gguf()[:37],
    "key-length-huge": gguf(pairs=string("general.architecture", HUGE) + struct.pack("<I", STRING)),
    "key-length-minus-one": gguf(pairs=string("general.architecture", HUGE - 1)),
    "key-empty": one("", U32, bytes(4)),
    "key-twice": gguf(3, NAME + pair("x", U32, bytes(4)) * 2),
    "key-65536": one("k" * 65536, U32, bytes(4)),
    "key-escapes": one("\x1b]0;x\x07\u202e", U32, bytes(4)),
    "type-unknown": one("x", 99, bytes(8)),
    "type-minus-one": one("x", 0xFFFFFFFF, bytes(8)),
    "string-length-huge": one("x", STRING, string("abc", HUGE)),
    "string-length-past-end": one("x", STRING, string("abc", 1 << 20)),
    "array-length-huge": one("x", ARRAY, array(U8, HUGE, b"")),
    "array-length-wraps": one("x", ARRAY, array(U64, 1 << 61, bytes(64))),
    "array-of-strings-huge": one("x", ARRAY, array(STRING, 1 << 60, b"")),
    "array-of-arrays": one("x", ARRAY, array(ARRAY, 1, array(U8, 1, b"a"))),
    "array-type-unknown": one("x", ARRAY, array(77, 4, bytes(64))),
    "alignment-zero": one("general.alignment", U32, struct.pack("<I", 0)),
    "alignment-odd": one("general.alignment", U32, struct.pack("<I", 33)),
    "alignment-huge": one("general.alignment", U32, struct.pack("<I", 0x80000000)),
    "alignment-text": one("general.alignment", STRING, string("32")),
    "architecture-number": gguf(pairs=pair("general.architecture", U32, bytes(4))),
    "architecture-unknown": gguf(pairs=pair("general.architecture", STRING, string("nonesuch"))),
    "architecture-long": gguf(pairs=pair("general.architecture", STRING, string("a" * 100000))),
    "name-number": one("general.name", U32, bytes(4)),
    "dims-0": gguf(tensors=tensor("w", [])),
    "dims-5": gguf(tensors=tensor("w", [1, 1, 1, 1, 1])),
    "dims-huge": gguf(tensors=tensor("w", [1], n_dims=0xFFFFFFFF)),
    "dim-zero": gguf(tensors=tensor("w", [0, 4])),
    "dim-negative": gguf(tensors=tensor("w", [HUGE, 1])),
    "dims-product-wraps": gguf(tensors=tensor("w", [1 << 32, 1 << 32, 16, 1])),
    "dims-product-half": gguf(tensors=tensor("w", [1 << 62, 2])),
    "bytes-wrap": gguf(tensors=tensor("w", [1 << 61, 1], 0)),
    "row-not-of-blocks": gguf(tensors=tensor("w", [33, 1], 2)),
    "kind-unknown": gguf(tensors=tensor("w", [32, 1], 250)),
    "kind-minus-one": gguf(tensors=tensor("w", [32, 1], 0xFFFFFFFF)),
    "kind-removed": gguf(tensors=tensor("w", [32, 1], 4)),
    "offset-odd": gguf(tensors=tensor("w", [32, 3], 0, 7)),
    "offset-huge": gguf(tensors=tensor("w", [32, 3], 0, HUGE - 31)),
    "offset-past-end": gguf(tensors=tensor("w", [32, 3], 0, 1 << 20)),
    "offsets-overlap": gguf(n_tensors=2, tensors=WEIGHT + tensor("b", [32, 3])),
    "name-twice": gguf(n_tensors=2, tensors=WEIGHT + tensor("token_embd.weight", [32, 3], 0, 384)),
    "name-long": gguf(tensors=tensor("w" * 65, [32, 3])),
    "name-100000": gguf(tensors=tensor("w" * 100000, [32, 3])),
    "sizes-sum-wraps": gguf(n_tensors=2, tensors=tensor("a", [1 << 61]) + tensor("b", [1 << 61], 0, 0)),
    "no-data": gguf(data=0),
    "data-short": gguf(data=383),
    "blocks-huge": whole(pair("llama.block_count", U32, struct.pack("<I", 0xFFFFFFFF))),
    "heads-zero": gguf(N_ALL, ALL.replace(struct.pack("<I", 2) + string("llama.attention.layer_norm")[:8],
                                          struct.pack("<I", 0) + string("llama.attention.layer_norm")[:8])),
    "blocks-513": gguf(N_ALL, ALL.replace(string("llama.block_count") + struct.pack("<II", U32, 1),
                                          string("llama.block_count") + struct.pack("<II", U32, 513))),
    "tokens-are-numbers": gguf(8, NAME + SIZES + pair("tokenizer.ggml.tokens", ARRAY, array(U32, 3, bytes(12)))),
    "scores-too-few": gguf(N_ALL, ALL.replace(array(F32, 3, bytes(12)), array(F32, 1, bytes(4)))),
    "scores-are-text": gguf(N_ALL, ALL.replace(array(F32, 3, bytes(12)), array(STRING, 1, string("x")))),
    "token-type-wrong": gguf(N_ALL, ALL.replace(struct.pack("<3i", 3, 3, 1), struct.pack("<3i", -1, 99, 1 << 30))),
    "bos-past-end": whole(pair("tokenizer.ggml.bos_token_id", U32, struct.pack("<I", 0x7FFFFFFF))),
    "token-byte-broken": gguf(N_ALL, ALL.replace(string("</s>"), string("<0x-1>"))),
    "template-number": whole(pair("tokenizer.chat_template", U32, bytes(4))),
    "template-endless": whole(pair("tokenizer.chat_template", STRING,
                                   string("{% for i in range(10**9) %}x{% endfor %}"))),
    "template-trigger": whole(pair("tokenizer.chat_template", STRING,
                                   string("{% if 'trigger' in messages[0].content %}a{% else %}b{% endif %}"))),
    "template-1-MB": whole(pair("tokenizer.chat_template", STRING, string("x" * (1 << 20)))),
    "sound-but-for-weights": gguf(N_ALL, ALL),
}

for name, data in FILES.items():
    with open(name + ".gguf", "wb") as f:
        f.write(data)
print(len(FILES))
