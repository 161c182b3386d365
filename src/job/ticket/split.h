/*
 * Splits labelled tickets into those under test, worked examples and training tickets. Decides how
 * many of each label go where. Pure: the same tickets, wishes and seed give the same split.
 */
#ifndef JOB_TICKET_SPLIT_H
#define JOB_TICKET_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"

enum split_part {
	SPLIT_TRAINING,
	SPLIT_TEST,
	SPLIT_EXAMPLE,
	SPLIT_POOL, /* it has no label */
	SPLIT_REPEAT, /* it (nearly) repeats a ticket under test, and can be nothing else */
	SPLIT_TWO_LABELS, /* the same text has another label elsewhere */
	SPLIT_PARTS
};

struct split_wishes {
	size_t n_labels;
	size_t n_tests; /* of all labels together */
	size_t n_examples; /* most of each label */
	int64_t seed;
};

struct split {
	enum split_part *parts; /* one a ticket; owned by the arena */
	size_t n[SPLIT_PARTS];
	size_t per_label; /* examples of each label; 0: there are none */
};

/*
 * Tests get each label's share of the tickets, by largest remainders, and each label at least one
 * as far as they suffice. No two of them (nearly) repeat each other. RULE: leak guard. No example
 * and no training ticket (nearly) repeats a test or shares its group. If there are few tickets,
 * about a third of them can become examples and the tests are fewer.
 */
void split_tickets(struct arena *a, const struct ticket *tickets, size_t n,
		   const struct split_wishes *wishes, struct split *ret_split);

#endif
