/*
 * Figures of reliability as text, table rows and JSON.
 */
#include "report/text/reliability_text.h"

#include "base/array.h"
#include "base/display.h"
#include "base/terminal.h"
#include "report/table/tables.h"
#include "report/words/words.h"

const char words_reliability_note[] =
	"ECE: the expected calibration error, how far probabilities are from how often such "
	"answers are right. By chance: the ECE that true probabilities have on so few answers. "
	"Brier: the squared error of all probabilities, 0 the best, 2 the worst.";

const struct reliability *reliability_of_candidate(const struct result *r, size_t candidate)
{
	const struct candidate_result *c = &r->candidates[candidate];
	struct reliability_memo *memo = c->reliability;

	if (!memo->known)
		reliability_of(r->tickets, r->n_ordinary, c->answers, r->n_labels, &memo->figures);
	memo->known = true;
	return memo->figures.n + memo->figures.n_mass + memo->figures.n_ordered > 0 ?
		       &memo->figures :
		       NULL;
}

static const char *reliability_figure(struct arena *a, double value)
{
	return arena_printf(a, "%.3f", value);
}

static const char *reliability_interval(struct arena *a, struct interval i)
{
	return arena_printf(a, "%.3f to %.3f", i.low, i.high);
}

static double reliability_part(size_t n, size_t of)
{
	return (double)n / (double)of;
}

/* Which columns have a figure at all. */
struct bin_columns {
	bool probabilities, mass, orders;
};

/* The columns of reliability_add_figures(). */
static const char *const figure_titles[] = { ">answers", ">stated",    ">right", ">ECE",
					     ">95%",	 ">by chance", ">Brier", ">95%" };

static void reliability_add_figures(struct arena *a, struct table *t, const struct reliability *l)
{
	if (l->n == 0) {
		for (size_t i = 0; i < COUNT_OF(figure_titles); i++)
			table_add(t, "-");
		return;
	}
	table_addf(t, "%zu", l->n);
	table_add(t, words_share(a, l->stated));
	table_add(t, words_share(a, reliability_part(l->n_right, l->n)));
	table_add(t, reliability_figure(a, l->ece));
	table_mark(t, reliability_is_off(l) ? "off" : NULL);
	table_add(t, reliability_interval(a, l->ece_95));
	table_add(t, reliability_figure(a, l->ece_by_chance));
	table_add(t, reliability_figure(a, l->brier));
	table_add(t, l->alike ? "-" : reliability_interval(a, l->brier_95));
}

static void reliability_add_row(struct arena *a, struct table *t, const struct reliability *l,
				const struct bin_columns *shown)
{
	if (shown->probabilities)
		reliability_add_figures(a, t, l);
	if (shown->mass) {
		table_add(t, l->n_mass ? words_share(a, l->mass) : "-");
		table_add(t,
			  l->n_mass ? arena_printf(a, "%zu/%zu", l->n_mass_low, l->n_mass) : "-");
	}
	if (shown->orders)
		table_add(t, l->n_ordered ? arena_printf(a, "%zu/%zu", l->n_flipped, l->n_ordered) :
					    "-");
}

static void reliability_table_init(struct arena *a, const struct bin_columns *shown,
				   struct table *t)
{
	const char *titles[COUNT_OF(figure_titles) + 5];
	size_t n = 0;

	titles[n++] = "probabilities";
	for (size_t i = 0; shown->probabilities && i < COUNT_OF(figure_titles); i++)
		titles[n++] = figure_titles[i];
	if (shown->mass) {
		titles[n++] = ">on the labels";
		titles[n++] = ">below half";
	}
	if (shown->orders)
		titles[n++] = ">order flips";
	titles[n] = NULL;
	table_init(t, a, titles);
	table_rank(t, arena_printf(a, "n%s%s%s", shown->probabilities ? "40005326" : "",
				   shown->mass ? "35" : "", shown->orders ? "0" : ""));
}

