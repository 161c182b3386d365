/*
 * How sure a decision is, in the terminal.
 */
#include "report/result/verdict_text.h"

#include "base/display.h"
#include "base/terminal.h"
#include "judge/measure/stats.h"
#include "report/result/pair_text.h"
#include "report/table/tables.h"
#include "report/words/words.h"

/* Two-sided, as these intervals are usually quoted. */
static const double interval_confidence = 0.95;

/* Behind `start` columns that are written already. */
static void verdict_paragraph(struct arena *a, const char *text, size_t start, FILE *out)
{
	display_wrap(a, text, start, terminal_text_columns(out), out);
}

void verdict_write_table(struct arena *a, const struct result *r, FILE *out)
{
	const char *headers[] = {
		"how sure",
		">right",
		">at least",
		arena_printf(a, ">chance of %s|chance", words_share(a, r->standard.bar)),
		"verdict",
		">level",
		arena_printf(a, ">to show %s|%s after", words_share(a, r->standard.floor),
			     words_share(a, r->standard.floor)),
		arena_printf(a, ">to show %s|%s after", words_share(a, r->standard.bar),
			     words_share(a, r->standard.bar)),
		NULL
	};
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "n0010200");
	for (size_t i = 0; i < r->n; i++) {
		const struct verdict *v = &r->decision.verdicts[i];
		const struct contender *c = &r->contenders[i];

		if (v->kind == VERDICT_NONE)
			continue;
		tables_add_candidate(&t, r, i);
		table_addf(&t, "%zu/%zu", c->evidence.right, c->evidence.n);
		table_add(&t, words_at_least(a, v->at_least));
		table_addf(&t, "%.0f%%", 100 * v->chance);
		tables_add_verdict(&t, r, i);
		table_mark(&t, tables_calibrated(&r->candidates[i]));
		table_add(&t, words_share(a, v->level));
		table_add(&t, words_needed(a, v->to_floor));
		table_add(&t, words_needed(a, v->to_clear));
	}
	table_write(&t, out);
}

void verdict_write_intervals(struct arena *a, const struct result *r, FILE *out)
{
	static const char *const headers[] = { "95% intervals",	    ">right",
					       ">Wilson",	    ">Jeffreys",
					       ">Clopper-Pearson",  ">CP at least",
					       ">anytime at least", NULL };
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "n032040");
	for (size_t i = 0; i < r->n; i++) {
		const struct tally *e = &r->contenders[i].evidence;

		if (r->decision.verdicts[i].kind == VERDICT_NONE || e->n == 0)
			continue;
		tables_add_candidate(&t, r, i);
		table_addf(&t, "%zu/%zu", e->right, e->n);
		table_add(&t, words_interval(a, stats_wilson(e->right, e->n, interval_confidence)));
		table_add(&t,
			  words_interval(a, stats_jeffreys(e->right, e->n, interval_confidence)));
		table_add(&t, words_interval(a, stats_clopper_pearson(e->right, e->n,
								      interval_confidence)));
		table_addf(&t, "%.1f%%",
			   100 * stats_clopper_pearson_low(e->right, e->n, interval_confidence));
		table_addf(
			&t, "%.1f%%",
			100 * stats_at_least(e->right, e->n - e->right, 1 - interval_confidence));
	}
	table_write(&t, out);
	verdict_paragraph(a,
			  "The first three columns assume one candidate and a number of tickets "
			  "fixed in advance. The last one holds however often tickets are added.",
			  0, out);
}

void verdict_write_harder(struct arena *a, const struct result *r, FILE *out)
{
	struct table t;

	if (r->n_tickets == r->n_ordinary)
		return;
	tables_harder(a, r, &t);
	putc('\n', out);
	table_write(&t, out);
	verdict_paragraph(a, words_both_note(a, r), 0, out);
}

void verdict_write_labels(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct score *s = &r->candidates[candidate].score;
	struct label_report l;
	struct table t;

	labels_score(a, s, r->other, &l);
	tables_labels(a, r, &l, &t);
	table_write(&t, out);
	verdict_paragraph(
		a, arena_printf(a, "Macro-F1 %.2f. %s", l.macro_f1, words_abstention(a, &l, s)), 0,
		out);
}

void verdict_write_pair(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	int larger = result_next_larger(r, candidate);

	if (larger < 0)
		return;
	putc('\n', out);
	pair_write(a, r, candidate, (size_t)larger, out);
}

void verdict_write_suspects(struct arena *a, const struct result *r, FILE *out)
{
	struct table t;

	if (r->n_suspects == 0)
		return;
	tables_suspects(a, r, r->n_suspects, false, &t);
	putc('\n', out);
	table_write(&t, out);
}

void verdict_write_warnings(struct arena *a, const struct result *r, FILE *out)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	size_t n = words_warnings(a, r, warnings);

	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind == EVENT_PROBE)
			verdict_paragraph(
				a,
				arena_printf(a, "Probe: %s.", display_path(a, r->events[i].text)),
				0, out);
	for (size_t i = 0; i < n; i++)
		verdict_paragraph(a, warnings[i], 0, out);
}
