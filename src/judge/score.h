/*
 * The score of one candidate, from replies and gold labels: right, wrong, failed, confusion, times.
 * Pure. Only the gold label is right: timeouts, crashes and tickets that are too long count as
 * wrong.
 */
#ifndef JUDGE_SCORE_H
#define JUDGE_SCORE_H

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

struct score {
	size_t n; /* tickets with an answer */
	size_t n_right;
	size_t n_tickets; /* n < n_tickets if the pass is unfinished */
	size_t by_outcome[OUTCOME_COUNT];
	/* confusion[gold * n_columns + answered]; the last column: no label */
	size_t *confusion;
	size_t n_labels;
	int64_t ttft_p50_us, ttft_p95_us, label_p50_us, label_p95_us; /* -1 if there is none */
	int64_t prompt_tok, chosen_tok, reason_tok, n_reasons, n_reasons_cut;
};

bool answer_is_right(const struct answer *answer, const struct ticket *ticket);

/* The label that an answer counts for, or -1: a failure has none. */
int answer_label(const struct answer *answer, size_t n_labels);

/* False if the model saw no prompt: then it has no time to its first token. */
bool answer_has_ttft(const struct answer *answer);

/* `answers` and `reasons` are indexed by ticket; an entry is NULL until it arrives. */
void score_replies(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct reason *const *reasons, size_t n_labels,
		   struct score *ret_score);

/*
 * The p-th percentile (0..100) of n values by the nearest-rank rule; -1 if n is 0. Sorts them.
 */
int64_t percentile_us(int64_t *values, size_t n, double p);

/* Tokens per second; 0 if no time passed. */
double rate_per_s(int64_t n_tok, int64_t us);

/* The mean of n texts that have n_tok tokens together; 0 if there are none. */
double mean_tok(int64_t n_tok, int64_t n);

#endif
