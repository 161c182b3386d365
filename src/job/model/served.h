/*
 * A model on a server: its address, and the identity that the server states. The program never
 * sees the weights, so it cannot verify that identity (docs/http.md).
 */
#ifndef JOB_MODEL_SERVED_H
#define JOB_MODEL_SERVED_H

#include "job/model/model.h"

/* How a server is asked (docs/http.md). The first is a chat that answers with text. */
#define SERVED_ROUTES(X) \
	X(SERVED_CHAT, "chat") \
	X(SERVED_SYSTEMONE, "systemone") /* POST /v1/systemone */ \
	X(SERVED_DECISIONS, "decisions") /* POST /v1/decisions, in OpenAI's shape */ \
	X(SERVED_OPTIONS, "options") /* POST /v1/decisions, in SGLang's shape */ \
	X(SERVED_LETTERS, "letters") /* a chat with top_logprobs: one letter a label */

enum served_route { SERVED_ROUTES(NAMES_CONSTANT) SERVED_ROUTE_COUNT };

extern const struct names served_route_names;

/* Most labels of SERVED_LETTERS: A to Z. */
enum { SERVED_MAX_LETTERS = 26 };

/* What a candidate needs of a server. */
struct served_need {
	bool text; /* reasons, thinking or images: only a chat has them */
	bool examples; /* worked examples, as turns before the ticket */
	bool each; /* a decision about each label: no single letter says that */
	size_t n_labels;
};

/*
 * The way to ask a server that has these routes (1 << enum served_route): a chat if text is needed
 * and the server writes any (as one without routes does), else the first route with label
 * probabilities. Sets *ret_why to the reason, as text, if the server cannot do what is needed; else
 * to NULL.
 */
enum served_route served_choose_route(unsigned routes, const struct served_need *need,
				      const char **ret_why);

/* Whether a spec names a server: it begins with http:// or https://. */
bool served_is_spec(const char *spec);

/* "http://HOST:PORT/v1#MODEL" as a model. Fails with ERR_INPUT if the address is not valid. */
int served_find(struct arena *a, const char *spec, struct model *ret_model,
		struct err *err) MUST_USE;

/*
 * Copies the server's statement (msg_opened.server), its routes and the facts into the model. The
 * model's sha256 is then the hash of the stable part of that statement. Fails with ERR_ENGINE if
 * the JSON is not valid.
 */
int served_take(struct arena *a, struct model *model, const struct model_facts *facts,
		const char *stated, struct err *err) MUST_USE;

/* Whether the server still states the identity in the model's sha256. */
bool served_is_same(const struct model *model, const char *stated);

/* Bytes of the weights: stated, or parameters times the bits of the quant; 0: unknown. */
int64_t served_bytes(const struct model_facts *facts);

/* "HOST:PORT", or what a proxy calls it, if the model's tickets leave this machine; else NULL. */
const char *served_leaves_for(struct arena *a, const struct model *model);

#endif
