"""The families in miniature: what make_family.py writes, as data.

ARCHITECTURES   by general.architecture and variant: sizes, hyper-parameters and tensors as
                llama.cpp's loader asks for them (src/models/*.cpp of the pinned engine). Shapes
                stand in ggml's order, the row's length first, in the names of `sizes`; "blk.*"
                stands for each layer, or for those that `layers` names.
ROWS            one model each: its family (a row of src/job/model/families.def), what it calls itself,
                architecture, vocabulary, chat template, and the licence that it must be taken for.

vocab, template: files that come with the engine, or (own) tests/families/templates. `nearest`
says why the vocabulary is not the family's own. `special` gives the template's marks the places
of tokens that the vocabulary keeps free.
"""

# ----------------------------------------------------------------- pieces
EMBD = {"token_embd.weight": "embd, vocab", "output_norm.weight": "embd"}
UNTIED = {"output.weight": "embd, vocab"}
NORMS = {"blk.*.attn_norm.weight": "embd", "blk.*.ffn_norm.weight": "embd"}
QKV = {
    "blk.*.attn_q.weight": "embd, heads*head",
    "blk.*.attn_k.weight": "embd, kv*head",
    "blk.*.attn_v.weight": "embd, kv*head",
    "blk.*.attn_output.weight": "heads*head, embd",
}
QKV_BIAS = {
    "blk.*.attn_q.bias": "heads*head",
    "blk.*.attn_k.bias": "kv*head",
    "blk.*.attn_v.bias": "kv*head",
}
QKV_ONE = {
    "blk.*.attn_qkv.weight": "embd, (heads+2*kv)*head",
    "blk.*.attn_output.weight": "heads*head, embd",
}
QK_NORM = {"blk.*.attn_q_norm.weight": "head", "blk.*.attn_k_norm.weight": "head"}
GATED = {
    "blk.*.ffn_gate.weight": "embd, ff",
    "blk.*.ffn_up.weight": "embd, ff",
    "blk.*.ffn_down.weight": "ff, embd",
}
UP_DOWN = {"blk.*.ffn_up.weight": "embd, ff", "blk.*.ffn_down.weight": "ff, embd"}
UP_DOWN_BIAS = {"blk.*.ffn_up.bias": "ff", "blk.*.ffn_down.bias": "embd"}
EXPERTS = {
    "blk.*.ffn_gate_inp.weight": "embd, experts",
    "blk.*.ffn_gate_exps.weight": "embd, ff_exp, experts",
    "blk.*.ffn_up_exps.weight": "embd, ff_exp, experts",
    "blk.*.ffn_down_exps.weight": "ff_exp, embd, experts",
}
SHARED = {
    "blk.*.ffn_gate_shexp.weight": "embd, ff_exp",
    "blk.*.ffn_up_shexp.weight": "embd, ff_exp",
    "blk.*.ffn_down_shexp.weight": "ff_exp, embd",
}
AFTER_NORMS = {"blk.*.post_attention_norm.weight": "embd", "blk.*.post_ffw_norm.weight": "embd"}

SIZES = {"embd": 32, "layers": 2, "heads": 4, "kv": 2, "head": 8, "ff": 64}
MOE = {**SIZES, "experts": 8, "used": 2, "ff_exp": 32}
KEYS = {
    "context_length": 4096,
    "embedding_length": "embd",
    "block_count": "layers",
    "feed_forward_length": "ff",
    "attention.head_count": "heads",
    "attention.head_count_kv": "kv",
}
RMS = {**KEYS, "attention.layer_norm_rms_epsilon": 1e-5}
LAYER_NORM = {**KEYS, "attention.layer_norm_epsilon": 1e-5}
ROPE = {"rope.dimension_count": "head"}
HEAD = {"attention.key_length": "head", "attention.value_length": "head"}
EXPERT_KEYS = {"expert_count": "experts", "expert_used_count": "used"}
EXPERT_FF = {"expert_feed_forward_length": "ff_exp"}

# An encoder's parts: no causal mask, a norm after the embedding, and one behind each half of a layer.
ENCODER_SIZES = {**SIZES, "kv": 4}
ENCODER_KEYS = {**LAYER_NORM, "attention.causal": False}
ENCODER_TENSORS = {
    "token_embd.weight": "embd, vocab",
    "token_types.weight": "embd, 2",
    "token_embd_norm.weight": "embd",
    "token_embd_norm.bias": "embd",
    **QKV,
    "blk.*.attn_output_norm.weight": "embd",
    "blk.*.attn_output_norm.bias": "embd",
    "blk.*.layer_output_norm.weight": "embd",
    "blk.*.layer_output_norm.bias": "embd",
}
BERT_TENSORS = {
    **ENCODER_TENSORS, **QKV_BIAS, **UP_DOWN, **UP_DOWN_BIAS,
    "position_embd.weight": "embd, 512",
    "blk.*.attn_output.bias": "embd",
}

