/*
 * Prodigy's data sets: {"text": …, "accept": ["LABEL"], "answer": "accept"}. Decides which answers
 * name the label.
 */
#include <string.h>

#include "job/import/import_rows.h"

/* The text of an option whose id is a number: a number is no name. */
static const json_t *prodigy_name_of(const json_t *record, const json_t *id)
{
	const char *word = json_string_value(id);
	const json_t *option;
	size_t i;

	if (!word || word[strspn(word, "0123456789")])
		return id;
	json_array_foreach (json_object_get(record, "options"), i, option) {
		const json_t *text = json_object_get(option, "text");

		if (json_equal(json_object_get(option, "id"), id) && text)
			return text;
	}
	return id;
}

static void prodigy_offer(struct importer *im, struct import_draft *draft, const json_t *record)
{
	const char *answer = json_string_value(json_object_get(record, "answer"));
	const json_t *accept = json_object_get(record, "accept"), *one;
	size_t i;

	if (answer && strcmp(answer, "accept") != 0) {
		import_leave_out(draft, strcmp(answer, "reject") == 0 ?
						"the annotator rejected it" :
						"the annotator ignored it");
		return;
	}
	json_array_foreach (accept, i, one)
		import_offer_value(im, draft, prodigy_name_of(record, one));
	if (!accept)
		import_offer_value(im, draft, json_object_get(record, "label"));
}

static int prodigy_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };

	if (im->named[FIELD_LABEL])
		import_offer_value(im, &draft, import_member(im, record, FIELD_LABEL, NULL));
	else
		prodigy_offer(im, &draft, record);
	return import_add_annotated(im, &draft, record, record, err);
}

static int prodigy_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, NULL, prodigy_on_record, err);
}

static bool prodigy_detect(const struct import_sample *sample)
{
	return import_has_name(sample, "_input_hash") || import_has_name(sample, "_task_hash") ||
	       (import_has_name(sample, "accept") && import_has_name(sample, "answer"));
}

const struct import_format import_prodigy = {
	.name = "prodigy",
	.detect = prodigy_detect,
	.read = { [SHAPE_JSON] = prodigy_read_json },
};
