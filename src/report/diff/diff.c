/*
 * Matches the tickets and candidates of two results.
 */
#include "report/diff/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/text/answer_text.h"

enum { NO_TICKET = -1 };

/* Finds a ticket that its slice did not match. */
struct loose {
	const struct ticket *ticket;
	size_t at;
};

static size_t diff_first_of(const struct result *r, size_t slice)
{
	size_t at = 0;

	while (at < r->n_tickets && r->slice_of[at] != slice)
		at++;
	return at;
}

/* Matches the tickets of a slice in both runs, by its sha256; needs no texts. */
static void diff_match_slices(const struct result *x, const struct result *y, int64_t *b_of,
			      bool *taken)
{
	for (size_t i = 0; i < x->n_slices; i++)
		for (size_t k = 0; k < y->n_slices; k++) {
			size_t at = diff_first_of(x, i), in_y = diff_first_of(y, k);

			if (at == x->n_tickets || in_y == y->n_tickets ||
			    strcmp(x->slices[i].sha256, y->slices[k].sha256) != 0)
				continue;
			for (size_t t = 0; t < x->slices[i].n; t++) {
				b_of[at + t] = (int64_t)(in_y + t);
				taken[in_y + t] = true;
			}
		}
}

static int diff_compare_tickets(const struct ticket *x, const struct ticket *y)
{
	int order = strcmp(x->id, y->id);

	return order ? order : strcmp(x->text, y->text);
}

static int diff_by_content(const void *x, const void *y)
{
	return diff_compare_tickets(((const struct loose *)x)->ticket,
				    ((const struct loose *)y)->ticket);
}

/* Purged texts cannot be compared. */
static struct loose *diff_loose_of(struct arena *a, const struct result *r, const int64_t *b_of,
				   const bool *taken, size_t *ret_n)
{
	struct loose *list = arena_array(a, r->n_tickets, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < r->n_tickets; i++)
		if (r->tickets[i].text != store_purged && (b_of ? b_of[i] == NO_TICKET : !taken[i]))
			list[n++] = (struct loose){ &r->tickets[i], i };
	if (n > 1)
		qsort(list, n, sizeof(*list), diff_by_content);
	*ret_n = n;
	return list;
}

static void diff_match_texts(struct arena *a, const struct result *x, const struct result *y,
			     int64_t *b_of, const bool *taken)
{
	size_t n_x, n_y, i = 0, k = 0;
	const struct loose *in_x = diff_loose_of(a, x, b_of, NULL, &n_x);
	const struct loose *in_y = diff_loose_of(a, y, NULL, taken, &n_y);

	while (i < n_x && k < n_y) {
		int order = diff_compare_tickets(in_x[i].ticket, in_y[k].ticket);

		if (order == 0)
			b_of[in_x[i].at] = (int64_t)in_y[k].at;
		i += order <= 0;
		k += order >= 0;
	}
}

static void diff_pair_tickets(struct arena *a, struct diff *d)
{
	int64_t *b_of = arena_array(a, d->a->n_tickets, sizeof(*b_of));
	bool *taken = arena_array(a, d->b->n_tickets, sizeof(*taken));

	for (size_t i = 0; i < d->a->n_tickets; i++)
		b_of[i] = NO_TICKET;
	diff_match_slices(d->a, d->b, b_of, taken);
	diff_match_texts(a, d->a, d->b, b_of, taken);
	d->tickets = arena_array(a, d->a->n_tickets, sizeof(*d->tickets));
	for (size_t i = 0; i < d->a->n_tickets; i++)
		if (b_of[i] != NO_TICKET)
			d->tickets[d->n_tickets++] = (struct ticket_pair){ i, (size_t)b_of[i] };
}

static bool diff_same_name(const struct candidate_result *x, const struct candidate_result *y)
{
	return strcmp(x->row->name, y->row->name) == 0;
}

static bool diff_same_weights(const struct candidate_result *x, const struct candidate_result *y)
{
	return x->pass && y->pass && strcmp(x->pass->model_sha256, y->pass->model_sha256) == 0 &&
	       strcmp(x->pass->way, y->pass->way) == 0;
}

/* Pairs the candidates that are still free and the same by `same`. */
static void diff_match_candidates(const struct diff *d, int *b_of, bool *taken,
				  bool (*same)(const struct candidate_result *x,
					       const struct candidate_result *y))
{
	for (size_t i = 0; i < d->a->n; i++)
		for (size_t k = 0; k < d->b->n && b_of[i] < 0; k++)
			if (!taken[k] && same(&d->a->candidates[i], &d->b->candidates[k])) {
				b_of[i] = (int)k;
				taken[k] = true;
			}
}

static bool diff_is_listed(const char *name, const char *const *only, size_t n_only)
{
	for (size_t i = 0; i < n_only; i++)
		if (strcmp(only[i], name) == 0)
			return true;
	return n_only == 0;
}

static void diff_add_candidate(struct diff *d, int at, int in_b, const char *const *only,
			       size_t n_only)
{
	struct candidate_pair *p = &d->candidates[d->n];

	*p = (struct candidate_pair){ .a = at, .b = in_b };
	d->n += (at >= 0 && diff_is_listed(d->a->candidates[at].row->name, only, n_only)) ||
		(in_b >= 0 && diff_is_listed(d->b->candidates[in_b].row->name, only, n_only));
}