# Behind the layers of a decision model: a layer with biases, and a score for each type of question.
DECISION_HEAD = {
    "blk.*.attn_norm.bias": "embd",
    "blk.*.attn_output.bias": "embd",
    "blk.*.ffn_norm.bias": "embd",
    "blk.*.ffn_down.bias": "embd",
    "token_types.weight": "embd, 3",
    "cls.weight": "embd, embd",
    "cls.bias": "embd",
    "cls.norm.weight": "embd",
    "cls.norm.bias": "embd",
    "cls.output.weight": "embd, 1",
    "cls.output.bias": "1",
}

# ---------------------------------------------------------- architectures
ARCHITECTURES = {
    "llama": {
        "sizes": SIZES,
        "keys": {**RMS, **ROPE},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV, **GATED},
    },
    # Llama 3.2's small models use the embedding as output, and scale their rope.
    "llama tied": {
        "sizes": SIZES,
        "keys": {**RMS, **ROPE, "rope.freq_base": 500000.0},
        "tensors": {**EMBD, **NORMS, **QKV, **GATED, "rope_freqs.weight": "head//2"},
    },
    "llama experts": {
        "sizes": {**MOE, "ff_exp": 64},
        "keys": {**RMS, **ROPE, **EXPERT_KEYS},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV, **EXPERTS},
    },
    "mistral3": {
        "sizes": SIZES,
        "keys": {
            **RMS, **ROPE, **HEAD,
            "rope.freq_base": 1000000.0,
            "rope.scaling.type": "yarn",
            "rope.scaling.factor": 16.0,
            "rope.scaling.original_context_length": 4096,
            "rope.scaling.yarn_beta_fast": 32.0,
            "rope.scaling.yarn_beta_slow": 1.0,
            "attention.temperature_scale": 0.1,
        },
        "tensors": {**EMBD, **NORMS, **QKV, **GATED},
    },
    # Chunked attention on three layers of four, and no rope on the fourth.
    "llama4": {
        "sizes": {**MOE, "layers": 4, "experts": 16, "used": 1},
        "keys": {**RMS, **ROPE, **EXPERT_KEYS, **EXPERT_FF, "interleave_moe_layer_step": 1,
                 "rope.freq_base": 500000.0},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV, **EXPERTS, **SHARED},
    },
    # Attention sinks, a sliding window on every second layer, experts with biases.
    "gpt-oss": {
        "sizes": {**MOE, "used": 4},
        "keys": {
            **RMS, **ROPE, **HEAD, **EXPERT_KEYS, **EXPERT_FF,
            "attention.sliding_window": 128,
            "rope.freq_base": 150000.0,
            "rope.scaling.type": "yarn",
            "rope.scaling.factor": 32.0,
            "rope.scaling.original_context_length": 4096,
        },
        "tensors": {
            **EMBD, **UNTIED, **QKV, **QKV_BIAS, **EXPERTS,
            "blk.*.attn_norm.weight": "embd",
            "blk.*.post_attention_norm.weight": "embd",
            "blk.*.attn_output.bias": "embd",
            "blk.*.attn_sinks.weight": "heads",
            "blk.*.ffn_gate_inp.bias": "experts",
            "blk.*.ffn_gate_exps.bias": "ff_exp, experts",
            "blk.*.ffn_up_exps.bias": "ff_exp, experts",
            "blk.*.ffn_down_exps.bias": "embd, experts",
        },
    },
    # Grok-2: a dense network beside the experts.
    "grok": {
        "sizes": MOE,
        "keys": {**RMS, **ROPE, **EXPERT_KEYS, **EXPERT_FF, "embedding_scale": 8.0, "logit_scale": 0.5,
                 "attention.output_scale": 0.0884, "attn_logit_softcapping": 30.0,
                 "router_logit_softcapping": 30.0, "final_logit_softcapping": 50.0},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV, **GATED, **EXPERTS,
                    "blk.*.attn_output_norm.weight": "embd", "blk.*.post_ffw_norm.weight": "embd"},
    },
    # Multi-head latent attention: keys and values are kept as one compressed row.
    "deepseek2": {
        "sizes": {**MOE, "kv": 1, "q_rank": 32, "kv_rank": 32, "nope": 8, "rope": 8, "v_head": 8},
        "keys": {
            **RMS, **EXPERT_KEYS, **EXPERT_FF,
            "attention.q_lora_rank": "q_rank",
            "attention.kv_lora_rank": "kv_rank",
            "attention.key_length": "kv_rank+rope",
            "attention.value_length": "kv_rank",
            "attention.key_length_mla": "nope+rope",
            "attention.value_length_mla": "v_head",
            "rope.dimension_count": "rope",
            "leading_dense_block_count": 1,
            "expert_shared_count": 1,
            "expert_weights_scale": 2.5,
            "expert_weights_norm": True,
            "expert_gating_func": 2,
        },
        "layers": {"ffn_gate.": [0], "ffn_up.": [0], "ffn_down.": [0], "ffn_gate_inp": [1], "_exps": [1],
                   "_shexp": [1], "exp_probs": [1]},
        "tensors": {
            **EMBD, **UNTIED, **NORMS, **GATED, **EXPERTS, **SHARED,
            "blk.*.attn_q_a.weight": "embd, q_rank",
            "blk.*.attn_q_a_norm.weight": "q_rank",
            "blk.*.attn_q_b.weight": "q_rank, heads*(nope+rope)",
            "blk.*.attn_kv_a_mqa.weight": "embd, kv_rank+rope",
            "blk.*.attn_kv_a_norm.weight": "kv_rank",
            "blk.*.attn_k_b.weight": "nope, kv_rank, heads",
            "blk.*.attn_v_b.weight": "kv_rank, v_head, heads",
            "blk.*.attn_output.weight": "heads*v_head, embd",
            "blk.*.exp_probs_b.bias": "experts",
        },
    },
    "qwen2": {
        "sizes": SIZES,
        "keys": {**RMS, "rope.freq_base": 1000000.0},
        "tensors": {**EMBD, **NORMS, **QKV, **QKV_BIAS, **GATED},
    },
    "qwen3": {
        "sizes": SIZES,
        "keys": {**RMS, **HEAD, "rope.freq_base": 1000000.0},
        "tensors": {**EMBD, **NORMS, **QKV, **QK_NORM, **GATED},
    },
    "qwen3moe": {
        "sizes": MOE,
        "keys": {**RMS, **HEAD, **EXPERT_KEYS, **EXPERT_FF, "rope.freq_base": 1000000.0},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV, **QK_NORM, **EXPERTS},
    },
    "gemma": {
        "sizes": {**SIZES, "kv": 1},
        "keys": {**RMS, **HEAD},
        "tensors": {**EMBD, **NORMS, **QKV, **GATED},
    },
    # A sliding window on every second layer, capped logits.
    "gemma2": {
        "sizes": SIZES,
        "keys": {**RMS, **HEAD, "attention.sliding_window": 128, "attn_logit_softcapping": 50.0,
                 "final_logit_softcapping": 30.0},
        "tensors": {**EMBD, **NORMS, **AFTER_NORMS, **QKV, **GATED},
    },
    # A sliding window on five layers of six.
    "gemma3": {
        "sizes": {**SIZES, "layers": 6, "kv": 1},
        "keys": {**RMS, **HEAD, "attention.sliding_window": 128, "rope.freq_base": 1000000.0},
        "tensors": {**EMBD, **NORMS, **AFTER_NORMS, **QKV, **QK_NORM, **GATED},
    },
    # As the header that comes with the engine (26B-A4B): larger heads on every sixth layer, which
    # has no window; experts beside a dense network.
    "gemma4": {
        "sizes": {**MOE, "layers": 6, "full_head": 16, "full_kv": 1},
        "keys": {
            **RMS, **EXPERT_KEYS, **EXPERT_FF,
            "attention.head_count_kv": ["kv"] * 5 + ["full_kv"],
            "attention.key_length": "full_head",
            "attention.value_length": "full_head",
            "attention.key_length_swa": "head",
            "attention.value_length_swa": "head",
            "rope.dimension_count": "full_head",
            "rope.dimension_count_swa": "head",
            "rope.freq_base": 1000000.0,
            "rope.freq_base_swa": 10000.0,
            "attention.sliding_window": 128,
            "attention.sliding_window_pattern": [True] * 5 + [False],
            "attention.shared_kv_layers": 0,
            "embedding_length_per_layer_input": 0,
            "final_logit_softcapping": 30.0,
        },
        "last_layer": {"head": "full_head", "kv": "full_kv"},
        "tensors": {
            **EMBD, **NORMS, **AFTER_NORMS, **QKV, **QK_NORM, **GATED,
            "rope_freqs.weight": "full_head//2",
            "blk.*.layer_output_scale.weight": "1",
            "blk.*.ffn_gate_inp.weight": "embd, experts",
            "blk.*.ffn_gate_inp.scale": "embd",
            "blk.*.pre_ffw_norm_2.weight": "embd",
            "blk.*.post_ffw_norm_1.weight": "embd",
            "blk.*.post_ffw_norm_2.weight": "embd",
            "blk.*.ffn_gate_up_exps.weight": "embd, 2*ff_exp, experts",
            "blk.*.ffn_down_exps.weight": "ff_exp, embd, experts",
        },
    },
    # Rope on a part of each head, one norm a layer, biases everywhere.
    "phi2": {
        "sizes": {**SIZES, "kv": 4},
        "keys": {**LAYER_NORM, "rope.dimension_count": "head//2", "context_length": 2048},
        "tensors": {
            **EMBD, **UNTIED, **QKV_ONE, **UP_DOWN, **UP_DOWN_BIAS,
            "output_norm.bias": "embd",
            "output.bias": "vocab",
            "blk.*.attn_norm.weight": "embd",
            "blk.*.attn_norm.bias": "embd",
            "blk.*.attn_qkv.bias": "(heads+2*kv)*head",
            "blk.*.attn_output.bias": "embd",
        },
    },
    "phi3": {
        "sizes": {**SIZES, "kv": 4},
        "keys": {**RMS, **ROPE, "attention.sliding_window": 2047,
                 "rope.scaling.original_context_length": 4096},
        "tensors": {**EMBD, **UNTIED, **NORMS, **QKV_ONE, "blk.*.ffn_up.weight": "embd, 2*ff",
                    "blk.*.ffn_down.weight": "ff, embd"},
    },
    "falcon": {
        "sizes": {**SIZES, "kv": 1},
        "keys": {**LAYER_NORM, "context_length": 2048},
        "tensors": {
            **EMBD, **UNTIED, **QKV_ONE, **UP_DOWN,
            "output_norm.bias": "embd",
            "blk.*.attn_norm.weight": "embd",
            "blk.*.attn_norm.bias": "embd",
        },
    },
    # Attention and a Mamba-2 mixer side by side in every layer.
    "falcon-h1": {
        "sizes": {**SIZES, "inner": 64, "state": 16, "groups": 1, "ssm_heads": 4},
        "keys": {**RMS, **ROPE, **HEAD, "ssm.conv_kernel": 4, "ssm.inner_size": "inner",
                 "ssm.state_size": "state", "ssm.time_step_rank": "ssm_heads", "ssm.group_count": "groups",
                 "rope.freq_base": 100000000000.0},
        "tensors": {
            **EMBD, **QKV, **GATED,
            "blk.*.attn_norm.weight": "embd",
            "blk.*.ffn_norm": "embd",  # without ".weight", as its converter writes it
            "blk.*.ssm_in.weight": "embd, 2*inner+2*groups*state+ssm_heads",
            "blk.*.ssm_conv1d.weight": "4, inner+2*groups*state",
            "blk.*.ssm_conv1d.bias": "inner+2*groups*state",
            "blk.*.ssm_dt.bias": "ssm_heads",
            "blk.*.ssm_a": "1, ssm_heads",
            "blk.*.ssm_d": "1, ssm_heads",
            "blk.*.ssm_norm.weight": "inner//groups, groups",
            "blk.*.ssm_out.weight": "inner, embd",
        },
    },
    # Positions by ALiBi, a norm after the embedding.
    "bloom": {
        "sizes": {**SIZES, "kv": 4, "ff": 128},
        "keys": {**LAYER_NORM, "context_length": 2048},
        "tensors": {
            **EMBD, **NORMS, **QKV_ONE, **UP_DOWN, **UP_DOWN_BIAS,
            "token_embd_norm.weight": "embd",
            "token_embd_norm.bias": "embd",
            "output_norm.bias": "embd",
            "blk.*.attn_norm.bias": "embd",
            "blk.*.ffn_norm.bias": "embd",
            "blk.*.attn_qkv.bias": "(heads+2*kv)*head",
            "blk.*.attn_output.bias": "embd",
        },
    },
    # No attention at all: a state of fixed size.
    "mamba": {
        "sizes": {"embd": 32, "layers": 2, "inner": 64, "state": 16, "rank": 2},
        "keys": {"context_length": 1048576, "embedding_length": "embd", "block_count": "layers",
                 "feed_forward_length": 0, "attention.head_count": 0,
                 "attention.layer_norm_rms_epsilon": 1e-5, "ssm.conv_kernel": 4, "ssm.inner_size": "inner",
                 "ssm.state_size": "state", "ssm.time_step_rank": "rank"},
        "tensors": {
            **EMBD,
            "blk.*.attn_norm.weight": "embd",
            "blk.*.ssm_in.weight": "embd, 2*inner",
            "blk.*.ssm_conv1d.weight": "4, inner",
            "blk.*.ssm_conv1d.bias": "inner",
            "blk.*.ssm_x.weight": "inner, rank+2*state",
            "blk.*.ssm_dt.weight": "rank, inner",
            "blk.*.ssm_dt.bias": "inner",
            "blk.*.ssm_a": "state, inner",
            "blk.*.ssm_d": "inner",
            "blk.*.ssm_out.weight": "inner, embd",
        },
    },
    "bert": {
        "sizes": ENCODER_SIZES,
        "keys": {**ENCODER_KEYS, "context_length": 512, "pooling_type": 2},
        "tensors": BERT_TENSORS,
    },
    # XLM-R: BERT with another vocabulary and one type of token.
    "bert xlm-r": {
        "sizes": ENCODER_SIZES,
        "keys": {**ENCODER_KEYS, "context_length": 512, "pooling_type": 1},
        "tensors": {**BERT_TENSORS, "token_types.weight": "embd, 1"},
    },
    "nomic-bert": {
        "sizes": ENCODER_SIZES,
        "keys": {**ENCODER_KEYS, "context_length": 2048, "rope.freq_base": 1000.0, "pooling_type": 1},
        "tensors": {**ENCODER_TENSORS, **GATED},
    },
    # Positions by ALiBi.
    "jina-bert-v2": {
        "sizes": ENCODER_SIZES,
        "keys": {**ENCODER_KEYS, "context_length": 8192, "pooling_type": 1},
        "tensors": {**ENCODER_TENSORS, **QKV_BIAS, **GATED, "blk.*.attn_output.bias": "embd",
                    "blk.*.ffn_down.bias": "embd"},
    },
    # Attention over a window in two of three layers.
    "modern-bert": {
        "sizes": {**ENCODER_SIZES, "layers": 3},
        "keys": {**ENCODER_KEYS, "context_length": 8192, "attention.sliding_window": 16,
                 "rope.freq_base": 160000.0, "rope.freq_base_swa": 10000.0, "pooling_type": 2},
        "tensors": {**EMBD, **NORMS, **QKV_ONE, "token_embd_norm.weight": "embd",
                    "blk.*.ffn_up.weight": "embd, 2*ff", "blk.*.ffn_down.weight": "ff, embd"},
    },
    # Attention over a window in five of six layers; two dense layers behind the pooling.
    "gemma-embedding": {
        "sizes": {**SIZES, "layers": 6, "kv": 1, "dense": 128},
        "keys": {**RMS, **HEAD, "context_length": 2048, "attention.sliding_window": 16,
                 "rope.freq_base": 1000000.0, "rope.freq_base_swa": 10000.0, "pooling_type": 1,
                 "dense_2_feat_in": "embd", "dense_2_feat_out": "dense",
                 "dense_3_feat_in": "dense", "dense_3_feat_out": "embd"},
        "tensors": {**EMBD, **NORMS, **QKV, **QK_NORM, **GATED, **AFTER_NORMS,
                    "dense_2.weight": "embd, dense", "dense_3.weight": "dense, embd"},
    },
    # Qwen3-Embedding: the decoder's tensors, but the last token's state is all that is asked for.
    "qwen3 embedding": {
        "sizes": SIZES,
        "keys": {**RMS, **HEAD, "rope.freq_base": 1000000.0, "pooling_type": 3},
        "tensors": {**EMBD, **NORMS, **QKV, **QK_NORM, **GATED},
    },
    # Decision models. Two layers of ModernBERT and one of the head, which scores each token for three
    # types of question.
    "modern-bert laya": {
        "sizes": {**ENCODER_SIZES, "layers": 3, "up": 128, "ff_head": 128},
        "keys": {**ENCODER_KEYS, "context_length": 1024, "attention.sliding_window": 16,
                 "feed_forward_length": ["ff", "ff", "ff_head"],
                 "rope.freq_base": 160000.0, "rope.freq_base_swa": 10000.0,
                 "decision.type": "laya", "decision.block_count": 1, "decision.max_head_tokens": 96,
                 "decision.temperature.choice": 1.25, "decision.temperature.choice.3_5": 0.5},
        "layers": {"attn_norm.bias": [2], "attn_qkv.bias": [2], "attn_output.bias": [2],
                   "ffn_norm.bias": [2], "ffn_up.bias": [2], "ffn_down.bias": [2]},
        "last_layer": {"up": "ff_head", "ff": "ff_head"},
        "tensors": {**EMBD, **NORMS, **QKV_ONE, **DECISION_HEAD, "token_embd_norm.weight": "embd",
                    "blk.*.ffn_up.weight": "embd, up", "blk.*.ffn_down.weight": "ff, embd",
                    "blk.*.attn_qkv.bias": "3*embd", "blk.*.ffn_up.bias": "up"},
    },
    # Three layers with a recurrent state and one of attention; the output is a query and a key.
    "qwen35 kev": {
        "sizes": {**SIZES, "layers": 4, "state": 8, "rank": 4, "groups": 2, "key": 16, "value": 32,
                  "out": 16},
        "keys": {**RMS, **HEAD, "rope.freq_base": 10000000.0, "rope.dimension_count": "head",
                 "rope.dimension_sections": [2, 1, 1, 0], "ssm.conv_kernel": 4,
                 "ssm.inner_size": "value", "ssm.state_size": "state", "ssm.time_step_rank": "rank",
                 "ssm.group_count": "groups", "embedding_length_out": "out",
                 "decision.type": "kev", "decision.temperature.choice": 0.75},
        "layers": {"attn_q.": [3], "attn_k.": [3], "attn_v.": [3], "attn_output": [3], "attn_q_norm": [3],
                   "attn_k_norm": [3], "attn_qkv": [0, 1, 2], "attn_gate": [0, 1, 2],
                   "ssm_": [0, 1, 2]},
        "tensors": {**EMBD, **GATED, **QK_NORM, "blk.*.attn_norm.weight": "embd",
                    "blk.*.post_attention_norm.weight": "embd",
                    "blk.*.attn_q.weight": "embd, 2*heads*head", "blk.*.attn_k.weight": "embd, kv*head",
                    "blk.*.attn_v.weight": "embd, kv*head", "blk.*.attn_output.weight": "heads*head, embd",
                    "blk.*.attn_qkv.weight": "embd, 2*key+value", "blk.*.attn_gate.weight": "embd, value",
                    "blk.*.ssm_conv1d.weight": "4, 2*key+value", "blk.*.ssm_dt.bias": "rank",
                    "blk.*.ssm_a": "rank", "blk.*.ssm_beta.weight": "embd, rank",
                    "blk.*.ssm_alpha.weight": "embd, rank", "blk.*.ssm_norm.weight": "state",
                    "blk.*.ssm_out.weight": "value, embd", "cls.output.weight": "embd, out",
                    "cls.output.bias": "out"},
    },
    # One layer of convolution, one of attention that sees all tokens, and one of the head.
    "lfm2 omni": {
        "sizes": {**SIZES, "layers": 3, "up": 64, "ff_head": 128},
        "keys": {**RMS, "attention.layer_norm_epsilon": 1e-5, "attention.causal": False,
                 "context_length": 32768, "feed_forward_length": ["ff", "ff", "ff_head"],
                 "attention.head_count_kv": [0, "kv", "heads"], "shortconv.l_cache": 3,
                 "rope.freq_base": 1000000.0, "decision.type": "lfm2-d1-omni",
                 "decision.block_count": 1, "decision.temperature.choice.3_5": 1.5},
        "layers": {"attn_norm.bias": [2], "attn_qkv": [2], "attn_output.weight": [1, 2],
                   "attn_output.bias": [2], "ffn_norm.bias": [2], "ffn_up.bias": [2],
                   "ffn_down.bias": [2], "ffn_gate": [0, 1], "attn_q.": [1], "attn_k.": [1],
                   "attn_v.": [1], "attn_q_norm": [1], "attn_k_norm": [1], "shortconv": [0]},
        "last_layer": {"up": "ff_head", "ff": "ff_head"},
        "tensors": {"token_embd.weight": "embd, vocab", "token_embd_norm.weight": "embd", **NORMS,
                    **QKV, **QK_NORM, **GATED, **DECISION_HEAD, "blk.*.ffn_up.weight": "embd, up",
                    "blk.*.attn_qkv.weight": "embd, 3*embd", "blk.*.attn_qkv.bias": "3*embd",
                    "blk.*.ffn_up.bias": "up", "blk.*.shortconv.conv.weight": "3, embd",
                    "blk.*.shortconv.in_proj.weight": "embd, 3*embd",
                    "blk.*.shortconv.out_proj.weight": "embd, embd"},
    },
    # LLaVA's projector: a CLIP encoder and two layers that lead into the model's embedding.
    "clip": {
        "sizes": {"embd": 32, "layers": 2, "ff": 64, "image": 56, "patch": 14, "to": 32, "heads": 2},
        "keys": {
            "has_vision_encoder": True,
            "has_text_encoder": False,
            "has_llava_projector": True,
            "projector_type": "mlp",
            "use_gelu": False,
            "vision.image_size": "image",
            "vision.patch_size": "patch",
            "vision.embedding_length": "embd",
            "vision.feed_forward_length": "ff",
            "vision.projection_dim": "to",
            "vision.block_count": "layers",
            "vision.attention.head_count": "heads",
            "vision.attention.layer_norm_epsilon": 1e-5,
            "vision.image_mean": [0.48145466, 0.4578275, 0.40821073],
            "vision.image_std": [0.26862954, 0.26130258, 0.27577711],
        },
        "tensors": {
            "v.class_embd": "embd",
            "v.patch_embd.weight": "patch, patch, 3, embd",
            "v.position_embd.weight": "embd, (image//patch)**2+1",
            "v.pre_ln.weight": "embd",
            "v.pre_ln.bias": "embd",
            **{f"v.blk.*.{name}.weight": "embd, embd" for name in ("attn_q", "attn_k", "attn_v", "attn_out")},
            **{f"v.blk.*.{name}.bias": "embd" for name in
               ("attn_q", "attn_k", "attn_v", "attn_out", "ln1", "ln2", "ffn_down")},
            "v.blk.*.ln1.weight": "embd",
            "v.blk.*.ln2.weight": "embd",
            "v.blk.*.ffn_up.weight": "embd, ff",
            "v.blk.*.ffn_up.bias": "ff",
            "v.blk.*.ffn_down.weight": "ff, embd",
            "mm.0.weight": "embd, to",
            "mm.0.bias": "to",
            "mm.2.weight": "to, to",
            "mm.2.bias": "to",
        },
    },
    # A LoRA of rank 4 over the attention of the architecture "llama".
    "lora": {
        "arch": "llama",
        "sizes": {**SIZES, "rank": 4},
        "keys": {},
        "tensors": {
            "blk.*.attn_q.weight.lora_a": "embd, rank",
            "blk.*.attn_q.weight.lora_b": "rank, heads*head",
            "blk.*.attn_v.weight.lora_a": "embd, rank",
            "blk.*.attn_v.weight.lora_b": "rank, kv*head",
        },
    },
}

