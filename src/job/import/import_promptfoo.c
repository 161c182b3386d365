/*
 * Tests of promptfoo: CSV, or records from YAML or JSON (site/docs/configuration/test-cases of
 * promptfoo). Decides which variable is the text, and which assertions name a label.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/import/import_assertion.h"

static const char several[] = "there are %zu variables: %s; name the one with the text with --text";

static void promptfoo_miss_label(struct import_draft *draft)
{
	draft->no_label = "no assertion names a label (equals, contains or icontains)";
}

/* ---- CSV ---- */

static bool promptfoo_is_expected(const char *column)
{
	static const char name[] = "__expected";

	return str_starts(column, name) &&
	       column[sizeof(name) - 1 + strspn(column + sizeof(name) - 1, "0123456789")] == '\0';
}

static int promptfoo_fill_row(const struct import_columns *columns, const struct table_row *row,
			      struct import_draft *draft, struct err *err)
{
	const struct assertion_vars vars = { .columns = columns, .row = row };
	struct importer *im = columns->im;

	for (int f = 0; f < FIELD_COUNT; f++)
		if (columns->of[f] >= 0 &&
		    assertion_refuse_file(im, row->line, row->cells[columns->of[f]], err) < 0)
			return -1;
	if (columns->of[FIELD_LABEL] >= 0) {
		import_offer_label(im, draft, row->cells[columns->of[FIELD_LABEL]]);
		return 0;
	}
	for (size_t i = 0; i < columns->n; i++)
		if (promptfoo_is_expected(columns->names[i]) &&
		    assertion_offer_cell(im, draft, row->cells[i], &vars, err) < 0)
			return -1;
	promptfoo_miss_label(draft);
	return 0;
}

/* The column of a field: a variable or a __metadata column, by the option's name or its own. */
static int promptfoo_choose_named(struct import_columns *columns, enum ticket_field field,
				  struct err *err)
{
	const char *named = columns->im->named[field];
	const char *name = named ? named : ticket_field_names[field];
	int found = named ? import_column(columns, name) : -1;

	if (found == -1)
		found = import_column(columns,
				      arena_printf(columns->im->arena, "__metadata:%s", name));
	if (found < 0 && named)
		return import_choose(columns, field, NULL, err);
	columns->of[field] = found;
	return 0;
}

static bool promptfoo_is_used(const struct import_columns *columns, int column)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (columns->of[f] == column)
			return true;
	return false;
}

/* The text is the only variable that is no other field. */
static int promptfoo_choose_text(struct import_columns *columns, struct err *err)
{
	struct importer *im = columns->im;
	const char **vars = arena_array(im->arena, columns->n, sizeof(*vars));
	int text = -1;
	size_t n = 0;

	for (size_t i = 0; i < columns->n; i++) {
		if (str_starts(columns->names[i], "__") || promptfoo_is_used(columns, (int)i))
			continue;
		text = (int)i;
		vars[n++] = columns->names[i];
	}
	if (n > 1)
		return text_fail(im->path, columns->line, err, several, n,
				 columns_list(im->arena, vars, n));
	columns->of[FIELD_TEXT] = text;
	return import_need(columns, FIELD_TEXT, err);
}

static int promptfoo_choose(struct import_columns *columns, struct err *err)
{
	static const enum ticket_field first[] = { FIELD_ID, FIELD_LABEL, FIELD_LANG, FIELD_GROUP };
	bool expects = false;

	for (size_t i = 0; i < COUNT_OF(first); i++)
		if (promptfoo_choose_named(columns, first[i], err) < 0)
			return -1;
	for (size_t i = 0; i < columns->n && !expects; i++)
		expects = promptfoo_is_expected(columns->names[i]);
	if (!expects && import_need(columns, FIELD_LABEL, err) < 0)
		return -1;
	if (expects && !columns->im->named[FIELD_LABEL])
		columns->of[FIELD_LABEL] = -1;
	return columns->im->named[FIELD_TEXT] ? promptfoo_choose_named(columns, FIELD_TEXT, err) :
						promptfoo_choose_text(columns, err);
}

static int promptfoo_read_csv(struct importer *im, struct err *err)
{
	struct import_columns columns = { .im = im,
					  .choose = promptfoo_choose,
					  .fill = promptfoo_fill_row };

	return import_each_csv(&columns, err);
}

/* ---- YAML and JSON ---- */

/* An assertion, or what its $ref names in the file; NULL if that is not in the file. */
static const json_t *promptfoo_assertion(struct importer *im, const json_t *one)
{
	const char *ref = json_string_value(json_object_get(one, "$ref"));
	char *path;

	if (!ref)
		return one;
	if (!str_starts(ref, "#/"))
		return NULL;
	path = arena_strdup(im->arena, ref + 2);
	for (char *p = path; *p; p++)
		if (*p == '/')
			*p = '.';
	return json_at_path(im->config, path);
}

