/*
 * The protocol between controller and worker. Each message is a plain struct and one table of
 * fields (work/fields.h), which serves reading and writing.
 *
 *   controller                      worker
 *                                   HELLO     which engine this is
 *   OPEN a model file               OPENED    what it is, or FAILED
 *   PASS prompt, labels, settings   PASS_READY the rendered prompt, or FAILED
 *   WAVE tickets to come            WAVE_READY how many of them fit; the shared prefix is computed,
 *                                   or with `prefix_later` its parts are asked for:
 *   PREFIX one part of the prefix   PREFIX_READY computed, or read from PREFIX_FD
 *   ASK one ticket                  ANSWER
 *   LABELS of the whole wave        ANSWER ... ANSWER, one per ticket, in order
 *   REASONS for those answered      REASON … REASON REASONS_DONE
 *
 *   If OPEN named a scratch folder, to train a model's own weights (docs/weights.md):
 *   CONVERT the file                WRITTEN   the same model in another type
 *   TRAIN tickets and labels        STEP … STEP TRAINED
 *   SAVE                            WRITTEN   the weights as they are now
 */
#ifndef WORK_MESSAGE_H
#define WORK_MESSAGE_H

#include <stdbool.h>

#include "job/model/model.h"
#include "work/reply.h"
#include "work/wire.h"

enum { PROTOCOL_VERSION = 7 };

/*
 * A worker that may keep states of its prefix is started with this descriptor: memory that it
 * shares with the controller. One state at a time passes through it, from its first byte on.
 */
enum { PREFIX_FD = 3 };

/* Deadline of the first request to a server, which may load its weights then: 10 minutes. */
enum { SERVER_FIRST_S = 600 };

/* Exit codes of a worker that knows why it cannot continue. */
enum {
	WORKER_EXIT_NO_MEMORY = 12,
	WORKER_EXIT_DEVICE_LOST = 13,
	WORKER_EXIT_NO_TRAINING = 14,
};

enum message_type {
	MSG_HELLO = 1,
	MSG_OPEN,
	MSG_OPENED,
	MSG_FAILED,
	MSG_PASS,
	MSG_PASS_READY,
	MSG_WAVE,
	MSG_WAVE_READY,
	MSG_ASK,
	MSG_ANSWER,
	MSG_LABELS,
	MSG_REASONS,
	MSG_REASON,
	MSG_REASONS_DONE,
	MSG_CONVERT,
	MSG_TRAIN,
	MSG_STEP,
	MSG_TRAINED,
	MSG_SAVE,
	MSG_WRITTEN,
	MSG_PREFIX,
	MSG_PREFIX_READY,
	MSG_TYPE_COUNT,
};

struct msg_hello {
	int64_t protocol;
	const char *engine_build; /* "llama.cpp b11549 …" */
	const char *device; /* "CPU", "CUDA0: NVIDIA …" */
};

struct msg_open {
	const char **paths; /* the model's files in order */
	size_t n_paths;
	bool inspect; /* read only the header */
	bool measure; /* and have the engine report the memory that the model needs */
	bool sandbox; /* false: --no-sandbox */
	int64_t n_threads;
	int64_t n_gpu_layers; /* -1: as many as fit; 0: only the CPU */
	int64_t memory_bytes; /* the worker's ceiling; 0: enough for a header (sandbox.h) */
	const char *adapter, *projector; /* files that go with the model, or NULL */
	const char *url, *server_model; /* of a server; NULL if the model is in files */
	const char *token; /* for the server, or NULL; never stored or shown */
	const char *scratch; /* the only folder that the worker may write to, or NULL */
	bool trainable; /* load the weights for training; all are F32 */
};

struct msg_opened {
	struct model_facts facts;
	const char *sandbox; /* its level, as text */
	const char *server; /* a server's report on itself and its model, as JSON; "" for files */
	int64_t load_us; /* from OPEN until ready for a prompt */
	int64_t peak_rss_bytes;
};

struct msg_failed {
	int64_t outcome; /* enum outcome */
	const char *text;
};

/* How an answer is made. */
enum pass_mode {
	PASS_FORCED, /* the label along the trie, then the rationale */
	PASS_FREE, /* free text, up to the cap */
	PASS_FORM, /* JSON that is held to a schema, up to the cap */
};

struct msg_pass {
	const char *system;
	/*
	 * The same with the labels in other orders (job/file/label_order.h): an answer averages the
	 * scores of all orders. With `letters` the labels are letters, which keep their places in
	 * the prompt while the options move: letter i stands for option i of `system`.
	 */
	const char **rotations;
	size_t n_rotations;
	bool letters;
	const char **labels;
	size_t n_labels;
	/* For models that are asked a question about a text, not given a prompt: */
	const char *question;
	const char **descriptions; /* one per label, NULL if the job gives none */
	size_t n_descriptions;
	const char **example_texts, **example_answers; /* worked examples, in order */
	size_t n_example_texts, n_example_answers;
	int64_t mode; /* enum pass_mode */
	const char *schema; /* the JSON schema of PASS_FORM; NULL in other modes */
	const char *tools; /* that the model can call, in the OpenAI format; NULL if none */
	bool reason_first; /* write the rationale before the label */
	int64_t reason_cap_tok;
	int64_t now_s; /* the date a template may print */
	int64_t n_batch, n_ubatch;
	int64_t n_wave; /* most tickets in memory at a time, 0: as many as fit */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	int64_t n_group; /* most rationales batched at a time, 0: all of the wave */
	int64_t think_tok; /* most tokens of thinking before an answer, 0: none */
	int64_t n_parallel; /* parallel requests to a server */
	int64_t route; /* enum served_route: how the server is asked */
	int64_t seed; /* for a server; other engines draw nothing at random */
	int64_t timeout_us; /* of one answer, if the worker can stop by itself; 0: never */
	bool label_only; /* no REASONS will follow: keep nothing for them */
	bool hidden; /* send the hidden state at the answer's place with each answer */
	/*
	 * A linear head that chooses the label from that hidden state, or n_head 0: for each label
	 * n_embd weights and a bias, one after another.
	 */
	double *head;
	size_t n_head;
	double yes_at; /* as choice_of() takes it; 0: the most probable label is answered */
	int64_t asks; /* enum asks, of `question` */
};

