/*
 * Gold answers of tasks that write: JSON in a cell or a member, or several columns that become the
 * members of one object. Decides which values are a gold answer; what a task makes of it is decided
 * when a job reads the tickets.
 */
#include <string.h>
#include <strings.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/json/json_path.h"
#include "job/import/import_rows.h"

static const char usual_name[] = "gold";

/* An object or a list, and null, which can be "no tool": a text would be the name of a label. */
static bool gold_is_one(const json_t *value)
{
	return json_is_object(value) || json_is_array(value) || json_is_null(value);
}

/* JSON in a text; NULL if it is none. The caller owns it. */
static json_t *gold_of_text(const char *text)
{
	json_t *value =
		text ? json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL) : NULL;

	if (value && gold_is_one(value))
		return value;
	json_decref(value);
	return NULL;
}

/* A value, JSON in a text, or the same as the only item of a list. NULL: no gold answer. */
static json_t *gold_of_value(json_t *value)
{
	if (json_array_size(value) == 1 && json_is_string(json_array_get(value, 0)))
		value = json_array_get(value, 0);
	if (json_is_string(value))
		return gold_of_text(json_string_value(value));
	return value && gold_is_one(value) ? json_incref(value) : NULL;
}

/* Releases the value. */
static const char *gold_text(struct arena *a, json_t *gold)
{
	return json_is_null(gold) ? "null" : json_text(a, gold);
}

static json_t *gold_of_record(const struct importer *im, const json_t *record, const char *name)
{
	json_t *object, *value;

	if (im->n_gold == 0) {
		value = gold_of_value(json_object_get(record, name ? name : usual_name));
		/* In another tool's member, a list holds labels, and null is no answer. */
		if (!name || json_is_object(value))
			return value;
		json_decref(value);
		return NULL;
	}
	if (im->n_gold == 1)
		return gold_of_value((json_t *)json_at_path(record, im->gold[0]));
	object = json_object();
	for (size_t i = 0; i < im->n_gold; i++) {
		value = (json_t *)json_at_path(record, im->gold[i]);
		json_object_set(object, im->gold[i], value ? value : json_null());
	}
	return object;
}

bool import_has_gold(const struct importer *im, const json_t *record, const char *name)
{
	json_t *gold = im->named[FIELD_LABEL] ? NULL : gold_of_record(im, record, name);
	bool has = gold != NULL;

	json_decref(gold);
	return has;
}

/*
 * The record as the file has it: the records that are read have texts in place of numbers
 * (base/json/json_exact.h), but the same braces. Records come in their order. NULL if it was made,
 * or Jansson refuses it.
 */
static json_t *gold_record(struct importer *im)
{
	const char *end = im->file.text + im->file.n_bytes, *source = im->source_at;
	json_error_t unused;

	if (!im->record_at)
		return NULL;
	if (!source) {
		im->exact_at = im->data;
		source = im->file.text;
	}
	for (; im->exact_at < im->record_at; im->exact_at++)
		if (*im->exact_at == '{')
			source = strchr(source, '{') + 1;
	im->source_at = source;
	source = strchr(source, '{');
	return json_loadb(source, (size_t)(end - source), JSON_DISABLE_EOF_CHECK, &unused);
}

void import_set_gold(struct importer *im, struct import_draft *draft, const char *name)
{
	json_t *record = gold_record(im), *gold = gold_of_record(im, record, name);

	if (gold)
		draft->gold = gold_text(im->arena, gold);
	else
		draft->no_label =
			"its gold answer is not in a record of its own, or the record has "
			"NaN or a number of more than 64 bits";
	json_decref(record);
}

/* ---- tables ---- */

static int gold_find_column(const struct import_columns *columns, const char *name)
{
	int at = import_column(columns, name);

	for (size_t i = 0; at == -1 && i < columns->n; i++)
		if (strcasecmp(columns->names[i], name) == 0)
			at = (int)i;
	return at;
}

int import_choose_gold(struct import_columns *columns, struct err *err)
{
	static const char *const usual[] = { usual_name };
	struct importer *im = columns->im;
	const char *const *names = im->n_gold ? im->gold : usual;
	size_t n = im->n_gold ? im->n_gold : 1;

	if (im->n_gold == 0 && (im->named[FIELD_LABEL] || columns->of[FIELD_LABEL] >= 0 ||
				gold_find_column(columns, usual_name) == -1))
		return 0;
	columns->gold = arena_array(im->arena, n, sizeof(*columns->gold));
	for (size_t i = 0; i < n; i++) {
		int at = gold_find_column(columns, names[i]);

		if (at == -2)
			return text_fail(im->path, columns->line, err,
					 "column '%s' appears twice; rename one",
					 display_text(im->arena, names[i]));
		if (at < 0)
			return text_fail(im->path, columns->line, err,
					 "no column '%s' for --gold; name one of %s",
					 display_text(im->arena, names[i]),
					 columns_list(im->arena, columns->names, columns->n));
		columns->gold[columns->n_gold++] = (struct import_gold){ names[i], (size_t)at };
	}
	columns->of[FIELD_LABEL] = -1;
	return 0;
}

/* Cells are texts; an empty one is null. */
static json_t *gold_of_cells(const struct import_columns *columns, const struct table_row *row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < columns->n_gold; i++) {
		const char *cell = row->cells[columns->gold[i].column];

		json_object_set_new(object, columns->gold[i].name,
				    ticket_is_blank(cell) ? json_null() : json_any_text(cell));
	}
	return object;
}

void import_set_row_gold(const struct import_columns *columns, const struct table_row *row,
			 struct import_draft *draft)
{
	struct importer *im = columns->im;
	const char *cell = columns->n_gold == 1 ? row->cells[columns->gold[0].column] : NULL;
	json_t *gold;

	if (columns->n_gold == 0 || (cell && ticket_is_blank(cell)))
		return;
	gold = gold_of_text(cell);
	if (!gold && im->n_gold == 0) {
		import_leave_out(draft,
				 "the column 'gold' holds no JSON object (--label gold takes "
				 "it as a label)");
		return;
	}
	if (!gold)
		gold = gold_of_cells(columns, row);
	draft->gold = gold_text(im->arena, gold);
}