/* The assertions of a test, and then those of defaultTest. */
static const json_t *promptfoo_asserts(const struct importer *im, const json_t *test, int turn)
{
	const json_t *from = turn == 0 ? test : json_object_get(im->config, "defaultTest");

	return json_object_get(from, "assert");
}

/* What an assertion compares with if it names a label, else NULL. */
static const char *promptfoo_label_value(struct importer *im, const json_t *one)
{
	const json_t *found = promptfoo_assertion(im, one);
	const char *type = json_string_value(json_object_get(found, "type"));

	return type && assertion_names_label(type) ?
		       import_scalar(im, json_object_get(found, "value")) :
		       NULL;
}

/* Whether an assertion compares with this variable: then it is no text. */
static bool promptfoo_is_expected_var(struct importer *im, const json_t *test, const char *var)
{
	const json_t *one;
	size_t i;

	for (int turn = 0; turn < 2; turn++)
		json_array_foreach (promptfoo_asserts(im, test, turn), i, one) {
			const char *value = promptfoo_label_value(im, one);
			const char *name = value ? assertion_variable(im->arena, value) : NULL;

			if (name && strcmp(name, var) == 0)
				return true;
		}
	return false;
}

static bool promptfoo_is_named(struct importer *im, const json_t *test, const char *var)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (f != FIELD_TEXT && im->named[f] && strcmp(im->named[f], var) == 0)
			return true;
	return promptfoo_is_expected_var(im, test, var);
}

static int promptfoo_only_var(struct importer *im, const json_t *test, size_t line,
			      const json_t **ret_value, struct err *err)
{
	json_t *vars = json_object_get(test, "vars"), *value;
	const char **names = arena_array(im->arena, json_object_size(vars), sizeof(*names));
	const char *name;
	size_t n = 0;

	*ret_value = NULL;
	json_object_foreach (vars, name, value) {
		if (promptfoo_is_named(im, test, name))
			continue;
		*ret_value = value;
		names[n++] = name;
	}
	return n > 1 ? text_fail(im->path, line, err, several, n,
				 columns_list(im->arena, names, n)) :
		       0;
}

/* The value that an option names: a variable, or a member of the metadata or of the test. */
static const json_t *promptfoo_find_value(struct importer *im, const json_t *test,
					  enum ticket_field field)
{
	static const char *const places[] = { "vars", "metadata" };
	const json_t *value = NULL;

	for (size_t i = 0; i < COUNT_OF(places) && !value; i++)
		value = json_at_path(json_object_get(test, places[i]), im->named[field]);
	if (!value)
		value = json_at_path(test, im->named[field]);
	im->found[field] |= value != NULL;
	return value;
}

static int promptfoo_set_field(struct importer *im, struct import_draft *draft,
			       enum ticket_field field, const json_t *value, struct err *err)
{
	if (assertion_refuse_file(im, draft->line, json_string_value(value), err) < 0)
		return -1;
	import_set_json(im, draft, field, value);
	return 0;
}

/* promptfoo does not read file:// in metadata, so it is allowed there. */
static int promptfoo_set_names(struct importer *im, struct import_draft *draft, const json_t *test,
			       struct err *err)
{
	const json_t *metadata = json_object_get(test, "metadata");

	for (size_t i = 0; i < TICKET_N_NAMES; i++) {
		enum ticket_field field = ticket_name_fields[i];
		const char *named = im->named[field];

		if (!named)
			import_set_json(im, draft, field,
					json_object_get(metadata, ticket_field_names[field]));
		else if (promptfoo_set_field(im, draft, field,
					     promptfoo_find_value(im, test, field), err) < 0)
			return -1;
	}
	return 0;
}

/* A $ref that leads out of the file may name the label. The first one stands for all. */
static const char *promptfoo_missing_ref(struct importer *im, const char *ref)
{
	if (!im->missing_ref)
		im->missing_ref = arena_printf(
			im->arena,
			"an assertion is a $ref to what this file does not hold (the first: '%s'); "
			"write the assertion itself, or name the variable with the label with "
			"--label",
			display_text(im->arena, ref));
	return im->missing_ref;
}

static int promptfoo_set_label(struct importer *im, struct import_draft *draft, const json_t *test,
			       struct err *err)
{
	const struct assertion_vars vars = { .vars = json_object_get(test, "vars") };
	const json_t *one;
	const char *missing = NULL;
	size_t i;

	if (im->named[FIELD_LABEL])
		return promptfoo_set_field(im, draft, FIELD_LABEL,
					   promptfoo_find_value(im, test, FIELD_LABEL), err);
	for (int turn = 0; turn < 2; turn++)
		json_array_foreach (promptfoo_asserts(im, test, turn), i, one) {
			const char *value = promptfoo_label_value(im, one);

			if (!promptfoo_assertion(im, one) && !missing)
				missing = json_string_value(json_object_get(one, "$ref"));
			if (value && assertion_offer(im, draft, value,
						     assertion_value_of(im, &vars, value), err) < 0)
				return -1;
		}
	promptfoo_miss_label(draft);
	if (missing && !draft->fields[FIELD_LABEL])
		import_leave_out(draft, promptfoo_missing_ref(im, missing));
	return 0;
}

