/*
 * Marks of the task extract: right if every field is. Decides when two values are the same: by
 * case, white space and punctuation around them, numbers by value.
 */
#include <string.h>

#include "base/str.h"
#include "job/task/task_extract.h"
#include "judge/task/mark.h"

static const char *extract_plain(struct arena *a, const json_t *value)
{
	if (json_is_string(value))
		return str_normalised(a, json_string_value(value));
	return arena_printf(a, "%.15g", json_number_value(value));
}

static bool extract_is_same(struct arena *a, const json_t *gold, const json_t *said)
{
	if (json_is_null(gold) || json_is_null(said) || json_is_boolean(gold))
		return json_equal((json_t *)gold, (json_t *)said);
	return strcmp(extract_plain(a, gold), extract_plain(a, said)) == 0;
}

static bool extract_is_in_text(struct arena *a, const char *ticket, const json_t *said)
{
	return strstr(str_normalised(a, ticket), extract_plain(a, said)) != NULL;
}

static enum extract_mark extract_mark_field(struct arena *a, const struct marked *marked,
					    const json_t *gold, const json_t *said)
{
	if (!said)
		return json_is_null(gold) ? EXTRACT_RIGHT : EXTRACT_MISSING;
	if (extract_is_same(a, gold, said))
		return EXTRACT_RIGHT;
	if (json_is_null(said))
		return EXTRACT_MISSING;
	if (json_is_string(said) && !extract_is_in_text(a, marked->ticket, said))
		return EXTRACT_INVENTED;
	return EXTRACT_WRONG;
}

static const char *const words[] = {
	[EXTRACT_MISSING] = "missing", [EXTRACT_WRONG] = "wrong", [EXTRACT_INVENTED] = "invented"
};

void mark_extract(struct arena *a, const char *form, const struct marked *marked,
		  struct mark *ret_mark)
{
	json_t *said = mark_find_json(&marked->answer), *gold, *value;
	const char *name;

	(void)form;
	*ret_mark = (struct mark){ EXTRACT_RIGHT, "" };
	if (!json_is_object(said)) {
		json_decref(said);
		ret_mark->mark = EXTRACT_INVALID;
		ret_mark->detail = "the answer is no JSON object";
		return;
	}
	gold = json_loads(marked->gold, 0, NULL);
	json_object_foreach (gold, name, value) {
		enum extract_mark mark =
			extract_mark_field(a, marked, value, json_object_get(said, name));

		if (mark == EXTRACT_RIGHT)
			continue;
		ret_mark->detail =
			arena_add_item(a, ret_mark->detail, "; ", "%s %s", words[mark], name);
		if ((int)mark > ret_mark->mark)
			ret_mark->mark = (int)mark;
	}
	json_decref(gold);
	json_decref(said);
}
