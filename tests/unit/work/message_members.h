/*
 * The messages of the protocol and their members, written down a second time for the tests.
 */
#ifndef TEST_MESSAGE_MEMBERS_H
#define TEST_MESSAGE_MEMBERS_H

#include <stddef.h>

#include "work/message.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum kind { I64, F64, BOOL, INT, KIND, TEXT, CHARS, BYTES, TEXTS, F64S, BLOBS };

struct member {
	enum kind kind;
	size_t at, size, n_at;
};

struct message {
	enum message_type type;
	const char *name;
	size_t size;
	const struct member *members;
	size_t n;
};

#define SIZE(s, f) sizeof(((struct s *)0)->f)
#define M(kind, s, f) \
	{ \
		kind, offsetof(struct s, f), SIZE(s, f), 0 \
	}
#define MN(kind, s, f, n) \
	{ \
		kind, offsetof(struct s, f), SIZE(s, f), offsetof(struct s, n) \
	}

/* clang-format off */
static const struct member hello[] = {
	M(I64, msg_hello, protocol), M(TEXT, msg_hello, engine_build), M(TEXT, msg_hello, device),
};
static const struct member open_members[] = {
	MN(TEXTS, msg_open, paths, n_paths), M(BOOL, msg_open, inspect),
	M(BOOL, msg_open, measure), M(BOOL, msg_open, sandbox),
	M(I64, msg_open, n_threads), M(I64, msg_open, n_gpu_layers), M(I64, msg_open, memory_bytes),
	M(TEXT, msg_open, adapter), M(TEXT, msg_open, projector), M(TEXT, msg_open, url),
	M(TEXT, msg_open, server_model), M(TEXT, msg_open, token),
	M(TEXT, msg_open, scratch), M(BOOL, msg_open, trainable),
};
static const struct member opened[] = {
	M(CHARS, msg_opened, facts.name), M(CHARS, msg_opened, facts.arch),
	M(CHARS, msg_opened, facts.quant), M(CHARS, msg_opened, facts.licence),
	M(CHARS, msg_opened, facts.licence_link), M(CHARS, msg_opened, facts.base_model),
	M(CHARS, msg_opened, facts.tokenizer), M(CHARS, msg_opened, facts.template_sha256),
	M(I64, msg_opened, facts.n_params), M(I64, msg_opened, facts.tensor_bytes),
	M(I64, msg_opened, facts.n_ctx_train), M(I64, msg_opened, facts.n_layer),
	M(I64, msg_opened, facts.n_embd), M(I64, msg_opened, facts.n_head),
	M(I64, msg_opened, facts.n_head_kv), M(I64, msg_opened, facts.n_key),
	M(I64, msg_opened, facts.n_value), M(I64, msg_opened, facts.n_vocab),
	M(I64, msg_opened, facts.n_expert), M(I64, msg_opened, facts.n_expert_used),
	M(I64, msg_opened, facts.n_params_active),
	M(I64, msg_opened, facts.host_bytes),
	M(I64, msg_opened, facts.copied_bytes),
	M(I64, msg_opened, facts.cell_bytes),
	M(I64, msg_opened, facts.seq_bytes),
	M(I64, msg_opened, facts.scratch_bytes),
	M(I64, msg_opened, facts.scratch_cell_bytes),
	M(I64, msg_opened, facts.image_tok),
	M(KIND, msg_opened, facts.kind),
	M(CHARS, msg_opened, facts.pooling), M(CHARS, msg_opened, facts.decision),
	M(TEXT, msg_opened, sandbox), M(TEXT, msg_opened, server), M(I64, msg_opened, load_us),
	M(I64, msg_opened, peak_rss_bytes),
};
static const struct member failed[] = {
	M(I64, msg_failed, outcome), M(TEXT, msg_failed, text),
};
static const struct member pass[] = {
	M(TEXT, msg_pass, system), MN(TEXTS, msg_pass, rotations, n_rotations),
	M(BOOL, msg_pass, letters), MN(TEXTS, msg_pass, labels, n_labels),
	M(TEXT, msg_pass, question), MN(TEXTS, msg_pass, descriptions, n_descriptions),
	M(I64, msg_pass, route),
	MN(TEXTS, msg_pass, example_texts, n_example_texts),
	MN(TEXTS, msg_pass, example_answers, n_example_answers), M(I64, msg_pass, mode),
	M(TEXT, msg_pass, schema), M(TEXT, msg_pass, tools),
	M(BOOL, msg_pass, reason_first), M(I64, msg_pass, reason_cap_tok), M(I64, msg_pass, now_s),
	M(I64, msg_pass, n_batch), M(I64, msg_pass, n_ubatch), M(I64, msg_pass, n_wave),
	M(I64, msg_pass, n_ctx_max), M(I64, msg_pass, n_group), M(I64, msg_pass, think_tok),
	M(I64, msg_pass, n_parallel), M(I64, msg_pass, seed), M(I64, msg_pass, timeout_us),
	M(BOOL, msg_pass, label_only), M(BOOL, msg_pass, hidden),
	MN(F64S, msg_pass, head, n_head), M(F64, msg_pass, yes_at),
	M(I64, msg_pass, asks),
};
static const struct member pass_ready[] = {
	M(TEXT, msg_pass_ready, rendered), M(TEXT, msg_pass_ready, template_sha256),
	M(TEXT, msg_pass_ready, template_marks), M(TEXT, msg_pass_ready, opening),
	M(I64, msg_pass_ready, prefix_tok), M(I64, msg_pass_ready, after_tok),
	M(TEXT, msg_pass_ready, thinking), M(TEXT, msg_pass_ready, probes),
	MN(TEXTS, msg_pass_ready, parts, n_parts),
};
static const struct member wave[] = { MN(TEXTS, msg_wave, texts, n_texts),
	MN(BLOBS, msg_wave, images, n_images), M(BOOL, msg_wave, prefix_later) };
