/*
 * Messages as rows: name, C type, place in the struct. One walker writes, one reads.
 */
#include "work/message.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"

enum field_type {
	F_I64,
	F_F64,
	F_BOOL,
	F_INT,
	F_TEXT,
	F_CHARS,
	F_BYTES,
	F_TEXTS,
	F_F64S,
	F_BLOBS,
};

struct field {
	enum field_type type;
	size_t at; /* offset of the value */
	size_t n_at; /* offset of the count (size_t), or the size of a char array */
};

struct message_row {
	const char *name;
	const struct field *fields;
	size_t n_fields, size;
};

#define I64(s, f) \
	{ \
		F_I64, offsetof(struct s, f), 0 \
	}
#define F64(s, f) \
	{ \
		F_F64, offsetof(struct s, f), 0 \
	}
#define BOOL(s, f) \
	{ \
		F_BOOL, offsetof(struct s, f), 0 \
	}
#define INT(s, f) \
	{ \
		F_INT, offsetof(struct s, f), 0 \
	}
#define TEXT(s, f) \
	{ \
		F_TEXT, offsetof(struct s, f), 0 \
	}
#define CHARS(s, f) \
	{ \
		F_CHARS, offsetof(struct s, f), sizeof(((struct s *)0)->f) \
	}
#define BYTES(s, f, n) \
	{ \
		F_BYTES, offsetof(struct s, f), offsetof(struct s, n) \
	}
