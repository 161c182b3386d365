/*
 * Figures of the task summarize: facts, length, overlap with references and tickets, and what the
 * tickets do not hold. They are computed from texts, so a purge removes them.
 */
#include "base/display.h"
#include "job/ticket/ticket.h"
#include "judge/task/figures.h"
#include "judge/task/mark_summary.h"
#include "judge/task/summary_overlap.h"
#include "judge/task/summary_unfounded.h"

/* Sums over the summaries of a candidate. */
struct summary_sums {
	size_t n, n_referenced; /* summaries; those of tickets that have a reference */
	size_t facts[SUMMARY_LIST_COUNT], stated[SUMMARY_LIST_COUNT];
	size_t length, longest, cap; /* in words */
	double rouge, coverage, density;
	size_t longest_copied;
};

static void summary_add_overlap(struct arena *a, const struct summary_check *check,
				const char *ticket, struct summary_sums *sums)
{
	const struct summary_words text = summary_words(a, ticket),
				   apart = summary_words_apart(a, check->text);
	struct summary_copied copied = summary_copied(&check->words, &text);
	double best = 0;

	for (size_t i = 0; i < check->n_references; i++) {
		double rouge = summary_rouge_l(&apart, &check->references[i]);

		best = rouge > best ? rouge : best;
	}
	sums->rouge += best;
	sums->n_referenced += check->n_references > 0;
	sums->coverage += copied.coverage;
	sums->density += copied.density;
	if (copied.longest > sums->longest_copied)
		sums->longest_copied = copied.longest;
}

static void summary_add(struct arena *a, const struct summary_check *check, const char *ticket,
			struct summary_sums *sums)
{
	for (int i = 0; i < SUMMARY_LIST_COUNT; i++) {
		sums->facts[i] += check->facts[i].n;
		sums->stated[i] += check->facts[i].n_stated;
	}
	sums->n++;
	sums->cap = check->cap;
	sums->length += check->length;
	if (check->length > sums->longest)
		sums->longest = check->length;
	summary_add_overlap(a, check, ticket, sums);
}

static void summary_show_facts(struct arena *a, const struct summary_sums *sums,
			       struct figure_table *table)
{
	static const char *const names[SUMMARY_LIST_COUNT] = {
		[SUMMARY_MUST] = "required facts stated",
		[SUMMARY_MUST_NOT] = "forbidden facts stated",
		[SUMMARY_NICE] = "nice facts stated",
	};

	for (int i = 0; i < SUMMARY_LIST_COUNT; i++) {
		if (sums->facts[i] == 0)
			continue;
		figures_cell(a, table, "%s", names[i]);
		figures_cell(a, table, "%zu of %zu", sums->stated[i], sums->facts[i]);
	}
}

static void summary_show_sums(struct arena *a, const struct summary_sums *sums,
			      struct figures *figures)
{
	static const struct figure_table head = {
		.name = "summaries",
		.title = "What the summaries say",
		.about = "ROUGE-L compares them with the best reference. Copied words stand in the "
			 "ticket in the same order.",
		.columns = { "measure", ">value" },
		.short_title = "Summaries",
		.short_column = 1,
	};
	struct figure_table *table = figures_add(a, figures, &head);
	double n = (double)sums->n;

	summary_show_facts(a, sums, table);
	figures_cell(a, table, "words, mean (cap %zu)", sums->cap);
	figures_cell(a, table, "%.1f", (double)sums->length / n);
	figures_cell(a, table, "words, longest");
	figures_cell(a, table, "%zu", sums->longest);
	if (sums->n_referenced > 0) {
		figures_cell(a, table, "ROUGE-L F1, mean");
		figures_cell(a, table, "%.3f", sums->rouge / (double)sums->n_referenced);
	}
	figures_cell(a, table, "share of words copied");
	figures_cell(a, table, "%.0f%%", 100 * sums->coverage / n);
	figures_cell(a, table, "density of copied text");
	figures_cell(a, table, "%.1f", sums->density / n);
	figures_cell(a, table, "longest copied run, words");
	figures_cell(a, table, "%zu", sums->longest_copied);
}

static void summary_show_unfounded(struct arena *a, const struct figured *of,
				   const char *const *unfounded, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "unfounded",
		.title = "Numbers and names that the ticket does not hold",
		.about = "Read these summaries. A number may be computed, and a name may be a word "
			 "with a capital letter.",
		.columns = { "ticket", "in the summary" },
	};
	struct figure_table *table = NULL;

	for (size_t i = 0; i < of->n; i++) {
		if (!unfounded[i])
			continue;
		if (!table)
			table = figures_add(a, figures, &head);
		figures_cell(a, table, "%s", display_text(a, of->tickets[i].id));
		figures_cell(a, table, "%s", display_text(a, unfounded[i]));
	}
}

/* Whether the texts of a ticket and its summary are there. */
static bool summary_has_texts(const struct ticket *ticket, const struct answer *answer)
{
	return answer && answer->raw && answer->raw_len > 0 && ticket->gold && ticket->text;
}

void figures_summary(struct arena *a, const struct figured *of, struct figures *figures)
{
	const char **unfounded = arena_array(a, of->n, sizeof(*unfounded));
	struct summary_sums sums = { 0 };

	for (size_t i = 0; i < of->n; i++) {
		const struct ticket *ticket = &of->tickets[i];
		const struct answer *answer = of->answers[i];
		struct summary_unfounded list;
		struct summary_check check;
		struct marked marked;

		if (!summary_has_texts(ticket, answer))
			continue;
		marked = (struct marked){ ticket->text,
					  ticket->gold,
					  { answer->raw, answer->raw_len, false } };
		summary_check(a, of->task.form, &marked, &check);
		summary_add(a, &check, ticket->text, &sums);
		list = summary_unfounded(a, check.text, ticket->text);
		if (list.n > 0)
			unfounded[i] = arena_join(a, list.items, list.n, ", ");
	}
	if (sums.n == 0)
		return;
	summary_show_sums(a, &sums, figures);
	summary_show_unfounded(a, of, unfounded, figures);
}
