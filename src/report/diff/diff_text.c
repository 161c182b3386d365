/*
 * Writes settings, candidates and flips of two runs as tables and lines.
 */
#include "report/diff/diff_text.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "judge/measure/stats.h"
#include "report/diff/line_diff.h"
#include "report/table/table.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

/* Longer lists are in --json. */
enum { MOST_ROWS = 50 };

static const char *diff_name_of(const struct diff *d, const struct candidate_pair *p)
{
	return p->a >= 0 ? d->a->candidates[p->a].row->name : d->b->candidates[p->b].row->name;
}

/* The value, cut to fit a line; its checksum if the cut would hide the difference. */
static const char *diff_value(struct arena *a, const char *text, const char *other)
{
	char sha256[HASH_HEX_LEN + 1];

	if (!*text)
		return "-";
	if (strcmp(display_text(a, text), display_text(a, other)) != 0)
		return display_text(a, text);
	hash_bytes(text, strlen(text), sha256);
	return arena_printf(a, "%s (sha256 %.12s)", display_text(a, text), sha256);
}

static void diff_write_settings(struct arena *a, const struct diff *d, const char *first,
				const char *second, FILE *out)
{
	const char *headers[] = { "settings that differ", first, second, NULL };
	const char *same = "";
	size_t n_differ = 0;
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "0tt");
	for (size_t i = 0; i < d->n_settings; i++) {
		const struct setting *s = &d->settings[i];

		if (s->same) {
			same = arena_add_item(a, same, ", ", "%s", s->name);
			continue;
		}
		n_differ++;
		table_addf(&t, "  %s", s->name);
		table_add(&t, diff_value(a, s->a, s->b));
		table_add(&t, diff_value(a, s->b, s->a));
	}
	if (n_differ)
		table_write(&t, out);
	display_wrap(a,
		     arena_printf(a, "%s: %s.", n_differ ? "The same" : "All settings are the same",
				  same),
		     0, terminal_text_columns(out), out);
}

/* Line by line, unless a purge removed one of them. */
static void diff_write_prompts(struct arena *a, const struct diff *d, FILE *out)
{
	const char *first = d->a->run->prompt, *second = d->b->run->prompt;

	if (strcmp(first, second) == 0 || first == store_purged || second == store_purged)
		return;
	fputs("\nThe prompts (-: only A, +: only B):\n", out);
	line_diff_write(a, first, second, out);
}

static const char *diff_label_of(const struct result *r, const struct answer *answer)
{
	return answer->label >= 0 ? r->labels[answer->label].name : outcome_words(answer->outcome);
}

static const char *diff_gold_of(struct arena *a, const struct diff *d, struct ticket_pair p)
{
	const char *x = diff_gold(d->a, p.a);
	const char *y = diff_gold(d->b, p.b);

	return strcmp(x, y) == 0 ? x : arena_printf(a, "%s, then %s", x, y);
}

static const char *diff_who_is_right(const struct diff *d, struct ticket_pair p,
				     const struct answer *x, const struct answer *y,
				     const char *first, const char *second)
{
	bool in_x = answer_is_right(x, &d->a->tickets[p.a]);
	bool in_y = answer_is_right(y, &d->b->tickets[p.b]);

	return in_x && in_y ? "both" : in_x ? first : in_y ? second : "neither";
}

static bool diff_of_texts(const struct diff *d)
{
	return task_writes(d->a->run->task) && task_writes(d->b->run->task);
}

/* "3 of 12 answers differ"; of written ones also how many have another mark. */
static const char *diff_flips_words(struct arena *a, const struct diff *d, size_t n_flips,
				    size_t n_other, size_t n)
{
	return diff_of_texts(d) ? arena_printf(a,
					       "%zu of %zu answers changed, %zu of them changed "
					       "the mark",
					       n_flips, n, n_other) :
				  arena_printf(a, "%zu of %zu answers differ", n_flips, n);
}

