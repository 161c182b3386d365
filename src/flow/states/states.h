/*
 * Hidden states of texts: from the cache in the user's cache folder, or from the model. Decides the
 * key of a cached state (docs/tuning.md).
 */
#ifndef FLOW_STATES_STATES_H
#define FLOW_STATES_STATES_H

#include "flow/session.h"

struct states {
	const double **rows; /* n_embd numbers for each ticket; NULL if the model gave none */
	size_t n, n_embd;
	size_t n_cached, n_asked, n_failed;
	const char *failure; /* why the first failure happened, or NULL */
	const char *engine_build, *device, *opening;
	int64_t pinned_date_s; /* the date that the template saw */
	int64_t asked_us; /* spent asking the model, loading included */
};

/*
 * The states of the tickets' texts at the label's place, for the candidate's model and the
 * session's job. If Ctrl-C or the session's deadline leaves some out, those so far are cached, and
 * it returns ERR_STOPPED. For an encoder, a cache that fails is a note on standard error.
 * Everything is owned by the command's arena.
 */
int states_get(struct session *s, const struct candidate *c, const struct ticket *const *tickets,
	       size_t n, bool use_cache, struct states *ret_states, struct err *err) MUST_USE;

#endif
