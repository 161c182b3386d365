/*
 * Failures that came before the first reply of a pass. A model that could not be loaded, a server
 * that refuses every request or a worker that dies at once says nothing about how good the
 * candidate is. So such failures are kept back: the first reply releases them, and they count as
 * wrong. If no reply comes, the candidate is not measured, and the store gets none of them.
 */
#ifndef FLOW_ASK_HELD_H
#define FLOW_ASK_HELD_H

#include "base/arena.h"
#include "job/model/model.h"
#include "work/reply.h"

struct held {
	struct answer *answers; /* in the order in which they came */
	size_t n, cap;
};

/* Whether the candidate itself said or refused something, even if too much or nothing useful. */
bool held_is_reply(enum outcome outcome);

/* Copies the failure and its texts into the arena. */
void held_add(struct arena *a, struct held *h, const struct answer *answer);

/* Why nothing was answered: the first failure as text, for people. */
const char *held_reason(struct arena *a, const struct held *h, const struct model *model);

#endif
