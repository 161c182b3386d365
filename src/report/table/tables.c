/*
 * The tables of a result, cell by cell.
 */
#include "report/table/tables.h"

#include "report/images.h"
#include "report/words/words.h"

void tables_add_candidate(struct table *t, const struct result *r, size_t candidate)
{
	const struct candidate_result *c = &r->candidates[candidate];

	table_add_numbered(t, candidate + 1,
			   (int)candidate == r->decision.pick ? SIGN_PICK :
			   c->blocked			      ? SIGN_FORBIDDEN :
								SIGN_NONE,
			   c->short_name);
	table_full(t, c->row->name);
}

void tables_add_verdict(struct table *t, const struct result *r, size_t candidate)
{
	static const struct {
		const char *brief;
		enum terminal_style style;
	} of[VERDICT_COUNT] = {
		[VERDICT_CLEARS] = { "ABOVE", STYLE_GOOD },
		[VERDICT_GOOD_ENOUGH] = { "GOOD ENOUGH", STYLE_GOOD },
		[VERDICT_DOES_NOT_CLEAR] = { "BELOW", STYLE_BAD },
		[VERDICT_NOT_ENOUGH] = { "NOT ENOUGH", STYLE_WARNING },
	};
	enum verdict_kind kind = r->decision.verdicts[candidate].kind;

	table_add(t, result_verdict(r, candidate));
	if (kind == VERDICT_NONE)
		return;
	table_brief(t, of[kind].brief);
	table_style(t, of[kind].style);
}

const char *tables_calibrated(const struct candidate_result *c)
{
	return c->calibrated ? "calibrated on these tickets" : NULL;
}

void tables_labels(struct arena *a, const struct result *r, const struct label_report *l,
		   struct table *ret_table)
{
	static const char *const titles[] = { "label",	 ">tickets",   ">said", ">right",
					      ">recall", ">precision", ">F1",	NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < r->n_labels; i++) {
		const struct label_score *x = &l->labels[i];

		table_add(ret_table, r->labels[i].name);
		table_addf(ret_table, "%zu", x->n_gold);
		table_addf(ret_table, "%zu", x->n_said);
		table_addf(ret_table, "%zu", x->n_right);
		table_add(ret_table, words_share(a, x->recall));
		table_add(ret_table, words_share(a, x->precision));
		table_add(ret_table, x->f1 < 0 ? "-" : arena_printf(a, "%.2f", x->f1));
	}
}

void tables_harder(struct arena *a, const struct result *r, struct table *ret_table)
{
	static const char *const titles[] = { "harder tickets", ">ordinary", ">harder", ">both",
					      NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < r->n; i++) {
		const struct contender *c = &r->contenders[i];

		if (r->decision.verdicts[i].kind == VERDICT_NONE)
			continue;
		tables_add_candidate(ret_table, r, i);
		table_add(ret_table, words_tally(a, &c->score));
		table_add(ret_table, words_tally(a, &c->harder));
		table_add(ret_table, words_both(a, r, c));
	}
}

void tables_suspects(struct arena *a, const struct result *r, size_t max, bool with_text,
		     struct table *ret_table)
{
	const char *titles[] = { "labels to check",	      "expected", "models say", ">agree",
				 with_text ? "ticket" : NULL, NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < r->n_suspects && i < max; i++) {
		const struct suspect *s = &r->suspects[i];
		const struct ticket *t = &r->tickets[s->ticket];

		table_add(ret_table, t->id);
		table_add(ret_table, r->labels[t->label].name);
		table_add(ret_table, r->labels[s->label].name);
		table_addf(ret_table, "%zu of %zu", s->n_agree, s->n_candidates);
		if (!with_text)
			continue;
		table_add(ret_table, t->text);
		table_mark(ret_table, t->image ? words_image(a, t) : NULL);
	}
}
