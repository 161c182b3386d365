/*
 * Each type of an option has one JSON type.
 */
#include "base/opt/opt_json.h"

#include "base/json/json.h"

static int64_t opt_json_default(const struct opt_spec *spec, const struct opt_row *row)
{
	return spec->defaults ? *(const int64_t *)((const char *)spec->defaults + row->offset) : 0;
}

/* NULL if the option has its default. */
static json_t *opt_json_value(const struct opt_spec *spec, const struct opt_row *row,
			      const void *at)
{
	const char *text;
	const struct opt_list *list;
	int64_t number;

	switch (row->type) {
	case OPT_TYPE_FLAG:
		return *(const bool *)at ? json_true() : NULL;
	case OPT_TYPE_TEXT:
		text = *(const char *const *)at;
		return text ? json_any_text(text) : NULL;
	case OPT_TYPE_INT:
		number = *(const int64_t *)at;
		return number == opt_json_default(spec, row) ? NULL : json_integer(number);
	case OPT_TYPE_LIST:
		list = at;
		return list->n ? json_text_list(list->items, list->n) : NULL;
	}
	return NULL;
}

json_t *opt_given_json(const struct opt_spec *spec, const void *options)
{
	json_t *object = json_object(), *value;

	for (size_t i = 0; i < spec->n_rows; i++) {
		value = opt_json_value(spec, &spec->rows[i],
				       (const char *)options + spec->rows[i].offset);
		if (value)
			json_object_set_new(object, spec->rows[i].name, value);
	}
	return object;
}
