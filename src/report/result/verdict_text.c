/*
 * Verdicts in rows and lines.
 */
#include "report/result/verdict_text.h"

#include <stdint.h>

#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "judge/stats.h"
#include "report/table.h"

/* Two-sided, as these intervals are usually quoted. */
static const double interval_confidence = 0.95;

static const char *verdict_percent(struct arena *a, double share)
{
	return share < 0 ? "-" : arena_printf(a, "%.3g%%", 100 * share);
}

/* Rounded down: what is promised must hold. */
static const char *verdict_at_least(struct arena *a, double share)
{
	return arena_printf(a, "%d%%", (int)(100 * share));
}

static const char *verdict_more(struct arena *a, size_t n)
{
	return n == SIZE_MAX ? "never" : n ? arena_printf(a, "%zu", n) : "settled";
}

static const char *verdict_marks(const struct candidate_result *c)
{
	return c->calibrated ? " (calibrated on these tickets)" : "";
}

void verdict_write_table(struct arena *a, const struct result *r, FILE *out)
{
	const char *headers[] = { "how sure",
				  ">right",
				  ">at least",
				  arena_printf(a, ">chance of %.3g%%", 100 * r->standard.bar),
				  "verdict",
				  ">level",
				  arena_printf(a, ">to assure %.3g%%", 100 * r->standard.floor),
				  arena_printf(a, ">to prove %.3g%%", 100 * r->standard.bar),
				  NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < r->n; i++) {
		const struct verdict *v = &r->decision.verdicts[i];
		const struct contender *c = &r->contenders[i];

		if (v->kind == VERDICT_NONE)
			continue;
		table_addf(&t, "%s%s", (int)i == r->decision.pick ? "* " : "  ", c->name);
		table_addf(&t, "%zu/%zu", c->evidence.right, c->evidence.n);
		table_add(&t, verdict_at_least(a, v->at_least));
		table_addf(&t, "%.0f%%", 100 * v->chance);
		table_addf(&t, "%s%s", verdict_words(v->kind), verdict_marks(&r->candidates[i]));
		table_addf(&t, "%.3g%%", 100 * v->level);
		table_add(&t, verdict_more(a, v->to_floor));
		table_add(&t, verdict_more(a, v->to_clear));
	}
	table_write(&t, out);
}

static const char *verdict_between(struct arena *a, struct interval i)
{
	return arena_printf(a, "%.1f-%.1f%%", 100 * i.low, 100 * i.high);
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
		table_addf(&t, "  %s", r->contenders[i].name);
		table_addf(&t, "%zu/%zu", e->right, e->n);
		table_add(&t,
			  verdict_between(a, stats_wilson(e->right, e->n, interval_confidence)));
		table_add(&t,
			  verdict_between(a, stats_jeffreys(e->right, e->n, interval_confidence)));
		table_add(&t, verdict_between(a, stats_clopper_pearson(e->right, e->n,
								       interval_confidence)));
		table_addf(&t, "%.1f%%",
			   100 * stats_clopper_pearson_low(e->right, e->n, interval_confidence));
		table_addf(
			&t, "%.1f%%",
			100 * stats_at_least(e->right, e->n - e->right, 1 - interval_confidence));
	}
	table_write(&t, out);
	fputs("The first three hold for a number of tickets fixed in advance and one candidate; "
	      "the last one\nholds however often tickets are added.\n",
	      out);
}

/* Both kinds together, weighted as the real stream is where the job says so. */
static const char *verdict_pooled(struct arena *a, const struct result *r,
				  const struct contender *c)
{
	double hard = r->standard.hard_share;

	if (c->score.n == 0 || c->harder.n == 0)
		return "-";
	if (hard > 0)
		return verdict_percent(a, (1 - hard) * (double)c->score.right / (double)c->score.n +
						  hard * (double)c->harder.right /
							  (double)c->harder.n);
	return arena_printf(a, "%zu/%zu (%s)", c->score.right + c->harder.right,
			    c->score.n + c->harder.n,
			    verdict_percent(a, (double)(c->score.right + c->harder.right) /
						       (double)(c->score.n + c->harder.n)));
}

static const char *verdict_of(struct arena *a, const struct tally *t)
{
	return t->n ? arena_printf(a, "%zu/%zu (%s)", t->right, t->n,
				   verdict_percent(a, (double)t->right / (double)t->n)) :
		      "-";
}

void verdict_write_harder(struct arena *a, const struct result *r, FILE *out)
{
	static const char *const headers[] = { "harder tickets", ">ordinary", ">harder", ">both",
					       NULL };
	size_t n_harder = r->n_tickets - r->n_ordinary;
	struct table t;

	if (n_harder == 0)
		return;
	table_init(&t, a, headers);
	for (size_t i = 0; i < r->n; i++) {
		const struct contender *c = &r->contenders[i];

		if (r->decision.verdicts[i].kind == VERDICT_NONE)
			continue;
		table_addf(&t, "%s%s", (int)i == r->decision.pick ? "* " : "  ", c->name);
		table_add(&t, verdict_of(a, &c->score));
		table_add(&t, verdict_of(a, &c->harder));
		table_add(&t, verdict_pooled(a, r, c));
	}
	table_write(&t, out);
	if (r->standard.hard_share > 0)
		fprintf(out,
			"Both: weighted as the job says, %.3g%% of the stream like the harder "
			"ones.\n",
			100 * r->standard.hard_share);
	else
		fprintf(out, "Both: a mix of %zu ordinary and %zu hard, not your ticket stream.\n",
			r->n_ordinary, n_harder);
}

