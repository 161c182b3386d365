/*
 * The candidates side by side: how often right, how large, how fast, at what cost.
 */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "judge/stats.h"
#include "report/images.h"
#include "report/page/html.h"
#include "report/page/report_page.h"
#include "report/thoughts.h"

static void figures_cell(const struct page *p, const char *text)
{
	html_element(p->out, "td class=\"n\"", text);
}

/* A refused candidate keeps its row: why it did not run is a result too. */
static void figures_refused_row(const struct page *p, size_t i, int n_columns)
{
	const char *why = p->r->candidates[i].row->refused;

	html_shape(p->out, "<td colspan=\"%d\">", n_columns);
	html_textf(p->out, "did not run%s", *why ? ": " : "");
	html_quote(p->out, why, strlen(why), PAGE_QUOTE_CHARS);
	html_markup(p->out, "</td>");
}

static void figures_accuracy_row(const struct page *p, size_t i)
{
	const struct verdict *v = &p->r->decision.verdicts[i];
	const struct contender *c = &p->r->contenders[i];
	const struct tally *e = &c->evidence;
	struct interval range;

	if (e->n == 0) {
		figures_refused_row(p, i, 6);
		return;
	}
	range = stats_clopper_pearson(e->right, e->n, 0.95);
	figures_cell(p, words_tally(p->a, &c->score));
	figures_cell(p, arena_printf(p->a, "%.0f–%.0f%%", 100 * range.low, 100 * range.high));
	figures_cell(p, arena_printf(p->a, "%.0f%%", floor(100 * v->at_least)));
	html_markup(p->out, "<td>");
	html_text(p->out, verdict_words(v->kind));
	if (p->r->candidates[i].calibrated)
		html_markup(p->out, " <span class=\"mark\">calibrated on these tickets</span>");
	if (c->score.n < c->n_tickets) {
		html_markup(p->out, " ");
		html_elementf(p->out, "span class=\"mark\"", "%zu unanswered",
			      c->n_tickets - c->score.n);
	}
	html_markup(p->out, "</td>");
	/* Below the bar for certain: no further tickets are asked for. */
	figures_cell(p, v->kind == VERDICT_DOES_NOT_CLEAR ? "-" : words_needed(p->a, v->to_floor));
	figures_cell(p, v->kind == VERDICT_DOES_NOT_CLEAR ? "-" : words_needed(p->a, v->to_clear));
}

/* Rung zero: what is to be had without a language model. */
static void figures_write_baseline(const struct page *p)
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

void page_accuracy(const struct page *p)
{
	const struct result *r = p->r;
	const char *headers[] = {
		"candidate",
		">right",
		">95% interval",
		">at least",
		"verdict",
		arena_printf(p->a, ">to assure %s", words_share(p->a, r->standard.floor)),
		arena_printf(p->a, ">to prove %s", words_share(p->a, r->standard.bar)),
		NULL
	};

	html_element(p->out, "p",
		     "A score on few tickets is a guess with a margin. The band is where the true "
		     "rate may be; the bracket is what can be promised however often tickets are "
		     "added. Candidates stand in order of size and keep their number.");
	chart_intervals(p);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < r->n; i++) {
		page_row_begin(p, i);
		figures_accuracy_row(p, i);
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
	figures_write_baseline(p);
	html_element(
		p->out, "p class=\"note\"",
		"“To assure” and “to prove” count further right answers in a row. The interval "
		"holds for one candidate and a number of tickets fixed in advance; “at least” "
		"holds for all candidates together.");
}

static double figures_size_of(const struct candidate_result *c)
{
	return (double)c->row->size_bytes;
}

static const char *figures_size_tick(struct arena *a, double value)
{
	return str_bytes(a, (uint64_t)value);
}

static const char *figures_params(struct arena *a, int64_t n)
{
	return n <= 0	      ? "-" :
	       n >= 995000000 ? arena_printf(a, "%.1f billion", (double)n / 1e9) :
				arena_printf(a, "%.0f million", (double)n / 1e6);
}

void page_size(const struct page *p)
{
	static const char *const headers[] = { "candidate",   ">size in memory", ">file",
					       ">parameters", "quantisation",	 NULL };
	static const struct scatter chart = { "Accuracy against size", "size in memory (log)",
					      figures_size_of, figures_size_tick };

	html_element(p->out, "p",
		     "Further left is smaller, further up is more often right. The dashed line is "
		     "the bar.");
	chart_scatter(p, &chart);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < p->r->n; i++) {
		const struct candidate_row *row = p->r->candidates[i].row;

		page_row_begin(p, i);
		figures_cell(p, row->size_bytes > 0 ? str_bytes(p->a, (uint64_t)row->size_bytes) :
						      "-");
		figures_cell(p, row->file_bytes > 0 ? str_bytes(p->a, (uint64_t)row->file_bytes) :
						      "-");
		figures_cell(p, figures_params(p->a, row->n_params));
		html_element(p->out, "td", *row->quant ? row->quant : "-");
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
}