static const struct member wave_ready[] = {
	M(I64, msg_wave_ready, n_accepted), M(I64, msg_wave_ready, n_ctx),
	M(I64, msg_wave_ready, n_seq),
	M(I64, msg_wave_ready, prefix_us), M(I64, msg_wave_ready, prefix_tok),
	M(I64, msg_wave_ready, n_parts),
};
static const struct member prefix[] = {
	M(I64, msg_prefix, part), M(I64, msg_prefix, n_bytes), M(BOOL, msg_prefix, keep),
};
static const struct member prefix_ready[] = {
	M(I64, msg_prefix_ready, part), M(I64, msg_prefix_ready, n_tok),
	M(BOOL, msg_prefix_ready, loaded), M(I64, msg_prefix_ready, prefix_us),
	M(I64, msg_prefix_ready, n_bytes),
};
static const struct member ask[] = { M(I64, msg_ask, ticket), M(I64, msg_ask, known_label) };
static const struct member answer[] = {
	M(I64, answer, ticket), M(INT, answer, outcome), M(INT, answer, label),
	MN(F64S, answer, probs, n_probs), M(I64, answer, prompt_tok), M(I64, answer, ticket_tok),
	M(I64, answer, forced_tok), M(I64, answer, chosen_tok), M(I64, answer, ttft_us),
	M(I64, answer, label_us), MN(BYTES, answer, raw, raw_len), M(TEXT, answer, spans),
	M(TEXT, answer, rule), M(TEXT, answer, detail), M(I64, answer, peak_rss_bytes),
	M(I64, answer, first_us), M(I64, answer, think_tok), M(I64, answer, think_us),
	MN(BYTES, answer, thought, thought_len), M(I64, answer, image_tok),
	M(I64, answer, image_us), M(I64, answer, cached_tok), M(I64, answer, n_retries),
	M(F64, answer, label_mass), M(I64, answer, n_orders), M(I64, answer, n_agreed),
	MN(F64S, answer, hidden, n_hidden),
};
static const struct member reason[] = {
	M(I64, reason, ticket), M(INT, reason, outcome), MN(BYTES, reason, raw, raw_len),
	M(TEXT, reason, rationale), M(TEXT, reason, finish), M(I64, reason, reason_tok),
	M(I64, reason, reason_us), M(I64, reason, batch), M(BOOL, reason, recomputed),
	M(TEXT, reason, detail), M(TEXT, reason, lang), M(I64, reason, think_tok),
};
static const struct member reasons_done[] = {
	M(I64, msg_reasons_done, n_tok), M(I64, msg_reasons_done, reasons_us),
	M(I64, msg_reasons_done, peak_rss_bytes), M(I64, msg_reasons_done, cpu_us),
};
static const struct member convert[] = {
	M(TEXT, msg_convert, to), M(I64, msg_convert, ftype),
	MN(TEXTS, msg_convert, keys, n_keys), MN(TEXTS, msg_convert, values, n_values),
};
static const struct member train[] = {
	MN(TEXTS, msg_train, texts, n_texts), MN(TEXTS, msg_train, labels, n_labels),
	M(I64, msg_train, n_ctx_max), M(I64, msg_train, n_layers),
	M(F64, msg_train, rate_first), M(F64, msg_train, rate_last),
};
static const struct member step[] = {
	M(I64, msg_step, n_done), M(I64, msg_step, n_steps), M(F64, msg_step, loss),
};
static const struct member trained[] = {
	M(I64, msg_trained, n_steps), M(I64, msg_trained, n_ctx),
	M(I64, msg_trained, n_left_out), M(F64, msg_trained, loss), M(I64, msg_trained, train_us),
	M(I64, msg_trained, peak_rss_bytes),
};
static const struct member save[] = {
	M(TEXT, msg_save, to),
};
static const struct member written[] = {
	M(I64, msg_written, from_ftype),
};