static void verdict_write_abstention(const struct label_report *l, const struct score *s, FILE *out)
{
	if (!l->has_other)
		return;
	fprintf(out,
		"Said \"other\": %zu rightly, %zu because unsure; wrong otherwise: %zu. "
		"Answered %.3g%% of the tickets, %.3g%% of these right (%zu of %zu).\n",
		l->n_other_right, l->n_unsure, l->n_wrong, 100 * l->coverage,
		100 * l->accuracy_answered, s->n_right, l->n_answered);
}

void verdict_write_labels(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	static const char *const headers[] = { "label",	  ">gold",	">said", ">right",
					       ">recall", ">precision", ">F1",	 NULL };
	const struct score *s = &r->candidates[candidate].score;
	struct label_report l;
	struct table t;

	labels_score(a, s, r->other, &l);
	table_init(&t, a, headers);
	for (size_t i = 0; i < r->n_labels; i++) {
		const struct label_score *x = &l.labels[i];

		table_add(&t, r->labels[i].name);
		table_addf(&t, "%zu", x->n_gold);
		table_addf(&t, "%zu", x->n_said);
		table_addf(&t, "%zu", x->n_right);
		table_add(&t, verdict_percent(a, x->recall));
		table_add(&t, verdict_percent(a, x->precision));
		table_add(&t, x->f1 < 0 ? "-" : arena_printf(a, "%.2f", x->f1));
	}
	table_write(&t, out);
	fprintf(out, "Macro-F1 %.2f. ", l.macro_f1);
	verdict_write_abstention(&l, s, out);
	fputc('\n', out);
}

static void verdict_list_tickets(struct arena *a, const struct result *r, const size_t *tickets,
				 size_t n, const char *words, FILE *out)
{
	fprintf(out, "  %s %zu", words, n);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? ", " : ": ", display_text(a, r->tickets[tickets[i]].id));
	fputc('\n', out);
}

void verdict_write_pair(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	int larger = result_next_larger(r, candidate);
	struct pairing p;

	if (larger < 0)
		return;
	compare_pair(a, r->tickets, r->n_tickets, r->candidates[candidate].answers,
		     r->candidates[larger].answers, &p);
	fprintf(out, "Against the next larger, %s, ticket by ticket:\n",
		display_text(a, r->candidates[larger].row->name));
	verdict_list_tickets(a, r, p.only_a, p.n_only_a, "only the smaller is right on", out);
	verdict_list_tickets(a, r, p.only_b, p.n_only_b, "only the larger is right on ", out);
	fprintf(out, "  mid-p McNemar %.2g: %s\n", p.mid_p,
		p.mid_p < 0.05 ? "they differ beyond chance." :
				 "on these tickets the two cannot be told apart.");
}

void verdict_write_suspects(struct arena *a, const struct result *r, FILE *out)
{
	for (size_t i = 0; i < r->n_suspects; i++) {
		const struct suspect *s = &r->suspects[i];
		const struct ticket *t = &r->tickets[s->ticket];

		fprintf(out,
			"%s%s: gold %s, but %zu of %zu candidates say %s: check that label first\n",
			i ? "" : "Labels to check\n", display_text(a, t->id),
			display_text(a, r->labels[t->label].name), s->n_agree, s->n_candidates,
			display_text(a, r->labels[s->label].name));
	}
}

void verdict_write_marks(struct arena *a, const struct result *r, FILE *out)
{
	bool calibrated = false;

	for (size_t i = 0; i < r->n; i++)
		calibrated |= r->candidates[i].calibrated;
	if (r->evidence.n_repeats)
		fprintf(out,
			"%zu tickets are of a group (same customer or thread) that is counted "
			"already: evidence counts each group once.\n",
			r->evidence.n_repeats);
	if (r->evidence.n_seen)
		fprintf(out,
			"Prompt edited after results: run '%s' had shown results on %zu of the "
			"ordinary tickets before this prompt was written. %s\n",
			display_text(a, r->seen_in), r->evidence.n_seen,
			r->evidence.edited ? "No verdict can be better than NOT ENOUGH EVIDENCE; "
					     "label fresh tickets." :
					     "They do not count as evidence; the fresh ones do.");
	if (r->examples_seen_in)
		fprintf(out,
			"Examples changed after results: run '%s' had shown results on %zu of the "
			"ordinary tickets with other worked examples. %s\n",
			display_text(a, r->examples_seen_in), r->examples_evidence.n_seen,
			r->examples_evidence.edited ?
				"No candidate with examples can be better than NOT ENOUGH "
				"EVIDENCE; label fresh tickets." :
				"For candidates with examples they do not count as evidence.");
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind == EVENT_PROBE)
			fprintf(out, "Probe: %s.\n", display_path(a, r->events[i].text));
	if (calibrated)
		fputs("Calibrated candidates take their label means from the very tickets that "
		      "they are scored on;\nat work the means are frozen, so expect a little "
		      "less.\n",
		      out);
}
