/*
 * Compares two records, ticket by ticket.
 */
#include "judge/agree.h"

#include <math.h>
#include <string.h>

#include "judge/score.h"

/* Index in y of each label of x, or -1. */
static int *agree_map_labels(struct arena *a, const struct record *x, const struct record *y)
{
	int *map = arena_array(a, x->n_labels, sizeof(*map));

	for (size_t i = 0; i < x->n_labels; i++) {
		map[i] = -1;
		for (size_t k = 0; k < y->n_labels; k++)
			if (strcmp(x->labels[i].name, y->labels[k].name) == 0)
				map[i] = (int)k;
	}
	return map;
}

static bool agree_same_labels(const struct record *x, const struct record *y, const int *map)
{
	for (size_t i = 0; i < x->n_labels; i++)
		if (map[i] < 0)
			return false;
	return x->n_labels == y->n_labels;
}

static bool agree_same_label(const struct answer *x, const struct answer *y, const int *map)
{
	if (x->outcome != y->outcome)
		return false;
	return x->label < 0 || y->label < 0 ? x->label == y->label : map[x->label] == y->label;
}

/* The same mark does not make two written answers the same. */
static bool agree_same_text(const struct answer *x, const struct answer *y)
{
	return !x->raw || !y->raw ||
	       (x->raw_len == y->raw_len && memcmp(x->raw, y->raw, x->raw_len) == 0);
}

static bool agree_same_reason(const struct reason *x, const struct reason *y)
{
	return x && y && x->outcome == y->outcome && strcmp(x->rationale, y->rationale) == 0;
}

static void agree_add(struct ticket_pairs *list, struct ticket_pair pair)
{
	list->items[list->n++] = pair;
}

static void agree_compare_probs(const struct answer *x, const struct answer *y, const int *map,
				size_t n_labels, struct ticket_pair pair, struct agreement *g)
{
	bool same = true;

	if (x->n_probs != n_labels || y->n_probs != n_labels)
		return;
	g->n_probs++;
	for (size_t i = 0; i < x->n_probs; i++) {
		const double *p = &x->probs[i], *q = &y->probs[map[i]];

		same = same && memcmp(p, q, sizeof(*p)) == 0;
		g->probs_apart = fmax(g->probs_apart, fabs(*p - *q));
	}
	if (!same)
		agree_add(&g->other_probs, pair);
}

static int64_t agree_median_ttft(struct arena *a, const struct record *x, const struct record *y,
				 const struct ticket_pair *pairs, size_t n, bool of_y)
{
	int64_t *us = arena_array(a, n, sizeof(*us));
	size_t n_us = 0;

	for (size_t i = 0; i < n; i++) {
		const struct answer *p = x->answers[pairs[i].a], *q = y->answers[pairs[i].b];

		if (p && q && answer_has_ttft(p) && answer_has_ttft(q))
			us[n_us++] = of_y ? q->ttft_us : p->ttft_us;
	}
	return percentile_us(us, n_us, 50);
}

void agree(struct arena *a, const struct record *x, const struct record *y,
	   const struct ticket_pair *pairs, size_t n, struct agreement *ret_agreement)
{
	const int *map = agree_map_labels(a, x, y);
	bool comparable = agree_same_labels(x, y, map);
	struct agreement g = { .ttft_a_us = agree_median_ttft(a, x, y, pairs, n, false),
			       .ttft_b_us = agree_median_ttft(a, x, y, pairs, n, true) };

	g.flips.items = arena_array(a, n, sizeof(*g.flips.items));
	g.other_probs.items = arena_array(a, n, sizeof(*g.other_probs.items));
	g.other_reasons.items = arena_array(a, n, sizeof(*g.other_reasons.items));
	for (size_t i = 0; i < n; i++) {
		const struct answer *p = x->answers[pairs[i].a], *q = y->answers[pairs[i].b];
		const struct reason *v = x->reasons[pairs[i].a], *w = y->reasons[pairs[i].b];
		bool right_p, right_q, same_label;

		g.n_only_a += p && !q;
		g.n_only_b += q && !p;
		if (!p || !q)
			continue;
		g.n++;
		right_p = answer_is_right(p, &x->tickets[pairs[i].a]);
		right_q = answer_is_right(q, &y->tickets[pairs[i].b]);
		g.right_a += right_p;
		g.right_b += right_q;
		g.n_lost += right_p && !right_q;
		g.n_gained += right_q && !right_p;
		same_label = agree_same_label(p, q, map);
		g.n_other_labels += !same_label;
		if (!same_label || (x->written && y->written && !agree_same_text(p, q)))
			agree_add(&g.flips, pairs[i]);
		if (comparable)
			agree_compare_probs(p, q, map, x->n_labels, pairs[i], &g);
		g.n_reasons += v || w;
		if ((v || w) && !agree_same_reason(v, w))
			agree_add(&g.other_reasons, pairs[i]);
	}
	*ret_agreement = g;
}
