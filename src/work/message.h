/*
 * What controller and worker say to each other. Each message is a plain struct and one row table;
 * the codec walks the table in both directions, so reading and writing cannot drift apart.
 *
 *   controller                      worker
 *                                   HELLO     which engine this is
 *   OPEN a model file               OPENED    what it is, or FAILED
 *   PASS prompt, labels, settings   PASS_READY the rendered prompt, or FAILED
 *   WAVE tickets to come            WAVE_READY how many of them fit; the shared prefix is computed
 *   ASK one ticket                  ANSWER
 *   LABELS of the whole wave        ANSWER ... ANSWER, one a ticket, in order
 *   REASONS for those answered      REASON … REASON REASONS_DONE
 *
 *   Where a scratch folder was opened, for a model's own weights (docs/tuning.md):
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

enum { PROTOCOL_VERSION = 4 };

/* How a worker ends that knows why it cannot go on. */
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
	MSG_TYPE_COUNT,
};

struct msg_hello {
	int64_t protocol;
	const char *engine_build; /* "llama.cpp 0c1e57098 …" */
	const char *device; /* "CPU", "CUDA0: NVIDIA …" */
};

struct msg_open {
	const char **paths; /* the model's files in order */
	size_t n_paths;
	bool inspect; /* read the header only */
	bool measure; /* and have the engine say what memory the model would take */
	bool sandbox; /* false: the user typed --no-sandbox */
	int64_t n_threads;
	int64_t n_gpu_layers; /* -1: as many as fit; 0: the CPU alone */
	int64_t memory_bytes; /* ceiling of the worker, 0: none */
	const char *adapter, *projector; /* files that go with the model; NULL where none */
	const char *url, *server_model; /* of a server; NULL for a model in files */
	const char *token; /* that the server wants, NULL where none; never kept or shown */
	const char *scratch; /* the one folder that the worker may write in; NULL: none */
	bool trainable; /* load the weights so that they can be changed; all are F32 */
};

struct msg_opened {
	struct model_facts facts;
	const char *sandbox; /* the level that was reached, in words */
	const char *server; /* what a server says of itself and its model, as JSON; "" for files */
	int64_t load_us; /* file handed over → ready for a prompt */
	int64_t peak_rss_bytes;
};

struct msg_failed {
	int64_t outcome; /* enum outcome */
	const char *text;
};

/* How an answer is made. */
enum pass_mode {
	PASS_FORCED, /* the label along the trie, then the rationale */
	PASS_FREE, /* whatever the model says, up to the cap */
};

struct msg_pass {
	const char *system;
	const char **labels;
	size_t n_labels;
	const char **example_texts, **example_answers; /* worked examples, in order */
	size_t n_example_texts, n_example_answers;
	int64_t mode; /* enum pass_mode */
	bool reason_first; /* the rationale before the label */
	int64_t reason_cap_tok;
	int64_t now_s; /* the date a template may print */
	int64_t n_batch, n_ubatch;
	int64_t n_wave; /* most tickets kept at a time, 0: as many as fit */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	int64_t n_group; /* most rationales written at a time, 0: all of the wave */
	int64_t think_tok; /* most tokens of thinking before an answer, 0: none */
	int64_t n_parallel; /* requests that a server is sent at a time */
	int64_t seed; /* that a server is told; nothing is drawn elsewhere */
	int64_t timeout_us; /* of one answer, where the worker can give up by itself; 0: never */
	bool label_only; /* no reasons will be asked for: nothing need be kept for them */
	bool hidden; /* send the hidden state at the answer's place with each answer */
	/*
	 * A linear head that chooses the label from that hidden state, or n_head 0: for each label
	 * n_embd weights and a bias, one after another.
	 */
	double *head;
	size_t n_head;
};

struct msg_pass_ready {
	const char *rendered; /* the whole prompt, "{ticket}" where the ticket goes */
	const char *template_sha256; /* "" where the model has none */
	const char *template_marks; /* "system folded, date printed", … or "" */
	const char *opening; /* row of the opening table, "none" */
	int64_t prefix_tok, after_tok; /* shared part; turn's end with the forced opening */
	const char *thinking; /* "off", "off: block closed", "at most 200 tokens", "not known" */
	const char
		*probes; /* what a server was tried with before the pass, as JSON; "" for files */
};

struct msg_wave {
	const char **texts;
	size_t n_texts;
	struct blob *images; /* one a text, len 0 where it has none; n_images 0: no text has one */
	size_t n_images;
};

struct msg_wave_ready {
	int64_t n_accepted; /* the first so many of the texts */
	int64_t n_ctx, n_seq;
	int64_t prefix_us; /* 0 where the prefix was there already */
	int64_t prefix_tok;
};

struct msg_ask {
	int64_t ticket; /* index within the wave */
	int64_t known_label; /* -1, or the label that is on record: only its reason is wanted */
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

/* Tokens of a step of training: the least, and of what they are a multiple. */
enum { TRAIN_STEP_LEAST_TOK = 512, TRAIN_STEP_GRAIN_TOK = 256 };

/* One epoch: each ticket once, in this order. */
struct msg_train {
	const char **texts;
	const char **labels; /* one a text: its right label's name */
	size_t n_texts, n_labels;
	int64_t n_ctx_max; /* most tokens of one step */
	int64_t n_layers; /* the last so many layers change, 0: all of them */
	double rate_first, rate_last; /* learning rate, changing in a line from the first step on */
};

struct msg_step {
	int64_t n_done, n_steps; /* of this epoch */
	double loss; /* of this step, in nats a token, the prompt's tokens included */
};

struct msg_trained {
	int64_t n_steps; /* that were learnt from */
	int64_t n_ctx; /* tokens of a step */
	int64_t n_left_out; /* tickets that are too long for a step */
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
 * Encodes or decodes the struct that belongs to `type`. Decoding copies into the arena and fails
 * with ERR_ENGINE on a payload that is malformed, too short or too long.
 */
void message_encode(enum message_type type, const void *message, struct buf *ret_payload);
int message_decode(enum message_type type, struct wire_reader *payload, struct arena *a,
		   void *ret_message, struct err *err) MUST_USE;

const char *message_name(enum message_type type);

/* Encodes and writes one message. */
int message_send(int fd, enum message_type type, const void *message, struct err *err) MUST_USE;

#endif