static void diff_write_text_line(struct arena *a, const char *name, const char *text, FILE *out)
{
	enum { TEXT_COLUMN = 10 };

	fprintf(out, "    %-4s  ", name);
	display_wrap(a, text && *text ? display_cut(a, text, strlen(text)) : "-", TEXT_COLUMN,
		     terminal_text_columns(out), out);
}

/* A ticket with both texts below each other. */
static void diff_write_texts(struct arena *a, const struct diff *d, const struct candidate_pair *p,
			     const char *const names[2], FILE *out)
{
	const struct ticket_pairs *flips = &p->agreement.flips;

	for (size_t i = 0; i < flips->n && i < MOST_ROWS; i++) {
		struct ticket_pair pair = flips->items[i];
		const struct answer *x = d->a->candidates[p->a].answers[pair.a];
		const struct answer *y = d->b->candidates[p->b].answers[pair.b];
		const char *mark_x = diff_label_of(d->a, x), *mark_y = diff_label_of(d->b, y);

		fprintf(out, "  %s: ", display_text(a, d->a->tickets[pair.a].id));
		if (strcmp(mark_x, mark_y) == 0)
			fprintf(out, "%s in both\n", mark_x);
		else
			fprintf(out, "%s, %s: %s\n", mark_x, names[1], mark_y);
		diff_write_text_line(a, "gold",
				     task_gold_words(a, d->a->run->task, diff_gold_of(a, d, pair)),
				     out);
		diff_write_text_line(a, names[0], x->raw, out);
		diff_write_text_line(a, names[1], y->raw, out);
	}
}

static void diff_write_labels(struct arena *a, const struct diff *d, const struct candidate_pair *p,
			      const char *const names[2], FILE *out)
{
	const struct ticket_pairs *flips = &p->agreement.flips;
	const char *headers[] = { "  ticket", "gold", names[0], names[1], "right", NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < flips->n && i < MOST_ROWS; i++) {
		struct ticket_pair pair = flips->items[i];
		const struct answer *x = d->a->candidates[p->a].answers[pair.a];
		const struct answer *y = d->b->candidates[p->b].answers[pair.b];

		table_addf(&t, "  %s", display_text(a, d->a->tickets[pair.a].id));
		table_add(&t, diff_gold_of(a, d, pair));
		table_add(&t, diff_label_of(d->a, x));
		table_add(&t, diff_label_of(d->b, y));
		table_add(&t, diff_who_is_right(d, pair, x, y, names[0], names[1]));
	}
	table_write(&t, out);
}

static void diff_write_flips(struct arena *a, const struct diff *d, const struct candidate_pair *p,
			     const char *first, const char *second, FILE *out)
{
	const struct ticket_pairs *flips = &p->agreement.flips;
	const char *const names[] = { first, second };

	if (flips->n == 0)
		return;
	fprintf(out, "\n%s: %s\n", display_text(a, diff_name_of(d, p)),
		diff_flips_words(a, d, flips->n, p->agreement.n_other_labels, p->agreement.n));
	if (diff_of_texts(d))
		diff_write_texts(a, d, p, names, out);
	else
		diff_write_labels(a, d, p, names, out);
	if (flips->n > MOST_ROWS)
		fprintf(out, "  and %zu more: --json lists them all\n", flips->n - MOST_ROWS);
}

/* Says if the two times are comparable. */
static const char *diff_times_words(struct arena *a, const struct diff *d,
				    const struct candidate_pair *p, const char *first,
				    const char *second)
{
	const char *x = p->untimed_a, *y = p->untimed_b;

	if (d->a->candidates[p->a].baseline || d->b->candidates[p->b].baseline)
		return "no model";
	if (p->same_pass)
		return "the same replies, reused";
	if (x && y)
		return arena_printf(a, "not comparable: %s %s, %s %s", first, x, second, y);
	if (x || y)
		return arena_printf(a, "not comparable: %s %s", x ? first : second, x ? x : y);
	return "";
}

