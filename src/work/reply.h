/*
 * A candidate's reply to a ticket: the record that everything downstream reads. It has two parts,
 * which arrive one after the other: the answer (a label) and the reason (a rationale). A hang, a
 * crash or an overrun is an outcome, not an error.
 */
#ifndef WORK_REPLY_H
#define WORK_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/names.h"

/* constant, name in the store, words for people */
#define OUTCOMES(X) \
	X(OUTCOME_OK, "ok", "answered") \
	X(OUTCOME_OFF_LABEL, "off_label", "no label found in the answer") \
	X(OUTCOME_TOO_LONG, "too_long", "ticket too long for the context") \
	X(OUTCOME_TIMEOUT, "timeout", "no answer before the deadline") \
	X(OUTCOME_CRASHED, "crashed", "the worker died") \
	X(OUTCOME_OUT_OF_MEMORY, "out_of_memory", "the worker ran out of memory") \
	X(OUTCOME_DEVICE_LOST, "device_lost", "the device was lost") \
	X(OUTCOME_LOAD_FAILED, "load_failed", "the model could not be loaded") \
	X(OUTCOME_ENGINE_ERROR, "engine_error", "the engine failed") \
	X(OUTCOME_CUT, "cut", "stopped at the token cap") \
	X(OUTCOME_BAD_IMAGE, "bad_image", "the image could not be used")

enum outcome { OUTCOMES(NAMES_CONSTANT) OUTCOME_COUNT };

extern const struct names outcome_names;

const char *outcome_name(enum outcome outcome);
const char *outcome_words(enum outcome outcome);

struct answer {
	size_t ticket; /* index into the slice */
	enum outcome outcome;
	int label; /* index into the job's labels, or -1 */
	double *probs; /* one per label, sum 1; NULL in free mode or without an answer */
	size_t n_probs;
	int64_t prompt_tok; /* all tokens before the answer, with the shared prefix */
	int64_t ticket_tok; /* the ticket's own */
	int64_t forced_tok, chosen_tok; /* of the answer's text */
	int64_t ttft_us; /* ticket handed over → first token that the model chose */
	int64_t label_us; /* ticket handed over → label complete */
	const char *raw; /* as written, with the forced opening; may hold any bytes */
	size_t raw_len;
	/* Parts of raw: "f10 c4 f15" is 10 bytes that the program forced, 4 that the model chose,
	 * and 15 forced ones. */
	const char *spans;
	const char *rule; /* how the label was found: "trie", "json", "word", "none" */
	const char *detail; /* why it failed, or that its thinking was cut; "" otherwise */
	int64_t peak_rss_bytes; /* of the worker, so far */
	int64_t first_us; /* ticket handed over → first token, also of thinking */
	int64_t think_tok, think_us; /* thinking before the answer, which is not part of it */
	const char *thought; /* its text; may hold any bytes */
	size_t thought_len;
	int64_t image_tok, image_us; /* the image's share of prompt_tok, and its own time */
	int64_t cached_tok; /* prompt tokens from a server's cache; -1: not reported */
	int64_t n_retries; /* of a request to a server, before this answer */
	double *hidden; /* state at the answer, if msg_pass.hidden asks for it; never stored */
	size_t n_hidden;
};

struct reason {
	size_t ticket;
	enum outcome outcome; /* OK, CUT at the cap, or a failure */
	const char *raw; /* what the model wrote after the forced `"rationale":"` */
	size_t raw_len;
	const char *rationale; /* raw, unescaped and cut at the closing quote */
	const char *finish; /* "quote", "sentence", "cap", "eog" */
	int64_t reason_tok; /* without think_tok */
	int64_t think_tok; /* thinking in place of the reason, which nobody asked for */
	int64_t reason_us; /* from the start of its batch to its own end */
	int64_t batch; /* tickets that were generated together, itself included */
	bool recomputed; /* after an interruption the ticket was computed again for it */
	const char *detail;
	const char *lang; /* the language of the text, if detected, or "" (set by the controller) */
};

#endif
