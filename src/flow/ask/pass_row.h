/*
 * From a candidate and its settings to a pass row and the pass's key.
 */
#ifndef FLOW_ASK_PASS_ROW_H
#define FLOW_ASK_PASS_ROW_H

#include "flow/session.h"

/*
 * Fills everything but id and key and, for a model, the engine's build and device. The pinned date
 * is now: a template may print it.
 */
void pass_row_fill(const struct session *s, const struct candidate *candidate,
		   struct pass_row *ret_row);

/*
 * The worked examples that a pass showed, from its row. False if the row does not hold all of them,
 * or if a checksum differs.
 */
bool pass_row_read_examples(struct arena *a, const struct pass_row *row, const struct job *job,
			    struct example_set *ret_set);

/* Whether the pass is this candidate's: the same weights, adapter, head and way. */
bool pass_row_is_of(const struct pass_row *row, const struct candidate *candidate);

/* The same, and with the candidate's prompt. */
bool pass_row_asks(const struct pass_row *row, const struct candidate *c);

/*
 * A hash over everything that could change a reply or its time. `replay` is the name of a replay's
 * run, so that its passes are its own, or "". `quotes_personal`: its reasons may quote texts with
 * personal data. Owned by the arena.
 */
const char *pass_row_key(struct arena *a, const struct pass_row *row, const char *replay,
			 bool quotes_personal);

/*
 * What the run keeps of a candidate. Its pass, its place, and how it was asked are left to the
 * caller. Borrows from both.
 */
void pass_row_candidate(const struct session *s, const struct candidate *c,
			struct candidate_row *ret_row);

#endif
