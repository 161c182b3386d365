/*
 * The messages as tables of fields.
 */
#include "work/message.h"

#include "work/fields.h"

/* A line of a member list (base/member.h) as a field. */
/* clang-format off */
#define MESSAGE_MEMBER_I64(s, name, more) I64(s, name),
#define MESSAGE_MEMBER_INT(s, name, more) INT(s, name),
#define MESSAGE_MEMBER_SIZE(s, name, more) I64(s, name),
#define MESSAGE_MEMBER_BOOL(s, name, more) BOOL(s, name),
#define MESSAGE_MEMBER_REAL(s, name, more) F64(s, name),
#define MESSAGE_MEMBER_OUTCOME(s, name, more) INT(s, name),
#define MESSAGE_MEMBER_NAME(s, name, kind) NAME(s, name, kind),
#define MESSAGE_MEMBER_CHARS(s, name, more) CHARS(s, name),
#define MESSAGE_MEMBER_WORD(s, name, more) TEXT(s, name),
#define MESSAGE_MEMBER_TEXT(s, name, more) TEXT(s, name),
#define MESSAGE_MEMBER_BYTES(s, name, len) BYTES(s, name, len),
#define MESSAGE_MEMBER_NUMBERS(s, name, len) F64S(s, name),
#define MESSAGE_MEMBER_UNSTORED_NUMBERS(s, name, len) F64S(s, name),
/* clang-format on */

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
#define MEMBER(type, name, more) MESSAGE_MEMBER_##type(msg_opened, facts.name, more)
#include "job/model/facts.def"
	TEXT(msg_opened, sandbox),
	TEXT(msg_opened, server),
	I64(msg_opened, load_us),
	I64(msg_opened, peak_rss_bytes),
};
static const struct field failed[] = { I64(msg_failed, outcome), TEXT(msg_failed, text) };
static const struct field pass[] = {
	TEXT(msg_pass, system),
	TEXTS(msg_pass, rotations),
	BOOL(msg_pass, letters),
	TEXTS(msg_pass, labels),
	TEXT(msg_pass, question),
	TEXTS(msg_pass, descriptions),
	TEXTS(msg_pass, example_texts),
	TEXTS(msg_pass, example_answers),
	I64(msg_pass, mode),
	TEXT(msg_pass, schema),
	TEXT(msg_pass, tools),
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
	I64(msg_pass, route),
	I64(msg_pass, seed),
	I64(msg_pass, timeout_us),
	BOOL(msg_pass, label_only),
	BOOL(msg_pass, hidden),
	F64S(msg_pass, head),
	F64(msg_pass, yes_at),
	I64(msg_pass, asks),
};
static const struct field pass_ready[] = {
	TEXT(msg_pass_ready, rendered),	      TEXT(msg_pass_ready, template_sha256),
	TEXT(msg_pass_ready, template_marks), TEXT(msg_pass_ready, opening),
	I64(msg_pass_ready, prefix_tok),      I64(msg_pass_ready, after_tok),
	TEXT(msg_pass_ready, thinking),	      TEXT(msg_pass_ready, probes),
	TEXTS(msg_pass_ready, parts),
};
static const struct field wave[] = { TEXTS(msg_wave, texts), BLOBS(msg_wave, images),
				     BOOL(msg_wave, prefix_later) };
static const struct field wave_ready[] = {
	I64(msg_wave_ready, n_accepted), I64(msg_wave_ready, n_ctx),
	I64(msg_wave_ready, n_seq),	 I64(msg_wave_ready, prefix_us),
	I64(msg_wave_ready, prefix_tok), I64(msg_wave_ready, n_parts),
};
static const struct field prefix[] = { I64(msg_prefix, part), I64(msg_prefix, n_bytes),
				       BOOL(msg_prefix, keep) };
