/*
 * Tests of promptfoo: CSV, or records from YAML or JSON (site/docs/configuration/test-cases of
 * promptfoo). Decides which variable is the text, and which assertions name a label.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json_path.h"
#include "base/str.h"
#include "job/import/import_rows.h"

static const char several[] = "there are %zu variables: %s; name the one with the text with --text";

/* Assertions that name the expected answer. */
static const char *const label_types[] = { "equals", "contains", "icontains" };

/* All other words that begin an assertion. Any other text is the expected answer itself. */
static const char *const other_types[] = {
	"answer-relevance",
	"assert-set",
	"bleu",
	"classifier",
	"contains-all",
	"contains-any",
	"contains-html",
	"contains-json",
	"contains-sql",
	"contains-xml",
	"context-faithfulness",
	"context-recall",
	"context-relevance",
	"conversation-relevance",
	"cost",
	"eval:",
	"factuality",
	"finish-reason",
	"fn:",
	"g-eval",
	"gleu",
	"grade:",
	"guardrails",
	"icontains-all",
	"icontains-any",
	"is-html",
	"is-json",
	"is-refusal",
	"is-sql",
	"is-valid-function-call",
	"is-valid-openai-function-call",
	"is-valid-openai-tools-call",
	"is-xml",
	"javascript",
	"latency",
	"levenshtein",
	"llm-rubric",
	"max-score",
	"meteor",
	"model-graded-closedqa",
	"model-graded-factuality",
	"moderation",
	"perplexity",
	"perplexity-score",
	"pi",
	"python",
	"regex",
	"rouge-n",
	"ruby",
	"search-rubric",
	"select-best",
	"similar",
	"starts-with",
	"webhook",
};

static bool promptfoo_names_label(const char *type)
{
	for (size_t i = 0; i < COUNT_OF(label_types); i++)
		if (strcmp(label_types[i], type) == 0)
			return true;
	return false;
}

/* Fails if the value points to another file. */
static int promptfoo_refuse_file(const struct importer *im, size_t line, const char *value,
				 struct err *err)
{
	if (!value || !str_starts(value, "file://"))
		return 0;
	return text_fail(im->path, line, err,
			 "'%s' points to another file; replace it with the content of that file",
			 display_text(im->arena, value));
}

/*
 * Replaces templates that stand for one character, which export writes in place of text that
 * promptfoo would run. Other templates stay; *ret_others says whether there are any.
 */
static const char *promptfoo_without_quotes(struct importer *im, const char *text, bool *ret_others)
{
	static const char before[] = "{{\"", after[] = "\"}}";
	enum { BEFORE = sizeof(before) - 1, AFTER = sizeof(after) - 1 };
	char *plain;
	size_t n = 0;

	*ret_others = strstr(text, "{{") != NULL;
	if (!strstr(text, before))
		return text;
	*ret_others = false;
	plain = arena_alloc(im->arena, strlen(text) + 1);
	while (*text) {
		if (str_starts(text, before) && text[BEFORE] &&
		    str_starts(text + BEFORE + 1, after)) {
			plain[n++] = text[BEFORE];
			text += BEFORE + 1 + AFTER;
			continue;
		}
		*ret_others |= str_starts(text, "{{");
		plain[n++] = *text++;
	}
	return plain;
}

static int promptfoo_offer(struct importer *im, struct import_draft *draft, const char *value,
			   struct err *err)
{
	bool has_template;

	if (promptfoo_refuse_file(im, draft->line, value, err) < 0)
		return -1;
	value = promptfoo_without_quotes(im, value, &has_template);
	if (has_template)
		import_leave_out(draft, "an assertion is a template ({{…}}); name the variable "
					"with the label with --label");
	else if (!ticket_is_blank(value))
		import_offer_label(im, draft, value);
	return 0;
}

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

/* If `text` begins with this type, the text after the type and its threshold; else NULL. */
static const char *promptfoo_after_type(const char *text, const char *type)
{
	size_t n = strlen(type), digits;
	const char *p = text + n;

	if (!str_starts(text, type))
		return NULL;
	if (type[n - 1] == ':')
		return p - 1;
	if (*p == '(') {
		digits = strspn(p + 1, "0123456789.");
		if (digits == 0 || p[1 + digits] != ')')
			return NULL;
		p += digits + 2;
	}
	return *p == ':' || *p == '\0' ? p : NULL;
}

static const char *promptfoo_find_type(const char *text, const char *const *types, size_t n)
{
	const char *after = NULL;

	for (size_t i = 0; i < n && !after; i++)
		after = promptfoo_after_type(text, types[i]);
	return after;
}

