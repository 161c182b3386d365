/*
 * From names of candidates to models and ways, and their table.
 */
#include "report/ways.h"

#include <string.h>

#include "report/words/words.h"

struct ways {
	const char **columns; /* "plain", "examples", "tuned small" */
	size_t n_columns;
	const char **models; /* in size order of their first candidate */
	size_t n_models;
	int *cells; /* index of a candidate, n_columns a model; -1: not asked in this way */
};

static bool ways_is_baseline(const struct candidate_row *row)
{
	return row->engine == ENGINE_BASELINE;
}

/* If models share a label, they are called "LABEL #2": the number belongs to the model. */
static size_t ways_model_length(const struct candidate_row *row)
{
	size_t n = strlen(row->label);
	const char *rest = row->name + n;

	if (strncmp(row->name, row->label, n) != 0 || *rest != ' ')
		return strlen(row->name);
	if (rest[1] == '#')
		n += 2 + strspn(rest + 2, "0123456789");
	return n;
}

void ways_split(struct arena *a, const struct candidate_row *row, const char **ret_model,
		const char **ret_way)
{
	size_t n = ways_is_baseline(row) ? strlen(row->name) : ways_model_length(row);

	*ret_model = arena_strndup(a, row->name, n);
	*ret_way = row->name[n] == ' ' ? row->name + n + 1 : "";
}

static size_t ways_add_once(const char **texts, size_t *n, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(texts[i], text) == 0)
			return i;
	texts[*n] = text;
	return (*n)++;
}

/* Order among the ways of a job; named heads come last. */
static int ways_rank(const char *way)
{
	int known = way_by_name(way);

	return known < 0 ? WAY_COUNT : known;
}

/* Insertion sort is stable: heads keep their order. */
static void ways_sort_ways(const char **ways, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && ways_rank(ways[k - 1]) > ways_rank(ways[k]); k--) {
			const char *way = ways[k];

			ways[k] = ways[k - 1];
			ways[k - 1] = way;
		}
}

static void ways_list_names(struct arena *a, const struct result *r, struct ways *w)
{
	const char *model, *way;

	for (size_t i = 0; i < r->n; i++) {
		if (ways_is_baseline(r->candidates[i].row))
			continue;
		ways_split(a, r->candidates[i].row, &model, &way);
		ways_add_once(w->models, &w->n_models, model);
		ways_add_once(w->columns, &w->n_columns, way);
	}
	ways_sort_ways(w->columns, w->n_columns);
}

static void ways_fill_cells(struct arena *a, const struct result *r, struct ways *w)
{
	const char *model, *way;

	for (size_t i = 0; i < w->n_models * w->n_columns; i++)
		w->cells[i] = -1;
	for (size_t i = 0; i < r->n; i++) {
		size_t m, column;

		if (ways_is_baseline(r->candidates[i].row))
			continue;
		ways_split(a, r->candidates[i].row, &model, &way);
		m = ways_add_once(w->models, &w->n_models, model);
		column = ways_add_once(w->columns, &w->n_columns, way);
		w->cells[m * w->n_columns + column] = (int)i;
	}
}

static void ways_of(struct arena *a, const struct result *r, struct ways *ret_ways)
{
	struct ways *w = ret_ways;

	*w = (struct ways){ .columns = arena_array(a, r->n, sizeof(*w->columns)),
			    .models = arena_array(a, r->n, sizeof(*w->models)) };
	ways_list_names(a, r, w);
	w->cells = arena_array(a, w->n_models * w->n_columns, sizeof(*w->cells));
	ways_fill_cells(a, r, w);
}

static bool ways_are_several(const struct ways *w)
{
	for (size_t m = 0; m < w->n_models; m++) {
		size_t n = 0;

		for (size_t c = 0; c < w->n_columns; c++)
			n += w->cells[m * w->n_columns + c] >= 0;
		if (n > 1)
			return true;
	}
	return false;
}

/* "22/25 (88%)", "not measured" or "not tried (--first)". */
static const char *ways_result(struct arena *a, const struct candidate_result *c)
{
	struct tally tally = { c->score.n_right, c->score.n };
	bool measured = !result_not_run(c) && tally.n > 0;

	return measured ? words_tally(a, &tally) : result_not_measured(c);
}

static void ways_add_cell(struct arena *a, struct table *t, const struct result *r, int candidate)
{
	table_add(t, ways_result(a, &r->candidates[candidate]));
	if (candidate == r->decision.pick)
		table_emphasize(t);
}

/* A baseline asks no model, so no way is its own. */
static void ways_add_baselines(struct arena *a, struct table *t, const struct result *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		if (!ways_is_baseline(c->row))
			continue;
		table_add(t, c->row->name);
		table_add_wide(t, ways_result(a, c));
	}
}

bool ways_table(struct arena *a, const struct result *r, struct table *ret_table)
{
	const char **titles;
	struct ways w;

	ways_of(a, r, &w);
	if (!ways_are_several(&w))
		return false;
	titles = arena_array(a, w.n_columns + 2, sizeof(*titles));
	titles[0] = "ways side by side";
	for (size_t c = 0; c < w.n_columns; c++)
		titles[c + 1] = arena_printf(a, ">%s", w.columns[c]);
	table_init(ret_table, a, titles);
	for (size_t m = 0; m < w.n_models; m++) {
		table_add(ret_table, w.models[m]);
		for (size_t c = 0; c < w.n_columns; c++) {
			int candidate = w.cells[m * w.n_columns + c];

			if (candidate < 0)
				table_add(ret_table, "");
			else
				ways_add_cell(a, ret_table, r, candidate);
		}
	}
	ways_add_baselines(a, ret_table, r);
	return true;
}

void ways_write_text(struct arena *a, const struct result *r, FILE *out)
{
	struct table t;

	if (!ways_table(a, r, &t))
		return;
	fputc('\n', out);
	table_write(&t, out);
}
