/*
 * Decisions of a server: a question with its labels as the body of a request, and the reply as one
 * probability per label. Three shapes (job/model/served.h), and the letters of a chat's
 * top_logprobs. Decides what a trustworthy reply is. Pure: no network, no job. All replies are
 * hostile. Sources of the formats: docs/http.md.
 */
#ifndef ENGINE_DECISION_REPLY_H
#define ENGINE_DECISION_REPLY_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "engine/chat.h"
#include "job/task/choice.h"
#include "job/model/served.h"

/* Labels, as in msg_pass. */
struct decision_labels {
	const char *const *names;
	const char *const *descriptions; /* one per name, NULL if it has none; or NULL */
	size_t n;
	enum asks asks; /* the type of the question */
};

struct decision_question {
	const char *model, *question, *text; /* the text to decide about */
	struct decision_labels labels;
};

struct decision {
	int label; /* the most probable; the server's choice breaks a tie */
	double *probs; /* one per label, sum 1; owned by the arena */
	double label_mass; /* probability of all labels together; 0: not stated */
};

/* The type that a route has for the question: a choice if it has no other. */
enum asks decision_asks(enum served_route route, enum asks asks);

/* The path behind the server's base: "/systemone". */
const char *decision_path(enum served_route route);

/* The request's body. With ASKS_EACH it has a question for each label. The caller owns it. */
json_t *decision_body(enum served_route route, const struct decision_question *q);

/*
 * Reads a reply with status 200. Never uses its `confidence`, which each server defines in its own
 * way. Probabilities may be rounded (to 2 decimals or more) and are scaled to the sum 1. Fails with
 * ERR_ENGINE, and the reason, if the reply is not JSON, answers another question, lacks a label,
 * names an unknown one, has a probability outside 0..1 or a sum that rounding cannot explain, or
 * chooses a label that is not the most probable.
 */
int decision_read(struct arena *a, const char *body, size_t n_bytes,
		  const struct decision_labels *labels, struct decision *ret,
		  struct err *err) MUST_USE;

/* The same for ASKS_EACH: ret->probs[i] becomes the probability that label i fits; label is -1. */
int decision_read_each(struct arena *a, const char *body, size_t n_bytes,
		       const struct decision_labels *labels, struct decision *ret,
		       struct err *err) MUST_USE;

/* The system text of SERVED_LETTERS: the question, a line per label ("A. name: what it means"). */
const char *decision_letters_prompt(struct arena *a, const char *question,
				    const struct decision_labels *labels);

/*
 * The probabilities by the likeliest first tokens of a chat. A letter that is not among them gets
 * the most that can be left for it: the smallest listed probability, or an equal share of what the
 * listed ones leave, whichever is less. label_mass is the sum over the listed letters. Fails with
 * ERR_ENGINE if no letter is listed.
 */
int decision_read_letters(struct arena *a, const struct chat *chat, size_t n_labels,
			  struct decision *ret, struct err *err) MUST_USE;

#endif
