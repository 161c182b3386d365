/*
 * JSON of all formats: a list of records, records one after the other (JSON Lines), or one object
 * that holds the list. Also what records of different formats have in common. The parser gets one
 * record at a time, so that each knows the line on which it begins.
 */
#include <string.h>

#include "base/display.h"
#include "base/json.h"
#include "base/str.h"
#include "job/import/import_rows.h"

struct json_scan {
	struct importer *im;
	const char *p, *end;
	size_t line; /* on which p stands */
	const char *member;
	import_on_record *on_record;
};

static void json_move_to(struct json_scan *scan, const char *to)
{
	for (; scan->p < to; scan->p++)
		scan->line += *scan->p == '\n';
}

static void json_skip_space(struct json_scan *scan)
{
	json_move_to(scan, scan->p + strspn(scan->p, " \t\r\n"));
}

static int json_fail_json(const struct json_scan *scan, const json_error_t *found, struct err *err)
{
	size_t line = scan->line + (found->line > 0 ? (size_t)found->line - 1 : 0);

	if (json_error_code(found) == json_error_duplicate_key)
		return text_fail(scan->im->path, line, err, "%s; remove one",
				 display_text(scan->im->arena, found->text));
	return text_fail(scan->im->path, line, err,
			 "not JSON: %s; write one JSON object per line, or a list of objects",
			 display_text(scan->im->arena, found->text));
}

/* Parses the value at p, and moves past it. The caller owns the value. */
static int json_scan_value(struct json_scan *scan, json_t **ret_value, size_t *ret_line,
			   struct err *err)
{
	static const size_t flags =
		JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK;
	json_error_t found;
	json_t *value;

	json_skip_space(scan);
	value = json_loadb(scan->p, (size_t)(scan->end - scan->p), flags, &found);
	if (!value)
		return json_fail_json(scan, &found, err);
	*ret_line = scan->line;
	json_move_to(scan, scan->p + found.position);
	*ret_value = value;
	return 0;
}

static int json_scan_record(struct json_scan *scan, struct err *err)
{
	json_t *record;
	size_t line;
	int r;

	if (json_scan_value(scan, &record, &line, err) < 0)
		return -1;
	r = scan->on_record(scan->im, record, line, err);
	json_decref(record);
	return r;
}

/* If `c` is the next character, moves past it and returns true. */
static bool json_take(struct json_scan *scan, char c)
{
	json_skip_space(scan);
	if (*scan->p != c)
		return false;
	scan->p++;
	return true;
}

static int json_scan_list(struct json_scan *scan, struct err *err)
{
	if (json_take(scan, ']'))
		return 0;
	for (;;) {
		if (json_scan_record(scan, err) < 0)
			return -1;
		if (json_take(scan, ']'))
			return 0;
		if (!json_take(scan, ','))
			return text_fail(scan->im->path, scan->line, err,
					 "the list has no ',' or ']' here; write one");
	}
}

/* Reads the members of an object that is known to be valid; skips all but scan->member. */
static int json_scan_members(struct json_scan *scan, struct err *err)
{
	json_t *value;
	size_t line;

	scan->p++;
	do {
		bool wanted;

		if (json_scan_value(scan, &value, &line, err) < 0)
			return -1;
		wanted = json_is_string(value) &&
			 strcmp(json_string_value(value), scan->member) == 0;
		json_decref(value);
		json_take(scan, ':');
		if (wanted && json_take(scan, '[')) {
			if (json_scan_list(scan, err) < 0)
				return -1;
			continue;
		}
		if (wanted)
			return text_fail(scan->im->path, scan->line, err,
					 "'%s' is not a list; import the file that holds the "
					 "list",
					 scan->member);
		if (json_scan_value(scan, &value, &line, err) < 0)
			return -1;
		json_decref(value);
	} while (json_take(scan, ','));
	json_take(scan, '}');
	return 0;
}

/* Reads an object, which is a record or holds the list of records. */
static int json_scan_object(struct json_scan *scan, struct err *err)
{
	struct json_scan before = *scan;
	json_t *value;
	size_t line;
	bool holds;
	int r;

	if (json_scan_value(scan, &value, &line, err) < 0)
		return -1;
	holds = scan->member && json_object_get(value, scan->member);
	r = holds ? 0 : scan->on_record(scan->im, value, line, err);
	json_decref(value);
	if (!holds)
		return r;
	*scan = before;
	return json_scan_members(scan, err);
}

