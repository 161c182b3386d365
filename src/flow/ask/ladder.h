/*
 * The ladder: smaller settings for a candidate that ran out of memory, hung, or lost its device.
 * A step changes settings, so it begins a new pass: every ticket is asked again, and the answers
 * before the step do not count. Pure: must not know workers or the store.
 */
#ifndef FLOW_ASK_LADDER_H
#define FLOW_ASK_LADDER_H

#include "base/arena.h"
#include "store/store.h"
#include "work/reply.h"

/* Settings that a step lowers. Zeroed: nothing is lowered. */
struct ladder_limits {
	int64_t n_wave; /* most tickets in memory at a time, 0: all */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	bool cpu; /* only the CPU, although there is another device */
};

/* Why a step is taken. */
enum ladder_cause {
	LADDER_NONE,
	LADDER_MEMORY, /* out of memory at a ticket, or before the first */
	LADDER_HUNG, /* several deadlines in a row missed */
	LADDER_DEVICE, /* the device failed or is missing */
};

const char *ladder_cause_words(enum ladder_cause cause);

/* What the replies of a pass have shown so far. They are added in order, answers and reasons. */
struct ladder_watch {
	enum ladder_cause cause; /* the first one */
	int timeouts_in_row[2]; /* of answers, of reasons */
};

enum ladder_part { LADDER_ANSWER, LADDER_REASON };
void ladder_see(struct ladder_watch *watch, enum ladder_part part, enum outcome outcome);

/* What the failed pass used: a step that would change nothing is skipped. */
struct ladder_facts {
	int64_t n_wave; /* tickets in memory at a time; 0: the model was never ready */
	int64_t n_ctx; /* tokens of its context; 0: there was none */
	int64_t need_tok; /* context that its longest answered ticket needs */
	bool gpu; /* its device is not the CPU */
};

/*
 * The first step that changes something: fewer tickets at a time, a shorter context, the CPU.
 * False if no step is left: the candidate is given up.
 */
bool ladder_step(const struct ladder_limits *now, enum ladder_cause cause,
		 const struct ladder_facts *facts, struct ladder_limits *ret_next);

/* The limits of a pass. `planned_wave`: the plan's tickets at a time (0: all). */
struct ladder_limits ladder_limits_of(const struct pass_row *pass, int64_t planned_wave);
bool ladder_limits_equal(const struct ladder_limits *a, const struct ladder_limits *b);

/* "with at most 16 tickets at a time, with a context of 2048 tokens"; "" for no limits. */
const char *ladder_words(struct arena *a, const struct ladder_limits *limits);

/* "16 at a time, context 2048": for a table; "" for no limits. */
const char *ladder_mark(struct arena *a, const struct ladder_limits *limits);

#endif
