/*
 * Tickets from JSON with one object per line. Decides which JSON types a member may have; ticket.c
 * decides what a valid ticket is.
 */
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/json/json_exact.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/ticket/ticket_rows.h"

/* Fields that can also be whole numbers, as ids often are. */
static const bool takes_number[FIELD_COUNT] = { [FIELD_ID] = true, [FIELD_GROUP] = true };

static const char *const type_words[] = {
	[JSON_OBJECT] = "an object",
	[JSON_ARRAY] = "a list",
	[JSON_STRING] = "a string",
	[JSON_INTEGER] = "a number",
	[JSON_REAL] = "a number with a point",
	[JSON_TRUE] = "true",
	[JSON_FALSE] = "false",
	[JSON_NULL] = "null",
};

/* The member of that name, or else the only one that differs in case. */
static const json_t *jsonl_usual(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	const char *key;
	json_t *other;

	if (value)
		return value;
	json_object_foreach ((json_t *)object, key, other) {
		if (strcasecmp(key, name) != 0)
			continue;
		if (value)
			return NULL;
		value = other;
	}
	return value;
}

/* The value at the path that the user names, or the usual member of the field. */
static const json_t *jsonl_value(const struct ticket_reader *reader, const json_t *object,
				 enum ticket_field field)
{
	const struct columns *columns = &reader->job->columns;
	const char *name = columns_name(columns, field);
	const json_t *value = name ? json_at_path(object, name) : NULL;

	if (!value && (!name || columns_optional(columns, field)))
		value = jsonl_usual(object, ticket_field_names[field]);
	return value;
}

/*
 * The label that a number or a truth value means: the step 3 of a scale, or true for yes. NULL if
 * none.
 */
