/*
 * Marks of the task extract: right if every field is. Decides how a field that is not right ended.
 */
#include "judge/task/mark_extract.h"

#include <string.h>

#include "job/file/label_key.h"
#include "job/task/task_extract_form.h"

enum { DETAIL_FIELDS = 12 }; /* that one detail names */

/* An answer that is being marked. */
struct mark_walk {
	struct arena *a;
	const char *text; /* the ticket's, folded */
	struct extract_marks marks;
	size_t cap;
};

static const char *const words[] = {
	[EXTRACT_MISSING] = "missing", [EXTRACT_WRONG] = "wrong", [EXTRACT_INVENTED] = "invented"
};

/* Values that the job lists are chosen, and cannot be invented. */
static enum extract_mark mark_field(struct mark_walk *w, const json_t *part, const json_t *said,
				    enum extract_likeness likeness)
{
	enum extract_type type = extract_field_of(part).type;

	if (likeness != EXTRACT_DIFFERENT)
		return EXTRACT_RIGHT;
	if (extract_is_null(said))
		return EXTRACT_MISSING;
	if (type == EXTRACT_BOOLEAN || type == EXTRACT_VALUES ||
	    extract_is_in_text(w->a, part, said, w->text))
		return EXTRACT_WRONG;
	return EXTRACT_INVENTED;
}

/* Objects are marked field by field, lists as one. */
static void mark_walk(struct mark_walk *w, const char *inside, const json_t *object,
		      const json_t *gold, const json_t *said)
{
	json_t *fields = extract_field_of(object).fields, *part;
	const char *name;

	json_object_foreach (fields, name, part) {
		const json_t *expected = json_object_get(gold, name);
		const json_t *given = json_object_get(said, name);
		struct extract_result r = { .name = arena_printf(w->a, "%s%s", inside, name) };

		if (extract_field_of(part).type == EXTRACT_OBJECT) {
			mark_walk(w, arena_printf(w->a, "%s.", r.name), part, expected, given);
			continue;
		}
		r.expected = !extract_is_null(expected);
		r.given = !extract_is_null(given);
		r.likeness = extract_compare(w->a, part, expected, given);
		r.mark = mark_field(w, part, given, r.likeness);
		w->marks.fields = arena_grow(w->a, w->marks.fields, w->marks.n, &w->cap,
					     sizeof(*w->marks.fields));
		w->marks.fields[w->marks.n++] = r;
	}
}

struct extract_marks extract_mark_fields(struct arena *a, const char *form,
					 const struct marked *marked)
{
	struct mark_walk w = { .a = a, .text = label_fold(a, marked->ticket) };
	json_t *said = mark_find_json(&marked->answer), *gold, *schema;

	gold = json_loads(marked->gold, 0, NULL);
	schema = json_loads(form, 0, NULL);
	w.marks.is_json = said != NULL;
	mark_walk(&w, "", schema, gold, said);
	json_decref(schema);
	json_decref(gold);
	json_decref(said);
	return w.marks;
}

void mark_extract(struct arena *a, const char *form, const struct marked *marked,
		  struct mark *ret_mark)
{
	struct extract_marks marks = extract_mark_fields(a, form, marked);
	size_t n_bad = 0;

	*ret_mark = (struct mark){ EXTRACT_RIGHT, "" };
	if (!marks.is_json) {
		*ret_mark = (struct mark){ EXTRACT_INVALID, "the answer is no JSON object" };
		return;
	}
	for (size_t i = 0; i < marks.n; i++) {
		const struct extract_result *r = &marks.fields[i];

		if (r->mark == EXTRACT_RIGHT)
			continue;
		if (n_bad++ < DETAIL_FIELDS)
			ret_mark->detail = arena_add_item(a, ret_mark->detail, "; ", "%s %s",
							  words[r->mark], r->name);
		if ((int)r->mark > ret_mark->mark)
			ret_mark->mark = (int)r->mark;
	}
	if (n_bad > DETAIL_FIELDS)
		ret_mark->detail = arena_add_item(a, ret_mark->detail, "; ", "and %zu more",
						  n_bad - DETAIL_FIELDS);
}
