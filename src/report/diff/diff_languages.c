/*
 * Compares two runs by language, if the tickets name at least two.
 */
#include <strings.h>

#include "base/display.h"
#include "report/diff/diff_text.h"
#include "report/languages.h"
#include "report/table/table.h"

/* Longer lists are in --json. */
enum { MOST_ROWS = 50 };

static const struct language *languages_find(const struct languages *l, const char *tag)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcasecmp(l->rows[i].tag, tag) == 0)
			return &l->rows[i];
	return NULL;
}

static const char *languages_right_of(struct arena *a, const struct language *row)
{
	return row ? arena_printf(a, "%zu/%zu", row->tally.right, row->tally.n) : "-";
}

static bool languages_same_row(const struct language *x, const struct language *y)
{
	return x && y && x->tally.right == y->tally.right && x->tally.n == y->tally.n;
}

static void languages_add_row(struct arena *a, struct table *t, const struct languages *x,
			      const struct languages *y, const char *tag, size_t *n_rows)
{
	const struct language *in_x = languages_find(x, tag), *in_y = languages_find(y, tag);

	if (languages_same_row(in_x, in_y) || (*n_rows)++ >= MOST_ROWS)
		return;
	table_addf(t, "  %s", words_language(a, tag));
	table_add(t, languages_right_of(a, in_x));
	table_add(t, languages_right_of(a, in_y));
}

/* Adds rows for A's languages in their order, then for those only in B. True if any. */
static bool languages_write_rows(struct arena *a, const char *name, const struct languages *x,
				 const struct languages *y, FILE *out)
{
	const char *headers[] = { arena_printf(a, "%s: languages that differ", name), ">right A",
				  ">right B", NULL };
	struct table t;
	size_t n = 0;

	table_init(&t, a, headers);
	for (size_t i = 0; i < x->n; i++)
		languages_add_row(a, &t, x, y, x->rows[i].tag, &n);
	for (size_t i = 0; i < y->n; i++)
		if (!languages_find(x, y->rows[i].tag))
			languages_add_row(a, &t, x, y, y->rows[i].tag, &n);
	if (n)
		table_write(&t, out);
	else
		fprintf(out, "%s: the same number right in each language\n", display_text(a, name));
	if (n > MOST_ROWS)
		fprintf(out, "  and %zu more: --json lists them all\n", n - MOST_ROWS);
	return n > 0;
}

static void languages_write_weakest(struct arena *a, const char *letter, const struct languages *l,
				    FILE *out)
{
	if (languages_worth(l))
		fprintf(out, "  %s: %s\n", letter, words_weakest(a, l));
}

void diff_write_languages(struct arena *a, const struct diff *d, FILE *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct candidate_pair *p = &d->candidates[i];
		struct languages x, y;

		if (!diff_in_both(p))
			continue;
		languages_of(a, d->a, (size_t)p->a, &x);
		languages_of(a, d->b, (size_t)p->b, &y);
		if (!languages_worth(&x) && !languages_worth(&y))
			continue;
		fputc('\n', out);
		if (!languages_write_rows(a, d->a->candidates[p->a].row->name, &x, &y, out))
			continue;
		languages_write_weakest(a, "A", &x, out);
		languages_write_weakest(a, "B", &y, out);
	}
}
