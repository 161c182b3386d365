/*
 * Precision, recall and F1 from the confusion matrix (C. J. van Rijsbergen, "Information
 * Retrieval", 1979), and abstention.
 */
#include "judge/answer/labels.h"

static size_t labels_cell(const struct score *s, size_t gold, size_t said)
{
	return s->confusion[gold * (s->n_labels + 1) + said];
}

static void labels_score_label(const struct score *s, size_t at, struct label_score *l)
{
	l->n_right = labels_cell(s, at, at);
	for (size_t i = 0; i <= s->n_labels; i++)
		l->n_gold += labels_cell(s, at, i);
	for (size_t i = 0; i < s->n_labels; i++)
		l->n_said += labels_cell(s, i, at);
	l->precision = l->n_said ? (double)l->n_right / (double)l->n_said : -1;
	l->recall = l->n_gold ? (double)l->n_right / (double)l->n_gold : -1;
	l->f1 = -1;
	if (l->n_said + l->n_gold > 0)
		l->f1 = 2 * (double)l->n_right / (double)(l->n_said + l->n_gold);
}

static void labels_score_abstention(const struct score *s, size_t other, struct label_report *r)
{
	size_t n_failed = 0;

	for (size_t i = 0; i < s->n_labels; i++)
		n_failed += labels_cell(s, i, s->n_labels);
	r->has_other = true;
	r->n_other_right = r->labels[other].n_right;
	r->n_unsure = r->labels[other].n_said - r->n_other_right;
	r->n_wrong = s->n - s->n_right - r->n_unsure;
	r->n_answered = s->n - r->n_unsure - n_failed;
	r->coverage = s->n ? (double)r->n_answered / (double)s->n : 0;
	r->accuracy_answered = r->n_answered ? (double)s->n_right / (double)r->n_answered : 0;
}

void labels_score(struct arena *a, const struct score *score, int other,
		  struct label_report *ret_report)
{
	struct label_report r = { .labels = arena_array(a, score->n_labels, sizeof(*r.labels)) };
	size_t n_with_gold = 0;

	for (size_t i = 0; i < score->n_labels; i++) {
		labels_score_label(score, i, &r.labels[i]);
		if (r.labels[i].n_gold == 0)
			continue;
		r.macro_f1 += r.labels[i].f1;
		n_with_gold++;
	}
	if (n_with_gold)
		r.macro_f1 /= (double)n_with_gold;
	if (other >= 0)
		labels_score_abstention(score, (size_t)other, &r);
	*ret_report = r;
}