static const char *diff_time_or_none(struct arena *a, int64_t us)
{
	return us >= 0 ? str_duration(a, us) : "-";
}

static void diff_write_candidates(struct arena *a, const struct diff *d, FILE *out)
{
	static const char *const headers[] = {
		"candidate",   ">both answered", ">right A",  ">right B",  ">differ", ">TTFT p50 A",
		">TTFT p50 B", "times",		 "verdict A", "verdict B", NULL
	};
	struct table t;
	size_t n = 0;

	table_init(&t, a, headers);
	table_rank(&t, "n500033420");
	for (size_t i = 0; i < d->n; i++) {
		const struct candidate_pair *p = &d->candidates[i];
		const struct agreement *g = &p->agreement;

		if (!diff_in_both(p))
			continue;
		n++;
		table_add(&t, diff_name_of(d, p));
		table_addf(&t, "%zu", g->n);
		table_addf(&t, "%zu/%zu", g->right_a, g->n);
		table_addf(&t, "%zu/%zu", g->right_b, g->n);
		table_addf(&t, "%zu", g->flips.n);
		table_add(&t, diff_time_or_none(a, g->ttft_a_us));
		table_add(&t, diff_time_or_none(a, g->ttft_b_us));
		table_add(&t, diff_times_words(a, d, p, "A", "B"));
		table_add(&t, result_verdict(d->a, (size_t)p->a));
		table_add(&t, result_verdict(d->b, (size_t)p->b));
	}
	if (n)
		table_write(&t, out);
}

/* Writes the candidates that have no namesake in the other run. */
static void diff_write_others(struct arena *a, const struct diff *d, FILE *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct candidate_pair *p = &d->candidates[i];

		if (!diff_in_both(p))
			fprintf(out, "Only in %s: %s\n", p->a >= 0 ? "A" : "B",
				display_text(a, diff_name_of(d, p)));
		else if (p->renamed)
			fprintf(out, "%s is called %s in B: the same weights, asked the same way\n",
				display_text(a, diff_name_of(d, p)),
				display_text(a, d->b->candidates[p->b].row->name));
	}
}

static const char *diff_pick_of(struct arena *a, const struct result *r)
{
	if (r->decision.pick >= 0)
		return display_text(a, r->contenders[r->decision.pick].name);
	if (r->decision.open)
		return arena_printf(a, "not decided yet (%s)", words_unfinished(a, r));
	return r->decision.nothing_measured ? "none, and no model was measured" : "none";
}

static void diff_write_picks(struct arena *a, const struct diff *d, FILE *out)
{
	const char *x = diff_pick_of(a, d->a), *y = diff_pick_of(a, d->b);

	if (strcmp(x, y) == 0)
		fprintf(out, "Pick of both: %s.\n", x);
	else
		fprintf(out, "Pick of A: %s. Pick of B: %s.\n", x, y);
}

static void diff_write_tickets(const struct diff *d, FILE *out)
{
	size_t n_gold = 0;

	for (size_t i = 0; i < d->n_tickets; i++)
		n_gold += strcmp(diff_gold(d->a, d->tickets[i].a),
				 diff_gold(d->b, d->tickets[i].b)) != 0;
	fprintf(out, "Tickets in both: %zu; only in A: %zu; only in B: %zu.", d->n_tickets,
		d->a->n_tickets - d->n_tickets, d->b->n_tickets - d->n_tickets);
	if (n_gold)
		fprintf(out, " Different expected %s: %zu.", answer_words(d->a)->said, n_gold);
	fputc('\n', out);
}

static void diff_write_run(struct arena *a, const char *letter, const struct run_row *run,
			   FILE *out)
{
	fprintf(out, "%s: run '%s' of %s", letter, display_text(a, run->name),
		clock_iso(a, run->created_us));
	if (*run->parent)
		fprintf(out, ", a %s of run '%s'", run_kind_name(run->kind),
			display_text(a, run->parent));
	fputc('\n', out);
}

