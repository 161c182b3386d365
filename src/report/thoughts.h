/*
 * What candidates thought before they answered, in words and JSON: how much, how long, and how
 * often it was cut. The thoughts themselves are shown reply by reply, never as part of an answer.
 */
#ifndef REPORT_THOUGHTS_H
#define REPORT_THOUGHTS_H

#include "report/result/result.h"

/* One candidate over all tickets that it answered. */
struct thought_figures {
	size_t n_answers, n_thoughts; /* answers, and those behind a thought */
	size_t n_cut; /* thoughts that came to the cap */
	int64_t cap_tok; /* of the pass, 0 where no thought was asked for */
	int64_t n_tok; /* of all thoughts before an answer */
	int64_t n_reason_tok; /* of thoughts in the place of a reason */
	int64_t tok_p50, p50_us, p95_us; /* of one thought; -1 where there is none */
};

void thoughts_of(struct arena *a, const struct result *r, const struct candidate_result *c,
		 struct thought_figures *ret_figures);

/* One sentence without its full stop; "" where nothing was thought. */
const char *words_thoughts(struct arena *a, const struct thought_figures *f);

/* NULL where nothing was thought. */
json_t *thoughts_to_json(struct arena *a, const struct result *r, const struct candidate_result *c);

/* first_us, think_tok, think_us and thought of a reply that has one; nothing otherwise. */
void thought_add_json(json_t *reply, const struct answer *answer);

#endif