bool reliability_table(struct arena *a, const struct result *r, struct table *ret_table)
{
	const struct reliability *l;
	struct bin_columns shown = { false };

	for (size_t i = 0; i < r->n; i++) {
		l = reliability_of_candidate(r, i);
		shown.probabilities |= l && l->n > 0;
		shown.mass |= l && l->n_mass > 0;
		shown.orders |= l && l->n_ordered > 0;
	}
	reliability_table_init(a, &shown, ret_table);
	for (size_t i = 0; i < r->n; i++) {
		l = reliability_of_candidate(r, i);
		if (!l)
			continue;
		tables_add_candidate(ret_table, r, i);
		table_mark(ret_table, tables_calibrated(&r->candidates[i]));
		reliability_add_row(a, ret_table, l, &shown);
	}
	return shown.probabilities || shown.mass || shown.orders;
}

void reliability_bins_table(struct arena *a, const struct reliability *l, struct table *ret_table)
{
	static const char *const titles[] = { "stated", ">answers",	 ">mean",
					      ">right", ">95% interval", NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		const struct reliability_bin *bin = &l->bins[i];

		if (bin->n == 0)
			continue;
		table_addf(ret_table, "%zu to %zu%%", 100 * i / RELIABILITY_BINS,
			   100 * (i + 1) / RELIABILITY_BINS);
		table_addf(ret_table, "%zu", bin->n);
		table_add(ret_table, words_share(a, bin->stated));
		table_addf(ret_table, "%zu (%s)", bin->n_right,
			   words_share(a, reliability_part(bin->n_right, bin->n)));
		table_add(ret_table, words_interval(a, bin->right));
	}
}

/* Whether the means may agree, while bins state too much and others too little. */
static bool reliability_is_off_both_ways(const struct reliability *l)
{
	struct interval right = stats_clopper_pearson(l->n_right, l->n, 0.95);
	bool too_much = false, too_little = false;

	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		double expected = l->bins[i].stated * (double)l->bins[i].n;

		too_much |= expected > (double)l->bins[i].n_right;
		too_little |= expected < (double)l->bins[i].n_right;
	}
	return too_much && too_little && right.low <= l->stated && l->stated <= right.high;
}

static const char *reliability_judge(const struct reliability *l)
{
	if (!reliability_is_off(l))
		return "no further off than chance explains";
	if (reliability_is_off_both_ways(l))
		return "it promises too much on some and too little on others, by more than chance";
	return l->stated > reliability_part(l->n_right, l->n) ?
		       "it promises too much, by more than chance" :
		       "it promises too little, by more than chance";
}

const char *words_reliability(struct arena *a, const struct reliability *l)
{
	double right = reliability_part(l->n_right, l->n);

	return arena_printf(
		a, "It states %s on average and is right on %s (%zu of %zu): %s.%s",
		words_share(a, l->stated), words_share(a, right), l->n_right, l->n,
		reliability_judge(l),
		l->n < RELIABILITY_ENOUGH ? " Only indicative: fewer than 100 answers." : "");
}

const char *words_label_mass(struct arena *a, const struct reliability *l)
{
	if (l->n_mass == 0)
		return "";
	return arena_printf(a,
			    "On average %s of the probability falls on the labels; on %zu of %zu "
			    "tickets it is less than half.",
			    words_share(a, l->mass), l->n_mass_low, l->n_mass);
}

const char *words_order_flips(struct arena *a, const struct reliability *l)
{
	if (l->n_ordered == 0)
		return "";
	return arena_printf(a,
			    "On %zu of %zu tickets (%s, 95%% interval %s) the answer depends on "
			    "the order of the labels.",
			    l->n_flipped, l->n_ordered,
			    words_share(a, reliability_part(l->n_flipped, l->n_ordered)),
			    words_interval(a, l->flipped_95));
}

static void reliability_paragraph(struct arena *a, const char *text, FILE *out)
{
	display_wrap(a, text, 0, terminal_text_columns(out), out);
}

