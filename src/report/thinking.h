/*
 * What candidates thought before they answered, as text and JSON: how much, how long, and how
 * often it was cut. A thought is shown beside its reply, never as part of an answer.
 */
#ifndef REPORT_THINKING_H
#define REPORT_THINKING_H

#include "report/result/result.h"

/* One candidate over all tickets that it answered. */
struct thought_figures {
	size_t n_answers, n_thoughts; /* answers, and those that followed a thought */
	size_t n_cut; /* thoughts that reached the cap */
	int64_t cap_tok; /* of the pass; 0: no thought was asked for */
	int64_t n_tok; /* of all thoughts before an answer */
	int64_t n_reason_tok; /* of thoughts written instead of a reason */
	int64_t tok_p50, p50_us, p95_us; /* of one thought; -1: there was none */
};

void thoughts_of(struct arena *a, const struct result *r, const struct candidate_result *c,
		 struct thought_figures *ret_figures);

/* One sentence without its full stop; "" if nothing was thought. */
const char *words_thoughts(struct arena *a, const struct thought_figures *f);

/* Adds "thoughts", a candidate's figures, if something was thought. */
void thoughts_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		       json_t *j);

/* Adds first_us, think_tok, think_us and thought to a reply that has a thought. */
void thought_add_json(const struct answer *answer, json_t *reply);

#endif