#define TEXTS(s, f) \
	{ \
		F_TEXTS, offsetof(struct s, f), offsetof(struct s, n_##f) \
	}
#define F64S(s, f) \
	{ \
		F_F64S, offsetof(struct s, f), offsetof(struct s, n_##f) \
	}

#define BLOBS(s, f) \
	{ \
		F_BLOBS, offsetof(struct s, f), offsetof(struct s, n_##f) \
	}

static const struct field hello[] = { I64(msg_hello, protocol), TEXT(msg_hello, engine_build),
				      TEXT(msg_hello, device) };
static const struct field open_fields[] = {
	TEXTS(msg_open, paths),	     BOOL(msg_open, inspect),	   BOOL(msg_open, measure),
	BOOL(msg_open, sandbox),     I64(msg_open, n_threads),	   I64(msg_open, n_gpu_layers),
	I64(msg_open, memory_bytes), TEXT(msg_open, adapter),	   TEXT(msg_open, projector),
	TEXT(msg_open, url),	     TEXT(msg_open, server_model), TEXT(msg_open, token),
	TEXT(msg_open, scratch),     BOOL(msg_open, trainable),
};
static const struct field opened[] = {
	CHARS(msg_opened, facts.name),
	CHARS(msg_opened, facts.arch),
	CHARS(msg_opened, facts.quant),
	CHARS(msg_opened, facts.licence),
	CHARS(msg_opened, facts.licence_link),
	CHARS(msg_opened, facts.base_model),
	CHARS(msg_opened, facts.tokenizer),
	CHARS(msg_opened, facts.template_sha256),
	I64(msg_opened, facts.n_params),
	I64(msg_opened, facts.tensor_bytes),
	I64(msg_opened, facts.n_ctx_train),
	I64(msg_opened, facts.n_layer),
	I64(msg_opened, facts.n_embd),
	I64(msg_opened, facts.n_head),
	I64(msg_opened, facts.n_head_kv),
	I64(msg_opened, facts.n_key),
	I64(msg_opened, facts.n_value),
	I64(msg_opened, facts.n_vocab),
	I64(msg_opened, facts.n_expert),
	I64(msg_opened, facts.n_expert_used),
	I64(msg_opened, facts.n_params_active),
	I64(msg_opened, facts.host_bytes),
	I64(msg_opened, facts.copied_bytes),
	I64(msg_opened, facts.cell_bytes),
	I64(msg_opened, facts.seq_bytes),
	I64(msg_opened, facts.scratch_bytes),
	I64(msg_opened, facts.scratch_cell_bytes),
	I64(msg_opened, facts.image_tok),
	CHARS(msg_opened, facts.kind),
	TEXT(msg_opened, sandbox),
	TEXT(msg_opened, server),
	I64(msg_opened, load_us),
	I64(msg_opened, peak_rss_bytes),
};
static const struct field failed[] = { I64(msg_failed, outcome), TEXT(msg_failed, text) };
static const struct field pass[] = {
	TEXT(msg_pass, system),
	TEXTS(msg_pass, labels),
	TEXTS(msg_pass, example_texts),
	TEXTS(msg_pass, example_answers),
	I64(msg_pass, mode),
	BOOL(msg_pass, reason_first),
	I64(msg_pass, reason_cap_tok),
	I64(msg_pass, now_s),
	I64(msg_pass, n_batch),
	I64(msg_pass, n_ubatch),
	I64(msg_pass, n_wave),
	I64(msg_pass, n_ctx_max),
	I64(msg_pass, n_group),
	I64(msg_pass, think_tok),
	I64(msg_pass, n_parallel),
	I64(msg_pass, seed),
	I64(msg_pass, timeout_us),
	BOOL(msg_pass, label_only),
	BOOL(msg_pass, hidden),
	F64S(msg_pass, head),
};
static const struct field pass_ready[] = {
	TEXT(msg_pass_ready, rendered),	      TEXT(msg_pass_ready, template_sha256),
	TEXT(msg_pass_ready, template_marks), TEXT(msg_pass_ready, opening),
	I64(msg_pass_ready, prefix_tok),      I64(msg_pass_ready, after_tok),
	TEXT(msg_pass_ready, thinking),	      TEXT(msg_pass_ready, probes),
};
static const struct field wave[] = { TEXTS(msg_wave, texts), BLOBS(msg_wave, images) };
static const struct field wave_ready[] = {
	I64(msg_wave_ready, n_accepted), I64(msg_wave_ready, n_ctx),
	I64(msg_wave_ready, n_seq),	 I64(msg_wave_ready, prefix_us),
	I64(msg_wave_ready, prefix_tok),
};
static const struct field ask[] = { I64(msg_ask, ticket), I64(msg_ask, known_label) };
static const struct field answer[] = {
	I64(answer, ticket),
	INT(answer, outcome),
	INT(answer, label),
	F64S(answer, probs),
	I64(answer, prompt_tok),
	I64(answer, ticket_tok),
	I64(answer, forced_tok),
	I64(answer, chosen_tok),
	I64(answer, ttft_us),
	I64(answer, label_us),
	BYTES(answer, raw, raw_len),
	TEXT(answer, spans),
	TEXT(answer, rule),
	TEXT(answer, detail),
	I64(answer, peak_rss_bytes),
	I64(answer, first_us),
	I64(answer, think_tok),
	I64(answer, think_us),
	BYTES(answer, thought, thought_len),
	I64(answer, image_tok),
	I64(answer, image_us),
	I64(answer, cached_tok),
	I64(answer, n_retries),
	F64S(answer, hidden),
};
static const struct field reason[] = {
	I64(reason, ticket),	 INT(reason, outcome), BYTES(reason, raw, raw_len),
	TEXT(reason, rationale), TEXT(reason, finish), I64(reason, reason_tok),
	I64(reason, reason_us),	 I64(reason, batch),   BOOL(reason, recomputed),
	TEXT(reason, detail),	 TEXT(reason, lang),   I64(reason, think_tok),
};
static const struct field reasons_done[] = {
	I64(msg_reasons_done, n_tok),
	I64(msg_reasons_done, reasons_us),
	I64(msg_reasons_done, peak_rss_bytes),
	I64(msg_reasons_done, cpu_us),
};

static const struct field convert[] = { TEXT(msg_convert, to), I64(msg_convert, ftype),
					TEXTS(msg_convert, keys), TEXTS(msg_convert, values) };
static const struct field train[] = {
	TEXTS(msg_train, texts),  TEXTS(msg_train, labels),   I64(msg_train, n_ctx_max),
	I64(msg_train, n_layers), F64(msg_train, rate_first), F64(msg_train, rate_last),
};
static const struct field step[] = { I64(msg_step, n_done), I64(msg_step, n_steps),
				     F64(msg_step, loss) };
static const struct field trained[] = {
	I64(msg_trained, n_steps), I64(msg_trained, n_ctx),    I64(msg_trained, n_left_out),
	F64(msg_trained, loss),	   I64(msg_trained, train_us), I64(msg_trained, peak_rss_bytes),
};
static const struct field save[] = { TEXT(msg_save, to) };
static const struct field written[] = { I64(msg_written, from_ftype) };

#define ROW(name, fields, s) \
	{ \
		name, fields, COUNT_OF(fields), sizeof(struct s) \
	}

static const struct message_row rows[MSG_TYPE_COUNT] = {
	[MSG_HELLO] = ROW("HELLO", hello, msg_hello),
	[MSG_OPEN] = ROW("OPEN", open_fields, msg_open),
	[MSG_OPENED] = ROW("OPENED", opened, msg_opened),
	[MSG_FAILED] = ROW("FAILED", failed, msg_failed),
	[MSG_PASS] = ROW("PASS", pass, msg_pass),
	[MSG_PASS_READY] = ROW("PASS_READY", pass_ready, msg_pass_ready),
	[MSG_WAVE] = ROW("WAVE", wave, msg_wave),
	[MSG_WAVE_READY] = ROW("WAVE_READY", wave_ready, msg_wave_ready),
	[MSG_ASK] = ROW("ASK", ask, msg_ask),
	[MSG_ANSWER] = ROW("ANSWER", answer, answer),
	[MSG_LABELS] = { "LABELS", NULL, 0, 0 },
	[MSG_REASONS] = { "REASONS", NULL, 0, 0 },
	[MSG_REASON] = ROW("REASON", reason, reason),
	[MSG_REASONS_DONE] = ROW("REASONS_DONE", reasons_done, msg_reasons_done),
	[MSG_CONVERT] = ROW("CONVERT", convert, msg_convert),
	[MSG_TRAIN] = ROW("TRAIN", train, msg_train),
	[MSG_STEP] = ROW("STEP", step, msg_step),
	[MSG_TRAINED] = ROW("TRAINED", trained, msg_trained),
	[MSG_SAVE] = ROW("SAVE", save, msg_save),
	[MSG_WRITTEN] = ROW("WRITTEN", written, msg_written),
};

static const struct message_row *message_row_of(enum message_type type)
{
	return (unsigned)type < MSG_TYPE_COUNT && rows[type].name ? &rows[type] : NULL;
}

static void message_put_field(struct buf *b, const struct field *f, const char *base)
{
	const void *at = base + f->at;
	size_t n = 0;

	if (f->type == F_BYTES || f->type == F_TEXTS || f->type == F_F64S || f->type == F_BLOBS)
		n = *(const size_t *)(const void *)(base + f->n_at);
	switch (f->type) {
	case F_I64:
		wire_put_i64(b, *(const int64_t *)at);
		break;
	case F_F64:
		wire_put_f64(b, *(const double *)at);
		break;
	case F_BOOL:
		wire_put_i64(b, *(const bool *)at);
		break;
	case F_INT:
		wire_put_i64(b, *(const int *)at);
		break;
	case F_TEXT:
		wire_put_text(b, *(const char *const *)at);
		break;
	case F_CHARS:
		wire_put_text(b, at);
		break;
	case F_BYTES:
		wire_put_bytes(b, *(const char *const *)at, n);
		break;
	case F_TEXTS:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++)
			wire_put_text(b, (*(const char *const *const *)at)[i]);
		break;
	case F_F64S:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++)
			wire_put_f64(b, (*(const double *const *)at)[i]);
		break;
	case F_BLOBS:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++) {
			const struct blob *one = &(*(const struct blob *const *)at)[i];

			wire_put_bytes(b, one->data, one->len);
		}
		break;
	}
}

