/*
 * Tickets from JSON with one object per line. Decides which JSON types a member may have; ticket.c
 * decides what a valid ticket is.
 */
#include <jansson.h>
#include <string.h>

#include "base/display.h"
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

static int jsonl_read_member(struct ticket_reader *reader, const json_t *object,
			     enum ticket_field field, struct ticket_draft *draft, struct err *err)
{
	const char *name = ticket_field_names[field];
	const json_t *value = json_object_get(object, name);
	size_t n;

	if (!value || !ticket_reads(reader, field) ||
	    (json_is_null(value) && field != FIELD_TEXT && field != FIELD_LABEL))
		return 0;
	if (json_is_integer(value) && takes_number[field]) {
		draft->fields[field] = arena_printf(reader->arena, "%" JSON_INTEGER_FORMAT,
						    json_integer_value(value));
		return 0;
	}
	if (!json_is_string(value))
		return text_fail(reader->path, draft->line, err, "'%s' is %s; write it as a string",
				 name, type_words[json_typeof(value)]);
	n = json_string_length(value);
	if (memchr(json_string_value(value), '\0', n))
		return text_fail(reader->path, draft->line, err,
				 "'%s' holds a NUL character (\\u0000); remove it", name);
	draft->fields[field] = arena_strndup(reader->arena, json_string_value(value), n);
	if (field == FIELD_TEXT)
		draft->text_len = n;
	return 0;
}

static int jsonl_fail_json(const struct ticket_reader *reader, size_t line,
			   const json_error_t *found, struct err *err)
{
	if (json_error_code(found) == json_error_duplicate_key)
		return text_fail(reader->path, line, err, "%s; remove one",
				 display_text(reader->arena, found->text));
	return text_fail(reader->path, line, err,
			 "column %d: not JSON: %s; write one JSON object per line", found->column,
			 display_text(reader->arena, found->text));
}

static int jsonl_on_line(const char *text, size_t n_bytes, size_t line, void *ctx, struct err *err)
{
	struct ticket_reader *reader = ctx;
	struct ticket_draft draft = { .line = line };
	json_error_t found;
	json_t *object;
	int r = 0;

	if (text[strspn(text, " \t")] == '[')
		return text_fail(reader->path, line, err,
				 "a list begins here; write one JSON object per line instead");
	object = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &found);
	if (!object)
		return jsonl_fail_json(reader, line, &found, err);
	for (int i = 0; i < FIELD_COUNT && r == 0; i++)
		r = jsonl_read_member(reader, object, (enum ticket_field)i, &draft, err);
	if (r == 0)
		r = ticket_add(reader, &draft, err);
	json_decref(object);
	return r;
}

int ticket_read_jsonl(struct ticket_reader *reader, struct err *err)
{
	return text_each_line(reader->lines_before, reader->data, reader->n_bytes, jsonl_on_line,
			      reader, err);
}
