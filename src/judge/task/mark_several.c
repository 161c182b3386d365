/*
 * Marks of several labels: right if the labels said are those of the ticket, no more and no fewer.
 * A label that the answer leaves out is not said.
 */
#include "job/task/task_several.h"
#include "judge/task/mark.h"

void mark_several(struct arena *a, const char *form, const struct marked *marked,
		  struct mark *ret_mark)
{
	json_t *said = mark_find_json(&marked->answer), *gold, *value;
	bool missing = false, extra = false;
	const char *name;

	(void)form;
	*ret_mark = (struct mark){ SEVERAL_INVALID, "the answer is no JSON object" };
	if (!json_is_object(said)) {
		json_decref(said);
		return;
	}
	ret_mark->detail = "";
	gold = json_loads(marked->gold, 0, NULL);
	json_object_foreach (gold, name, value) {
		bool fits = json_is_true(value);

		if (json_is_true(json_object_get(said, name)) == fits)
			continue;
		ret_mark->detail = arena_add_item(a, ret_mark->detail, "; ", "%s %s",
						  fits ? "missing" : "too many:", name);
		missing |= fits;
		extra |= !fits;
	}
	ret_mark->mark = missing && extra ? SEVERAL_BOTH :
			 missing	  ? SEVERAL_MISSING :
			 extra		  ? SEVERAL_EXTRA :
					    SEVERAL_RIGHT;
	json_decref(gold);
	json_decref(said);
}
