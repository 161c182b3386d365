/*
 * Expected and given answers as text, and the figures of a task as tables.
 */
#include "report/text/answer_text.h"

#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/terminal.h"

const struct answer_words *answer_words(const struct result *r)
{
	static const struct answer_words labels = { "label", "label", "MORE.csv", "classify",
						    " with the same label" };
	static const struct answer_words written = { "answer", "write the right answers for",
						     "MORE.jsonl", "run", "" };

	return task_writes(r->run->task) ? &written : &labels;
}

const char *answer_expected(const struct result *r, const struct ticket *ticket)
{
	if (!task_writes(r->run->task))
		return r->labels[ticket->label].name;
	return ticket->gold ? ticket->gold : "";
}

const char *answer_expected_words(struct arena *a, const struct result *r,
				  const struct ticket *ticket)
{
	const char *expected = answer_expected(r, ticket);

	return task_writes(r->run->task) ? task_gold_words(a, r->run->task, expected) : expected;
}

const char *answer_said(const struct result *r, const struct answer *answer)
{
	if (task_writes(r->run->task))
		return answer->raw && *answer->raw ? answer->raw : NULL;
	return answer->label >= 0 ? r->labels[answer->label].name : NULL;
}

const char *answer_mark(const struct result *r, const struct answer *answer)
{
	int mark = answer_label(answer, r->n_labels);

	return task_writes(r->run->task) && mark >= 0 ? r->labels[mark].name : NULL;
}

const char *answer_missed(struct arena *a, const struct result *r, const struct answer *answer)
{
	const char *mark = answer_mark(r, answer), *said = answer_said(r, answer);

	if (answer_label(answer, r->n_labels) < 0)
		return outcome_words(answer->outcome);
	if (!mark)
		return said;
	return arena_printf(a, "%s: %s", mark, said ? task_gold_words(a, r->run->task, said) : "");
}

/* RULE: a text that is purged or not loaded is no answer: without gold no figure counts it. */
static const struct ticket *answer_tickets(struct arena *a, const struct result *r,
					   struct answer *const *answers)
{
	struct ticket *tickets = arena_array(a, r->n_ordinary, sizeof(*tickets));

	for (size_t i = 0; i < r->n_ordinary; i++) {
		struct ticket *t = &tickets[i];

		*t = r->tickets[i];
		if (t->gold && (!*t->gold || t->gold == store_purged ||
				(answers[i] && answers[i]->raw == store_purged)))
			t->gold = NULL;
	}
	return tickets;
}

void answer_figures(struct arena *a, const struct result *r, size_t candidate,
		    struct figures *ret_figures)
{
	const struct figured of = {
		.task = { r->run->task, r->run->form },
		.labels = r->labels,
		.n_labels = r->n_labels,
		.yes_at = r->run->yes_at,
		.ordered = r->run->ordered,
		.tickets = answer_tickets(a, r, r->candidates[candidate].answers),
		.answers = r->candidates[candidate].answers,
		.n = r->n_ordinary,
	};

	task_figures(a, &of, ret_figures);
}

void answer_table(struct arena *a, const struct figure_table *figures, struct table *ret_table)
{
	table_init(ret_table, a, figures->columns);
	for (size_t i = 0; i < figures->n_cells; i++)
		table_add(ret_table, figures->cells[i]);
}

void answer_write_figures(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	struct figures figures;

	answer_figures(a, r, candidate, &figures);
	for (size_t i = 0; i < figures.n; i++) {
		const struct figure_table *f = &figures.tables[i];
		struct table t;

		answer_table(a, f, &t);
		fprintf(out, "\n%s\n", f->title);
		table_write(&t, out);
		display_wrap(a, f->about, 0, terminal_text_columns(out), out);
	}
}

/* A column's name for programs: its title without the sign of its side and its short form. */
static const char *answer_column(struct arena *a, const char *title)
{
	title += *title == '>';
	return arena_strndup(a, title, strcspn(title, "|"));
}

static const char *answer_short(struct arena *a, const struct figure_table *f)
{
	enum { MOST_ROWS = 8 }; /* and the last, which sums up */
	size_t n = f->n_cells / f->n_columns;
	const char *list = "";

	for (size_t i = 0; i < n; i++) {
		const char *const *row = &f->cells[i * f->n_columns];

		if (i < MOST_ROWS || i + 1 == n)
			list = arena_add_item(a, list, "; ", "%s %s", row[0], row[f->short_column]);
		else if (i == MOST_ROWS)
			list = arena_add_item(a, list, "; ", "%zu more", n - MOST_ROWS - 1);
	}
	return arena_printf(a, "%s: %s", f->short_title, list);
}

size_t answer_figures_short(struct arena *a, const struct result *r, size_t candidate,
			    const char ***ret_sentences)
{
	struct figures figures;
	size_t n = 0;

	answer_figures(a, r, candidate, &figures);
	*ret_sentences = arena_array(a, figures.n, sizeof(**ret_sentences));
	for (size_t i = 0; i < figures.n; i++)
		if (figures.tables[i].short_title)
			(*ret_sentences)[n++] = answer_short(a, &figures.tables[i]);
	return n;
}

json_t *answer_figures_json(struct arena *a, const struct result *r, size_t candidate)
{
	json_t *j = json_object();
	struct figures figures;

	answer_figures(a, r, candidate, &figures);
	for (size_t i = 0; i < figures.n; i++) {
		const struct figure_table *f = &figures.tables[i];
		json_t *rows = json_array(), *row = NULL;

		for (size_t k = 0; k < f->n_cells; k++) {
			size_t column = k % f->n_columns;

			if (column == 0) {
				row = json_object();
				json_array_append_new(rows, row);
			}
			json_object_set_new(row, answer_column(a, f->columns[column]),
					    json_any_text(f->cells[k]));
		}
		json_object_set_new(j, f->name, rows);
	}
	return j;
}
