/*
 * The export before it is imported: which columns are meant, and a look at its first rows.
 */
#include "flow/draft/draft_columns.h"

#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/redact/redact.h"
#include "job/table/table.h"
#include "job/table/text_file.h"

enum { COLUMNS_ROWS = 5, COLUMNS_TICKETS = 5, COLUMNS_CELL_BYTES = 300 };

struct columns_look {
	struct cmd *cmd;
	struct redactor *redactor;
	struct redact_key key; /* for this look only */
	bool labels; /* the export's labels are taken */
	json_t *columns; /* of a table */
	size_t n_rows;
};

static int columns_load(struct cmd *cmd, const struct draft_source *source,
			struct text_file *ret_file, const char **ret_data, size_t *ret_n_bytes)
{
	char *data;

	if (special_read(&cmd->arena, source->from, SLICE_MAX_BYTES, &data, ret_n_bytes,
			 &cmd->err) < 0)
		return -1;
	*ret_data = data;
	return text_file_of_bytes(&cmd->arena, source->from, data, *ret_n_bytes,
				  source->import.columns.encoding, ret_file, &cmd->err);
}

int draft_read_export(struct cmd *cmd, const struct draft_source *source,
		      struct import_options *import, struct start_columns *ret_guess,
		      const char **ret_data, size_t *ret_n_bytes)
{
	struct text_file file;

	if (columns_load(cmd, source, &file, ret_data, ret_n_bytes) < 0)
		return -1;
	start_guess_columns(&cmd->arena, source->from, file, &import->columns, ret_guess);
	return 0;
}

/*
 * RULE: also a look shows no personal data that the redactor finds. It sees the whole text: half of
 * an address has no form.
 */
static json_t *columns_covered(struct columns_look *look, const char *text, uint32_t types)
{
	const struct redact_cover with = { look->redactor, &look->key, types };
	struct arena *a = &look->cmd->arena;
	struct redact_result found;
	struct err unused;

	if (!text || redact_cover(&with, a, &text, &found, &unused) < 0)
		return json_null();
	return json_any_text(
		arena_strndup(a, text, str_chars_len(text, strlen(text), COLUMNS_CELL_BYTES)));
}

static json_t *columns_text(struct columns_look *look, const char *text)
{
	return columns_covered(look, text, REDACT_ALL_TYPES);
}

/* A column or a label is chosen by its name: only what has a form is no name. */
static json_t *columns_named(struct columns_look *look, const char *name)
{
	return columns_covered(look, name, REDACT_STRUCTURED_TYPES);
}

static int columns_on_row(const struct table_row *row, void *ctx, struct err *err)
{
	struct columns_look *look = ctx;

	(void)err;
	for (size_t i = 0; i < row->n; i++) {
		if (look->n_rows == 0)
			json_array_append_new(look->columns,
					      json_pack("{s:o, s:[]}", "name",
							columns_named(look, row->cells[i]),
							"cells"));
		else if (i < json_array_size(look->columns))
			json_array_append_new(
				json_object_get(json_array_get(look->columns, i), "cells"),
				columns_text(look, row->cells[i]));
	}
	return ++look->n_rows <= COLUMNS_ROWS ? 0 : -1; /* enough */
}

static json_t *columns_tickets(struct columns_look *look, const struct imported *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n + in->n_pool && i < COLUMNS_TICKETS; i++) {
		const struct import_row *row = i < in->n ? &in->rows[i] : &in->pool[i - in->n];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o}", "id", columns_text(look, row->id),
					"text", columns_text(look, row->text), "label",
					columns_named(look, look->labels ? row->label : NULL)));
	}
	return list;
}

static json_t *columns_to_json(struct columns_look *look, const struct columns *columns)
{
	json_t *texts = json_array();

	for (size_t i = 0; i < columns->text.n; i++)
		json_array_append_new(texts, columns_named(look, columns->text.items[i]));
	return json_pack("{s:o, s:o, s:o}", "text", texts, "label",
			 columns_named(look, look->labels ? columns->label : NULL), "id",
			 columns_named(look, columns->id));
}

static json_t *columns_left_out(const struct imported *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n_reasons; i++)
		json_array_append_new(list, json_pack("{s:o, s:I}", "why",
						      json_any_text(in->reasons[i].why), "rows",
						      (json_int_t)in->reasons[i].n));
	return list;
}

/* The columns, and the tickets as far as the columns make some. */
static json_t *columns_look_to_json(struct columns_look *look, const struct draft_source *source,
				    const struct import_options *import, const char *data,
				    size_t n_bytes)
{
	struct imported in = { 0 };
	struct err err = { 0 };
	bool ok = import_parse(&look->cmd->arena, source->from, data, n_bytes, import, &in, &err) ==
		  0;

	if (!ok)
		in = (struct imported){ 0 };
	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:I, s:I, s:o, s:o}", "file",
		json_any_text(str_basename(source->from)), "format", ok ? in.format : "unknown",
		"problem", columns_named(look, ok ? NULL : err.msg), "columns", look->columns,
		"meant", columns_to_json(look, &import->columns), "tickets",
		(json_int_t)(in.n + in.n_pool), "labelled", (json_int_t)(look->labels ? in.n : 0),
		"first", columns_tickets(look, &in), "left_out", columns_left_out(&in));
}

int draft_preview(struct cmd *cmd, const struct draft_source *source, json_t **ret_json)
{
	struct columns_look look = { .cmd = cmd,
				     .labels = !source->no_label,
				     .columns = json_array() };
	struct import_options import = source->import;
	struct start_columns guess = { 0 };
	struct text_file file;
	const char *data;
	size_t n_bytes;
	struct err unused;

	import.unlabelled = true;
	if (columns_load(cmd, source, &file, &data, &n_bytes) < 0 ||
	    redactor_open(REDACT_EVERYTHING, &look.redactor, &cmd->err) < 0) {
		json_decref(look.columns);
		return -1;
	}
	hash_random(look.key.bytes, sizeof(look.key.bytes));
	start_guess_columns(&cmd->arena, source->from, file, &import.columns, &guess);
	file.sheet = import.columns.sheet;
	if (guess.n && table_each_row(&cmd->arena, &file, columns_on_row, &look, &unused) < 0 &&
	    look.n_rows <= COLUMNS_ROWS)
		json_array_clear(look.columns);
	*ret_json = columns_look_to_json(&look, source, &import, data, n_bytes);
	redactor_close(look.redactor);
	return 0;
}
