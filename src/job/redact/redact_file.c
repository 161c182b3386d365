/*
 * Reads, scans and writes the file that `redact` is given.
 */
#include "job/redact/redact_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/json.h"
#include "base/str.h"
#include "job/ticket/csv_file.h"
#include "job/ticket/text_file.h"
#include "job/ticket/ticket.h"

enum { OUT_MAX_BYTES = 1 << 30 };

struct file_scan {
	struct redactor *redactor;
	const struct redact_file_options *options;
	struct redact_file *file;
	const char **columns; /* CSV: the header's cells */
	size_t n_columns;
};

static int redact_fail_memory(const struct redact_file *file, size_t line, struct err *err)
{
	return text_fail(file->path, line, err, "out of memory; split the file");
}

static void redact_note_member(struct redact_file *file, const char *name, enum redact_type type,
			       size_t line)
{
	for (size_t i = 0; i < file->n_members; i++) {
		if (strcmp(file->members[i].name, name) != 0)
			continue;
		file->members[i].n_rows++;
		return;
	}
	file->members = arena_grow(file->arena, file->members, file->n_members, &file->cap_members,
				   sizeof(*file->members));
	file->members[file->n_members++] =
		(struct redact_member){ arena_strdup(file->arena, name), type, 1, line };
}

/* Scans "phone number: 555…": the member's name labels its value, as in a text. */
static int redact_scan_member(struct file_scan *scan, const char *name, const json_t *value,
			      size_t line, struct err *err)
{
	const uint32_t types = scan->options->types & REDACT_STRUCTURED_TYPES & ~(1u << REDACT_URL);
	struct arena scratch = { 0 };
	struct redact_result result;
	char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY), *text;
	int r;

	if (!dump)
		return redact_fail_memory(scan->file, line, err);
	text = arena_printf(&scratch, "%s: %s", name, dump);
	free(dump);
	for (char *p = text; *p && p < text + strlen(name); p++)
		if (*p == '_' || *p == '-')
			*p = ' ';
	r = redact_scan(scan->redactor, &scratch, text, strlen(text), types, &result, err);
	if (r == 0 && result.n_covered)
		redact_note_member(scan->file, name, result.covered[0].type, line);
	arena_release(&scratch);
	return r;
}

static int redact_scan_members(struct file_scan *scan, json_t *row, size_t line, struct err *err)
{
	const char *name;
	json_t *value;

	for (size_t i = 0; i < scan->options->n_drop; i++)
		if (strcmp(scan->options->drop[i], "text") != 0)
			json_object_del(row, scan->options->drop[i]);
	json_object_foreach (row, name, value)
		if (strcmp(name, "text") != 0 && strcmp(name, "label") != 0 &&
		    redact_scan_member(scan, name, value, line, err) < 0)
			return -1;
	return 0;
}

static const char *redact_id_of(struct arena *a, const json_t *row, size_t line)
{
	const json_t *id = json_object_get(row, "id");

	if (json_is_string(id))
		return arena_strdup(a, json_string_value(id));
	if (json_is_integer(id))
		return arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
	return arena_printf(a, "line-%zu", line);
}

static int redact_scan_text(struct file_scan *scan, struct redact_text *text, struct err *err)
{
	if (redact_scan(scan->redactor, scan->file->arena, text->text, text->n_bytes,
			scan->options->types, &text->result, err) < 0)
		return err_wrap(err, "%s:%zu", scan->file->path, text->line);
	return 0;
}

static struct redact_text *redact_add_text(struct redact_file *file)
{
	file->texts =
		arena_grow(file->arena, file->texts, file->n, &file->cap, sizeof(*file->texts));
	memset(&file->texts[file->n], 0, sizeof(file->texts[0]));
	return &file->texts[file->n++];
}

/* Takes ownership of the row. */
static int redact_add_row(struct file_scan *scan, json_t *row, size_t line, struct err *err)
{
	struct redact_text *text = redact_add_text(scan->file);
	const json_t *value = json_object_get(row, "text");

	text->row = row;
	text->line = line;
	if (!value && json_is_string(json_object_get(row, "image"))) {
		json_object_set_new(row, "text", json_string(""));
		value = json_object_get(row, "text");
	}
	if (!json_is_string(value))
		return text_fail(
			scan->file->path, line, err, "%s",
			value ? "'text' is not a string; put it in quotes" :
				"no 'text'; add one to each row, or give --text for plain text");
	text->id = redact_id_of(scan->file->arena, row, line);
	text->text = json_string_value(value);
	text->n_bytes = json_string_length(value);
	if (text->n_bytes > TICKET_MAX_BYTES)
		return text_fail(scan->file->path, line, err, "the text is too long; split it");
	if (redact_scan_text(scan, text, err) < 0)
		return -1;
	return redact_scan_members(scan, row, line, err);
}