static void message_get_chars(struct wire_reader *r, struct arena *a, char *to, size_t size)
{
	const char *text = wire_get_text(r, a);

	for (size_t i = 0; i + 1 < size && text && text[i]; i++)
		to[i] = text[i];
}

static void message_get_field(struct wire_reader *r, const struct field *f, struct arena *a,
			      char *base)
{
	void *at = base + f->at;
	size_t *n = (size_t *)(void *)(base + (f->type == F_CHARS ? 0 : f->n_at));

	switch (f->type) {
	case F_I64:
		*(int64_t *)at = wire_get_i64(r);
		break;
	case F_F64:
		*(double *)at = wire_get_f64(r);
		break;
	case F_BOOL:
		*(bool *)at = wire_get_i64(r) != 0;
		break;
	case F_INT:
		*(int *)at = (int)wire_get_i64(r);
		break;
	case F_TEXT:
		*(char **)at = wire_get_text(r, a);
		break;
	case F_CHARS:
		message_get_chars(r, a, at, f->n_at);
		break;
	case F_BYTES:
		*(char **)at = wire_get_bytes(r, a, n);
		break;
	case F_TEXTS: {
		char **texts;

		*n = wire_get_count(r, 8);
		texts = arena_array(a, *n, sizeof(*texts));
		for (size_t i = 0; i < *n; i++)
			texts[i] = wire_get_text(r, a);
		*(char ***)at = texts;
		break;
	}
	case F_F64S: {
		double *values;

		*n = wire_get_count(r, 8);
		values = arena_array(a, *n, sizeof(*values));
		for (size_t i = 0; i < *n; i++)
			values[i] = wire_get_f64(r);
		*(double **)at = values;
		break;
	}
	case F_BLOBS: {
		struct blob *blobs;

		*n = wire_get_count(r, 8);
		blobs = arena_array(a, *n, sizeof(*blobs));
		for (size_t i = 0; i < *n; i++)
			blobs[i].data = wire_get_bytes(r, a, &blobs[i].len);
		*(struct blob **)at = blobs;
		break;
	}
	}
}

void message_encode(enum message_type type, const void *message, struct buf *ret_payload)
{
	const struct message_row *row = message_row_of(type);

	for (size_t i = 0; i < row->n_fields; i++)
		message_put_field(ret_payload, &row->fields[i], message);
}

int message_decode(enum message_type type, struct wire_reader *payload, struct arena *a,
		   void *ret_message, struct err *err)
{
	const struct message_row *row = message_row_of(type);

	if (!row)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	if (row->size)
		memset(ret_message, 0, row->size);
	for (size_t i = 0; i < row->n_fields; i++)
		message_get_field(payload, &row->fields[i], a, ret_message);
	if (payload->bad || payload->at != payload->len)
		return err_set(err, ERR_ENGINE, "a malformed %s message", row->name);
	return 0;
}

const char *message_name(enum message_type type)
{
	const struct message_row *row = message_row_of(type);

	return row ? row->name : "unknown";
}

int message_send(int fd, enum message_type type, const void *message, struct err *err)
{
	struct buf payload;
	int r;

	buf_init(&payload, WIRE_MAX_BYTES);
	message_encode(type, message, &payload);
	r = wire_send(fd, (uint8_t)type, &payload, err);
	buf_release(&payload);
	return r;
}
