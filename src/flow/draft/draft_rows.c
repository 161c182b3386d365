/*
 * The rows of a draft as JSON Lines in `secrets`: the only file with texts that are not redacted,
 * beside the export itself. A text is a list of parts, so that no offset can be wrong.
 */
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "flow/draft/draft_parts.h"
#include "job/table/text_file.h"

struct rows_reading {
	struct cmd *cmd;
	struct draft *d;
	size_t cap;
};

static const char *rows_path(struct cmd *cmd, const struct draft *d)
{
	return arena_printf(&cmd->arena, "%s/" DRAFT_ROWS, d->dir);
}

static const char *rows_text(struct arena *a, const json_t *object, const char *name)
{
	return arena_strdup(a, json_whole_text(json_object_get(object, name)));
}

/* A plain text, or an object. */
static bool rows_take_part(struct arena *a, const json_t *value, struct draft_part *part)
{
	if (json_is_string(value)) {
		part->text = arena_strdup(a, json_whole_text(value));
		return part->text;
	}
	part->text = rows_text(a, value, "text");
	part->placeholder = rows_text(a, value, "placeholder");
	part->type = rows_text(a, value, "type");
	part->why = rows_text(a, value, "why");
	part->suspect = json_is_true(json_object_get(value, "suspect"));
	return part->text && part->placeholder && part->type && part->why;
}

static bool rows_take(struct arena *a, const json_t *line, const struct draft *d,
		      struct draft_row *row)
{
	const json_t *parts = json_object_get(line, "parts"), *part;
	json_int_t repeats = json_integer_value(json_object_get(line, "repeats"));
	size_t i;

	*row = (struct draft_row){ .repeats = -1 };
	row->id = rows_text(a, line, "id");
	row->lang = rows_text(a, line, "lang");
	row->group = rows_text(a, line, "group");
	row->file_label = rows_text(a, line, "label");
	row->line = (size_t)json_integer_value(json_object_get(line, "line"));
	if (!row->id || repeats < 0 || (size_t)repeats > d->n)
		return false;
	row->repeats = (int)repeats - 1; /* in the file from 1 on; without it 0 */
	row->parts = arena_array(a, json_array_size(parts), sizeof(*row->parts));
	json_array_foreach (parts, i, part)
		if (!rows_take_part(a, part, &row->parts[row->n_parts++]))
			return false;
	return json_is_array(parts);
}

static int rows_on_line(const char *text, size_t n_bytes, size_t number, void *ctx, struct err *err)
{
	struct rows_reading *r = ctx;
	struct arena *a = &r->cmd->arena;
	struct draft *d = r->d;
	json_t *line = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	bool ok;

	d->rows = arena_grow(a, d->rows, d->n, &r->cap, sizeof(*d->rows));
	ok = json_is_object(line) && rows_take(a, line, d, &d->rows[d->n]);
	json_decref(line);
	if (!ok)
		return text_fail(display_path(a, rows_path(r->cmd, d)), number, err,
				 "this is no ticket of a draft; make the draft again from the "
				 "export");
	d->n++;
	return 0;
}

int draft_rows_read(struct cmd *cmd, struct draft *d)
{
	struct rows_reading r = { .cmd = cmd, .d = d };
	size_t n_bytes;
	char *text;

	if (file_read(&cmd->arena, rows_path(cmd, d), SLICE_MAX_BYTES, &text, &n_bytes, &cmd->err) <
		    0 ||
	    text_each_line(0, text, n_bytes, rows_on_line, &r, &cmd->err) < 0)
		return -1;
	return draft_rows_index(cmd, d);
}

static json_t *rows_part_to_json(const struct draft_part *part)
{
	json_t *value;

	if (!part->placeholder)
		return json_any_text(part->text);
	value = json_pack("{s:o, s:o, s:s, s:s}", "text", json_any_text(part->text), "placeholder",
			  json_any_text(part->placeholder), "type", part->type, "why", part->why);
	if (part->suspect)
		json_object_set_new(value, "suspect", json_true());
	return value;
}

static const char *rows_line(struct arena *a, const struct draft_row *row)
{
	json_t *line = json_pack("{s:o, s:I}", "id", json_any_text(row->id), "line",
				 (json_int_t)row->line);
	json_t *parts = json_array();
	const struct {
		const char *name, *text;
	} members[] = { { "label", row->file_label },
			{ "lang", row->lang },
			{ "group", row->group } };

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (members[i].text)
			json_object_set_new(line, members[i].name, json_any_text(members[i].text));
	if (row->repeats >= 0)
		json_object_set_new(line, "repeats", json_integer(row->repeats + 1));
	for (size_t i = 0; i < row->n_parts; i++)
		json_array_append_new(parts, rows_part_to_json(&row->parts[i]));
	json_object_set_new(line, "parts", parts);
	return json_text(a, line);
}

int draft_rows_write(struct cmd *cmd, const struct draft *d)
{
	struct arena scratch = { 0 };
	struct buf b;
	int r = 0;

	buf_init(&b, SLICE_MAX_BYTES);
	for (size_t i = 0; i < d->n; i++) {
		buf_adds(&b, rows_line(&scratch, &d->rows[i]));
		buf_addc(&b, '\n');
		arena_release(&scratch);
	}
	if (b.overflow)
		r = err_set(&cmd->err, ERR_INPUT,
			    "the tickets take more than %d bytes; split the file", SLICE_MAX_BYTES);
	else
		r = file_write(rows_path(cmd, d), 0600, buf_text(&b), b.len, &cmd->err);
	buf_release(&b);
	return r;
}
