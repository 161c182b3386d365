/*
 * How sure a decision is, in the terminal.
 */
#include "report/result/verdict_text.h"

#include "base/display.h"
#include "judge/stats.h"
#include "report/tables.h"
#include "report/words.h"

/* Two-sided, as these intervals are usually quoted. */
static const double interval_confidence = 0.95;

void verdict_write_table(struct arena *a, const struct result *r, FILE *out)
{
	const char *headers[] = { "how sure",
				  ">right",
				  ">at least",
				  arena_printf(a, ">chance of %s", words_share(a, r->standard.bar)),
				  "verdict",
				  ">level",
				  arena_printf(a, ">to show %s", words_share(a, r->standard.floor)),
				  arena_printf(a, ">to show %s", words_share(a, r->standard.bar)),
				  NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < r->n; i++) {
		const struct verdict *v = &r->decision.verdicts[i];
		const struct contender *c = &r->contenders[i];

		if (v->kind == VERDICT_NONE)
			continue;
		tables_add_candidate(&t, r, i);
		table_addf(&t, "%zu/%zu", c->evidence.right, c->evidence.n);
		table_add(&t, words_at_least(a, v->at_least));
		table_addf(&t, "%.0f%%", 100 * v->chance);
		table_add(&t, verdict_words(v->kind));
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
	fputs("The first three columns assume one candidate and a number of tickets fixed in "
	      "advance. The last\none holds however often tickets are added.\n",
	      out);
}

void verdict_write_harder(struct arena *a, const struct result *r, FILE *out)
{
	struct table t;

	if (r->n_tickets == r->n_ordinary)
		return;
	tables_harder(a, r, &t);
	putc('\n', out);
	table_write(&t, out);
	fprintf(out, "%s\n", words_both_note(a, r));
}

void verdict_write_labels(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct score *s = &r->candidates[candidate].score;
	struct label_report l;
	struct table t;

	labels_score(a, s, r->other, &l);
	tables_labels(a, r, &l, &t);
	table_write(&t, out);
	fprintf(out, "Macro-F1 %.2f. %s\n", l.macro_f1, words_abstention(a, &l, s));
}

void verdict_write_pair(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	int larger = result_next_larger(r, candidate);
	const char *lines[WORDS_PAIR_LINES];

	if (larger < 0)
		return;
	words_pair(a, r, candidate, (size_t)larger, lines);
	putc('\n', out);
	for (size_t i = 0; i < WORDS_PAIR_LINES; i++)
		fprintf(out, "%s%s\n", i ? "  " : "", lines[i]);
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
			fprintf(out, "Probe: %s.\n", display_path(a, r->events[i].text));
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s\n", warnings[i]);
}