void diff_write_text(struct arena *a, const struct diff *d, FILE *out)
{
	struct diff_totals totals = diff_totals(d);

	diff_write_run(a, "A", d->a->run, out);
	diff_write_run(a, "B", d->b->run, out);
	fputc('\n', out);
	diff_write_settings(a, d, "A", "B", out);
	diff_write_prompts(a, d, out);
	fputc('\n', out);
	diff_write_tickets(d, out);
	diff_write_candidates(a, d, out);
	diff_write_others(a, d, out);
	for (size_t i = 0; i < d->n; i++)
		if (diff_in_both(&d->candidates[i]))
			diff_write_flips(a, d, &d->candidates[i], "A", "B", out);
	diff_write_languages(a, d, out);
	fputc('\n', out);
	diff_write_picks(a, d, out);
	if (totals.n == 0)
		fputs("Nothing to compare: no candidate answered the same ticket in both.\n", out);
	else if (diff_of_texts(d))
		fprintf(out, "%s.\n",
			diff_flips_words(a, d, totals.n_flips, totals.n_other_labels, totals.n));
	else
		fprintf(out, "Answers that differ: %zu of %zu.\n", totals.n_flips, totals.n);
}

static const char *diff_equal_of(struct arena *a, size_t n, size_t n_differ)
{
	return n ? arena_printf(a, "%zu/%zu", n - n_differ, n) : "none";
}

static const char *diff_equal_probs(struct arena *a, const struct agreement *g)
{
	const char *equal = diff_equal_of(a, g->n_probs, g->other_probs.n);

	return g->other_probs.n ? arena_printf(a, "%s, %.2g apart", equal, g->probs_apart) : equal;
}

static void diff_write_equal(struct arena *a, const struct diff *d, FILE *out)
{
	static const char *const headers[] = {
		"the same again", ">answers",	    ">probabilities", ">reasons", ">TTFT p50 then",
		">now",		  ">full run then", ">now",	      "times",	  NULL
	};
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "n0003344t");
	for (size_t i = 0; i < d->n; i++) {
		const struct candidate_pair *p = &d->candidates[i];
		const struct agreement *g = &p->agreement;

		if (!diff_in_both(p) || !d->b->candidates[p->b].pass)
			continue;
		table_add(&t, diff_name_of(d, p));
		table_add(&t, diff_equal_of(a, g->n, g->flips.n));
		table_add(&t, diff_equal_probs(a, g));
		table_add(&t, diff_equal_of(a, g->n_reasons, g->other_reasons.n));
		table_add(&t, diff_time_or_none(a, g->ttft_a_us));
		table_add(&t, diff_time_or_none(a, g->ttft_b_us));
		table_add(&t, str_duration(a, d->a->candidates[p->a].full_run_us));
		table_add(&t, str_duration(a, d->b->candidates[p->b].full_run_us));
		table_add(&t, diff_times_words(a, d, p, "then", "now"));
	}
	table_write(&t, out);
}

static void diff_list_tickets(struct arena *a, const struct diff *d, const struct candidate_pair *p,
			      const struct ticket_pairs *list, const char *what, FILE *out)
{
	if (list->n == 0)
		return;
	fprintf(out, "%s: %s differ on", display_text(a, diff_name_of(d, p)), what);
	for (size_t i = 0; i < list->n && i < MOST_ROWS; i++)
		fprintf(out, "%s %s", i ? "," : "",
			display_text(a, d->a->tickets[list->items[i].a].id));
	if (list->n > MOST_ROWS)
		fprintf(out, " and %zu more (--json)", list->n - MOST_ROWS);
	fputc('\n', out);
}