# -------------------------------------------------------------------- rows
NO_O200K = "o200k_harmony is not shipped; Llama 3's is as large a BPE"
NO_GEMMA = "Gemma 1 to 3 are not shipped; Gemma 4's has the same size and marks of its own"
HARMONY = ["<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|return|>", "<|constrain|>", "<|call|>"]
LLAMA4 = ["<|header_start|>", "<|header_end|>", "<|eot|>"]

ROWS = {
    "gpt-oss": {"family": "gpt-oss", "name": "Gpt Oss 20b", "licence": "apache-2.0",
                "arch": "gpt-oss", "vocab": "llama-bpe",
                "nearest": NO_O200K, "special": HARMONY, "template": "openai-gpt-oss-120b"},
    "mistral": {"family": "mistral", "name": "Mistral 7B Instruct v0.2", "licence": "apache-2.0",
                "arch": "llama",
                "vocab": "llama-spm", "nearest": "an SPM of 32000 too, other words",
                "own": "mistral-7b-v0.2"},
    "mistral3": {"family": "ministral", "name": "Ministral 3 14B Reasoning 2512", "licence": "apache-2.0",
                 "arch": "mistral3",
                 "vocab": "llama-bpe", "nearest": "Tekken is not shipped",
                 "special": ["[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[THINK]", "[/THINK]"],
                 "template": "mistralai-Ministral-3-14B-Reasoning-2512"},
    "llama2": {"family": "llama2", "name": "Llama 2 7B Chat", "licence": "llama2",
               "arch": "llama", "vocab": "llama-spm",
               "own": "llama-2"},
    "llama3": {"family": "llama3", "name": "Llama 3.2 1B Instruct", "licence": "llama3.2",
               "arch": "llama tied",
               "vocab": "llama-bpe", "template": "meta-llama-Llama-3.2-3B-Instruct"},
    "llama4": {"family": "llama4", "name": "Llama 4 Scout 17B 16E Instruct", "licence": "llama4",
               "arch": "llama4",
               "vocab": "llama-bpe", "nearest": "Llama 4's own is not shipped; Llama 3's", "special": LLAMA4,
               "own": "llama-4"},
    "grok": {"family": "grok", "name": "Grok 2", "licence": "grok2-community",
             "arch": "grok", "vocab": "llama-bpe",
             "nearest": "Grok-2's own is not shipped; Llama 3's", "special": ["<|separator|>"], "own": "grok-2"},
    "deepseek-v2": {"family": "deepseek", "name": "DeepSeek V2 Chat", "licence": "deepseek",
                    "arch": "deepseek2",
                    "vocab": "deepseek-llm", "own": "deepseek-v2"},
    "deepseek-v3": {"family": "deepseek", "name": "DeepSeek V3.1", "licence": "mit", "arch": "deepseek2",
                    "vocab": "deepseek-llm", "nearest": "DeepSeek LLM's, an earlier one",
                    "template": "deepseek-ai-DeepSeek-V3.1"},
    "deepseek-r1-distill": {"family": "deepseek-r1-distill", "name": "DeepSeek R1 Distill Qwen 1.5B", "licence": "apache-2.0",
                            "arch": "qwen2", "vocab": "qwen2",
                            "template": "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B"},
    "qwen2": {"family": "qwen2", "name": "Qwen2.5 0.5B Instruct", "licence": "apache-2.0",
              "arch": "qwen2", "vocab": "qwen2",
              "template": "Qwen-Qwen2.5-7B-Instruct"},
    "qwen3": {"family": "qwen3", "name": "Qwen3 0.6B", "licence": "apache-2.0",
              "arch": "qwen3", "vocab": "qwen2",
              "template": "Qwen-Qwen3-0.6B"},
    "qwen3moe": {"family": "qwen3", "name": "Qwen3 30B A3B", "licence": "apache-2.0",
                 "arch": "qwen3moe", "vocab": "qwen2",
                 "template": "Qwen-Qwen3-0.6B"},
    "gemma1": {"family": "gemma", "name": "Gemma 7b It", "licence": "gemma",
               "arch": "gemma", "vocab": "gemma-4",
               "nearest": NO_GEMMA, "own": "gemma-1"},
    "gemma2": {"family": "gemma", "name": "Gemma 2 2b It", "licence": "gemma",
               "arch": "gemma2", "vocab": "gemma-4",
               "nearest": NO_GEMMA, "template": "google-gemma-2-2b-it"},
    "gemma3": {"family": "gemma", "name": "Gemma 3 1b It", "licence": "gemma",
               "arch": "gemma3", "vocab": "gemma-4",
               "nearest": NO_GEMMA, "own": "gemma-3"},
    "gemma4": {"family": "gemma4", "name": "Gemma 4 26B A4B It", "licence": "apache-2.0",
               "arch": "gemma4", "vocab": "gemma-4",
               "template": "google-gemma-4-31B-it"},
    "vicuna": {"family": "vicuna", "name": "Vicuna 7B v1.5", "licence": "llama2",
               "arch": "llama", "vocab": "llama-spm",
               "own": "vicuna-1.5"},
    "phi2": {"family": "phi", "name": "Phi 2", "licence": "mit", "arch": "phi2", "vocab": "gpt-2",
             "nearest": "CodeGen's: GPT-2's and a few more", "own": "phi-2"},
    "phi3": {"family": "phi", "name": "Phi 3.5 Mini Instruct", "licence": "mit",
             "arch": "phi3", "vocab": "phi-3",
             "template": "microsoft-Phi-3.5-mini-instruct"},
    "falcon": {"family": "falcon", "name": "Falcon 7B Instruct", "licence": "apache-2.0",
               "arch": "falcon", "vocab": "falcon",
               "own": "falcon-instruct"},
    "falcon-h1": {"family": "falcon-h1", "name": "Falcon H1 0.5B Instruct", "licence": "falcon-llm-license",
                  "arch": "falcon-h1",
                  "vocab": "falcon", "nearest": "Falcon-H1's own is not shipped; Falcon's",
                  "own": "chatml"},
    "mixtral": {"family": "mixtral", "name": "Mixtral 8x7B Instruct v0.1", "licence": "apache-2.0",
                "arch": "llama experts",
                "vocab": "llama-spm", "nearest": "an SPM of 32000 too, other words",
                "own": "mistral-7b-v0.2"},
    "llava": {"family": "llava", "name": "LLaVA v1.5 7B", "licence": "llama2",
              "arch": "llama", "vocab": "llama-spm",
              "own": "vicuna-1.5"},
    "bloom": {"family": "bloom", "name": "BLOOM 560m", "licence": "bigscience-bloom-rail-1.0",
              "arch": "bloom", "vocab": "gpt-2",
              "nearest": "BLOOM's own is not shipped; GPT-2's"},
    "base": {"family": "llama2", "name": "Llama 2 7B", "licence": "llama2",
             "arch": "llama", "vocab": "llama-spm"},
    "mamba": {"family": "mamba", "name": "Mamba 130m", "licence": "", "arch": "mamba", "vocab": "gpt-neox"},
}

