/*
 * Label Studio's exports in JSON: {"data": {…}, "annotations": [{"result": [{"value": …}]}]}.
 * Decides which answers of annotators name the label.
 */
#include "base/json/json_path.h"
#include "job/import/import_rows.h"

static void studio_offer(struct importer *im, struct import_draft *draft, const json_t *record)
{
	const json_t *annotations = json_object_get(record, "annotations"), *annotation, *result;
	size_t i, k;

	if (!annotations)
		annotations = json_object_get(record, "completions"); /* before version 1.0 */
	json_array_foreach (annotations, i, annotation) {
		if (json_is_true(json_object_get(annotation, "was_cancelled")))
			continue;
		json_array_foreach (json_object_get(annotation, "result"), k, result)
			import_offer_value(im, draft, json_at_path(result, "value.choices"));
	}
}

static int studio_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };

	if (im->named[FIELD_LABEL])
		import_offer_value(im, &draft, import_member(im, record, FIELD_LABEL, NULL));
	else
		studio_offer(im, &draft, record);
	return import_add_annotated(im, &draft, record, json_object_get(record, "data"), err);
}

static int studio_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, NULL, studio_on_record, err);
}

static bool studio_detect(const struct import_sample *sample)
{
	return json_is_object(json_object_get(sample->first, "data")) &&
	       (import_has_name(sample, "annotations") || import_has_name(sample, "completions"));
}

const struct import_format import_label_studio = {
	.name = "label-studio",
	.detect = studio_detect,
	.read = { [SHAPE_JSON] = studio_read_json },
};
