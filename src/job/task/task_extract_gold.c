/*
 * What a ticket's gold answer may hold: a value of the right type for each field, or null. Decides
 * how the text of a table's cell becomes a value. A value that a model could not have written is
 * refused: no answer could be right.
 */
#include "job/task/task_extract_gold.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/file/label_key.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_read.h"

/* A gold answer that is being read. */
struct gold {
	struct arena *a;
	const char *fault; /* the first one */
};

/* A value of it. */
struct gold_value {
	const json_t *part; /* of the form */
	struct extract_field field;
	const char *name; /* for messages */
	const json_t *json;
};

static json_t *gold_fail(struct gold *g, const struct gold_value *v, const char *words)
{
	if (!g->fault)
		g->fault = arena_printf(g->a, "gold: '%s' %s", display_text(g->a, v->name), words);
	return NULL;
}

static const char *gold_text(const struct gold_value *v)
{
	return json_string_value(v->json);
}

/* A number, or a text that is one, as a table's cell has it. */
static json_t *gold_number(struct gold *g, const struct gold_value *v)
{
	bool whole = v->field.type == EXTRACT_WHOLE;
	struct extract_number number = { { 0 }, 0 };

	if (gold_text(v))
		number = extract_number_read(label_fold(g->a, gold_text(v)));
	else if (json_is_number(v->json))
		number = (struct extract_number){ { json_number_value(v->json) }, 1 };
	if (number.n > 1)
		return gold_fail(g, v, "can mean two numbers; write it without a thousands mark");
	if (number.n == 0)
		return gold_fail(g, v, "takes a number; write it in digits alone, such as 12.5");
	if (whole && number.readings[0] != floor(number.readings[0]))
		return gold_fail(g, v, "takes a whole number, without a point");
	if (json_is_number(v->json))
		return json_deep_copy(v->json);
	return fabs(number.readings[0]) < 1e15 && number.readings[0] == floor(number.readings[0]) ?
		       json_integer((json_int_t)number.readings[0]) :
		       json_real(number.readings[0]);
}

static json_t *gold_boolean(struct gold *g, const struct gold_value *v)
{
	static const char *const yes[] = { "yes", "true", "y", "1" };
	static const char *const no[] = { "no", "false", "n", "0" };
	const char *text = gold_text(v) ? label_fold(g->a, gold_text(v)) : "";

	if (json_is_boolean(v->json))
		return json_deep_copy(v->json);
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0)
			return json_boolean(strcmp(text, yes[i]) == 0);
	return gold_fail(g, v, "takes yes or no, or true or false");
}

/* As the model must write it: 2024-04-03. */
static json_t *gold_date(struct gold *g, const struct gold_value *v)
{
	struct extract_date date;

	if (!gold_text(v))
		return gold_fail(g, v, "takes a date; write it as text, such as \"2024-04-03\"");
	date = extract_date_read(label_fold(g->a, gold_text(v)));
	if (date.kind == EXTRACT_UNCLEAR)
		return gold_fail(g, v,
				 "can mean two days; write the year first, such as 2024-04-03");
	if (date.kind == EXTRACT_NO_DATE || date.year == 0)
		return gold_fail(g, v,
				 "takes a date with its year, such as 2024-04-03 or 3 April 2024; "
				 "use the type string for dates such as 'last Friday'");
	return json_string(arena_printf(g->a, "%04d-%02d-%02d", date.year, date.month, date.day));
}

/* A listed value as it is in the list, whatever the case of the text. */
static json_t *gold_listed(struct gold *g, const struct gold_value *v)
{
	const char *names[EXTRACT_MAX_VALUES], *near;
	const char *text = gold_text(v) ? label_fold(g->a, gold_text(v)) : NULL;
	size_t i, n = 0;
	json_t *one;

	json_array_foreach ((json_t *)v->field.values, i, one) {
		const char *name = json_string_value(one);

		if (json_equal(one, (json_t *)v->json) ||
		    (name && text && strcmp(label_fold(g->a, name), text) == 0) ||
		    (text && !name && !json_is_null(one) &&
		     strcmp(json_text(g->a, json_pack("[O]", one)),
			    arena_printf(g->a, "[%s]", text)) == 0))
			return json_deep_copy(one);
		if (name && n < COUNT_OF(names))
			names[n++] = name;
	}
	near = text ? str_nearest(gold_text(v), names, n) : NULL;
	return gold_fail(g, v,
			 near ? arena_printf(g->a, "is none of its values; did you mean '%s'?",
					     display_text(g->a, near)) :
				"is none of the values that the field lists");
}

static json_t *gold_string(struct gold *g, const struct gold_value *v)
{
	if (!json_is_string(v->json))
		return gold_fail(g, v, "takes a text; write it in quotes");
	return json_deep_copy(v->json);
}

static json_t *gold_read(struct gold *g, const struct gold_value *v);

static json_t *gold_list(struct gold *g, const struct gold_value *v)
{
	struct gold_value item = { .part = v->field.items, .name = v->name };
	json_t *list = json_array(), *read;
	size_t i;

	if (!json_is_array(v->json)) {
		json_decref(list);
		return gold_fail(g, v, "takes a list, such as [\"a\", \"b\"]");
	}
	json_array_foreach ((json_t *)v->json, i, item.json) {
		read = gold_read(g, &item);
		if (!read) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, read);
	}
	return list;
}

