/*
 * What a pass row says of a candidate's settings, and the pass's identity.
 */
#ifndef FLOW_ASK_PASS_ROW_H
#define FLOW_ASK_PASS_ROW_H

#include "flow/session.h"

/*
 * Everything but id, key and, of a model, the engine's build and device. The pinned date is now: a
 * prompt may show it.
 */
void pass_row_fill(const struct session *s, const struct candidate *candidate,
		   struct pass_row *ret_row);

/* Whether the pass is this candidate's: the same weights, adapter, head and way. */
bool pass_row_is_of(const struct pass_row *row, const struct candidate *candidate);

/*
 * Identity of a pass: everything that could change a reply or its time. A replay asks anew: its
 * passes are its own, by its run's name; `replay` is "" otherwise. Owned by the arena.
 */
const char *pass_row_key(struct arena *a, const struct pass_row *row, const char *replay);

#endif