static double figures_ttft_of(const struct candidate_result *c)
{
	return (double)c->score.ttft_p50_us;
}

static const char *figures_time_tick(struct arena *a, double value)
{
	return str_duration(a, (int64_t)value);
}

static void figures_speed_row(const struct page *p, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];

	if (!page_measured(p, i)) {
		figures_refused_row(p, i, 6);
		return;
	}
	figures_cell(p, str_duration(p->a, c->score.ttft_p50_us));
	figures_cell(p, str_duration(p->a, c->score.ttft_p95_us));
	figures_cell(p, str_duration(p->a, c->score.label_p50_us));
	figures_cell(p, c->baseline ? "-" : str_duration(p->a, c->load_us));
	figures_cell(p, c->peak_rss_bytes ? str_bytes(p->a, (uint64_t)c->peak_rss_bytes) : "-");
	html_element(p->out, "td", words_timing(c));
}

static void figures_write_images(const struct page *p)
{
	for (size_t i = 0; i < p->r->n; i++) {
		struct image_figures f;

		if (!page_measured(p, i) || p->r->candidates[i].baseline)
			continue;
		images_of(p->a, p->r, &p->r->candidates[i], &f);
		if (f.n_tickets > 0)
			html_elementf(p->out, "p", "Images, %s: %s.", page_name(p, i),
				      words_images(p->a, &f));
	}
}

static void figures_write_thoughts(const struct page *p)
{
	for (size_t i = 0; i < p->r->n; i++) {
		struct thought_figures f;

		if (!page_measured(p, i) || p->r->candidates[i].baseline)
			continue;
		thoughts_of(p->a, p->r, &p->r->candidates[i], &f);
		if (*words_thoughts(p->a, &f))
			html_elementf(p->out, "p", "Thinking, %s: %s.", page_name(p, i),
				      words_thoughts(p->a, &f));
	}
}

void page_speed(const struct page *p)
{
	static const char *const headers[] = { "candidate",
					       ">first token, median",
					       ">95 of 100 within",
					       ">label, median",
					       ">load",
					       ">memory peak",
					       "timing",
					       NULL };
	static const struct scatter chart = { "Accuracy against time to first token",
					      "median time to first token (log)", figures_ttft_of,
					      figures_time_tick };

	html_element(p->out, "p",
		     "Time from handing a ticket over to the first token that the model chose, one "
		     "ticket at a time on this machine.");
	chart_scatter(p, &chart);
	html_element(p->out, "h3", "How the times are spread");
	chart_times(p);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < p->r->n; i++) {
		page_row_begin(p, i);
		figures_speed_row(p, i);
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
	figures_write_images(p);
	figures_write_thoughts(p);
	html_element(
		p->out, "p class=\"note\"",
		"Disturbed: other work ran on the machine, so the times are too long. Reused: "
		"taken from an earlier run, not timed again. Resumed: the run was interrupted.");
}

static void figures_cost_row(const struct page *p, size_t i, bool energy)
{
	const struct candidate_result *c = &p->r->candidates[i];
	struct cost cost = cost_per_1000(c);

	figures_cell(p, words_minutes(p->a, cost.answer_minutes));
	figures_cell(p, words_minutes(p->a, cost.full_minutes));
	if (energy)
		figures_cell(p, words_energy(p->a, cost.energy_wh));
	html_element(p->out, "td", page_measured(p, i) ? words_timing(c) : "did not run");
}

void page_cost(const struct page *p)
{
	bool energy = cost_energy_known(p->r);
	const char *headers[] = { "candidate",
				  ">answers only",
				  ">with reasons",
				  energy ? ">energy" : "timing",
				  energy ? "timing" : NULL,
				  NULL };

	html_element(
		p->out, "p",
		"Working time of this machine for 1,000 tickets like these, from the time each "
		"ticket really took. Loading the model is not in it.");
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < p->r->n; i++) {
		page_row_begin(p, i);
		figures_cost_row(p, i, energy);
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
	html_element(p->out, "p class=\"note\"",
		     energy ? "Energy: of the processor while it worked on this candidate, reasons "
			      "included." :
			      "Energy: not measurable on this machine.");
}
