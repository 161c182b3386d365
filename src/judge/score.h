/*
 * Replies × gold labels → numbers of one candidate: right, wrong, failed, confusion, times.
 * Pure. Everything that is not the gold label is wrong: timeouts, crashes and tickets that are
 * too long are never dropped.
 */
#ifndef JUDGE_SCORE_H
#define JUDGE_SCORE_H

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

struct score {
	size_t n; /* tickets that have an answer row */
	size_t n_right;
	size_t n_tickets; /* n < n_tickets while a pass is under way or was stopped */
	size_t by_outcome[OUTCOME_COUNT];
	/* confusion[gold * n_columns + said]; the last column counts what has no label */
	size_t *confusion;
	size_t n_labels;
	int64_t ttft_p50_us, ttft_p95_us, label_p50_us, label_p95_us; /* -1 where there is none */
	int64_t prompt_tok, chosen_tok, reason_tok, n_reasons, n_reasons_cut;
};

bool answer_is_right(const struct answer *answer, const struct ticket *ticket);

/* `answers` and `reasons` are indexed by ticket; NULL entries have not come yet. */
void score_replies(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct reason *const *reasons, size_t n_labels,
		   struct score *ret_score);

/*
 * The p-th percentile (0..100) of n values by the nearest-rank rule; -1 where n is 0. Sorts them.
 */
int64_t percentile_us(int64_t *values, size_t n, double p);

/* Tokens a second; 0 where no time passed. */
double rate_per_s(int64_t n_tok, int64_t us);

#endif
