/*
 * Reads, scans and writes the file that `redact` is given.
 */
#include "job/redact/redact_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/json/json_path.h"
#include "job/table/table.h"
#include "job/task/task_summary.h"
#include "job/ticket/ticket_rows.h"

enum { OUT_MAX_BYTES = 1 << 30 };

struct file_scan {
	struct redactor *redactor;
	const struct redact_file_options *options;
	struct redact_file *file;
	struct text_file text;
	const char **columns; /* of a table: the names of their members */
	size_t n_columns;
	struct column_choice choice;
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
				"no 'text'; add one to each row, or give --plain for plain text");
	text->id = redact_id_of(scan->file->arena, row, line);
	text->text = json_string_value(value);
	text->n_bytes = json_string_length(value);
	if (text->n_bytes > TICKET_MAX_BYTES)
		return text_fail(scan->file->path, line, err, "the text is too long; split it");
	if (redact_scan_text(scan, text, err) < 0)
		return -1;
	return redact_scan_members(scan, row, line, err);
}

/* ---- rows of a table ---- */

/* A name that no other member of the row has. */
static const char *redact_own_name(struct arena *a, const json_t *row, const char *name)
{
	const char *own = name;

	for (int n = 2; json_object_get(row, own); n++)
		own = arena_printf(a, "%s (%d)", name, n);
	return own;
}

/* The fields of a ticket get their own names, and other columns keep theirs. */
static int redact_read_header(struct file_scan *scan, const struct table_row *row, struct err *err)
{
	struct arena *a = scan->file->arena;
	const struct table_header header = { scan->file->path, row->cells, row->n, row->line };
	struct column_choice *choice = &scan->choice;
	json_t *taken = json_object();
	int r = columns_choose(a, scan->options->columns, &header, (1u << FIELD_COUNT) - 1, choice,
			       err);

	if (r == 0 && choice->of[FIELD_IMAGE] < 0)
		r = columns_need(a, scan->options->columns, &header, choice, FIELD_TEXT, err);
	scan->columns = arena_array(a, row->n, sizeof(*scan->columns));
	scan->n_columns = row->n;
	for (int f = 0; f < FIELD_COUNT; f++) {
		json_object_set_new(taken, ticket_field_names[f], json_true());
		if (choice->of[f] >= 0)
			scan->columns[choice->of[f]] = ticket_field_names[f];
	}
	for (size_t i = 0; i < row->n; i++) {
		const char *name =
			*row->cells[i] ? row->cells[i] : arena_printf(a, "column %zu", i + 1);

		if (scan->columns[i])
			continue;
		scan->columns[i] = arena_strdup(a, redact_own_name(a, taken, name));
		json_object_set_new(taken, scan->columns[i], json_true());
	}
	json_decref(taken);
	text_file_note(a, &scan->text, choice->guessed);
	return r;
}

static bool redact_is_text(const struct column_choice *choice, size_t column)
{
	for (size_t i = 0; i < choice->n_texts; i++)
		if (choice->texts[i] == (int)column)
			return true;
	return false;
}

/* The text of a row, in the arena or borrowed; NULL if the table has none. */
static const char *redact_row_text(struct arena *a, const struct column_choice *choice,
				   const struct table_row *cells)
{
	const char *texts[COLUMNS_MAX_TEXTS];
	size_t len;

	for (size_t i = 0; i < choice->n_texts; i++)
		texts[i] = cells->cells[choice->texts[i]];
	if (choice->n_texts > 1)
		return columns_join_texts(a, texts, choice->n_texts, &len);
	return choice->n_texts ? texts[0] : NULL;
}

static int redact_on_row(const struct table_row *cells, void *ctx, struct err *err)
{
	struct file_scan *scan = ctx;
	const struct column_choice *choice = &scan->choice;
	struct arena a = { 0 };
	const char *text;
	json_t *row;

	if (!scan->columns)
		return redact_read_header(scan, cells, err);
	text = redact_row_text(&a, choice, cells);
	row = json_object();
	for (size_t i = 0; i < scan->n_columns; i++)
		if (text && choice->of[FIELD_TEXT] == (int)i)
			json_object_set_new(row, "text", json_string(text));
		else if (cells->lengths[i] > 0 && !redact_is_text(choice, i))
			json_object_set_new(row, scan->columns[i],
					    json_stringn(cells->cells[i], cells->lengths[i]));
	arena_release(&a);
	return redact_add_row(scan, row, cells->line, err);
}

/* ---- rows of JSON ---- */

/* Whether the path leads into the member, which then holds a text that is redacted elsewhere. */
static bool redact_leads_into(const char *path, const char *member)
{
	size_t n = strlen(member);

	return strncmp(path, member, n) == 0 && (!path[n] || path[n] == '.' || path[n] == '[');
}

/* Gives the value at the path the name of the field, and removes the member that held it. */
static void redact_rename(json_t *row, const json_t *from, const char *path,
			  enum ticket_field field)
{
	json_t *value = json_at_path(from, path), *other;
	const char *member;
	void *next;

	json_object_foreach_safe(row, next, member, other) if (redact_leads_into(path, member))
		json_object_del(row, member);
	if (value)
		json_object_set(row, ticket_field_names[field], value);
}

