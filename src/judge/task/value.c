/*
 * Comparison of values. Lists count in their order, and objects without it.
 */
#include "judge/task/value.h"

#include <string.h>

#include "base/str.h"

static const char *value_plain(struct arena *a, const json_t *value)
{
	if (json_is_string(value))
		return str_normalised(a, json_string_value(value));
	return arena_printf(a, "%.15g", json_number_value(value));
}

static bool value_is_plain(const json_t *value)
{
	return json_is_string(value) || json_is_number(value);
}

static bool value_lists_are_same(struct arena *a, const json_t *right, const json_t *said)
{
	size_t n = json_array_size(right);

	if (!json_is_array(said) || json_array_size(said) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!value_is_same(a, json_array_get(right, i), json_array_get(said, i)))
			return false;
	return true;
}

static bool value_objects_are_same(struct arena *a, const json_t *right, const json_t *said)
{
	const json_t *value;
	const char *name;

	if (!json_is_object(said) || json_object_size(said) != json_object_size(right))
		return false;
	json_object_foreach ((json_t *)right, name, value) {
		const json_t *other = json_object_get(said, name);

		if (!other || !value_is_same(a, value, other))
			return false;
	}
	return true;
}

bool value_is_same(struct arena *a, const json_t *right, const json_t *said)
{
	if (json_is_array(right))
		return value_lists_are_same(a, right, said);
	if (json_is_object(right))
		return value_objects_are_same(a, right, said);
	if (!value_is_plain(right) || !value_is_plain(said))
		return json_equal((json_t *)right, (json_t *)said);
	return strcmp(value_plain(a, right), value_plain(a, said)) == 0;
}

bool value_is_in_text(struct arena *a, const char *text, const json_t *said)
{
	return !value_is_plain(said) || strstr(str_normalised(a, text), value_plain(a, said));
}