static void diff_pair_candidates(struct arena *a, struct diff *d, const char *const *only,
				 size_t n_only)
{
	int *b_of = arena_array(a, d->a->n, sizeof(*b_of));
	bool *taken = arena_array(a, d->b->n, sizeof(*taken));

	for (size_t i = 0; i < d->a->n; i++)
		b_of[i] = -1;
	diff_match_candidates(d, b_of, taken, diff_same_name);
	diff_match_candidates(d, b_of, taken, diff_same_weights);
	d->candidates = arena_array(a, d->a->n + d->b->n + 1, sizeof(*d->candidates));
	for (size_t i = 0; i < d->a->n; i++)
		diff_add_candidate(d, (int)i, b_of[i], only, n_only);
	for (size_t k = 0; k < d->b->n; k++)
		if (!taken[k])
			diff_add_candidate(d, -1, (int)k, only, n_only);
}

static bool diff_is_purged(const struct reason *reason)
{
	return reason && reason->rationale == store_purged;
}

/* The answers; a purged text is NULL. */
static struct answer **diff_unpurged(struct arena *a, const struct result *r,
				     const struct candidate_result *c)
{
	struct answer **answers = arena_array(a, r->n_tickets, sizeof(struct answer *));

	for (size_t i = 0; i < r->n_tickets; i++) {
		answers[i] = c->answers[i];
		if (!answers[i] || answers[i]->raw != store_purged)
			continue;
		answers[i] = arena_alloc(a, sizeof(*answers[i]));
		*answers[i] = *c->answers[i];
		answers[i]->raw = NULL;
	}
	return answers;
}

static struct record diff_record_of(struct arena *a, const struct result *r,
				    const struct candidate_result *c)
{
	return (struct record){ .tickets = r->tickets,
				.labels = r->labels,
				.n_labels = r->n_labels,
				.written = task_writes(r->run->task),
				.answers = diff_unpurged(a, r, c),
				.reasons = c->reasons };
}

/* Purged reasons cannot be compared: the pair is left out. */
static void diff_drop_purged(struct arena *a, const struct diff *d, struct record *x,
			     struct record *y)
{
	struct reason **in_x = arena_array(a, d->a->n_tickets, sizeof(*in_x));
	struct reason **in_y = arena_array(a, d->b->n_tickets, sizeof(*in_y));

	for (size_t i = 0; i < d->n_tickets; i++) {
		struct reason *v = x->reasons[d->tickets[i].a], *w = y->reasons[d->tickets[i].b];

		if (diff_is_purged(v) || diff_is_purged(w))
			continue;
		in_x[d->tickets[i].a] = v;
		in_y[d->tickets[i].b] = w;
	}
	x->reasons = in_x;
	y->reasons = in_y;
}

static void diff_compare_candidate(struct arena *a, const struct diff *d, struct candidate_pair *p)
{
	const struct candidate_result *x = &d->a->candidates[p->a], *y = &d->b->candidates[p->b];
	struct record of_x = diff_record_of(a, d->a, x), of_y = diff_record_of(a, d->b, y);

	diff_drop_purged(a, d, &of_x, &of_y);
	p->renamed = !diff_same_name(x, y);
	p->same_pass = x->pass && y->pass && x->pass->id == y->pass->id;
	p->untimed_a = result_untimed(x);
	p->untimed_b = result_untimed(y);
	agree(a, &of_x, &of_y, d->tickets, d->n_tickets, &p->agreement);
}

static void diff_compare(struct arena *a, struct diff *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (diff_in_both(&d->candidates[i]))
			diff_compare_candidate(a, d, &d->candidates[i]);
	diff_settings(a, d);
}

void diff_build(struct arena *a, const struct result *x, const struct result *y,
		const char *const *only, size_t n_only, struct diff *ret_diff)
{
	struct diff d = { .a = x, .b = y };

	diff_pair_tickets(a, &d);
	diff_pair_candidates(a, &d, only, n_only);
	diff_compare(a, &d);
	*ret_diff = d;
}

void diff_build_pair(struct arena *a, const struct result *x, const struct result *y,
		     const struct candidate_pair *pair, struct diff *ret_diff)
{
	struct diff d = { .a = x, .b = y, .n = 1 };

	diff_pair_tickets(a, &d);
	d.candidates = arena_alloc(a, sizeof(*d.candidates));
	*d.candidates = *pair;
	diff_compare(a, &d);
	*ret_diff = d;
}

const char *diff_gold(const struct result *r, size_t ticket)
{
	const struct ticket *t = &r->tickets[ticket];

	return t->label >= 0 ? answer_expected(r, t) : "";
}

bool diff_in_both(const struct candidate_pair *p)
{
	return p->a >= 0 && p->b >= 0;
}

struct diff_totals diff_totals(const struct diff *d)
{
	struct diff_totals t = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		const struct agreement *g = &d->candidates[i].agreement;

		t.n += g->n;
		t.n_flips += g->flips.n;
		t.n_other_labels += g->n_other_labels;
		t.n_only_a += g->n_only_a;
		t.n_only_b += g->n_only_b;
		t.n_probs += g->n_probs;
		t.n_other_probs += g->other_probs.n;
		t.n_reasons += g->n_reasons;
		t.n_other_reasons += g->other_reasons.n;
		t.probs_apart = fmax(t.probs_apart, g->probs_apart);
	}
	return t;
}

bool diff_same(const struct diff *d)
{
	struct diff_totals t = diff_totals(d);

	return t.n > 0 && t.n_flips == 0;
}
