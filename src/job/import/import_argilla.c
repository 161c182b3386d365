/*
 * Argilla's exports in JSON: nested ({"fields": {…}, "responses": {…}}), or flat with members
 * "QUESTION.responses". Decides which answers of annotators name the label.
 */
#include <string.h>

#include "base/str.h"
#include "job/import/import_rows.h"

static const char responses[] = ".responses";

static bool argilla_is_submitted(const json_t *status)
{
	const char *word = json_string_value(status);

	return !word || strcmp(word, "submitted") == 0;
}

/* The answers of people to one question. Suggestions are a model's, so they are no labels. */
static void argilla_offer_nested(struct importer *im, struct import_draft *draft,
				 const json_t *answers)
{
	const json_t *answer;
	size_t i;

	json_array_foreach (answers, i, answer)
		if (argilla_is_submitted(json_object_get(answer, "status")))
			import_offer_value(im, draft, json_object_get(answer, "value"));
}

static void argilla_offer_flat(struct importer *im, struct import_draft *draft,
			       const json_t *record, const char *name)
{
	const json_t *values = json_object_get(record, name), *value;
	const json_t *states = json_object_get(record, arena_printf(im->arena, "%s.status", name));
	size_t i;

	json_array_foreach (values, i, value)
		if (argilla_is_submitted(json_array_get(states, i)))
			import_offer_value(im, draft, value);
}

static void argilla_offer(struct importer *im, struct import_draft *draft, json_t *record)
{
	json_t *questions = json_object_get(record, "responses"), *value;
	const char *name;

	json_object_foreach (questions, name, value)
		argilla_offer_nested(im, draft, value);
	json_object_foreach (record, name, value)
		if (str_ends(name, responses))
			argilla_offer_flat(im, draft, record, name);
}

static int argilla_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };
	json_t *fields = json_object_get(record, "fields");

	if (im->named[FIELD_LABEL])
		import_offer_value(im, &draft, import_member(im, record, FIELD_LABEL, NULL));
	else
		argilla_offer(im, &draft, record);
	return import_add_annotated(im, &draft, record, fields ? fields : record, err);
}

static int argilla_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, NULL, argilla_on_record, err);
}

static bool argilla_detect(const struct import_sample *sample)
{
	for (size_t i = 0; i < sample->n; i++)
		if (str_ends(sample->names[i], responses))
			return true;
	return json_is_object(json_object_get(sample->first, "fields")) &&
	       import_has_name(sample, "responses");
}

const struct import_format import_argilla = {
	.name = "argilla",
	.detect = argilla_detect,
	.read = { [SHAPE_JSON] = argilla_read_json },
};
