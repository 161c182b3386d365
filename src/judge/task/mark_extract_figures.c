/*
 * Figures of the task extract: precision, recall and F1 of each field, and how many answers are
 * right by each rule. Counts again from the texts, so a purged ticket counts nowhere.
 */
#include <string.h>

#include "job/task/task_extract_form.h"
#include "judge/task/figures.h"
#include "judge/task/mark_extract.h"

/* Of one field, or of all together. */
struct figures_counts {
	const char *name;
	size_t expected, given,
		found; /* gold values, the answers' values, and those that are right */
	size_t exact, contained, invented;
};

static void figures_count(struct figures_counts *c, const struct extract_result *r)
{
	bool found = r->expected && r->given && r->mark == EXTRACT_RIGHT;

	c->expected += r->expected;
	c->given += r->given;
	c->found += found;
	c->exact += found && r->likeness == EXTRACT_EXACT;
	c->contained += found && r->likeness == EXTRACT_CONTAINED;
	c->invented += r->mark == EXTRACT_INVENTED;
}

/* "83%", or a dash if there is nothing to divide by. */
static void figures_share(struct arena *a, struct figure_table *t, double of, double all)
{
	if (all > 0)
		figures_cell(a, t, "%.0f%%", 100 * of / all);
	else
		figures_cell(a, t, "-");
}

static void figures_field_row(struct arena *a, struct figure_table *t,
			      const struct figures_counts *c)
{
	figures_cell(a, t, "%s", c->name);
	figures_cell(a, t, "%zu", c->expected);
	figures_cell(a, t, "%zu", c->given);
	figures_cell(a, t, "%zu", c->found);
	figures_share(a, t, (double)c->found, (double)c->given);
	figures_share(a, t, (double)c->found, (double)c->expected);
	figures_share(a, t, 2 * (double)c->found, (double)(c->given + c->expected));
	figures_cell(a, t, "%zu", c->exact);
	figures_cell(a, t, "%zu", c->contained);
	figures_cell(a, t, "%zu", c->invented);
}

static void figures_fields(struct arena *a, const struct figures_counts *fields, size_t n,
			   struct figures *figures)
{
	static const struct figure_table head = {
		.name = "fields",
		.title = "Fields",
		.about = "A field without a value that is left null counts nowhere.",
		.columns = { "field", ">expected|exp.", ">given", ">right", ">precision|prec.",
			     ">recall", ">F1", ">exact", ">pieces", ">invented" },
		.short_title = "F1 of fields",
		.short_column = 6,
	};
	struct figures_counts all = { .name = "all fields" };
	struct figure_table *t = figures_add(a, figures, &head);

	for (size_t i = 0; i < n; i++) {
		figures_field_row(a, t, &fields[i]);
		all.expected += fields[i].expected;
		all.given += fields[i].given;
		all.found += fields[i].found;
		all.exact += fields[i].exact;
		all.contained += fields[i].contained;
		all.invented += fields[i].invented;
	}
	figures_field_row(a, t, &all);
}

/* Answers by the loosest rule that one of their fields needed. */
static void figures_rules(struct arena *a, const size_t counts[EXTRACT_EXACT + 1],
			  struct figures *figures)
{
	static const struct figure_table head = {
		.name = "rules",
		.title = "Right by which rule",
		.about =
			"An answer counts once, by the loosest rule that one of its values needed.",
		.columns = { "right by", ">answers" },
	};
	static const char *const names[] = { [EXTRACT_DIFFERENT] = "none: it is not right",
					     [EXTRACT_CONTAINED] = "a piece",
					     [EXTRACT_SAME] = "the same but for writing",
					     [EXTRACT_EXACT] = "exact" };
	struct figure_table *t = figures_add(a, figures, &head);

	for (int i = EXTRACT_EXACT; i >= EXTRACT_DIFFERENT; i--) {
		figures_cell(a, t, "%s", names[i]);
		figures_cell(a, t, "%zu", counts[i]);
	}
}

/* An answer that failed gave nothing. */
static struct extract_marks figures_marks(struct arena *a, const struct figured *of, size_t at)
{
	const struct answer *answer = of->answers[at];
	const struct marked marked = { of->tickets[at].text,
				       of->tickets[at].gold,
				       { answer->raw ? answer->raw : "", answer->raw_len, false } };

	return extract_mark_fields(a, of->task.form, &marked);
}

void figures_extract(struct arena *a, const struct figured *of, struct figures *figures)
{
	size_t rules[EXTRACT_EXACT + 1] = { 0 }, n_fields = 0, n = 0;
	struct figures_counts *fields = NULL;

	for (size_t i = 0; i < of->n; i++) {
		enum extract_likeness least = EXTRACT_EXACT;
		struct extract_marks marks;

		if (!of->answers[i] || !of->tickets[i].gold || !of->tickets[i].text)
			continue;
		marks = figures_marks(a, of, i);
		if (!fields)
			fields = arena_array(a, marks.n, sizeof(*fields));
		n_fields = marks.n;
		for (size_t k = 0; k < marks.n; k++) {
			fields[k].name = marks.fields[k].name;
			figures_count(&fields[k], &marks.fields[k]);
			least = marks.fields[k].likeness < least ? marks.fields[k].likeness : least;
		}
		rules[marks.is_json ? least : EXTRACT_DIFFERENT]++;
		n++;
	}
	if (n == 0)
		return;
	figures_fields(a, fields, n_fields, figures);
	figures_rules(a, rules, figures);
}
