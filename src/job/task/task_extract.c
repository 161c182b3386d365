/*
 * The task extract: values of named fields, as JSON. Decides what the model is told, and how long
 * an answer may be.
 */
#include "job/task/task_extract.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "job/file/job.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_gold.h"

static const char *const extract_marks[] = { EXTRACT_MARKS(NAMES_TEXT) };

static const struct names extract_mark_names = { extract_marks, COUNT_OF(extract_marks) };

/* Tokens: of a value, of the marks around a name; the items of a list; the least and the most. */
enum { VALUE_TOK = 24, MARKS_TOK = 4, LIST_ITEMS = 4, LEAST_TOK = 64, MOST_TOK = 2000 };

/* About two bytes of a name are a token. */
static int64_t extract_tok(const json_t *part)
{
	struct extract_field field = extract_field_of(part);
	const char *name;
	int64_t n = 0;
	json_t *one;

	if (field.type == EXTRACT_LIST)
		return MARKS_TOK + LIST_ITEMS * extract_tok(field.items);
	if (field.type != EXTRACT_OBJECT)
		return VALUE_TOK;
	json_object_foreach (field.fields, name, one)
		n += (int64_t)strlen(name) / 2 + MARKS_TOK + extract_tok(one);
	return n;
}

static int extract_complete(struct arena *a, struct job *job, struct err *err)
{
	json_t *form;
	int64_t n;

	(void)a;
	if (!job->form)
		return err_set(err, ERR_INPUT,
			       "%s: the task 'extract' needs the key 'fields', such as 'fields: "
			       "{order_no: string, amount: number, due: date}', or the name of a "
			       "file with a JSON schema",
			       job->path);
	if (job->budget.reason_tok > 0)
		return 0;
	form = json_loads(job->form, 0, NULL);
	n = extract_tok(form);
	json_decref(form);
	job->budget.reason_tok = n < LEAST_TOK ? LEAST_TOK : n > MOST_TOK ? MOST_TOK : n;
	return 0;
}

/* What kinds of values are called in the prompt; a text needs no word. */
static const char *const kind_words[] = {
	[EXTRACT_DATE] = "a date as YYYY-MM-DD", [EXTRACT_NUMBER] = "a number",
	[EXTRACT_WHOLE] = "a whole number",	 [EXTRACT_BOOLEAN] = "true or false",
	[EXTRACT_OBJECT] = "an object with:",	 [EXTRACT_LIST] = "a list",
};

/* "low, high" */
static void extract_add_values(struct buf *b, const json_t *values)
{
	const char *between = "";
	json_t *value;
	size_t i;

	json_array_foreach ((json_t *)values, i, value) {
		char *text = json_is_null(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);

		if (!text)
			continue;
		buf_addf(b, "%s%s", between, text);
		between = ", ";
		free(text);
	}
}

static void extract_add_fields(struct buf *b, json_t *fields, int depth);

/* "\n- amount: a number; a sum of money" */
static void extract_add_field(struct buf *b, const char *name, const json_t *part, int depth)
{
	const char *about = json_string_value(json_object_get(part, "description"));
	struct extract_field field = extract_field_of(part);
	const char *kind = field.type == EXTRACT_VALUES ? "one of " :
			   field.type == EXTRACT_STRING ? "" :
							  kind_words[field.type];

	buf_addf(b, "\n%*s- %s%s%s", depth * 2, "", name, *kind || about ? ": " : "", kind);
	if (field.values)
		extract_add_values(b, field.values);
	if (about)
		buf_addf(b, "%s%s", *kind ? "; " : "", about);
	if (field.type == EXTRACT_LIST)
		extract_add_field(b, "each", field.items, depth + 1);
	if (field.type == EXTRACT_OBJECT)
		extract_add_fields(b, field.fields, depth + 1);
}

static void extract_add_fields(struct buf *b, json_t *fields, int depth)
{
	const char *name;
	json_t *part;

	json_object_foreach (fields, name, part)
		extract_add_field(b, name, part, depth);
}

static const char *extract_list(struct arena *a, const struct job *job)
{
	json_t *form = json_loads(job->form, 0, NULL);
	struct buf b;

	buf_init(&b, JOB_MAX_BYTES);
	extract_add_fields(&b, extract_field_of(form).fields, 0);
	json_decref(form);
	return buf_to_arena(&b, a) + 1; /* without the first line break */
}

static const char *extract_prompt(struct arena *a, const struct job *job)
{
	return arena_printf(a,
			    "You extract facts from a text.\nFields:\n%s\nReturn JSON with these "
			    "fields in this order. Copy each value from the text as it is written. "
			    "Write null if the text does not say.",
			    extract_list(a, job));
}

const struct task_kind task_extract = {
	.marks = &extract_mark_names,
	.key = "fields",
	.complete = extract_complete,
	.prompt = extract_prompt,
	.place = "{fields}",
	.list = extract_list,
	.gold = extract_gold,
	.gold_of_row = extract_gold_of_row,
};