#define MESSAGE(type, name, members, s) { type, name, sizeof(struct s), members, N(members) }

static const struct message messages[] = {
	MESSAGE(MSG_HELLO, "HELLO", hello, msg_hello),
	MESSAGE(MSG_OPEN, "OPEN", open_members, msg_open),
	MESSAGE(MSG_OPENED, "OPENED", opened, msg_opened),
	MESSAGE(MSG_FAILED, "FAILED", failed, msg_failed),
	MESSAGE(MSG_PASS, "PASS", pass, msg_pass),
	MESSAGE(MSG_PASS_READY, "PASS_READY", pass_ready, msg_pass_ready),
	MESSAGE(MSG_WAVE, "WAVE", wave, msg_wave),
	MESSAGE(MSG_WAVE_READY, "WAVE_READY", wave_ready, msg_wave_ready),
	MESSAGE(MSG_ASK, "ASK", ask, msg_ask),
	MESSAGE(MSG_ANSWER, "ANSWER", answer, answer),
	MESSAGE(MSG_REASON, "REASON", reason, reason),
	MESSAGE(MSG_REASONS_DONE, "REASONS_DONE", reasons_done, msg_reasons_done),
	MESSAGE(MSG_CONVERT, "CONVERT", convert, msg_convert),
	MESSAGE(MSG_TRAIN, "TRAIN", train, msg_train),
	MESSAGE(MSG_STEP, "STEP", step, msg_step),
	MESSAGE(MSG_TRAINED, "TRAINED", trained, msg_trained),
	MESSAGE(MSG_SAVE, "SAVE", save, msg_save),
	MESSAGE(MSG_WRITTEN, "WRITTEN", written, msg_written),
	MESSAGE(MSG_PREFIX, "PREFIX", prefix, msg_prefix),
	MESSAGE(MSG_PREFIX_READY, "PREFIX_READY", prefix_ready, msg_prefix_ready),
};
/* clang-format on */

#endif