# Real weights, by the files of scripts/models: what docs/families.md says of them is found by the
# tests with models, and by tests/heavy/families.bats.
REAL = {
    "smollm2-135m-instruct-q4_1.gguf": {"family": "smollm", "name": "SmolLM2 135M Instruct",
                                        "licence": "apache-2.0"},
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf": {"family": "qwen2", "name": "Qwen2.5 Coder 0.5B Instruct",
                                                "licence": "apache-2.0"},
    "gemma-3-270m-q4_k_m.gguf": {"family": "gemma", "name": "Gemma 3 270m", "licence": "gemma"},
}

# Files that no model can be made of, or that go with one.
OTHERS = {
    "llava-mmproj": {"name": "LLaVA v1.5 7B", "arch": "clip", "type": "mmproj"},
    "llama2-lora": {"name": "Llama 2 7B Chat Tickets LoRA", "arch": "lora", "type": "adapter",
                    "base_model": "Llama 2 7B Chat"},
}

# Encoders: one model each. `pooling` is what the program must find in the file.
ENCODERS = {
    "bert": {"family": "bge", "name": "Bge Small En v1.5", "arch": "bert", "vocab": "bert-bge",
             "pooling": "cls"},
    "e5": {"family": "e5", "name": "Multilingual E5 Small", "arch": "bert xlm-r",
           "vocab": "nomic-bert-moe", "nearest": "Nomic v2's, which is XLM-R's", "pooling": "mean"},
    "nomic-bert": {"family": "nomic", "name": "Nomic Embed Text v1.5", "arch": "nomic-bert",
                   "vocab": "bert-bge", "pooling": "mean"},
    "jina-bert-v2": {"family": "jina", "name": "Jina Embeddings v2 Small En", "arch": "jina-bert-v2",
                     "vocab": "bert-bge", "nearest": "another WordPiece of BERT", "pooling": "mean"},
    "modern-bert": {"family": "modernbert", "name": "Gte Modernbert Base", "arch": "modern-bert",
                    "vocab": "gpt-neox", "nearest": "GPT-NeoX's, on which ModernBERT's is based",
                    "pooling": "cls"},
    "embeddinggemma": {"family": "embeddinggemma", "name": "Embeddinggemma 300M",
                       "arch": "gemma-embedding", "vocab": "gemma-4", "nearest": "Gemma 4's",
                       "pooling": "mean"},
    "qwen3-embedding": {"family": "qwen3-embedding", "name": "Qwen3 Embedding 0.6B",
                        "arch": "qwen3 embedding", "vocab": "qwen2", "pooling": "last"},
}

