/*
 * Counts by language, and Fisher's test for the weakest one.
 */
#include "judge/answer/language.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang/language_name.h"
#include "base/lang/text_language.h"
#include "base/str.h"
#include "judge/score.h"

const double language_confidence = 0.95;

static double language_share(const struct tally *t)
{
	return (double)t->right / (double)t->n;
}

static double language_ln_choose(size_t n, size_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* Fisher's exact test: the chance of `right` or fewer in `n` tickets drawn from `all`. */
static double language_chance_of_so_few(size_t right, size_t n, size_t all_right, size_t all)
{
	size_t all_wrong = all - all_right;
	double p = 0;

	for (size_t k = n > all_wrong ? n - all_wrong : 0; k <= right; k++)
		p += exp(language_ln_choose(all_right, k) + language_ln_choose(all_wrong, n - k) -
			 language_ln_choose(all, n));
	return p;
}

static int language_by_tag(const void *x, const void *y)
{
	const struct language *a = x, *b = y;

	return strcasecmp(a->tag, b->tag);
}

/* Joins the rows of each language. They are sorted by tag. Returns how many are left. */
static size_t language_join(struct language *rows, size_t n)
{
	size_t n_rows = 0;

	for (size_t i = 0; i < n; i++) {
		if (n_rows > 0 && strcasecmp(rows[n_rows - 1].tag, rows[i].tag) == 0) {
			rows[n_rows - 1].tally.right += rows[i].tally.right;
			rows[n_rows - 1].tally.n++;
		} else {
			rows[n_rows++] = rows[i];
		}
	}
	return n_rows;
}

static bool language_is_weaker(const struct language *x, const struct language *y)
{
	if (x->interval.high != y->interval.high)
		return x->interval.high < y->interval.high;
	return language_share(&x->tally) < language_share(&y->tally);
}

static void language_find_weakest(struct languages *l)
{
	const struct tally *weak;
	struct tally all = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		struct language *row = &l->rows[i];

		row->interval =
			stats_clopper_pearson(row->tally.right, row->tally.n, language_confidence);
		all.right += row->tally.right;
		all.n += row->tally.n;
		if (language_is_weaker(row, &l->rows[l->weakest]))
			l->weakest = i;
	}
	weak = &l->rows[l->weakest].tally;
	l->p = fmin(1, (double)l->n *
			       language_chance_of_so_few(weak->right, weak->n, all.right, all.n));
}

void languages_sum(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct languages *ret_languages)
{
	struct languages l = { .rows = arena_array(a, n_tickets, sizeof(*l.rows)) };

	for (size_t i = 0; i < n_tickets; i++) {
		const struct ticket *t = &tickets[i];

		if (!answers[i])
			continue;
		if (!t->lang || !*t->lang)
			l.n_silent++;
		else
			l.rows[l.n++] =
				(struct language){ .tag = t->lang,
						   .tally = { answer_is_right(answers[i], t), 1 } };
	}
	if (l.n > 1)
		qsort(l.rows, l.n, sizeof(*l.rows), language_by_tag);
	l.n = language_join(l.rows, l.n);
	if (l.n > 0)
		language_find_weakest(&l);
	*ret_languages = l;
}

static void language_count_reason(struct reason_languages *l, const char *lang)
{
	size_t at = 0;

	while (at < l->n_counts && strcmp(l->counts[at].lang, lang) != 0)
		at++;
	l->counts[at].lang = lang;
	l->counts[at].n++;
	l->n_counts += at == l->n_counts;
}

static void language_count_crossing(struct reason_languages *l, const char *ticket,
				    const char *reason)
{
	size_t at = 0;

	while (at < l->n_crossings && (strcasecmp(l->crossings[at].ticket, ticket) != 0 ||
				       strcmp(l->crossings[at].reason, reason) != 0))
		at++;
	l->crossings[at].ticket = ticket;
	l->crossings[at].reason = reason;
	l->crossings[at].n++;
	l->n_crossings += at == l->n_crossings;
}

static int language_by_count(const void *x, const void *y)
{
	const struct reason_count *a = x, *b = y;

	return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : strcmp(a->lang, b->lang);
}

static int language_by_crossing(const void *x, const void *y)
{
	const struct crossing *a = x, *b = y;
	int order = (a->n < b->n) - (a->n > b->n);

	if (order == 0)
		order = strcmp(a->ticket, b->ticket);
	return order ? order : strcmp(a->reason, b->reason);
}

static void language_compare_reason(struct reason_languages *l, const struct ticket *ticket,
				    const char *lang)
{
	char wanted[LANGUAGE_CODE_MAX], found[LANGUAGE_CODE_MAX];

	if (!ticket->lang || !*ticket->lang || !*lang || str_starts(lang, TEXT_LANGUAGE_SCRIPT))
		return;
	language_code(ticket->lang, wanted);
	language_code(lang, found);
	l->n_compared++;
	if (strcmp(wanted, found) == 0)
		return;
	l->n_other++;
	language_count_crossing(l, ticket->lang, lang);
}

/* An encoder's evidence is none. */
static bool language_is_prose(const struct reason *reason)
{
	return reason && reason->rationale && *reason->rationale &&
	       !(reason->finish && strcmp(reason->finish, REASON_EVIDENCE) == 0);
}

void languages_of_reasons(struct arena *a, const struct ticket *tickets, size_t n_tickets,
			  struct reason *const *reasons, struct reason_languages *ret)
{
	struct reason_languages l = { .counts = arena_array(a, n_tickets, sizeof(*l.counts)),
				      .crossings =
					      arena_array(a, n_tickets, sizeof(*l.crossings)) };

	for (size_t i = 0; reasons && i < n_tickets; i++) {
		const char *lang;

		if (!language_is_prose(reasons[i]))
			continue;
		lang = reasons[i]->lang ? reasons[i]->lang : "";
		l.n_reasons++;
		language_count_reason(&l, lang);
		language_compare_reason(&l, &tickets[i], lang);
	}
	if (l.n_counts > 1)
		qsort(l.counts, l.n_counts, sizeof(*l.counts), language_by_count);
	if (l.n_crossings > 1)
		qsort(l.crossings, l.n_crossings, sizeof(*l.crossings), language_by_crossing);
	*ret = l;
}