static const char *promptfoo_trimmed(struct arena *a, const char *text)
{
	static const char blanks[] = " \t\r\n";
	size_t n;

	text += strspn(text, blanks);
	n = strlen(text);
	while (n > 0 && strchr(blanks, text[n - 1]))
		n--;
	return arena_strndup(a, text, n);
}

/* Reads an assertion in a cell: "type: value", "not-type: value", or the expected answer. */
static int promptfoo_offer_cell(struct importer *im, struct import_draft *draft, const char *cell,
				struct err *err)
{
	const char *text = promptfoo_trimmed(im->arena, cell);
	const char *positive = str_starts(text, "not-") ? text + 4 : text;
	const char *value = promptfoo_find_type(positive, label_types, COUNT_OF(label_types));

	if (value && positive == text)
		return promptfoo_offer(im, draft,
				       *value ? promptfoo_trimmed(im->arena, value + 1) : "", err);
	if (value || promptfoo_find_type(positive, other_types, COUNT_OF(other_types)))
		return 0;
	return promptfoo_offer(im, draft, text, err);
}

static int promptfoo_fill_row(const struct import_columns *columns, const struct csv_row *row,
			      struct import_draft *draft, struct err *err)
{
	struct importer *im = columns->im;

	for (int f = 0; f < FIELD_COUNT; f++)
		if (columns->of[f] >= 0 &&
		    promptfoo_refuse_file(im, row->line, row->cells[columns->of[f]], err) < 0)
			return -1;
	if (columns->of[FIELD_LABEL] >= 0) {
		import_offer_label(im, draft, row->cells[columns->of[FIELD_LABEL]]);
		return 0;
	}
	for (size_t i = 0; i < columns->n; i++)
		if (promptfoo_is_expected(columns->names[i]) &&
		    promptfoo_offer_cell(im, draft, row->cells[i], err) < 0)
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

static bool promptfoo_is_named(const struct importer *im, const char *var)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (f != FIELD_TEXT && im->named[f] && strcmp(im->named[f], var) == 0)
			return true;
	return false;
}

static int promptfoo_only_var(struct importer *im, json_t *vars, size_t line,
			      const json_t **ret_value, struct err *err)
{
	const char **names = arena_array(im->arena, json_object_size(vars), sizeof(*names));
	const char *name;
	json_t *value;
	size_t n = 0;

	*ret_value = NULL;
	json_object_foreach (vars, name, value) {
		if (promptfoo_is_named(im, name))
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
	if (promptfoo_refuse_file(im, draft->line, json_string_value(value), err) < 0)
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

static int promptfoo_set_label(struct importer *im, struct import_draft *draft, const json_t *test,
			       struct err *err)
{
	const json_t *asserts = json_object_get(test, "assert"), *one;
	size_t i;

	if (im->named[FIELD_LABEL])
		return promptfoo_set_field(im, draft, FIELD_LABEL,
					   promptfoo_find_value(im, test, FIELD_LABEL), err);
	json_array_foreach (asserts, i, one) {
		const char *type = json_string_value(json_object_get(one, "type"));
		const char *value = import_scalar(im, json_object_get(one, "value"));

		if (!type || !value || !promptfoo_names_label(type))
			continue;
		if (promptfoo_offer(im, draft, value, err) < 0)
			return -1;
	}
	promptfoo_miss_label(draft);
	return 0;
}

static int promptfoo_on_test(struct importer *im, json_t *test, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };
	json_t *vars = json_object_get(test, "vars");
	const json_t *text = NULL;
	bool has_template; /* ignored: the text may hold templates */

	if (promptfoo_refuse_file(im, line, json_string_value(test), err) < 0 ||
	    promptfoo_refuse_file(im, line, json_string_value(vars), err) < 0)
		return -1;
	if (!json_is_object(test))
		return text_fail(im->path, line, err,
				 "the test is not a mapping; write its vars and assert");
	if (!json_is_object(vars))
		import_leave_out(&draft, "the test has no vars");
	if (im->named[FIELD_TEXT])
		text = promptfoo_find_value(im, test, FIELD_TEXT);
	else if (promptfoo_only_var(im, vars, line, &text, err) < 0)
		return -1;
	if (promptfoo_set_field(im, &draft, FIELD_TEXT, text, err) < 0 ||
	    promptfoo_set_label(im, &draft, test, err) < 0 ||
	    promptfoo_set_names(im, &draft, test, err) < 0)
		return -1;
	if (draft.fields[FIELD_TEXT]) {
		draft.fields[FIELD_TEXT] =
			promptfoo_without_quotes(im, draft.fields[FIELD_TEXT], &has_template);
		draft.text_len = strlen(draft.fields[FIELD_TEXT]);
	}
	return import_add(im, &draft, err);
}

static int promptfoo_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, "tests", promptfoo_on_test, err);
}

static int promptfoo_read_yaml(struct importer *im, struct err *err)
{
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
