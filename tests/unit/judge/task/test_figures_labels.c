/*
 * Several labels against scikit-learn (tests/data/f1-sklearn.jsonl, which f1_reference.py made),
 * and the figures of yes-no and of ordered labels on answers that are counted by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "job/file/job.h"
#include "job/task/task_several.h"
#include "judge/task/f1.h"
#include "judge/task/figures.h"

enum { MAX_LABELS = 6, MAX_TICKETS = 12 };

static struct label letters[MAX_LABELS] = { { .name = "a" }, { .name = "b" }, { .name = "c" },
					    { .name = "d" }, { .name = "e" }, { .name = "f" } };

static const char *cell(const struct figure_table *t, size_t row, size_t column)
{
	assert_true((row + 1) * t->n_columns <= t->n_cells);
	return t->cells[row * t->n_columns + column];
}

static const struct figure_table *table(const struct figures *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->tables[i].name, name) == 0)
			return &f->tables[i];
	fail_msg("no table '%s'", name);
	return NULL;
}

/* ---- several labels */

/* "101" as a list of names, or as the JSON that a model writes. */
static json_t *names_of(const char *bits)
{
	json_t *list = json_array();

	for (size_t i = 0; bits[i]; i++)
		if (bits[i] == '1')
			json_array_append_new(list, json_string(letters[i].name));
	return list;
}

static const char *written(struct arena *a, const char *bits)
{
	json_t *object = json_object();

	for (size_t i = 0; bits[i]; i++)
		json_object_set_new(object, letters[i].name, json_boolean(bits[i] == '1'));
	return json_text(a, object);
}

static struct job job_of(struct arena *a, size_t n_labels)
{
	struct job job = { .path = "job.yaml",
			   .labels = letters,
			   .n_labels = n_labels,
			   .several = true,
			   .ways[WAY_PLAIN] = true };
	struct err err = { 0 };

	if (task_complete(a, &job, &err) < 0)
		fail_msg("refused: %s", err.msg);
	return job;
}

static void check_figure(struct arena *a, const struct figure_table *t, size_t row,
			 const json_t *expected)
{
	if (json_is_null(expected) || (strcmp(cell(t, row, 5), "-") == 0 &&
				       json_number_value(expected) == 0)) /* never had or said */
		assert_string_equal(cell(t, row, 5), "-");
	else
		assert_string_equal(cell(t, row, 5),
				    arena_printf(a, "%.1f%%", 100 * json_number_value(expected)));
}

static void check_case(const json_t *line)
{
	const json_t *golds = json_object_get(line, "gold"), *saids = json_object_get(line, "said");
	const json_t *each = json_object_get(line, "labels");
	struct ticket tickets[MAX_TICKETS] = { 0 };
	struct answer answers[MAX_TICKETS] = { 0 }, *by_ticket[MAX_TICKETS];
	struct arena a = { 0 };
	struct job job = job_of(&a, json_array_size(each));
	struct figured of = { .task = { TASK_SEVERAL, job.form },
			      .labels = job.labels,
			      .n_labels = job.n_labels,
			      .tickets = tickets,
			      .answers = by_ticket,
			      .n = json_array_size(golds) };
	const struct figure_table *t;
	struct figures figures;

	for (size_t i = 0; i < of.n; i++) {
		const char *gold = json_string_value(json_array_get(golds, i));
		const char *said = json_string_value(json_array_get(saids, i));
		json_t *names = names_of(gold);
		struct mark mark;

		tickets[i].gold = task_several.gold(&a, &job, names).text;
		json_decref(names);
		answers[i].raw = written(&a, said);
		answers[i].raw_len = strlen(answers[i].raw);
		by_ticket[i] = &answers[i];
		mark_answer(&a, &of.task,
			    &(struct marked){ "",
					      tickets[i].gold,
					      { answers[i].raw, answers[i].raw_len, false } },
			    &mark);
		assert_int_equal(mark.mark == SEVERAL_RIGHT, strcmp(gold, said) == 0);
		answers[i].label = mark.mark;
	}
	task_figures(&a, &of, &figures);
	t = table(&figures, "labels");
	for (size_t k = 0; k < json_array_size(each); k++)
		check_figure(&a, t, k, json_array_get(each, k));
	check_figure(&a, t, json_array_size(each), json_object_get(line, "micro"));
	check_figure(&a, t, json_array_size(each) + 1, json_object_get(line, "macro"));
	arena_release(&a);
}

