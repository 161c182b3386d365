/*
 * Worked examples for the way `examples`: k per label from a separate file, drawn with a fixed
 * seed. None (nearly) repeats a ticket under test (job/ticket/leak_guard.h).
 */
#ifndef JOB_TICKET_EXAMPLES_H
#define JOB_TICKET_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/ticket/ticket.h"

struct example_set {
	const struct ticket **items; /* in the order of the prompt */
	size_t n;
	const char **refused_ids; /* near-duplicates of tickets under test */
	const char **refused_for; /* the id of the ticket that each one resembles */
	size_t n_refused;
	const char *note; /* for the user: how the file was understood; or NULL */
	char sha256[65]; /* over the items, in order */
};

/*
 * Draws job->examples_per_label examples for each label from the file at job->examples_path. Only
 * job->seed decides: the same file, seed and tickets give the same draw. The leak guard refuses an
 * example whose text resembles a ticket of the slices or that shares its group. The order is the
 * first example of each label in the job's order, then the second of each, so that labels
 * alternate. Fails with ERR_INPUT if the guard leaves too few.
 */
int examples_draw(struct arena *a, const struct job *job, const struct slice *const *slices,
		  size_t n_slices, struct example_set *ret_set, struct err *err) MUST_USE;

/* What the model is shown as the answer to an example: JSON with its label. Owned by the arena. */
const char *example_answer(struct arena *a, const char *label);

#endif
