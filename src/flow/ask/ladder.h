/*
 * The ladder: what a candidate is asked with after it ran out of memory, hung, or lost its device.
 * A step is a change of settings, and so a pass of its own: the tickets are asked again from the
 * start, and what was answered before the step does not count. Pure: knows no worker and no store.
 */
#ifndef FLOW_ASK_LADDER_H
#define FLOW_ASK_LADDER_H

#include "base/arena.h"
#include "store/store.h"
#include "work/reply.h"

/* Settings of a pass that a step lowers; zeroed: none is lowered. */
struct ladder_limits {
	int64_t n_wave; /* most tickets kept at a time, 0: all */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	bool cpu; /* the CPU alone, although there is another device */
};

/* Why a step is taken. */
enum ladder_cause {
	LADDER_NONE,
	LADDER_MEMORY, /* out of memory at any ticket, or before the first */
	LADDER_HUNG, /* several tickets in a row without an answer before the deadline */
	LADDER_DEVICE, /* the device failed, or is gone */
};

const char *ladder_cause_words(enum ladder_cause cause);

/* The replies of a pass as they come, or as they are on record: in order, answers and reasons. */
struct ladder_watch {
	enum ladder_cause cause; /* the first that was seen */
	int timeouts_in_row[2]; /* of answers, of reasons */
};

enum ladder_part { LADDER_ANSWER, LADDER_REASON };
void ladder_see(struct ladder_watch *watch, enum ladder_part part, enum outcome outcome);

/* What the pass that failed had in use: a step that changes nothing of it is left out. */
struct ladder_facts {
	int64_t n_wave; /* tickets kept at a time; 0: the model was never ready for one */
	int64_t n_ctx; /* tokens of its context; 0: none was made */
	int64_t need_tok; /* context that its longest answered ticket needs, alone */
	bool gpu; /* its device is not the CPU */
};

/*
 * The first step that changes something: fewer tickets at a time, a shorter context, the CPU.
 * False where there is none: the candidate is given up.
 */
bool ladder_step(const struct ladder_limits *now, enum ladder_cause cause,
		 const struct ladder_facts *facts, struct ladder_limits *ret_next);

/* The limits that a pass was asked with, where the plan gave n_wave tickets at a time (0: all). */
struct ladder_limits ladder_limits_of(const struct pass_row *pass, int64_t planned_wave);
bool ladder_limits_equal(const struct ladder_limits *a, const struct ladder_limits *b);

/* "with at most 16 tickets at a time, with a context of 2048 tokens"; "" for no limits. */
const char *ladder_words(struct arena *a, const struct ladder_limits *limits);

/* "16 at a time, context 2048": for a table; "" for no limits. */
const char *ladder_mark(struct arena *a, const struct ladder_limits *limits);

#endif
