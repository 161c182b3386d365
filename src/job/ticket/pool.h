/*
 * A pool: tickets without labels, and a seeded sample of them. Decides which rows are left out.
 * Must not know which models are asked about them.
 */
#ifndef JOB_TICKET_POOL_H
#define JOB_TICKET_POOL_H

#include "job/ticket/leak_guard.h"
#include "job/ticket/ticket.h"

struct pool_sample {
	struct slice slice; /* role SLICE_POOL; in the order of the file */
	size_t n_in_file;
	size_t n_repeats; /* drawn, but left out by the leak guard */
};

/*
 * Reads the pool at `path` and draws at most n_most of its tickets by job->seed, without those that
 * the guard refuses. The same file, seed and guard give the same sample; the order of the rows does
 * not matter. Fails with ERR_INPUT like slice_load(), and if no ticket is left.
 */
int pool_draw(struct arena *a, const struct job *job, const char *path,
	      const struct leak_guard *guard, size_t n_most, struct pool_sample *ret_sample,
	      struct err *err) MUST_USE;

#endif