static void diff_write_summary(struct arena *a, const struct diff *d, FILE *out)
{
	bool texts = diff_of_texts(d);
	struct diff_totals t = diff_totals(d);

	if (t.n_only_a)
		fprintf(out, "Incomplete: %zu answers were not repeated.\n", t.n_only_a);
	if (t.n_flips && texts)
		fprintf(out, "NOT THE SAME: %s",
			diff_flips_words(a, d, t.n_flips, t.n_other_labels, t.n));
	else if (t.n_flips)
		fprintf(out, "NOT THE SAME: %zu of %zu labels differ", t.n_flips, t.n);
	else if (t.n == 0)
		fputs("No ticket was answered again", out);
	else
		fprintf(out, "THE SAME: all %zu %s", t.n, texts ? "answers" : "labels");
	if (t.n_probs && t.n_other_probs == 0)
		fprintf(out, "; all %zu probabilities are the same to the bit", t.n_probs);
	else if (t.n_probs)
		fprintf(out, "; %zu of %zu probabilities differ, by %.2g at most", t.n_other_probs,
			t.n_probs, t.probs_apart);
	if (t.n_reasons && t.n_other_reasons == 0)
		fprintf(out, "; all %zu reasons are the same", t.n_reasons);
	else if (t.n_reasons)
		fprintf(out, "; %zu of %zu reasons differ", t.n_other_reasons, t.n_reasons);
	fputs(".\n", out);
	if (t.n_flips == 0 && t.n_other_reasons)
		fputs("Reasons may differ merely because they were generated in a batch with "
		      "others (docs/timing.md).\n",
		      out);
}

void replay_write_text(struct arena *a, const struct diff *d, FILE *out)
{
	fprintf(out, "Run '%s', asked again as '%s'.\n", display_text(a, d->a->run->name),
		display_text(a, d->b->run->name));
	diff_write_settings(a, d, "then", "now", out);
	fputc('\n', out);
	diff_write_equal(a, d, out);
	for (size_t i = 0; i < d->n; i++)
		if (diff_in_both(&d->candidates[i]))
			diff_write_flips(a, d, &d->candidates[i], "then", "now", out);
	fputc('\n', out);
	for (size_t i = 0; i < d->n; i++) {
		const struct agreement *g = &d->candidates[i].agreement;

		diff_list_tickets(a, d, &d->candidates[i], &g->other_probs, "probabilities", out);
		diff_list_tickets(a, d, &d->candidates[i], &g->other_reasons, "reasons", out);
	}
	diff_write_summary(a, d, out);
}

/* "3 of 25 labels changed; 1 right became wrong, 2 wrong became right." */
static void diff_write_change(struct arena *a, const struct diff *d, const struct agreement *g,
			      FILE *out)
{
	const char *what = diff_of_texts(d) ? "answers" : "labels";

	if (g->n == 0) {
		fputs("No ticket was answered again.\n", out);
		return;
	}
	fprintf(out, "%zu of %zu %s changed; %zu right became wrong, %zu wrong became right.\n",
		g->flips.n, g->n, what, g->n_lost, g->n_gained);
	fprintf(out, "Right: %zu of %zu then, %zu now. %s\n", g->right_a, g->n, g->right_b,
		words_mcnemar(a, stats_mcnemar_mid_p(g->n_lost, g->n_gained)));
	if (g->n_probs && g->other_probs.n == 0)
		fputs("All probabilities are the same to the bit.\n", out);
	else if (g->n_probs)
		fprintf(out, "Probabilities are at most %.2g apart.\n", g->probs_apart);
	if (g->n_only_a)
		fprintf(out, "Incomplete: %zu answers were not repeated.\n", g->n_only_a);
}

void replay_write_with(struct arena *a, const struct diff *d, FILE *out)
{
	const struct candidate_pair *p = &d->candidates[0];

	fprintf(out, "Run '%s', asked again as '%s': %s in place of %s.\n\n",
		display_text(a, d->a->run->name), display_text(a, d->b->run->name),
		display_text(a, d->b->candidates[p->b].row->name),
		display_text(a, diff_name_of(d, p)));
	diff_write_change(a, d, &p->agreement, out);
	diff_write_flips(a, d, p, "then", "now", out);
	fputc('\n', out);
	diff_write_settings(a, d, "then", "now", out);
}
