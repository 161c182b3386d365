/*
 * The task classify with several labels a ticket. The model answers true or false for each label,
 * as JSON in the job's order: the engine forces the names, so that a label costs one token. Decides
 * in which forms a ticket's labels may be given.
 */
#include "job/task/task_several.h"

#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/file/job_prompt.h"

/* Of the JSON around a label's name: quotes, colon, value, comma. A token is a byte or more. */
enum { LABEL_TOK = 8, BRACES_TOK = 8, TOK_MOST = 2000 };

static const char *const several_marks[] = { SEVERAL_MARKS(NAMES_TEXT) };

static const struct names several_mark_names = { several_marks, COUNT_OF(several_marks) };

static const char pattern_default[] =
	"You are an exacting classifier. A text can have several labels, or none.\n"
	"Labels: {labels}\n"
	"Return JSON that has each label in this order, with true if the label fits the text and "
	"false if it does not.";

static json_t *several_form(const struct job *job)
{
	json_t *properties = json_object(), *required = json_array();

	for (size_t i = 0; i < job->n_labels; i++) {
		json_object_set_new(properties, job->labels[i].name,
				    json_pack("{s:s}", "type", "boolean"));
		json_array_append_new(required, json_string(job->labels[i].name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

static int64_t several_tok(const struct job *job)
{
	int64_t tok = BRACES_TOK;

	for (size_t i = 0; i < job->n_labels; i++)
		tok += (int64_t)strlen(job->labels[i].name) + LABEL_TOK;
	return tok < TOK_MOST ? tok : TOK_MOST;
}

/* The labels give way to the marks, so the prompt is filled in while they are there. */
static int several_complete(struct arena *a, struct job *job, struct err *err)
{
	job->question = job->own_prompt ? job_question(a, job) : "";
	if (!job->own_prompt)
		job->prompt_pattern = pattern_default;
	if (job_prompt_fill(a, job, PROMPT_AS_ASKED, false, &job->prompt_pattern, err) < 0)
		return -1;
	for (size_t i = 0; i < job->n_variants; i++) {
		struct job with = *job;

		with.prompt_pattern = job->variants[i].pattern;
		if (job_prompt_fill(a, &with, PROMPT_AS_ASKED, false, &job->variants[i].pattern,
				    err) < 0)
			return -1;
	}
	job->form = json_text(a, several_form(job));
	if (job->budget.reason_tok == 0)
		job->budget.reason_tok = several_tok(job);
	return 0;
}

static const char *several_prompt(struct arena *a, const struct job *job)
{
	(void)a;
	return job->prompt_pattern;
}

/* ---- models that write nothing */

const char *several_answer(struct arena *a, const char *const *labels, const bool *fits, size_t n)
{
	json_t *answer = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(answer, labels[i], json_boolean(fits[i]));
	return task_example_answer(a, TASK_SEVERAL, json_text(a, answer));
}

void several_read(const char *text, const char *const *labels, size_t n, bool *ret_fits)
{
	json_t *whole = json_loads(text, 0, NULL);

	for (size_t i = 0; i < n; i++)
		ret_fits[i] = json_is_true(json_object_get(whole, labels[i]));
	json_decref(whole);
}

const char *several_question(struct arena *a, const char *question, const char *label,
			     const char *description)
{
	bool described = description && *description;

	return arena_printf(a, "%s%sDoes the label '%s'%s%s%s fit this text?", question,
			    *question ? "\n" : "", label, described ? " (" : "",
			    described ? description : "", described ? ")" : "");
}

/* ---- a ticket's labels */

/* The labels that are found: {"card": true, "fees": false}. */
struct several_gold {
	struct arena *a;
	json_t *whole;
	const char *fault;
};

static void several_take(struct several_gold *g, const char *name, bool fits)
{
	if (json_object_get(g->whole, name))
		json_object_set_new(g->whole, name, json_boolean(fits));
	else if (!g->fault)
		g->fault = arena_printf(g->a, "label '%s' is not one of the job's labels",
					display_text(g->a, name));
}

/* "card; fees" */
static void several_take_text(struct several_gold *g, const char *text)
{
	const char *part;
	size_t n;

	while ((part = str_next_part(&text, ';', &n))) {
		for (; n > 0 && *part == ' '; n--)
			part++;
		while (n > 0 && part[n - 1] == ' ')
			n--;
		if (n > 0)
			several_take(g, arena_strndup(g->a, part, n), true);
	}
}

static void several_take_one(struct several_gold *g, const json_t *value)
{
	if (json_is_string(value) && json_whole_text(value))
		several_take(g, json_string_value(value), true);
	else if (json_is_integer(value))
		several_take(g,
			     arena_printf(g->a, "%" JSON_INTEGER_FORMAT, json_integer_value(value)),
			     true);
	else
		g->fault = "a ticket's labels must be a list of names, such as [\"card\", "
			   "\"fees\"]";
}

/* A list of names, names with semicolons between them, true or false for each name, or null. */
static void several_take_value(struct several_gold *g, json_t *value)
{
	const char *name;
	json_t *one;
	size_t i;

	if (json_is_string(value) && json_whole_text(value)) {
		several_take_text(g, json_string_value(value));
	} else if (json_is_object(value)) {
		json_object_foreach (value, name, one) {
			if (json_is_boolean(one))
				several_take(g, name, json_is_true(one));
			else if (!g->fault)
				g->fault = "behind a label's name stands true or false, such as "
					   "{\"card\": true, \"fees\": false}";
		}
	} else if (json_is_array(value)) {
		json_array_foreach (value, i, one)
			several_take_one(g, one);
	} else if (!json_is_null(value)) {
		several_take_one(g, value);
	}
}

/* From the members `labels` or `label` of a row, or from its `gold`. */
static struct task_gold several_gold(struct arena *a, const struct job *job, const json_t *gold)
{
	struct several_gold g = { .a = a, .whole = json_object() };
	json_t *form = json_loads(job->form, 0, NULL), *value = (json_t *)gold, *one;
	const char *name;

	json_object_foreach (json_object_get(form, "properties"), name, one)
		json_object_set_new(g.whole, name, json_false());
	json_decref(form);
	for (const char *const *member = task_several.gold_members; *member; member++)
		if (json_is_object(gold) && json_object_size(gold) == 1 &&
		    json_object_get(gold, *member) &&
		    !json_is_boolean(json_object_get(gold, *member)))
			value = json_object_get(gold, *member);
	several_take_value(&g, value);
	return (struct task_gold){ json_text(a, g.whole), g.fault };
}

/* From the column that the job names for labels, or from `labels` or `label`. */
static struct task_gold several_gold_of_row(struct arena *a, const struct job *job,
					    const struct task_cells *cells)
{
	const char *const names[] = { job->columns.label, "labels", "label" };
	struct task_gold gold = { NULL, NULL };

	for (size_t k = 0; k < COUNT_OF(names); k++)
		for (size_t i = 0; names[k] && i < cells->n; i++) {
			json_t *cell;

			if (strcasecmp(cells->names[i], names[k]) != 0)
				continue;
			cell = json_any_text(cells->texts[i]);
			gold = several_gold(a, job, cell);
			json_decref(cell);
			return gold;
		}
	return gold;
}

/* The labels that fit, as a cell of a table has them; for other JSON, the JSON. */
static const char *several_gold_words(struct arena *a, const char *gold)
{
	json_t *whole = json_loads(gold, 0, NULL), *fits;
	const char *all = "", *name;
	bool read = json_object_size(whole) > 0;

	json_object_foreach (whole, name, fits) {
		read = read && json_is_boolean(fits);
		if (json_is_true(fits))
			all = arena_add_item(a, all, "; ", "%s", name);
	}
	json_decref(whole);
	if (!read)
		return gold;
	return *all ? all : "no label";
}

static const char *const several_members[] = { "labels", "label", NULL };

const struct task_kind task_several = {
	.marks = &several_mark_names,
	.of_labels = true,
	.gold_members = several_members,
	.complete = several_complete,
	.prompt = several_prompt,
	.gold = several_gold,
	.gold_of_row = several_gold_of_row,
	.gold_words = several_gold_words,
};