struct msg_pass_ready {
	const char *rendered; /* the whole prompt, "{ticket}" where the ticket goes */
	const char *template_sha256; /* "" if the model has none */
	const char *template_marks; /* "system folded, date printed", … or "" */
	const char *opening; /* row of the opening table, "none" */
	int64_t prefix_tok, after_tok; /* shared part; turn's end with the forced opening */
	const char *thinking; /* "off", "off: block closed", "at most 200 tokens", … */
	const char *probes; /* results of probing a server before the pass, as JSON; "" for files */
	/*
	 * The parts of the prefix, in order: for each a checksum of its tokens, all before it, and
	 * where they are cut. Empty if the model's state cannot be kept in parts.
	 */
	const char **parts;
	size_t n_parts;
};

struct msg_wave {
	const char **texts;
	size_t n_texts;
	struct blob *images; /* one per text, len 0 if it has none; n_images 0: no text has one */
	size_t n_images;
	bool prefix_later; /* a PREFIX message follows for each part that WAVE_READY counts */
};

struct msg_wave_ready {
	int64_t n_accepted; /* the first so many of the texts */
	int64_t n_ctx, n_seq;
	int64_t prefix_us; /* 0 if the prefix was computed before */
	int64_t prefix_tok;
	int64_t n_parts; /* that PREFIX messages must ask for; 0: the context has the prefix */
};

struct msg_prefix {
	int64_t part; /* index into msg_pass_ready.parts; in order */
	int64_t n_bytes; /* of its state, in PREFIX_FD; 0: compute it */
	bool keep; /* write a state that was computed to PREFIX_FD */
};

struct msg_prefix_ready {
	int64_t part;
	int64_t n_tok; /* of this part */
	bool loaded; /* from the state given; false: it was computed, also if the state was bad */
	int64_t prefix_us; /* to load or compute it, and to write its state */
	int64_t n_bytes; /* of the state written to PREFIX_FD; 0: none */
};

struct msg_ask {
	int64_t ticket; /* index within the wave */
	int64_t known_label; /* -1, or the recorded label: ask only for its reason */
};

struct msg_reasons_done {
	int64_t n_tok, reasons_us;
	int64_t peak_rss_bytes, cpu_us; /* of the worker so far */
};

struct msg_convert {
	const char *to; /* path in the scratch folder */
	int64_t ftype; /* enum llama_ftype; 0: F32 */
	const char **keys, **values; /* text entries that are added to the file's header */
	size_t n_keys, n_values;
};

/* Tokens of a training step: the minimum, and the number that they are a multiple of. */
enum { TRAIN_STEP_LEAST_TOK = 512, TRAIN_STEP_GRAIN_TOK = 256 };

/* One epoch: each ticket once, in this order. */
struct msg_train {
	const char **texts;
	const char **labels; /* one per text: the name of its gold label */
	size_t n_texts, n_labels;
	int64_t n_ctx_max; /* most tokens of one step */
	int64_t n_layers; /* number of last layers that change, 0: all */
	double rate_first,
		rate_last; /* learning rate, changing linearly from the first step to the last */
};

struct msg_step {
	int64_t n_done, n_steps; /* of this epoch */
	double loss; /* of this step, in nats a token, the prompt's tokens included */
};

struct msg_trained {
	int64_t n_steps; /* steps done */
	int64_t n_ctx; /* tokens of a step */
	int64_t n_left_out; /* tickets too long for a step */
	double loss; /* mean over the steps */
	int64_t train_us;
	int64_t peak_rss_bytes;
};

struct msg_save {
	const char *to; /* path in the scratch folder */
};

struct msg_written {
	int64_t from_ftype; /* type of the file that was opened (general.file_type), -1 unknown */
};

/*
 * Encodes or decodes the struct of `type`. Decoding copies into the arena. ERR_ENGINE if the
 * payload is malformed, too short or too long.
 */
void message_encode(enum message_type type, const void *message, struct buf *ret_payload);
int message_decode(enum message_type type, struct wire_reader *payload, struct arena *a,
		   void *ret_message, struct err *err) MUST_USE;

/*
 * As message_decode(), for what the controller takes from a worker, which has read hostile bytes:
 * ERR_ENGINE also for numbers and lengths that no worker of ours sends (work/fields.h).
 */
int message_take(enum message_type type, struct wire_reader *payload, struct arena *a,
		 void *ret_message, struct err *err) MUST_USE;

const char *message_name(enum message_type type);

/* A worker has read hostile bytes: check its FAILED before using it. */
bool message_failed_is_valid(const struct msg_failed *m);

/* Encodes and writes one message. */
int message_send(int fd, enum message_type type, const void *message, struct err *err) MUST_USE;

#endif