void reliability_write(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct reliability *l;
	struct table t;

	if (!reliability_table(a, r, &t))
		return;
	fputs("\nProbabilities\n", out);
	table_write(&t, out);
	reliability_paragraph(a, words_reliability_note, out);
	l = reliability_of_candidate(r, candidate);
	if (!l)
		return;
	fprintf(out, "\n%s\n", words_name(a, r->candidates[candidate].short_name));
	if (l->n > 0) {
		reliability_paragraph(a, words_reliability(a, l), out);
		reliability_bins_table(a, l, &t);
		table_write(&t, out);
	}
	if (l->n_mass > 0)
		reliability_paragraph(a, words_label_mass(a, l), out);
	if (l->n_ordered > 0)
		reliability_paragraph(a, words_order_flips(a, l), out);
}

static json_t *reliability_interval_json(struct interval i)
{
	return json_pack("[f, f]", i.low, i.high);
}

static json_t *reliability_bins_json(const struct reliability *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		const struct reliability_bin *bin = &l->bins[i];

		if (bin->n > 0)
			json_array_append_new(
				list, json_pack("{s:f, s:f, s:I, s:I, s:f, s:o}", "above",
						(double)i / RELIABILITY_BINS, "up_to",
						(double)(i + 1) / RELIABILITY_BINS, "answers",
						(json_int_t)bin->n, "right",
						(json_int_t)bin->n_right, "stated", bin->stated,
						"right_95", reliability_interval_json(bin->right)));
	}
	return list;
}

static void reliability_add_probabilities(const struct reliability *l, json_t *j)
{
	json_object_set_new(j, "right", json_integer((json_int_t)l->n_right));
	json_object_set_new(j, "stated", json_real(l->stated));
	json_object_set_new(j, "ece", json_real(l->ece));
	json_object_set_new(j, "ece_95", reliability_interval_json(l->ece_95));
	json_object_set_new(j, "ece_by_chance", json_real(l->ece_by_chance));
	json_object_set_new(j, "ece_by_chance_95", json_real(l->ece_by_chance_95));
	json_object_set_new(j, "off_by_more_than_chance", json_boolean(reliability_is_off(l)));
	json_object_set_new(j, "only_indicative", json_boolean(l->n < RELIABILITY_ENOUGH));
	json_object_set_new(j, "brier", json_real(l->brier));
	json_object_set_new(j, "brier_95",
			    l->alike ? json_null() : reliability_interval_json(l->brier_95));
	json_object_set_new(j, "brier_uniform", json_real(l->brier_uniform));
	json_object_set_new(j, "bins", reliability_bins_json(l));
}

void reliability_add_json(const struct result *r, size_t candidate, json_t *j)
{
	const struct reliability *l = reliability_of_candidate(r, candidate);
	json_t *object;

	if (!l)
		return;
	object = json_pack("{s:I, s:I}", "answers", (json_int_t)l->n, "without_probabilities",
			   (json_int_t)l->n_without);
	if (l->n > 0)
		reliability_add_probabilities(l, object);
	if (l->n_mass > 0)
		json_object_set_new(object, "label_mass",
				    json_pack("{s:I, s:f, s:I}", "answers", (json_int_t)l->n_mass,
					      "mean", l->mass, "below_half",
					      (json_int_t)l->n_mass_low));
	if (l->n_ordered > 0)
		json_object_set_new(
			object, "order_flips",
			json_pack("{s:I, s:I, s:f, s:o}", "answers", (json_int_t)l->n_ordered,
				  "flipped", (json_int_t)l->n_flipped, "share",
				  reliability_part(l->n_flipped, l->n_ordered), "share_95",
				  reliability_interval_json(l->flipped_95)));
	json_object_set_new(j, "reliability", object);
}

void reliability_add_form_json(const struct answer *answer, json_t *reply)
{
	if (answer->label_mass > 0)
		json_object_set_new(reply, "label_mass", json_real(answer->label_mass));
	if (answer->n_orders > 1) {
		json_object_set_new(reply, "orders", json_integer(answer->n_orders));
		json_object_set_new(reply, "orders_agreed", json_integer(answer->n_agreed));
	}
}
