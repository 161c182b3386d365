/*
 * Samples of OpenAI evals: JSON Lines of {"input": messages, "ideal": an answer or answers}
 * (docs/build-eval.md of openai/evals). An answer in JSON is a gold answer.
 */
#include "job/import/import_rows.h"

static int evals_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };
	const json_t *ideal = import_member(im, record, FIELD_LABEL, "ideal"), *one;
	size_t i;

	if (!json_is_object(record))
		import_leave_out(&draft, import_no_object);
	import_set_text(im, &draft, record, "input");
	import_set_names(im, &draft, record);
	if (import_has_gold(im, record, "ideal"))
		import_set_gold(im, &draft, "ideal");
	else if (!json_is_array(ideal))
		import_set_json(im, &draft, FIELD_LABEL, ideal);
	json_array_foreach (draft.gold ? NULL : ideal, i, one)
		import_set_json(im, &draft, FIELD_LABEL, one);
	return import_add(im, &draft, err);
}

static int evals_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, NULL, evals_on_record, err);
}

static bool evals_detect(const struct import_sample *sample)
{
	return import_has_name(sample, "ideal");
}

const struct import_format import_evals = {
	.name = "openai-evals",
	.detect = evals_detect,
	.read = { [SHAPE_JSON] = evals_read_json },
	.has_gold = true,
};