/* Whether the members of a gold object are all fields. */
static bool gold_knows_all(struct gold *g, const struct gold_value *v)
{
	const char *names[EXTRACT_MAX_FIELDS], *name, *near;
	json_t *one;
	size_t n = 0;

	json_object_foreach (v->field.fields, name, one)
		if (n < COUNT_OF(names))
			names[n++] = name;
	json_object_foreach ((json_t *)v->json, name, one) {
		if (json_object_get(v->field.fields, name))
			continue;
		near = str_nearest(name, names, n);
		g->fault = arena_printf(g->a, "gold has '%s', which is no field of the job%s%s%s",
					display_text(g->a, name), near ? "; did you mean '" : "",
					near ? display_text(g->a, near) : "", near ? "'?" : "");
		return false;
	}
	return true;
}

/* The fields in the order of the form. One that is not there is null, if it may be. */
static json_t *gold_object(struct gold *g, const struct gold_value *v)
{
	json_t *whole = json_object(), *read, *part;
	const char *name;

	if (!json_is_object(v->json) || !gold_knows_all(g, v)) {
		json_decref(whole);
		return gold_fail(g, v, "takes an object, such as {\"amount\": \"12 €\"}");
	}
	json_object_foreach (v->field.fields, name, part) {
		const struct gold_value one = {
			.part = part,
			.name = *v->name ? arena_printf(g->a, "%s.%s", v->name, name) : name,
			.json = json_object_get(v->json, name),
		};

		if (!one.json && !extract_is_required(v->part, name))
			continue;
		read = gold_read(g, &one);
		if (!read) {
			json_decref(whole);
			return NULL;
		}
		json_object_set_new(whole, name, read);
	}
	return whole;
}

static json_t *gold_read(struct gold *g, const struct gold_value *value)
{
	static json_t *(*const readers[])(struct gold * g, const struct gold_value *v) = {
		[EXTRACT_STRING] = gold_string,	  [EXTRACT_DATE] = gold_date,
		[EXTRACT_NUMBER] = gold_number,	  [EXTRACT_WHOLE] = gold_number,
		[EXTRACT_BOOLEAN] = gold_boolean, [EXTRACT_VALUES] = gold_listed,
		[EXTRACT_OBJECT] = gold_object,	  [EXTRACT_LIST] = gold_list,
	};
	struct gold_value v = *value;
	const char *text = gold_text(&v);

	v.field = extract_field_of(v.part);
	if (!v.json || json_is_null(v.json) || (text && !text[strspn(text, " \t\r\n")])) {
		if (v.field.nullable)
			return json_null();
		return gold_fail(g, &v,
				 "has no value, and the schema does not allow null there; add "
				 "\"null\" to its type");
	}
	return readers[v.field.type](g, &v);
}

static struct task_gold gold_whole(struct gold *g, const struct job *job, const json_t *json)
{
	json_t *form = json_loads(job->form, 0, NULL), *whole;
	const struct gold_value v = { .part = form, .name = "", .json = json };

	if (!json_is_object(json))
		g->fault = "'gold' must be an object with the value of each field, such as "
			   "{\"amount\": \"12 €\"}";
	whole = g->fault ? NULL : gold_read(g, &v);
	json_decref(form);
	return (struct task_gold){ whole ? json_text(g->a, whole) : NULL, whole ? NULL : g->fault };
}

struct task_gold extract_gold(struct arena *a, const struct job *job, const json_t *gold)
{
	struct gold g = { .a = a };

	return gold_whole(&g, job, gold);
}

/* An object or list in a cell is JSON. */
static json_t *gold_cell(const json_t *part, const char *text)
{
	struct extract_field field = extract_field_of(part);
	json_t *json = NULL;

	if (field.type == EXTRACT_OBJECT || field.type == EXTRACT_LIST)
		json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	return json ? json : json_string(text);
}

/* The text in the column of that name; NULL if there is none. */
static const char *gold_find_cell(struct arena *a, const struct task_cells *cells, const char *name)
{
	const char *key = label_key(a, name);

	for (size_t i = 0; i < cells->n; i++)
		if (strcmp(label_key(a, cells->names[i]), key) == 0)
			return cells->texts[i];
	return NULL;
}

/* The row has a column for every field, or for none: a missing one is no null. */
struct task_gold extract_gold_of_row(struct arena *a, const struct job *job,
				     const struct task_cells *cells)
{
	struct gold g = { .a = a };
	struct task_gold gold = { NULL, NULL };
	json_t *form = json_loads(job->form, 0, NULL), *row = json_object(), *part, *cell;
	struct extract_field whole = extract_field_of(form);
	const char *name;

	json_object_foreach (whole.fields, name, part) {
		const char *text = gold_find_cell(a, cells, name);

		if (!text) {
			g.fault =
				arena_printf(a,
					     "the table has no column for the field '%s'; add it, "
					     "and leave its cells empty where there is no value",
					     display_text(a, name));
			continue;
		}
		cell = gold_cell(part, text);
		json_object_set_new(row, name, cell ? cell : json_null());
	}
	if (json_object_size(row) > 0)
		gold = gold_whole(&g, job, row);
	json_decref(row);
	json_decref(form);
	return gold;
}
