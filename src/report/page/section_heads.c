/*
 * What learnt from labelled tickets (heads, and the baseline `words`): how well, and what it would
 * gain from more labels. All on one chart, so that they can be compared.
 */

#include "judge/measure/stats.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/table/table.h"

bool page_has_heads(const struct page *p)
{
	struct tuned_head *heads;

	return tuned_heads_of(p->a, p->r, &heads) > 0;
}

static void heads_add_row(const struct page *p, struct table *t, const struct tuned_head *h,
			  size_t learnt_from, bool held_out, const struct tally *tally)
{
	bool pick = (int)h->candidate == p->r->decision.pick && !held_out;

	table_add_numbered(t, h->candidate + 1, pick ? SIGN_PICK : SIGN_NONE,
			   page_name(p, h->candidate));
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
	html_textf(p->out, "%zu %s: %s. ", h->candidate + 1, page_name(p, h->candidate),
		   head_words_learnt(p->a, &h->record));
	html_element(p->out, "b", head_words_outlook(p->a, &h->record));
	html_markup(p->out, "</p>\n");
}

void page_heads(const struct page *p)
{
	static const char *const titles[] = { "candidate", ">learnt from",  "judged on",
					      ">right",	   ">95% interval", NULL };
	struct tuned_head *heads;
	size_t n = tuned_heads_of(p->a, p->r, &heads);
	struct table t;

	html_element(p->out, "p",
		     "These candidates learnt from labelled tickets outside this run. Would more "
		     "of them help? A line shows how often what learnt from fewer tickets was "
		     "right, each time on training tickets that were held out.");
	for (size_t i = 0; i < n; i++)
		heads_write_sentences(p, &heads[i]);
	chart_learning(p, heads, n);
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < n; i++)
		heads_add_rows(p, &t, &heads[i]);
	table_write_html(&t, NULL, p->out);
	html_element(p->out, "p class=\"note\"",
		     "What more labels would bring is an extrapolation of the line: it ignores "
		     "new kinds of tickets and wrong labels. Held-out figures are a little too "
		     "good, because strength and calibration were chosen on the same tickets.");
}