static const char *jsonl_label_meant(const struct ticket_reader *reader, const json_t *value)
{
	const struct job *job = reader->job;
	const char *text;

	if (json_is_boolean(value) && job->task == TASK_YES_NO)
		return job->labels[json_is_true(value) ? 0 : 1].name;
	if (!json_is_integer(value))
		return NULL;
	text = arena_printf(reader->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return job_label_index(job, text) >= 0 ? text : NULL;
}

static int jsonl_set(struct ticket_reader *reader, const json_t *value, enum ticket_field field,
		     struct ticket_draft *draft, struct err *err)
{
	const char *name = ticket_field_names[field];
	size_t n;

	if (!value || (json_is_null(value) && field != FIELD_TEXT && field != FIELD_LABEL))
		return 0;
	if (json_is_integer(value) && takes_number[field]) {
		draft->fields[field] = arena_printf(reader->arena, "%" JSON_INTEGER_FORMAT,
						    json_integer_value(value));
		return 0;
	}
	if (field == FIELD_LABEL && jsonl_label_meant(reader, value)) {
		draft->fields[field] = jsonl_label_meant(reader, value);
		return 0;
	}
	if (!json_is_string(value))
		return text_fail(
			reader->path, draft->line, err, "'%s' is %s; write it as a string%s", name,
			type_words[json_typeof(value)],
			field == FIELD_LABEL ? ", as 'toehold import' does (--map 0=NAME)" : "");
	n = json_string_length(value);
	if (memchr(json_string_value(value), '\0', n))
		return text_fail(reader->path, draft->line, err,
				 "'%s' holds a NUL character (\\u0000); remove it", name);
	draft->fields[field] = arena_strndup(reader->arena, json_string_value(value), n);
	if (field == FIELD_TEXT)
		draft->text_len = n;
	return 0;
}

/* Joins the texts at the paths that the user names; leaves the draft alone if there are none. */
static int jsonl_join_texts(struct ticket_reader *reader, const json_t *object,
			    struct ticket_draft *draft, struct err *err)
{
	const struct opt_list *paths = &reader->job->columns.text;
	const char *texts[COLUMNS_MAX_TEXTS];
	size_t n = 0;

	for (size_t i = 0; i < paths->n && n < COLUMNS_MAX_TEXTS; i++) {
		const json_t *value = json_at_path(object, paths->items[i]);

		if (!value || json_is_null(value))
			continue;
		if (jsonl_set(reader, value, FIELD_TEXT, draft, err) < 0)
			return -1;
		texts[n++] = draft->fields[FIELD_TEXT];
	}
	if (n > 1)
		draft->fields[FIELD_TEXT] =
			columns_join_texts(reader->arena, texts, n, &draft->text_len);
	return 0;
}

static int jsonl_read_member(struct ticket_reader *reader, const json_t *object,
			     enum ticket_field field, struct ticket_draft *draft, struct err *err)
{
	const struct columns *columns = &reader->job->columns;

	if (!ticket_reads(reader, field))
		return 0;
	if (field != FIELD_TEXT || columns->text.n == 0)
		return jsonl_set(reader, jsonl_value(reader, object, field), field, draft, err);
	if (jsonl_join_texts(reader, object, draft, err) < 0)
		return -1;
	if (draft->fields[FIELD_TEXT] || !columns_optional(columns, field))
		return 0;
	return jsonl_set(reader, jsonl_value(reader, object, field), field, draft, err);
}

/* The members that a task makes a gold answer of, as one object; NULL if there are none. */
static json_t *jsonl_join_gold(const struct task_kind *kind, const json_t *object)
{
	json_t *gold = json_object();

	for (const char *const *name = kind->gold_members; name && *name; name++)
		if (json_object_get(object, *name))
			json_object_set(gold, *name, json_object_get(object, *name));
	if (json_object_size(gold) > 0)
		return gold;
	json_decref(gold);
	return NULL;
}

static int jsonl_read_gold(struct ticket_reader *reader, const json_t *object,
			   struct ticket_draft *draft, struct err *err)
{
	const struct task_kind *kind = task_kind(reader->job->task);
	const char *label = columns_name(&reader->job->columns, FIELD_LABEL);
	struct task_gold gold;
	json_t *value;

	if (!kind->marks || !reader->labelled)
		return 0;
	value = json_incref(json_object_get(object, "gold"));
	if (!value && kind->of_labels && label)
		value = json_incref(json_at_path(object, label));
	if (!value)
		value = jsonl_join_gold(kind, object);
	if (!value)
		return 0;
	gold = kind->gold(reader->arena, reader->job, value);
	json_decref(value);
	if (gold.fault)
		return text_fail(reader->path, draft->line, err, "%s", gold.fault);
	draft->gold = gold.text;
	return 0;
}

static int jsonl_fail_json(const struct ticket_reader *reader, size_t line,
			   const json_error_t *found, struct err *err)
{
	const char *half = json_half_escape(reader->arena, found);

	if (json_error_code(found) == json_error_duplicate_key)
		return text_fail(reader->path, line, err, "%s; remove one",
				 display_text(reader->arena, found->text));
	if (half)
		return text_fail(reader->path, line, err,
				 "column %d: a text holds half of a character that was cut (%s); "
				 "remove it, or write the whole character",
				 found->column, half);
	return text_fail(reader->path, line, err,
			 "column %d: not JSON: %s; write one JSON object per line, as 'toehold "
			 "import' does",
			 found->column, display_text(reader->arena, found->text));
}

/*
 * Numbers as text: an id can have more digits than Jansson's integers hold. NULL if the line is not
 * JSON for another reason, too.
 */
static json_t *jsonl_load_exact(const char *text, size_t n_bytes, size_t flags,
				json_error_t *ret_found)
{
	json_t *object = NULL;
	struct buf exact;

	buf_init(&exact, 2 * n_bytes + 1);
	json_exact(&exact, text, n_bytes);
	if (!strstr(buf_text(&exact), JSON_HALF_ESCAPE))
		object = json_loadb(buf_text(&exact), exact.len, flags, ret_found);
	buf_release(&exact);
	return object;
}

static int jsonl_on_line(const char *text, size_t n_bytes, size_t line, void *ctx, struct err *err)
{
	static const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
	struct ticket_reader *reader = ctx;
	struct ticket_draft draft = { .line = line };
	json_error_t found;
	json_t *object;
	int r = 0;

	if (text[strspn(text, " \t")] == '[')
		return text_fail(reader->path, line, err,
				 "a list begins here; write one JSON object per line instead, as "
				 "'toehold import' does");
	object = json_loadb(text, n_bytes, flags, &found);
	if (!object && json_error_code(&found) == json_error_numeric_overflow)
		object = jsonl_load_exact(text, n_bytes, flags, &found);
	if (!object)
		return jsonl_fail_json(reader, line, &found, err);
	for (int i = 0; i < FIELD_COUNT && r == 0; i++)
		r = jsonl_read_member(reader, object, (enum ticket_field)i, &draft, err);
	if (r == 0)
		r = jsonl_read_gold(reader, object, &draft, err);
	if (r == 0)
		r = ticket_add(reader, &draft, err);
	json_decref(object);
	return r;
}

int ticket_read_jsonl(struct ticket_reader *reader, struct err *err)
{
	return text_each_line(reader->text.lines_before, reader->text.text, reader->text.n_bytes,
			      jsonl_on_line, reader, err);
}
