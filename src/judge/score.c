/*
 * Counts replies against gold labels.
 */
#include "judge/score.h"

#include <math.h>
#include <stdlib.h>

bool answer_is_right(const struct answer *answer, const struct ticket *ticket)
{
	return answer->outcome == OUTCOME_OK && answer->label == ticket->label;
}

int answer_label(const struct answer *answer, size_t n_labels)
{
	bool labelled = answer->outcome == OUTCOME_OK && answer->label >= 0 &&
			(size_t)answer->label < n_labels;

	return labelled ? answer->label : -1;
}

bool answer_has_ttft(const struct answer *answer)
{
	return answer->ttft_us >= 0 && answer->prompt_tok > 0 &&
	       answer->outcome != OUTCOME_TOO_LONG;
}

static int score_by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

int64_t percentile_us(int64_t *values, size_t n, double p)
{
	size_t rank;

	if (n == 0)
		return -1;
	qsort(values, n, sizeof(*values), score_by_value);
	rank = (size_t)ceil(p * (double)n / 100.0);
	return values[rank > 0 ? rank - 1 : 0];
}

double mean_tok(int64_t n_tok, int64_t n)
{
	return n > 0 ? (double)n_tok / (double)n : 0;
}

double rate_per_s(int64_t n_tok, int64_t us)
{
	return us > 0 ? (double)n_tok * 1e6 / (double)us : 0;
}

static void score_times(struct arena *a, size_t n_tickets, struct answer *const *answers,
			struct score *s)
{
	int64_t *ttft = arena_array(a, n_tickets, sizeof(*ttft));
	int64_t *label = arena_array(a, n_tickets, sizeof(*label));
	size_t n = 0;

	for (size_t i = 0; i < n_tickets; i++) {
		if (!answers[i] || !answer_has_ttft(answers[i]))
			continue;
		ttft[n] = answers[i]->ttft_us;
		label[n++] = answers[i]->label_us;
	}
	s->ttft_p50_us = percentile_us(ttft, n, 50);
	s->ttft_p95_us = percentile_us(ttft, n, 95);
	s->label_p50_us = percentile_us(label, n, 50);
	s->label_p95_us = percentile_us(label, n, 95);
}

static void score_answer(const struct ticket *ticket, const struct answer *answer, struct score *s)
{
	int label = answer_label(answer, s->n_labels);
	size_t said = label >= 0 ? (size_t)label : s->n_labels;

	s->n++;
	s->n_right += answer_is_right(answer, ticket);
	s->by_outcome[answer->outcome]++;
	s->confusion[(size_t)ticket->label * (s->n_labels + 1) + said]++;
	s->prompt_tok += answer->prompt_tok;
	s->chosen_tok += answer->chosen_tok;
}

void score_replies(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct reason *const *reasons, size_t n_labels,
		   struct score *ret_score)
{
	struct score s = { .n_tickets = n_tickets, .n_labels = n_labels };

	s.confusion = arena_array(a, n_labels * (n_labels + 1), sizeof(*s.confusion));
	for (size_t i = 0; i < n_tickets; i++) {
		if (answers[i])
			score_answer(&tickets[i], answers[i], &s);
		if (reasons[i]) {
			s.n_reasons++;
			s.n_reasons_cut += reasons[i]->outcome == OUTCOME_CUT;
			s.reason_tok += reasons[i]->reason_tok;
		}
	}
	score_times(a, n_tickets, answers, &s);
	*ret_score = s;
}