/* Moves the members that the options name to the fields of a ticket. */
static void redact_map_row(struct file_scan *scan, json_t *row)
{
	const struct columns *columns = scan->options->columns;
	const char *texts[COLUMNS_MAX_TEXTS];
	json_t *from = json_deep_copy(row);
	struct arena a = { 0 };
	size_t n = 0, len;

	for (int f = 0; f < FIELD_COUNT; f++)
		if (columns_name(columns, (enum ticket_field)f))
			redact_rename(row, from, columns_name(columns, (enum ticket_field)f),
				      (enum ticket_field)f);
	for (size_t i = 0; i < columns->text.n && i < COLUMNS_MAX_TEXTS; i++) {
		const char *path = columns->text.items[i];

		redact_rename(row, from, path, FIELD_TEXT);
		if (json_is_string(json_at_path(from, path)))
			texts[n++] = json_string_value(json_at_path(from, path));
	}
	if (n > 1)
		json_object_set_new(row, "text",
				    json_string(columns_join_texts(&a, texts, n, &len)));
	arena_release(&a);
	json_decref(from);
}

/* The message does not quote the line, which may hold personal data. */
static int redact_on_line(const char *text, size_t n_bytes, size_t line, void *ctx, struct err *err)
{
	struct file_scan *scan = ctx;
	json_error_t found;
	json_t *row = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &found);
	const char *half;

	if (json_is_object(row)) {
		if (columns_given(scan->options->columns))
			redact_map_row(scan, row);
		return redact_add_row(scan, row, line, err);
	}
	if (row) {
		json_decref(row);
		return text_fail(scan->file->path, line, err,
				 "this line is not a JSON object; write one object a line "
				 "('toehold import' does), or give --plain for plain text");
	}
	half = json_half_escape(scan->file->arena, &found);
	if (half)
		return text_fail(scan->file->path, line, err,
				 "column %d: a text holds half of a character that was cut (%s); "
				 "remove it, or write the whole character",
				 found.column, half);
	return text_fail(scan->file->path, line, err,
			 "not JSON, or a member twice, at column %d; write one object a line "
			 "('toehold import' does), or give --plain for plain text",
			 found.column);
}

static int redact_scan_plain(struct file_scan *scan, const char *data, size_t n_bytes,
			     struct err *err)
{
	struct redact_text *text = redact_add_text(scan->file);

	*text = (struct redact_text){ .id = "text", .line = 1, .text = data, .n_bytes = n_bytes };
	return redact_scan_text(scan, text, err);
}

static int redact_scan_data(struct file_scan *scan, const char *path, struct err *err)
{
	struct text_file *text = &scan->text;

	if (scan->options->plain)
		return redact_scan_plain(scan, text->text, text->n_bytes, err);
	if (ticket_text_is_json(text, path))
		return text_each_line(0, text->text, text->n_bytes, redact_on_line, scan, err);
	return table_each_row(scan->file->arena, text, redact_on_row, scan, err);
}

int redact_file_scan(struct arena *a, const char *path, const struct redact_file_options *options,
		     struct redact_file *ret_file, struct err *err)
{
	struct file_scan scan = { .options = options, .file = ret_file };
	size_t max_bytes = options->plain ? TICKET_MAX_BYTES : SLICE_MAX_BYTES;
	int r;

	*ret_file = (struct redact_file){ .arena = a,
					  .path = display_path(a, path),
					  .plain = options->plain };
	if (text_file_load(a, path, max_bytes, options->columns->encoding, &scan.text, err) < 0 ||
	    redactor_open(REDACT_EVERYTHING, &scan.redactor, err) < 0)
		return -1;
	scan.text.sheet = options->columns->sheet;
	r = redact_scan_data(&scan, path, err);
	redactor_close(scan.redactor);
	if (r == 0 && ret_file->n == 0)
		return err_set(err, ERR_INPUT, "%s: the file holds no tickets", ret_file->path);
	ret_file->note = scan.text.note;
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

/* Whether a JSON value, or a text in it, has the n bytes. */
static bool redact_repeats(const json_t *value, const char *bytes, size_t n)
{
	const json_t *one;
	const char *name;
	size_t i;

	if (json_is_string(value))
		return memmem(json_string_value(value), json_string_length(value), bytes, n);
	json_array_foreach (value, i, one)
		if (redact_repeats(one, bytes, n))
			return true;
	json_object_foreach ((json_t *)(uintptr_t)value, name, one)
		if (redact_repeats(one, bytes, n))
			return true;
	return false;
}

/* The member that repeats the bytes, of those that hold a gold answer; NULL if none does. */
static const char *redact_find_repeat(const json_t *row, const char *bytes, size_t n)
{
	if (redact_repeats(json_object_get(row, "gold"), bytes, n))
		return "gold";
	for (const char *const *name = summary_gold_members; *name; name++)
		if (redact_repeats(json_object_get(row, *name), bytes, n))
			return *name;
	return NULL;
}

/*
 * RULE: what is removed from a text does not stay in its gold answer. An answer with a placeholder
 * in it would be another question, so a person decides.
 */
static int redact_check_gold(const struct redact_file *file, const struct redact_text *text,
			     struct err *err)
{
	for (size_t i = 0; i < text->result.n_covered; i++) {
		const struct redact_span *s = &text->result.covered[i];
		const char *name =
			redact_find_repeat(text->row, text->text + s->start, s->end - s->start);

		if (name)
			return err_set(
				err, ERR_REFUSED,
				"%s:%zu: '%s' repeats what is removed from the text (%s); "
				"change both by hand, or leave the gold answers out with --drop "
				"%s and write them after the redaction",
				file->path, text->line, name, s->what, name);
	}
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

		if (redact_check_gold(file, text, err) < 0)
			return -1;
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
