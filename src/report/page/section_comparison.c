/*
 * The candidates side by side: how often right, how large, how fast, at what cost.
 */

#include "base/str.h"
#include "judge/measure/stats.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/table/tables.h"
#include "report/text/answer_text.h"
#include "report/ways.h"

/* A candidate that was not measured keeps its row: why is a result too. */
static void comparison_add_not_run(const struct page *p, struct table *t, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];
	const char *words = result_not_measured(c), *why = c->not_measured;

	table_add_wide(t, why ? arena_printf(p->a, "%s: %s", words, why) : words);
}

static void comparison_sure_row(const struct page *p, struct table *t, size_t i)
{
	const struct verdict *v = &p->r->decision.verdicts[i];
	const struct contender *c = &p->r->contenders[i];
	const struct tally *e = &c->evidence;
	const char *mark = tables_calibrated(&p->r->candidates[i]);
	/* A candidate that is below the bar needs no further tickets. */
	bool fails = v->kind == VERDICT_DOES_NOT_CLEAR, none = v->kind == VERDICT_NONE;

	if (e->n == 0) {
		comparison_add_not_run(p, t, i);
		return;
	}
	if (c->score.n < c->n_tickets)
		mark = arena_add_item(p->a, mark, ", ", "%zu of %zu tickets asked", c->score.n,
				      c->n_tickets);
	table_add(t, words_tally(p->a, &c->score));
	table_add(t, words_interval(p->a, stats_clopper_pearson(e->right, e->n, 0.95)));
	table_add(t, none ? "-" : words_at_least(p->a, v->at_least));
	table_mark(t, mark);
	table_add(t, none ? "-" : arena_printf(p->a, "%.0f%%", 100 * v->chance));
	table_add(t, fails || none ? "-" : words_needed(p->a, v->to_floor));
	table_add(t, fails || none ? "-" : words_needed(p->a, v->to_clear));
}

/* The best result without a language model. */
static void comparison_write_baseline(const struct page *p)
{
	const struct contender *best = NULL;

	for (size_t i = 0; i < p->r->n; i++) {
		const struct contender *c = &p->r->contenders[i];

		if (p->r->candidates[i].baseline && page_measured(p, i) &&
		    (!best || c->score.right > best->score.right))
			best = c;
	}
	if (best)
		html_elementf(
			p->out, "p",
			"Without any language model, %s gets %s. A model that does no better is "
			"not worth its memory.",
			best->name, words_right(p->a, &best->score));
}

void page_sure(const struct page *p)
{
	const struct result *r = p->r;
	const char *titles[] = {
		"candidate",
		">right",
		">95% interval",
		">guaranteed",
		arena_printf(p->a, ">chance of %s", words_share(p->a, r->standard.bar)),
		arena_printf(p->a, ">to show %s", words_share(p->a, r->standard.floor)),
		arena_printf(p->a, ">to show %s", words_share(p->a, r->standard.bar)),
		NULL
	};
	struct table t;

	html_paragraph(p->out, "p", words_why(p->a, r));
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < r->n; i++) {
		tables_add_candidate(&t, r, i);
		comparison_sure_row(p, &t, i);
	}
	table_write_html(&t, NULL, p->out);
	html_element(p->out, "p class=\"note\"",
		     "“Guaranteed” holds for all candidates together, and even if tickets are "
		     "added later. The interval assumes one candidate and a number of tickets "
		     "fixed in advance. “Chance” is that its true accuracy is the bar or more. "
		     "“To show” counts further correct answers in a row.");
	comparison_write_baseline(p);
}

bool page_has_ways(const struct page *p)
{
	struct table t;

	return ways_table(p->a, p->r, &t);
}

void page_ways(const struct page *p)
{
	struct table t;

	ways_table(p->a, p->r, &t);
	html_element(p->out, "p",
		     "The same tickets and the same models: the only difference is how they are "
		     "asked. Baselines need no model.");
	table_write_html(&t, NULL, p->out);
}

static double comparison_size_of(const struct candidate_result *c)
{
	return (double)c->row->size_bytes;
}

static const char *comparison_size_tick(struct arena *a, double value)
{
	return str_bytes(a, (uint64_t)value);
}

static const char *comparison_bytes(struct arena *a, int64_t n_bytes)
{
	return n_bytes > 0 ? str_bytes(a, (uint64_t)n_bytes) : "-";
}

static const char *comparison_params(struct arena *a, int64_t n)
{
	return n <= 0	      ? "-" :
	       n >= 995000000 ? arena_printf(a, "%.1f billion", (double)n / 1e9) :
				arena_printf(a, "%.0f million", (double)n / 1e6);
}

