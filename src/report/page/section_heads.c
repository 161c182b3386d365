/*
 * Tuned heads: what they learnt, and what they would gain from more labels.
 */
#include <string.h>

#include "judge/stats.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/table.h"

bool page_has_heads(const struct page *p)
{
	struct tuned_head *heads;

	return tuned_heads_of(p->a, p->r, &heads) > 0;
}

static void heads_add_row(const struct page *p, struct table *t, const struct tuned_head *h,
			  size_t learnt_from, bool held_out, const struct tally *tally)
{
	bool pick = (int)h->candidate == p->r->decision.pick && !held_out;

	table_add_numbered(t, h->candidate + 1, pick ? SIGN_PICK : SIGN_NONE, h->way);
	table_addf(t, "%zu", learnt_from);
	table_add(t, held_out ? "held out" : "this run's tickets");
	table_add(t, words_tally(p->a, tally));
	table_add(t, words_interval(p->a, stats_wilson(tally->right, tally->n, 0.95)));
}

static void heads_add_rows(const struct page *p, struct table *t, const struct tuned_head *h)
{
	const struct head_quality *q = &h->record.quality;

	for (size_t k = 0; k < q->n_curve; k++) {
		struct tally tally = { q->curve[k].right, h->record.n };

		heads_add_row(p, t, h, q->curve[k].n, true, &tally);
	}
	if (page_measured(p, h->candidate))
		heads_add_row(p, t, h, h->record.n, false, &p->r->contenders[h->candidate].score);
}

static void heads_write_sentences(const struct page *p, const struct tuned_head *h)
{
	html_markup(p->out, "<p>");
	html_textf(p->out, "%zu %s: %s. ", h->candidate + 1, h->way,
		   head_words_learnt(p->a, &h->record));
	html_element(p->out, "b", head_words_outlook(p->a, &h->record));
	html_markup(p->out, "</p>\n");
}

/* The n heads of one model on one chart. */
static void heads_write_curve(const struct page *p, const struct tuned_head *heads, size_t n)
{
	static const char *const titles[] = { "candidate", ">learnt from",  "judged on",
					      ">right",	   ">95% interval", NULL };
	struct table t;

	html_element(p->out, "h3", heads[0].model);
	for (size_t i = 0; i < n; i++)
		heads_write_sentences(p, &heads[i]);
	chart_learning(p, heads, n);
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < n; i++)
		heads_add_rows(p, &t, &heads[i]);
	table_write_html(&t, NULL, p->out);
}

static bool heads_is_first_of_model(const struct tuned_head *heads, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(heads[i].model, heads[at].model) == 0)
			return false;
	return true;
}

void page_heads(const struct page *p)
{
	struct tuned_head *heads, *same;
	size_t n = tuned_heads_of(p->a, p->r, &heads);

	html_element(
		p->out, "p",
		"A tuned or trained candidate has a head that learnt from labelled tickets "
		"outside this run. Would more of them help? The line shows how often heads "
		"that learnt from fewer tickets were right, each on training tickets that were "
		"held out.");
	same = arena_array(p->a, n, sizeof(*same));
	for (size_t i = 0; i < n; i++) {
		size_t n_same = 0;

		if (!heads_is_first_of_model(heads, i))
			continue;
		for (size_t k = i; k < n; k++)
			if (strcmp(heads[k].model, heads[i].model) == 0)
				same[n_same++] = heads[k];
		heads_write_curve(p, same, n_same);
	}
	html_element(p->out, "p class=\"note\"",
		     "What more labels would bring is an extrapolation of the line: it ignores "
		     "new kinds of tickets and wrong labels. Held-out figures are a little too "
		     "good, because the head's strength was chosen on the same tickets.");
}
