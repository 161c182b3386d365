/*
 * Pairs and majorities.
 */
#include "judge/measure/compare.h"

#include <string.h>

#include "judge/measure/stats.h"
#include "judge/score.h"

void compare_pair(struct arena *a, const struct ticket *tickets, size_t n,
		  struct answer *const *answers_a, struct answer *const *answers_b,
		  struct pairing *ret_pairing)
{
	struct pairing p = { .only_a = arena_array(a, n, sizeof(*p.only_a)),
			     .only_b = arena_array(a, n, sizeof(*p.only_b)) };

	for (size_t i = 0; i < n; i++) {
		bool right_a, right_b;

		if (!answers_a[i] || !answers_b[i])
			continue;
		right_a = answer_is_right(answers_a[i], &tickets[i]);
		right_b = answer_is_right(answers_b[i], &tickets[i]);
		if (right_a && !right_b)
			p.only_a[p.n_only_a++] = i;
		else if (right_b && !right_a)
			p.only_b[p.n_only_b++] = i;
	}
	p.mid_p = stats_mcnemar_mid_p(p.n_only_a, p.n_only_b);
	p.ln_e = stats_ln_e_above(p.n_only_b, p.n_only_a, 0.5);
	*ret_pairing = p;
}

/* The most frequent label of the answers to this ticket. `votes` has room for n_labels counts. */
static struct suspect compare_most_said(size_t ticket, struct answer *const *const *answers,
					size_t n_candidates, size_t *votes, size_t n_labels)
{
	struct suspect s = { .ticket = ticket, .label = -1 };

	memset(votes, 0, n_labels * sizeof(*votes));
	for (size_t c = 0; c < n_candidates; c++) {
		const struct answer *answer = answers[c][ticket];
		int label;

		if (!answer)
			continue;
		s.n_candidates++;
		label = answer_label(answer, n_labels);
		if (label >= 0 && ++votes[label] > s.n_agree) {
			s.n_agree = votes[label];
			s.label = label;
		}
	}
	return s;
}

void compare_suspects(struct arena *a, const struct ticket *tickets, size_t n,
		      struct answer *const *const *answers, size_t n_candidates, size_t n_labels,
		      int other, struct suspect **ret_suspects, size_t *ret_n)
{
	struct suspect *suspects = arena_array(a, n, sizeof(*suspects));
	size_t *votes = arena_array(a, n_labels, sizeof(*votes));
	size_t n_suspects = 0;

	for (size_t i = 0; i < n; i++) {
		struct suspect s = compare_most_said(i, answers, n_candidates, votes, n_labels);

		if (s.label >= 0 && s.label != tickets[i].label && s.label != other &&
		    s.n_agree >= 2 && 2 * s.n_agree > s.n_candidates)
			suspects[n_suspects++] = s;
	}
	*ret_suspects = suspects;
	*ret_n = n_suspects;
}
