/*
 * Figures of several labels: each label found for itself, and F1 over all. An answer that is no
 * JSON says no label. A ticket whose texts were purged is left out.
 */
#include <string.h>

#include "judge/task/f1.h"
#include "judge/task/figures.h"

/* Counts of each label, in the order of the job, which is that of the form. */
struct several {
	struct arena *a;
	const char **names;
	struct f1_counts *labels;
	size_t n, n_tickets;
};

static void several_begin(struct arena *a, const char *form, struct several *s)
{
	json_t *root = json_loads(form, 0, NULL), *value;
	json_t *properties = json_object_get(root, "properties");
	const char *name;

	*s = (struct several){ .a = a };
	s->names = arena_array(a, json_object_size(properties), sizeof(*s->names));
	s->labels = arena_array(a, json_object_size(properties), sizeof(*s->labels));
	json_object_foreach (properties, name, value)
		s->names[s->n++] = arena_strdup(a, name);
	json_decref(root);
}

static void several_add(struct several *s, const struct ticket *ticket, const struct answer *answer)
{
	const struct free_text text = { answer->raw ? answer->raw : "", answer->raw_len, false };
	json_t *gold = ticket->gold ? json_loads(ticket->gold, 0, NULL) : NULL;
	json_t *said = mark_find_json(&text);

	s->n_tickets += gold != NULL;
	for (size_t k = 0; gold && k < s->n; k++) {
		bool has = json_is_true(json_object_get(gold, s->names[k]));
		bool says = json_is_true(json_object_get(said, s->names[k]));

		s->labels[k].n_gold += has;
		s->labels[k].n_said += says;
		s->labels[k].n_both += has && says;
	}
	json_decref(gold);
	json_decref(said);
}

static void several_add_share(struct several *s, struct figure_table *t, struct f1_figure f)
{
	if (f.n == 0)
		figures_cell(s->a, t, "-");
	else
		figures_cell(s->a, t, "%.1f%%", f.value * 100);
}

static void several_add_row(struct several *s, struct figure_table *t, const char *name,
			    const struct f1_counts *c)
{
	figures_cell(s->a, t, "%s", name);
	figures_cell(s->a, t, "%zu", c->n_gold);
	figures_cell(s->a, t, "%zu", c->n_said);
	several_add_share(s, t, f1_precision(c));
	several_add_share(s, t, f1_recall(c));
	several_add_share(s, t, f1_both(c));
}

/* The mean F1 of the labels that some ticket has. */
static void several_add_macro(struct several *s, struct figure_table *t)
{
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < s->n; k++) {
		if (s->labels[k].n_gold == 0)
			continue;
		sum += f1_both(&s->labels[k]).value;
		n++;
	}
	figures_cell(s->a, t, "all: macro");
	for (int i = 0; i < 4; i++)
		figures_cell(s->a, t, "-");
	if (n == 0)
		figures_cell(s->a, t, "-");
	else
		figures_cell(s->a, t, "%.1f%%", 100 * sum / (double)n);
}

void figures_several(struct arena *a, const struct figured *of, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "labels",
		.title = "Labels",
		.about = "Each label for itself. Micro: all decisions together. Macro: the mean of "
			 "the labels that some ticket has.",
		.columns = { "label", ">tickets", ">said", ">precision", ">recall", ">F1" },
		.short_title = "F1 of labels",
		.short_column = 5,
	};
	struct f1_counts all = { 0 };
	struct figure_table *t;
	struct several s;

	several_begin(a, of->task.form, &s);
	for (size_t i = 0; i < of->n; i++)
		if (of->answers[i])
			several_add(&s, &of->tickets[i], of->answers[i]);
	if (s.n_tickets == 0)
		return;
	t = figures_add(a, figures, &head);
	for (size_t k = 0; k < s.n; k++) {
		several_add_row(&s, t, s.names[k], &s.labels[k]);
		all.n_gold += s.labels[k].n_gold;
		all.n_said += s.labels[k].n_said;
		all.n_both += s.labels[k].n_both;
	}
	several_add_row(&s, t, "all: micro", &all);
	several_add_macro(&s, t);
}