/* A flat row, as in CSV: its variables, and its expected answers. NULL if the test is not flat. */
static json_t *promptfoo_unfold(const json_t *row)
{
	json_t *vars = json_object(), *value;
	const char *name;
	bool is_flat = false;

	json_object_foreach ((json_t *)row, name, value) {
		is_flat |= promptfoo_is_expected(name);
		if (!str_starts(name, "__"))
			json_object_set(vars, name, value);
	}
	if (is_flat && !json_object_get(row, "vars"))
		return json_pack("{s:o}", "vars", vars);
	json_decref(vars);
	return NULL;
}

/* Reads the members __expected of a flat row. */
static int promptfoo_set_flat_label(struct importer *im, struct import_draft *draft, json_t *row,
				    struct err *err)
{
	const struct assertion_vars vars = { .vars = row };
	const char *name, *cell;
	json_t *value;

	if (im->named[FIELD_LABEL])
		return 0;
	json_object_foreach (row, name, value) {
		cell = promptfoo_is_expected(name) ? import_scalar(im, value) : NULL;
		if (cell && assertion_offer_cell(im, draft, cell, &vars, err) < 0)
			return -1;
	}
	return 0;
}

/* Sets text, label and names from a test; `row` is the flat row that it was made of, or NULL. */
static int promptfoo_set_fields(struct importer *im, struct import_draft *draft, json_t *test,
				json_t *row, struct err *err)
{
	const json_t *text = NULL;

	if (im->named[FIELD_TEXT])
		text = promptfoo_find_value(im, test, FIELD_TEXT);
	else if (promptfoo_only_var(im, test, draft->line, &text, err) < 0)
		return -1;
	if (promptfoo_set_field(im, draft, FIELD_TEXT, text, err) < 0 ||
	    promptfoo_set_label(im, draft, test, err) < 0 ||
	    (row && promptfoo_set_flat_label(im, draft, row, err) < 0))
		return -1;
	return promptfoo_set_names(im, draft, test, err);
}

static int promptfoo_on_test(struct importer *im, json_t *test, size_t line, struct err *err)
{
	json_t *flat = promptfoo_unfold(test);
	struct import_draft draft = { .line = line };
	json_t *vars = json_object_get(test, "vars");
	bool has_template; /* ignored: the text may hold templates */
	int r;

	if (assertion_refuse_file(im, line, json_string_value(test), err) < 0 ||
	    assertion_refuse_file(im, line, json_string_value(vars), err) < 0)
		return -1;
	if (!json_is_object(test))
		return text_fail(im->path, line, err,
				 "the test is not a mapping; write its vars and assert");
	if (!json_is_object(vars) && !flat)
		import_leave_out(&draft, "the test has no vars");
	r = promptfoo_set_fields(im, &draft, flat ? flat : test, flat ? test : NULL, err);
	if (draft.fields[FIELD_TEXT]) {
		draft.fields[FIELD_TEXT] =
			assertion_without_quotes(im, draft.fields[FIELD_TEXT], &has_template);
		draft.text_len = strlen(draft.fields[FIELD_TEXT]);
	}
	r = r < 0 ? r : import_add(im, &draft, err);
	json_decref(flat);
	return r;
}

static const char *const config_names[] = { "assertionTemplates", "defaultTest" };

static int promptfoo_read_json(struct importer *im, struct err *err)
{
	im->config_names = config_names;
	im->n_config_names = COUNT_OF(config_names);
	return import_each_json(im, "tests", promptfoo_on_test, err);
}

static int promptfoo_read_yaml(struct importer *im, struct err *err)
{
	im->config_names = config_names;
	im->n_config_names = COUNT_OF(config_names);
	return import_each_yaml(im, "tests", promptfoo_on_test, err);
}

static bool promptfoo_detect(const struct import_sample *sample)
{
	if (sample->shape == SHAPE_YAML)
		return true;
	for (size_t i = 0; sample->shape == SHAPE_CSV && i < sample->n; i++)
		if (promptfoo_is_expected(sample->names[i]))
			return true;
	return sample->shape == SHAPE_JSON &&
	       (import_has_name(sample, "vars") || import_has_name(sample, "tests"));
}

const struct import_format import_promptfoo = {
	.name = "promptfoo",
	.detect = promptfoo_detect,
	.read = { [SHAPE_CSV] = promptfoo_read_csv,
		  [SHAPE_JSON] = promptfoo_read_json,
		  [SHAPE_YAML] = promptfoo_read_yaml },
};
