/*
 * Figures of the task yes-no: how well yes is found, and what another trade-off would have given.
 * The label at 0 is yes. An answer that failed does not say it.
 */
#include "base/array.h"
#include "judge/score.h"
#include "judge/task/f1.h"
#include "judge/task/figures.h"

/* Thresholds of the table: 10%, 20%, … 90%. */
enum { TENTHS = 9 };

/* F1 is no share of its tickets, so they have no number of right ones. */
static void yes_no_add(struct arena *a, struct figure_table *t, const char *name,
		       struct f1_figure f)
{
	if (f.n == 0) {
		figures_cell(a, t, "%s", name);
		for (int i = 0; i < 3; i++)
			figures_cell(a, t, "-");
		return;
	}
	figures_cell(a, t, "%s", name);
	figures_cell(a, t, "%.1f%%", f.value * 100);
	if (f.is_share)
		figures_cell(a, t, "%zu/%zu", f.n_right, f.n);
	else
		figures_cell(a, t, "%zu", f.n);
	figures_cell(a, t, "%.0f%% to %.0f%%", f.interval.low * 100, f.interval.high * 100);
}

static void yes_no_as_answered(struct arena *a, const struct figured *of, struct figures *figures)
{
	const struct figure_table head = {
		.name = "yes",
		.title = arena_printf(a, "How well '%s' is found", of->labels[0].name),
		.about = arena_printf(a,
				      "Precision: the share of answers '%s' that are right. "
				      "Recall: the share of such tickets that are found. F1 joins "
				      "both. '%s' is answered from a probability of %.3g%% on.",
				      of->labels[0].name, of->labels[0].name, of->yes_at * 100),
		.columns = { "of yes", ">value", ">tickets", ">95% interval" },
		.short_title = arena_printf(a, "Finding '%s'", of->labels[0].name),
		.short_column = 1,
	};
	struct figure_table *t = figures_add(a, figures, &head);
	struct f1_counts c = { 0 };

	for (size_t i = 0; i < of->n; i++) {
		bool yes = of->tickets[i].label == 0, said;

		if (!of->answers[i])
			continue;
		said = answer_label(of->answers[i], of->n_labels) == 0;
		c.n_gold += yes;
		c.n_said += said;
		c.n_both += yes && said;
	}
	yes_no_add(a, t, "precision", f1_precision(&c));
	yes_no_add(a, t, "recall", f1_recall(&c));
	yes_no_add(a, t, "F1", f1_both(&c));
}

/* Of the answers with probabilities. Returns how many there are. */
static size_t yes_no_count_from(const struct figured *of, double yes_at, struct f1_counts *ret)
{
	size_t n = 0;

	*ret = (struct f1_counts){ 0 };
	for (size_t i = 0; i < of->n; i++) {
		const struct answer *answer = of->answers[i];
		bool yes = of->tickets[i].label == 0, said;

		if (!answer || answer_label(answer, of->n_labels) < 0 ||
		    answer->n_probs != of->n_labels)
			continue;
		said = answer->probs[0] >= yes_at;
		ret->n_gold += yes;
		ret->n_said += said;
		ret->n_both += yes && said;
		n++;
	}
	return n;
}

static void yes_no_add_share(struct arena *a, struct figure_table *t, struct f1_figure f)
{
	if (f.n == 0)
		figures_cell(a, t, "-");
	else
		figures_cell(a, t, "%.0f%%", f.value * 100);
}

static void yes_no_trade_offs(struct arena *a, const struct figured *of, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "trade_offs",
		.title = "Other trade-offs",
		.about = "What another yes_at would have given on these tickets. This is a look at "
			 "the data, not a result: a value that is chosen here must be tested on "
			 "new tickets.",
		.columns = { "yes_at", ">said", ">precision", ">recall", ">missed" },
	};
	struct figure_table *t = NULL;
	struct f1_counts c;

	for (int tenth = 1; tenth <= TENTHS; tenth++) {
		if (yes_no_count_from(of, tenth / 10., &c) == 0)
			return;
		if (!t)
			t = figures_add(a, figures, &head);
		figures_cell(a, t, "%d%%", tenth * 10);
		figures_cell(a, t, "%zu", c.n_said);
		yes_no_add_share(a, t, f1_precision(&c));
		yes_no_add_share(a, t, f1_recall(&c));
		figures_cell(a, t, "%zu", c.n_gold - c.n_both);
	}
}

void figures_yes_no(struct arena *a, const struct figured *of, struct figures *figures)
{
	yes_no_as_answered(a, of, figures);
	yes_no_trade_offs(a, of, figures);
}