void page_size(const struct page *p)
{
	static const char *const titles[] = { "candidate",   ">size in memory", ">file",
					      ">parameters", "quantisation",	NULL };
	static const struct scatter chart = { "Accuracy against size", "size in memory (log)",
					      comparison_size_of, comparison_size_tick };
	struct table t;

	html_element(p->out, "p",
		     "Further left is smaller, further up is more often right. The dashed line is "
		     "the bar.");
	chart_scatter(p, &chart);
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < p->r->n; i++) {
		const struct candidate_row *row = p->r->candidates[i].row;

		tables_add_candidate(&t, p->r, i);
		table_add(&t, comparison_bytes(p->a, row->size_bytes));
		table_add(&t, comparison_bytes(p->a, row->file_bytes));
		table_add(&t, comparison_params(p->a, row->n_params));
		table_add(&t, *row->quant ? row->quant : "-");
	}
	table_write_html(&t, NULL, p->out);
}

static double comparison_ttft_of(const struct candidate_result *c)
{
	return (double)c->score.ttft_p50_us;
}

static const char *comparison_time_tick(struct arena *a, double value)
{
	return str_duration(a, (int64_t)value);
}

static void comparison_speed_row(const struct page *p, struct table *t, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];

	if (!page_measured(p, i)) {
		comparison_add_not_run(p, t, i);
		return;
	}
	table_add(t, str_duration(p->a, c->score.ttft_p50_us));
	table_add(t, str_duration(p->a, c->score.ttft_p95_us));
	table_add(t, str_duration(p->a, c->score.label_p50_us));
	table_add(t, c->baseline ? "-" : str_duration(p->a, c->load_us));
	table_add(t, comparison_bytes(p->a, c->peak_rss_bytes));
	table_add(t, words_timing(c));
}

void page_speed(const struct page *p)
{
	const char *titles[] = { "candidate",
				 ">first token, median",
				 ">95 of 100 within",
				 arena_printf(p->a, ">%s, median", answer_words(p->r)->said),
				 ">load",
				 ">memory peak",
				 "timing",
				 NULL };
	static const struct scatter chart = { "Accuracy against time to first token",
					      "median time to first token (log)",
					      comparison_ttft_of, comparison_time_tick };
	const char *const *extras;
	size_t n_extras = words_extras(p->a, p->r, &extras);
	struct table t;

	html_element(p->out, "p",
		     "Time from handing a ticket over to the first token that the model chose, one "
		     "ticket at a time on this machine.");
	chart_scatter(p, &chart);
	html_element(p->out, "h3", "How the times vary");
	chart_times(p);
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < p->r->n; i++) {
		tables_add_candidate(&t, p->r, i);
		comparison_speed_row(p, &t, i);
	}
	table_write_html(&t, NULL, p->out);
	for (size_t i = 0; i < n_extras; i++)
		html_paragraph(p->out, "p", extras[i]);
	html_element(p->out, "p class=\"note\"",
		     "Disturbed: other work ran on the machine, so the times are too long. Reused: "
		     "taken from an earlier run, not measured again. Resumed: the run was "
		     "interrupted.");
}

void page_cost(const struct page *p)
{
	bool energy = cost_energy_known(p->r);
	const char *titles[] = { "candidate",
				 ">answers only",
				 ">with reasons",
				 energy ? ">energy" : "timing",
				 energy ? "timing" : NULL,
				 NULL };
	struct table t;

	html_element(p->out, "p",
		     "Working time of this machine for 1,000 tickets like these, from the time "
		     "that each ticket took. It does not include loading the model.");
	table_init(&t, p->a, titles);
	for (size_t i = 0; i < p->r->n; i++) {
		const struct candidate_result *c = &p->r->candidates[i];
		struct cost cost = cost_per_1000(c);

		tables_add_candidate(&t, p->r, i);
		table_add(&t, words_minutes(p->a, cost.answer_minutes));
		table_add(&t, words_minutes(p->a, cost.full_minutes));
		if (energy)
			table_add(&t, words_energy(p->a, cost.energy_wh));
		table_add(&t, page_measured(p, i) ? words_timing(c) : result_not_measured(c));
	}
	table_write_html(&t, NULL, p->out);
	html_element(p->out, "p class=\"note\"",
		     energy ? "Energy: of the processor while it worked on this candidate, with "
			      "the reasons." :
			      "Energy: not measurable on this machine.");
}

void page_harder(const struct page *p)
{
	struct table t;

	html_element(p->out, "p",
		     "These tickets were chosen because they are hard. They are scored apart.");
	tables_harder(p->a, p->r, &t);
	table_write_html(&t, NULL, p->out);
	html_paragraph(p->out, "p class=\"warn\"", words_both_note(p->a, p->r));
}