static void test_f1_of_scikit_learn(void **state)
{
	const char *root = getenv("TOEHOLD_SOURCE_DIR");
	char path[1024], line[4096];
	size_t n = 0;
	FILE *file;

	(void)state;
	assert_non_null(root);
	snprintf(path, sizeof(path), "%s/tests/data/f1-sklearn.jsonl", root);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		json_t *one = json_loads(line, 0, NULL);

		assert_non_null(one);
		check_case(one);
		json_decref(one);
		n++;
	}
	fclose(file);
	assert_int_equal(n, 200);
}

/* Every form in which the labels of a ticket may be given, and what is refused. */
static void test_gold_of_several(void **state)
{
	static const struct {
		const char *row, *text, *fault;
	} rows[] = {
		{ "[\"c\",\"a\"]", "{\"a\":true,\"b\":false,\"c\":true}", NULL },
		{ "[]", "{\"a\":false,\"b\":false,\"c\":false}", NULL },
		{ "null", "{\"a\":false,\"b\":false,\"c\":false}", NULL },
		{ "\"a; b\"", "{\"a\":true,\"b\":true,\"c\":false}", NULL },
		{ "\"\"", "{\"a\":false,\"b\":false,\"c\":false}", NULL },
		{ "{\"b\":true}", "{\"a\":false,\"b\":true,\"c\":false}", NULL },
		{ "{\"labels\":[\"b\"]}", "{\"a\":false,\"b\":true,\"c\":false}", NULL },
		{ "{\"label\":\"a;c\"}", "{\"a\":true,\"b\":false,\"c\":true}", NULL },
		{ "{\"label\":null}", "{\"a\":false,\"b\":false,\"c\":false}", NULL },
		{ "[\"x\"]", NULL, "label 'x' is not one of the job's labels" },
		{ "{\"b\":true,\"x\":true}", NULL, "label 'x' is not one of the job's labels" },
		{ "[[1]]", NULL,
		  "a ticket's labels must be a list of names, such as [\"card\", \"fees\"]" },
		{ "[4]", NULL, "label '4' is not one of the job's labels" },
	};
	struct arena a = { 0 };
	struct job job = job_of(&a, 3);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		json_t *row = json_loads(rows[i].row, JSON_DECODE_ANY, NULL);
		struct task_gold gold = task_several.gold(&a, &job, row);

		json_decref(row);
		if (rows[i].fault)
			assert_string_equal(gold.fault, rows[i].fault);
		else
			assert_null(gold.fault);
		if (rows[i].text)
			assert_string_equal(gold.text, rows[i].text);
	}
	arena_release(&a);
}

static void test_marks_of_several(void **state)
{
	static const struct {
		const char *raw;
		int mark;
		const char *detail;
	} rows[] = {
		{ "{\"a\":true,\"b\":false,\"c\":true}", SEVERAL_RIGHT, "" },
		{ "Sure: {\"a\":true,\"c\":true}", SEVERAL_RIGHT, "" },
		{ "{\"a\":true}", SEVERAL_MISSING, "missing c" },
		{ "{\"a\":true,\"b\":true,\"c\":true}", SEVERAL_EXTRA, "too many: b" },
		{ "{\"b\":true,\"c\":true}", SEVERAL_BOTH, "missing a; too many: b" },
		{ "a and c", SEVERAL_INVALID, "the answer is no JSON object" },
		{ "{\"a\":\"true\",\"c\":1}", SEVERAL_MISSING, "missing a; missing c" },
	};
	struct arena a = { 0 };
	struct job job = job_of(&a, 3);
	const struct mark_task task = { TASK_SEVERAL, job.form };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mark mark;

		mark_answer(&a, &task,
			    &(struct marked){ "",
					      "{\"a\":true,\"b\":false,\"c\":true}",
					      { rows[i].raw, strlen(rows[i].raw), false } },
			    &mark);
		assert_int_equal(mark.mark, rows[i].mark);
		assert_string_equal(mark.detail, rows[i].detail);
	}
	arena_release(&a);
}

/* ---- labels with probabilities */

enum { N = 6 };

/* Six answers; the fifth failed and the sixth has no probabilities. */
struct answered {
	struct arena arena;
	struct ticket tickets[N];
	struct answer answers[N], *by_ticket[N];
	struct figures figures;
};

static void figure(struct answered *x, struct figured *of, const int *golds, const int *labels,
		   const double *probs)
{
	for (size_t i = 0; i < N; i++) {
		x->tickets[i].label = golds[i];
		x->answers[i] = (struct answer){ .label = labels[i], .outcome = OUTCOME_OK };
		if (labels[i] < 0)
			x->answers[i].outcome = OUTCOME_TIMEOUT;
		x->answers[i].probs = (double *)(uintptr_t)(probs + i * of->n_labels);
		x->answers[i].n_probs = i == 5 ? 0 : of->n_labels;
		x->by_ticket[i] = &x->answers[i];
	}
	of->labels = letters;
	of->tickets = x->tickets;
	of->answers = x->by_ticket;
	of->n = N;
	task_figures(&x->arena, of, &x->figures);
}

