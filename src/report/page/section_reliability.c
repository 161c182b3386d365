/*
 * What probabilities are worth: a table of all candidates, and the diagram of one.
 */
#include "report/page/html.h"
#include "report/page/sections.h"

bool page_has_reliability(const struct page *p)
{
	struct table t;

	return reliability_table(p->a, p->r, &t);
}

static void reliability_write_candidate(const struct page *p, size_t candidate)
{
	const struct reliability *l = reliability_of_candidate(p->r, candidate);
	struct table t;

	if (!l)
		return;
	html_elementf(p->out, "h3", "%zu %s", candidate + 1, page_name(p, candidate));
	if (l->n > 0) {
		html_element(p->out, "p", words_reliability(p->a, l));
		chart_reliability(p, candidate, l);
		reliability_bins_table(p->a, l, &t);
		table_write_html(&t, NULL, p->out);
	}
	if (l->n_mass > 0)
		html_element(p->out, "p", words_label_mass(p->a, l));
	if (l->n_ordered > 0)
		html_element(p->out, "p", words_order_flips(p->a, l));
}

void page_reliability(const struct page *p)
{
	struct table t;

	reliability_table(p->a, p->r, &t);
	html_element(
		p->out, "p",
		"A label comes with a probability, and a threshold on it decides what goes to "
		"a person. That works only if answers that state 90% are right 9 times in 10.");
	table_write_html(&t, NULL, p->out);
	if (p->shown >= 0)
		reliability_write_candidate(p, (size_t)p->shown);
	html_element(p->out, "p class=\"note\"", words_reliability_note);
}
