/*
 * Hidden states of texts: from the cache in the user's cache folder, or from the model. Decides
 * what a cached state is known by, and how large the cache may grow (docs/tuning.md).
 */
#ifndef TUNE_TUNE_STATE_H
#define TUNE_TUNE_STATE_H

#include "flow/session.h"

struct states {
	const double **rows; /* one a ticket, n_embd numbers; NULL where the model gave none */
	size_t n, n_embd;
	size_t n_cached, n_asked, n_failed;
	const char *failure; /* why the first that failed did, or NULL */
	const char *engine_build, *opening;
	int64_t pinned_date_s; /* what the template was told */
	int64_t asked_us; /* spent on asking, load included */
};

/*
 * The states of the tickets' texts at the label's place, for the candidate's model and the
 * session's job. What was asked is kept in the cache also where the user stops it: then it fails
 * with ERR_STOPPED. Everything is owned by the command's arena.
 */
int states_get(struct session *s, const struct candidate *c, const struct ticket *const *tickets,
	       size_t n, bool use_cache, struct states *ret_states, struct err *err) MUST_USE;

#endif
