/*
 * Finds the records of a file that is one JSON object. Decides between a list of records, a table
 * by columns (pandas' orient "columns", "list" and "split"; data sets as dictionaries of lists),
 * and a table by rows (orient "index"). Must not know which format the records have.
 */
#include <string.h>

#include "base/array.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/import/import_rows.h"

/* DEPTH_MAX: of objects around the list. */
enum { DEPTH_MAX = 4 };

/* The first path that an option names for the text, or NULL. */
static const char *root_text_path(const struct importer *im)
{
	return im->columns->text.n > 0 ? im->columns->text.items[0] : NULL;
}

/* Members that are a record's own, so that a list under them is no list of records. */
static bool root_is_record(struct importer *im, const json_t *root)
{
	static const char *const own[] = { "input",	  "vars",    "tests",
					   "messages",	  "fields",  "annotations",
					   "completions", "options", "conversations",
					   "prompt" };
	const char *path = root_text_path(im);
	const json_t *named = path ? json_at_path(root, path) : import_usual_text(root);

	if (json_is_string(named))
		return true;
	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (json_object_get(root, own[i]))
			return true;
	return false;
}

static bool root_is_list_of(const json_t *value, json_type type)
{
	const json_t *one;
	size_t i;

	json_array_foreach (value, i, one)
		if (json_typeof(one) != type)
			return false;
	return json_array_size(value) > 0;
}

/* A list of records under one of the usual names. */
static const char *root_usual_list(const json_t *object)
{
	static const char *const names[] = { "data",	"rows",	   "records", "examples", "items",
					     "samples", "tickets", "results", "issues" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (root_is_list_of(json_object_get(object, names[i]), JSON_OBJECT))
			return names[i];
	return NULL;
}

/* The path to the list of records, owned by the arena; NULL if there is none or not one alone. */
static const char *root_find_list(struct arena *a, json_t *object, int depth)
{
	const char *name, *found = root_usual_list(object), *inner;
	json_t *value;

	if (found || depth == DEPTH_MAX)
		return found;
	json_object_foreach (object, name, value) {
		inner = NULL;
		if (json_is_object(value))
			inner = root_find_list(a, value, depth + 1);
		else if (!root_is_list_of(value, JSON_OBJECT))
			continue;
		if (json_is_object(value) && !inner)
			continue;
		if (found)
			return NULL;
		found = inner ? arena_printf(a, "%s.%s", name, inner) : arena_strdup(a, name);
	}
	return found;
}

/* Makes records of names and lists of values; false if a list has another length. */
static bool root_make(struct importer *im, const json_t *names, const json_t *lists, size_t first)
{
	const json_t *list, *name;
	size_t i, k;

	im->made = json_array();
	for (i = first; i < json_array_size(lists); i++) {
		json_t *record = json_object();

		list = json_array_get(lists, i);
		json_array_append_new(im->made, record);
		if (json_array_size(list) != json_array_size(names)) {
			json_decref(im->made);
			im->made = NULL;
			return false;
		}
		json_array_foreach (names, k, name)
			json_object_set(record, json_string_value(name), json_array_get(list, k));
	}
	return true;
}

bool import_turn_lists(struct importer *im, const json_t *lists)
{
	const json_t *header = json_array_get(lists, 0);

	return root_is_list_of(header, JSON_STRING) && root_make(im, header, lists, 1);
}

static bool root_turn_split(struct importer *im, const json_t *root)
{
	const json_t *columns = json_object_get(root, "columns");
	const json_t *data = json_object_get(root, "data");

	return root_is_list_of(columns, JSON_STRING) && root_is_list_of(data, JSON_ARRAY) &&
	       root_make(im, columns, data, 0);
}

/* The cell of a column in one row: by place in a list, or by the row's name. */
static json_t *root_cell(const json_t *column, size_t place, const char *row)
{
	return json_is_array(column) ? json_array_get(column, place) : json_object_get(column, row);
}

static void root_add_record(struct importer *im, json_t *root, size_t place, const char *row)
{
	json_t *record = json_object(), *column, *cell;
	const char *name;

	json_object_foreach (root, name, column) {
		cell = root_cell(column, place, row);
		if (cell)
			json_object_set(record, name, cell);
	}
	json_array_append_new(im->made, record);
}

/* Whether all members are columns that have the row, which is named as one of `text` is. */
static bool root_has_row(json_t *root, const char *row)
{
	json_t *column;
	const char *name;

	json_object_foreach (root, name, column)
		if (!json_object_get(column, row))
			return false;
	return true;
}

/* What the Hugging Face data set server sends: {"rows": [{"row": {…}}]}. */
static bool root_turn_server(struct importer *im, const json_t *root)
{
	const json_t *rows = json_object_get(root, "rows"), *one;
	json_t *made = json_array();
	size_t i;

	json_array_foreach (rows, i, one)
		if (json_is_object(json_object_get(one, "row")))
			json_array_append(made, json_object_get(one, "row"));
	if (json_array_size(made) > 0 && json_array_size(made) == json_array_size(rows)) {
		im->made = made;
		return true;
	}
	json_decref(made);
	return false;
}

/* Columns, each a list, or an object that has the names of the rows; `text` is one of them. */
static bool root_turn_columns(struct importer *im, json_t *root)
{
	const char *path = root_text_path(im);
	json_t *text = path ? json_object_get(root, path) : (json_t *)import_usual_text(root), *one;
	const char *row = NULL;
	size_t n = 0;

	if (json_is_object(text))
		row = json_object_iter_key(json_object_iter(text));
	if (row ? !root_has_row(root, row) : !root_is_list_of(text, JSON_STRING))
		return false;
	im->made = json_array();
	if (json_is_object(text))
		json_object_foreach (text, row, one)
			root_add_record(im, root, n++, row);
	for (; n < json_array_size(text); n++)
		root_add_record(im, root, n, "");
	return true;
}

/* Objects, each a record; its name is the id if the record has none. */
static bool root_turn_index(struct importer *im, json_t *root)
{
	json_t *record;
	const char *name;

	json_object_foreach (root, name, record)
		if (!json_is_object(record) || !root_is_record(im, record))
			return false;
	im->made = json_array();
	json_object_foreach (root, name, record) {
		json_t *copy = json_copy(record);

		if (!json_object_get(copy, "id"))
			json_object_set_new(copy, "id", json_string(name));
		json_array_append_new(im->made, copy);
	}
	return json_array_size(im->made) > 0;
}

bool import_find_rows(struct importer *im, json_t *root)
{
	const json_t *list;

	if (root_turn_split(im, root) || root_turn_columns(im, root))
		return true;
	if (!columns_given(im->columns) && root_turn_server(im, root))
		return true;
	if (root_is_record(im, root))
		return false;
	if (root_turn_index(im, root))
		return true;
	im->list = root_find_list(im->arena, root, 0);
	list = im->list ? json_at_path(root, im->list) : NULL;
	if (json_array_size(list) == 1 && !root_is_record(im, json_array_get(list, 0)))
		im->list = NULL; /* a list inside a record */
	return im->list != NULL;
}