int import_each_json(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err)
{
	struct json_scan scan = {
		.im = im,
		.p = im->data,
		.end = im->data + im->n_bytes,
		.line = 1,
		.member = member,
		.on_record = on_record,
	};
	bool is_list = json_take(&scan, '[');

	if (is_list && json_scan_list(&scan, err) < 0)
		return -1;
	for (json_skip_space(&scan); scan.p < scan.end; json_skip_space(&scan)) {
		if (is_list)
			return text_fail(im->path, scan.line, err,
					 "text follows the list; keep only the list");
		if (json_scan_object(&scan, err) < 0)
			return -1;
	}
	return 0;
}

int import_sample_json(struct importer *im, struct import_sample *ret_sample, struct err *err)
{
	struct json_scan scan = { .im = im, .p = im->data, .end = im->data + im->n_bytes };
	const char *name;
	json_t *record, *value;
	size_t line;

	scan.line = 1;
	if (json_take(&scan, '[') && json_take(&scan, ']'))
		return 0;
	if (json_scan_value(&scan, &record, &line, err) < 0)
		return -1;
	ret_sample->names = arena_array(im->arena, json_object_size(record), sizeof(char *));
	json_object_foreach (record, name, value)
		ret_sample->names[ret_sample->n++] = arena_strdup(im->arena, name);
	json_decref(record);
	return 0;
}

const char *import_scalar(struct importer *im, const json_t *value)
{
	if (json_is_string(value))
		return json_whole_text(value);
	if (json_is_integer(value))
		return arena_printf(im->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return NULL;
}

void import_set_json(struct importer *im, struct import_draft *draft, enum ticket_field field,
		     const json_t *value)
{
	const char *text = import_scalar(im, value);

	if (!value || json_is_null(value))
		return;
	if (!text) {
		import_leave_out(draft,
				 arena_printf(im->arena, "%s %s", ticket_field_names[field],
					      json_is_string(value) ? "holds a NUL character" :
								      "is not a string"));
		return;
	}
	if (field == FIELD_LABEL) {
		import_offer_label(im, draft, text);
		return;
	}
	draft->fields[field] = text;
	if (field == FIELD_TEXT)
		draft->text_len = strlen(text);
}

const json_t *import_member(const struct importer *im, const json_t *record,
			    enum ticket_field field, const char *name)
{
	const json_t *value;

	if (im->named[field])
		name = im->named[field];
	value = json_object_get(record, name);
	return value ? value : json_object_get(json_object_get(record, "metadata"), name);
}

void import_set_names(struct importer *im, struct import_draft *draft, const json_t *record)
{
	for (size_t i = 0; i < TICKET_N_NAMES; i++) {
		enum ticket_field field = ticket_name_fields[i];

		import_set_json(im, draft, field,
				import_member(im, record, field, ticket_field_names[field]));
	}
}

/* The text of a message: its content is a string, or a list with one part, which is text. */
static const json_t *json_message_text(const json_t *message)
{
	const json_t *content = json_object_get(message, "content"), *part, *text = NULL;
	size_t i;

	if (!json_is_array(content))
		return content;
	json_array_foreach (content, i, part) {
		const char *type = json_string_value(json_object_get(part, "type"));

		if (!type || strcmp(type, "text") != 0 || text)
			return content; /* images, or several texts */
		text = json_object_get(part, "text");
	}
	return text ? text : content;
}

void import_set_input(struct importer *im, struct import_draft *draft, const json_t *input)
{
	const json_t *text = input, *message;
	size_t i;

	if (json_is_array(input)) {
		text = NULL;
		json_array_foreach (input, i, message) {
			const char *role = json_string_value(json_object_get(message, "role"));

			if (role && strcmp(role, "user") == 0)
				text = json_message_text(message);
		}
		if (!text)
			import_leave_out(draft, "no message from a user");
	}
	import_set_json(im, draft, FIELD_TEXT, text);
}
