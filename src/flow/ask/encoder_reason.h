/*
 * Why an encoder chose a label: the known texts that are nearest to the ticket, with their
 * similarity. It writes no prose.
 */
#ifndef FLOW_ASK_ENCODER_REASON_H
#define FLOW_ASK_ENCODER_REASON_H

#include "flow/prepare/encoders.h"
#include "work/reply.h"

/*
 * `0.83 card: "Where is my new card?" (b77-12); 0.61 description of card`. Owned by the arena; ""
 * if the answer has no embedding or the head is not made. Texts with personal data are not quoted.
 */
const char *encoder_reason_text(struct arena *a, const struct prepared *p, const struct encoder *e,
				const struct answer *answer);

/* The same as a reason of the answer. */
struct reason encoder_reason(struct arena *a, const struct prepared *p, const struct encoder *e,
			     const struct answer *answer);

#endif