static void test_yes_no(void **state)
{
	static const int golds[N] = { 0, 0, 1, 1, 0, 1 }, labels[N] = { 0, 1, 0, 1, -1, 1 };
	static const double probs[] = { .9, .1, .4, .6, .6, .4, .2, .8, .5, .5, .5, .5 };
	struct answered x = { 0 };
	struct figured of = { .task = { TASK_YES_NO, NULL }, .n_labels = 2, .yes_at = .5 };
	const struct figure_table *t;

	(void)state;
	figure(&x, &of, golds, labels, probs);
	t = table(&x.figures, "yes");
	assert_string_equal(cell(t, 0, 1), "50.0%"); /* 1 of 2 answers "yes" */
	assert_string_equal(cell(t, 0, 2), "1/2");
	assert_string_equal(cell(t, 1, 1), "33.3%"); /* 1 of 3 tickets: one answer failed */
	assert_string_equal(cell(t, 1, 2), "1/3");
	assert_string_equal(cell(t, 2, 1), "40.0%");
	t = table(&x.figures, "trade_offs");
	assert_string_equal(cell(t, 0, 1), "4"); /* 10%: all four with probabilities */
	assert_string_equal(cell(t, 0, 2), "50%");
	assert_string_equal(cell(t, 0, 3), "100%");
	assert_string_equal(cell(t, 3, 1), "3"); /* 40%: as much counts as yes */
	assert_string_equal(cell(t, 6, 1), "1"); /* 70% */
	assert_string_equal(cell(t, 6, 2), "100%");
	assert_string_equal(cell(t, 6, 3), "50%");
	assert_string_equal(cell(t, 6, 4), "1");
	arena_release(&x.arena);
}

static void test_ordered(void **state)
{
	static const int golds[N] = { 0, 1, 2, 2, 2, 0 }, labels[N] = { 0, 0, 2, 0, -1, 1 };
	static const double probs[] = { 1, 0, 0, .6, .4, 0, 0, 0, 1, .5, 0, .5, 0, 0, 1, 1, 0, 0 };
	struct answered x = { 0 };
	struct figured of = { .task = { TASK_CLASSIFY, NULL }, .n_labels = 3, .ordered = true };
	const struct figure_table *t;

	(void)state;
	figure(&x, &of, golds, labels, probs);
	t = table(&x.figures, "distances");
	assert_string_equal(cell(t, 0, 1), "0.80"); /* 0 + 1 + 0 + 2 + 1 steps, 5 answers */
	assert_string_equal(cell(t, 1, 1), "0.40"); /* 0 + .6 + 0 + 1, 4 answers */
	assert_string_equal(cell(t, 1, 2), "4");
	assert_string_equal(cell(t, 2, 1), "80.0%");
	assert_string_equal(cell(t, 2, 2), "4/5");
	t = table(&x.figures, "levels");
	assert_string_equal(cell(t, 2, 0), "c");
	assert_string_equal(cell(t, 2, 1), "3");
	assert_string_equal(cell(t, 2, 3), "2.00"); /* 3 and 1 */
	assert_string_equal(cell(t, 2, 4), "2.50"); /* 3 and 2 */
	arena_release(&x.arena);
	of.ordered = false;
	figure(&x, &of, golds, labels, probs);
	assert_int_equal(x.figures.n, 0);
	arena_release(&x.arena);
}

/* Where the interval of F1 ends follows from that of the share of both. */
static void test_interval_of_f1(void **state)
{
	const struct f1_counts c = { .n_gold = 10, .n_said = 8, .n_both = 6 };
	struct f1_figure f = f1_both(&c);
	struct interval share = stats_clopper_pearson(6, 12, .95);

	(void)state;
	assert_true(fabs(f.value - 12. / 18.) < 1e-12);
	assert_true(fabs(f.interval.low - 2 * share.low / (1 + share.low)) < 1e-12);
	assert_true(fabs(f.interval.high - 2 * share.high / (1 + share.high)) < 1e-12);
	assert_int_equal(f1_both(&(struct f1_counts){ 0 }).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f1_of_scikit_learn),
		cmocka_unit_test(test_gold_of_several),
		cmocka_unit_test(test_marks_of_several),
		cmocka_unit_test(test_yes_no),
		cmocka_unit_test(test_ordered),
		cmocka_unit_test(test_interval_of_f1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