static const struct field prefix_ready[] = {
	I64(msg_prefix_ready, part),	I64(msg_prefix_ready, n_tok),
	BOOL(msg_prefix_ready, loaded), I64(msg_prefix_ready, prefix_us),
	I64(msg_prefix_ready, n_bytes),
};
static const struct field ask[] = { I64(msg_ask, ticket), I64(msg_ask, known_label) };
static const struct field answer[] = {
#define MEMBER(type, name, more) MESSAGE_MEMBER_##type(answer, name, more)
#include "work/answer.def"
};
static const struct field reason[] = {
#define MEMBER(type, name, more) MESSAGE_MEMBER_##type(reason, name, more)
#include "work/reason.def"
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

static const struct field_table rows[MSG_TYPE_COUNT] = {
	[MSG_HELLO] = FIELD_TABLE("HELLO", hello, msg_hello),
	[MSG_OPEN] = FIELD_TABLE("OPEN", open_fields, msg_open),
	[MSG_OPENED] = FIELD_TABLE("OPENED", opened, msg_opened),
	[MSG_FAILED] = FIELD_TABLE("FAILED", failed, msg_failed),
	[MSG_PASS] = FIELD_TABLE("PASS", pass, msg_pass),
	[MSG_PASS_READY] = FIELD_TABLE("PASS_READY", pass_ready, msg_pass_ready),
	[MSG_WAVE] = FIELD_TABLE("WAVE", wave, msg_wave),
	[MSG_WAVE_READY] = FIELD_TABLE("WAVE_READY", wave_ready, msg_wave_ready),
	[MSG_ASK] = FIELD_TABLE("ASK", ask, msg_ask),
	[MSG_ANSWER] = FIELD_TABLE("ANSWER", answer, answer),
	[MSG_LABELS] = { "LABELS", NULL, 0, 0 },
	[MSG_REASONS] = { "REASONS", NULL, 0, 0 },
	[MSG_REASON] = FIELD_TABLE("REASON", reason, reason),
	[MSG_REASONS_DONE] = FIELD_TABLE("REASONS_DONE", reasons_done, msg_reasons_done),
	[MSG_CONVERT] = FIELD_TABLE("CONVERT", convert, msg_convert),
	[MSG_TRAIN] = FIELD_TABLE("TRAIN", train, msg_train),
	[MSG_STEP] = FIELD_TABLE("STEP", step, msg_step),
	[MSG_TRAINED] = FIELD_TABLE("TRAINED", trained, msg_trained),
	[MSG_SAVE] = FIELD_TABLE("SAVE", save, msg_save),
	[MSG_WRITTEN] = FIELD_TABLE("WRITTEN", written, msg_written),
	[MSG_PREFIX] = FIELD_TABLE("PREFIX", prefix, msg_prefix),
	[MSG_PREFIX_READY] = FIELD_TABLE("PREFIX_READY", prefix_ready, msg_prefix_ready),
};

/* A prompt with its examples, or what a server states of itself, is the longest text. */
enum { MESSAGE_TEXT_MAX = 4 << 20 };

/*
 * An answer or a reason stays in the store for ever: its longest text is a thought of 32768 tokens
 * or CHAT_THOUGHT_MAX bytes.
 */
enum { MESSAGE_REPLY_MAX = 1 << 20 };

static const struct field_table *message_row_of(enum message_type type)
{
	return (unsigned)type < MSG_TYPE_COUNT && rows[type].name ? &rows[type] : NULL;
}

void message_encode(enum message_type type, const void *message, struct buf *ret_payload)
{
	fields_put(message_row_of(type), message, ret_payload);
}

int message_decode(enum message_type type, struct wire_reader *payload, struct arena *a,
		   void *ret_message, struct err *err)
{
	const struct field_table *row = message_row_of(type);

	if (!row)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	return fields_get(row, payload, a, ret_message, err);
}

int message_take(enum message_type type, struct wire_reader *payload, struct arena *a,
		 void *ret_message, struct err *err)
{
	bool is_reply = type == MSG_ANSWER || type == MSG_REASON;
	size_t max_bytes = is_reply ? MESSAGE_REPLY_MAX : MESSAGE_TEXT_MAX;

	if (message_decode(type, payload, a, ret_message, err) < 0)
		return -1;
	if (!fields_check(message_row_of(type), ret_message, max_bytes, a))
		return err_set(err, ERR_ENGINE, "a %s message that makes no sense",
			       message_name(type));
	return 0;
}

const char *message_name(enum message_type type)
{
	const struct field_table *row = message_row_of(type);

	return row ? row->name : "unknown";
}

bool message_failed_is_valid(const struct msg_failed *m)
{
	return m->outcome > 0 && m->outcome < OUTCOME_COUNT && m->text;
}

int message_send(int fd, enum message_type type, const void *message, struct err *err)
{
	return fields_send(fd, (uint8_t)type, message_row_of(type), message, err);
}