# Families whose architecture has a small model of another family above. MiniLM has its real weights
# in tests/model/encoders.bats.
NAMES = [
    {"family": "minilm", "name": "all-MiniLM-L6-v2"},
    {"family": "bge-m3", "name": "Bge M3"},
    {"family": "e5-instruct", "name": "Multilingual E5 Large Instruct"},
    {"family": "modernbert-embed", "name": "Modernbert Embed Base"},
    {"family": "openjev", "name": "Openjev"},
    {"family": "lev", "name": "Lev"},
    {"family": "nimble", "name": "Bespoke Nimble 9B v3"},
    {"family": "pplx-decider", "name": "Pplx Decider v1 27B"},
    {"family": "d1", "name": "D1 3B"},
    {"family": "clef", "name": "Clef 27B"},
]

# Decision models whose scores are rows of embeddings, with llama.cpp's server as the reference
# (tests/heavy/decisions.bats). Those that answer with a letter are made from a real model
# (tests/model/make_decision.py).
DECISIONS = {
    "laya": {"family": "laya", "name": "Laya", "arch": "modern-bert laya", "vocab": "bert-bge", "systemone": "laya",
             "tokenizer": {"token_type_count": 3}},
    "kev": {"family": "kev", "name": "Kev 0.8B", "arch": "qwen35 kev", "vocab": "llama-bpe", "systemone": "kev",
            "special": ["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|box_start|>",
                        "<|box_end|>"]},
    "d1-omni": {"family": "d1-omni", "name": "d1 Omni 600M", "arch": "lfm2 omni", "vocab": "llama-bpe", "systemone": "omni",
                "tokenizer": {"token_type_count": 3, "mask_token_id": "<|mask|>"},
                "special": ["<|startoftext|>", "<|reserved_7|>", "<|reserved_8|>", "<|reserved_9|>",
                            "<|reserved_10|>", "<|reserved_11|>", "<|mask|>"]},
}
