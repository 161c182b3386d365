/*
 * Samples of Inspect: JSON, JSON Lines or CSV with input and target, and optionally choices, id and
 * metadata (docs/datasets.qmd of inspect_ai). Decides whether a target is the letter of a choice or
 * the answer itself.
 */
#include <string.h>

#include "base/str.h"
#include "job/import/import_rows.h"

static const char no_choice[] = "the target is a letter without a choice";

/* The index of the choice that a target names: 'A' is 0; -1 if the target is not a letter. */
static int inspect_choice_of(const char *target)
{
	return target[0] >= 'A' && target[0] <= 'Z' && target[1] == '\0' ? target[0] - 'A' : -1;
}

static void inspect_offer_target(struct importer *im, struct import_draft *draft,
				 const json_t *target, const json_t *choices)
{
	const char *word = import_scalar(im, target);
	int place = word && json_array_size(choices) > 0 ? inspect_choice_of(word) : -1;

	if (place >= 0) {
		target = json_array_get(choices, (size_t)place);
		if (!target)
			import_leave_out(draft, no_choice);
	}
	import_set_json(im, draft, FIELD_LABEL, target);
}

static int inspect_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };
	const json_t *target = import_member(im, record, FIELD_LABEL, "target"), *one;
	const json_t *choices = json_object_get(record, "choices");
	size_t i;

	if (!json_is_object(record))
		import_leave_out(&draft, import_no_object);
	import_set_text(im, &draft, record, "input");
	import_set_names(im, &draft, record);
	if (!json_is_array(target))
		inspect_offer_target(im, &draft, target, choices);
	json_array_foreach (target, i, one)
		inspect_offer_target(im, &draft, one, choices);
	return import_add(im, &draft, err);
}

static int inspect_read_json(struct importer *im, struct err *err)
{
	return import_each_json(im, NULL, inspect_on_record, err);
}

/* The choices in a cell: a JSON list, or names separated by commas. */
static json_t *inspect_split_choices(const char *cell)
{
	json_t *list = json_loads(cell, 0, NULL);

	if (json_is_array(list))
		return list;
	json_decref(list);
	list = json_array();
	while (*cell) {
		size_t n = strcspn(cell, ","), from = strspn(cell, " \t"), to = n;

		while (to > from && strchr(" \t", cell[to - 1]))
			to--;
		if (from < to)
			json_array_append_new(list, json_stringn(cell + from, to - from));
		cell += n + (cell[n] == ',');
	}
	return list;
}

static int inspect_fill_row(const struct import_columns *columns, const struct table_row *row,
			    struct import_draft *draft, struct err *err)
{
	const char *target =
		columns->of[FIELD_LABEL] < 0 ? "" : row->cells[columns->of[FIELD_LABEL]];
	json_t *choices = columns->choices < 0 || inspect_choice_of(target) < 0 ?
				  NULL :
				  inspect_split_choices(row->cells[columns->choices]);
	const json_t *choice;

	(void)err;
	if (json_array_size(choices) == 0) {
		import_offer_label(columns->im, draft, target);
	} else {
		choice = json_array_get(choices, (size_t)inspect_choice_of(target));
		target = arena_strdup(columns->im->arena, import_scalar(columns->im, choice));
		if (target)
			import_offer_label(columns->im, draft, target);
		else
			import_leave_out(draft, no_choice);
	}
	json_decref(choices);
	return 0;
}

static int inspect_choose(struct import_columns *columns, struct err *err)
{
	static const char *const names[FIELD_COUNT][2] = {
		[FIELD_ID] = { "id" },	      [FIELD_TEXT] = { "input" },
		[FIELD_LABEL] = { "target" }, [FIELD_LANG] = { "lang" },
		[FIELD_GROUP] = { "group" },
	};

	for (int f = 0; f < FIELD_COUNT; f++)
		if (import_choose(columns, (enum ticket_field)f, names[f], err) < 0)
			return -1;
	columns->choices = import_column(columns, "choices");
	if (import_need(columns, FIELD_TEXT, err) < 0)
		return -1;
	return import_need(columns, FIELD_LABEL, err);
}

static int inspect_read_csv(struct importer *im, struct err *err)
{
	struct import_columns columns = { .im = im,
					  .choose = inspect_choose,
					  .fill = inspect_fill_row };

	return import_each_csv(&columns, err);
}

static bool inspect_detect(const struct import_sample *sample)
{
	return import_has_name(sample, "input") && import_has_name(sample, "target");
}

const struct import_format import_inspect = {
	.name = "inspect",
	.detect = inspect_detect,
	.read = { [SHAPE_CSV] = inspect_read_csv, [SHAPE_JSON] = inspect_read_json },
};