/* The message does not quote the line, which may hold personal data. */
static int redact_on_line(const char *text, size_t n_bytes, size_t line, void *ctx, struct err *err)
{
	struct file_scan *scan = ctx;
	json_error_t found;
	json_t *row = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &found);

	if (json_is_object(row))
		return redact_add_row(scan, row, line, err);
	if (row) {
		json_decref(row);
		return text_fail(scan->file->path, line, err,
				 "this line is not a JSON object; write one object a line, or give "
				 "--text for plain text");
	}
	return text_fail(scan->file->path, line, err,
			 "not JSON, or a member twice, at column %d; write one object a line, or "
			 "give --text for plain text",
			 found.column);
}

static int redact_read_header(struct file_scan *scan, const struct csv_row *header, struct err *err)
{
	const char *separator = csv_other_separator(header);
	bool has_text = false;

	scan->columns = arena_array(scan->file->arena, header->n, sizeof(*scan->columns));
	scan->n_columns = header->n;
	for (size_t i = 0; i < header->n; i++) {
		scan->columns[i] = arena_strdup(scan->file->arena, header->cells[i]);
		has_text = has_text || strcmp(header->cells[i], "text") == 0;
		for (size_t k = 0; k < i; k++)
			if (strcmp(scan->columns[k], scan->columns[i]) == 0)
				return text_fail(scan->file->path, header->line, err,
						 "two columns have the same name; rename one");
	}
	if (!has_text)
		return text_fail(scan->file->path, header->line, err, "%s",
				 separator ?
					 "no column 'text'; separate the columns by commas" :
					 "no column 'text'; rename the column that holds the text");
	return 0;
}

static int redact_on_row(const struct csv_row *cells, void *ctx, struct err *err)
{
	struct file_scan *scan = ctx;
	json_t *row;

	if (!scan->columns)
		return redact_read_header(scan, cells, err);
	row = json_object();
	for (size_t i = 0; i < scan->n_columns; i++)
		if (cells->lengths[i] > 0 || strcmp(scan->columns[i], "text") == 0)
			json_object_set_new(row, scan->columns[i],
					    json_stringn(cells->cells[i], cells->lengths[i]));
	return redact_add_row(scan, row, cells->line, err);
}

static int redact_scan_plain(struct file_scan *scan, const char *data, size_t n_bytes,
			     struct err *err)
{
	struct redact_text *text = redact_add_text(scan->file);

	*text = (struct redact_text){ .id = "text", .line = 1, .text = data, .n_bytes = n_bytes };
	return redact_scan_text(scan, text, err);
}

static int redact_scan_data(struct file_scan *scan, const char *path, const char *data,
			    size_t n_bytes, struct err *err)
{
	if (scan->options->plain)
		return redact_scan_plain(scan, data, n_bytes, err);
	if (str_ends(path, ".csv"))
		return csv_each_row(scan->file->path, 0, data, n_bytes, redact_on_row, scan, err);
	return text_each_line(0, data, n_bytes, redact_on_line, scan, err);
}

int redact_file_scan(struct arena *a, const char *path, const struct redact_file_options *options,
		     struct redact_file *ret_file, struct err *err)
{
	struct file_scan scan = { .options = options, .file = ret_file };
	const char *data;
	size_t n_bytes, max_bytes = options->plain ? TICKET_MAX_BYTES : SLICE_MAX_BYTES;
	int r;

	*ret_file = (struct redact_file){ .arena = a,
					  .path = display_path(a, path),
					  .plain = options->plain };
	if (text_file_load(a, path, max_bytes, &data, &n_bytes, err) < 0 ||
	    redactor_open(REDACT_EVERYTHING, &scan.redactor, err) < 0)
		return -1;
	r = redact_scan_data(&scan, path, data, n_bytes, err);
	redactor_close(scan.redactor);
	if (r == 0 && ret_file->n == 0)
		return err_set(err, ERR_INPUT, "%s: the file holds no tickets", ret_file->path);
	return r;
}

void redact_file_release(struct redact_file *file)
{
	for (size_t i = 0; i < file->n; i++)
		json_decref(file->texts[i].row);
	file->n = 0;
}

static int redact_write_row(const struct redact_file *file, const struct redact_text *text,
			    const struct buf *redacted, FILE *out, struct err *err)
{
	json_t *row = json_copy(text->row);

	/* If this fails, the row still holds the unredacted text and is not written. */
	if (!row ||
	    json_object_set_new(row, "text", json_stringn(buf_text(redacted), redacted->len)) < 0) {
		json_decref(row);
		return redact_fail_memory(file, text->line, err);
	}
	json_print_line(row, out);
	return 0;
}

int redact_file_write(const struct redact_file *file, const struct redact_key *key, FILE *out,
		      struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < file->n && r == 0; i++) {
		const struct redact_text *text = &file->texts[i];
		struct arena scratch = { 0 };
		struct buf b;

		buf_init(&b, OUT_MAX_BYTES);
		redact_apply(&scratch, key, text->text, text->n_bytes, &text->result, &b);
		if (!file->plain)
			r = redact_write_row(file, text, &b, out, err);
		else if (fwrite(buf_text(&b), 1, b.len, out) != b.len)
			r = redact_fail_memory(file, text->line, err);
		buf_release(&b);
		arena_release(&scratch);
	}
	return r;
}
