/*
 * Marks of the task summarize: right if all musts are stated, no must_not is, and the length cap
 * holds. A detail names facts by their number: the store keeps it after a purge.
 */
#include "judge/task/mark_summary.h"

#include <string.h>

#include "base/str.h"

/* Well-formed text without NULs. */
static const char *summary_text(struct arena *a, const struct free_text *answer)
{
	char *copy = arena_strndup(a, answer->text, answer->n_bytes), *nul;

	while ((nul = memchr(copy, '\0', answer->n_bytes)))
		*nul = ' ';
	return str_utf8_repaired(a, copy);
}

static bool summary_states_any(struct arena *a, const struct summary_words *text,
			       const json_t *phrases)
{
	json_t *phrase;
	size_t i;

	json_array_foreach (phrases, i, phrase) {
		struct summary_words words = summary_words(a, json_string_value(phrase));

		if (summary_states(text, &words))
			return true;
	}
	return false;
}

static void summary_check_facts(struct arena *a, const struct summary_words *text,
				const json_t *list, struct summary_facts *ret_facts)
{
	json_t *fact;
	size_t i;

	ret_facts->n = json_array_size(list);
	ret_facts->stated = arena_array(a, ret_facts->n, sizeof(*ret_facts->stated));
	json_array_foreach (list, i, fact) {
		ret_facts->stated[i] = summary_states_any(a, text, json_object_get(fact, "any"));
		ret_facts->n_stated += ret_facts->stated[i];
	}
}

static void summary_read_references(struct arena *a, const json_t *list,
				    struct summary_check *check)
{
	json_t *text;
	size_t i;

	check->n_references = json_array_size(list);
	check->references = arena_array(a, check->n_references, sizeof(*check->references));
	json_array_foreach (list, i, text)
		check->references[i] = summary_words_apart(a, json_string_value(text));
}

void summary_check(struct arena *a, const char *form, const struct marked *marked,
		   struct summary_check *ret_check)
{
	json_t *gold = json_loads(marked->gold, 0, NULL);

	*ret_check = (struct summary_check){ .text = summary_text(a, &marked->answer),
					     .cap = summary_cap(form) };
	ret_check->words = summary_words(a, ret_check->text);
	ret_check->length = summary_length(ret_check->text);
	for (int i = 0; i < SUMMARY_LIST_COUNT; i++)
		summary_check_facts(a, &ret_check->words,
				    json_object_get(gold, summary_list_names.texts[i]),
				    &ret_check->facts[i]);
	summary_read_references(a, json_object_get(gold, "references"), ret_check);
	json_decref(gold);
}

/* A way to fail: the facts of the list for which `stated` holds. */
static void summary_mark_facts(struct arena *a, const struct summary_facts *facts, bool stated,
			       enum summary_mark as, struct mark *mark)
{
	for (size_t i = 0; i < facts->n; i++) {
		if (facts->stated[i] != stated)
			continue;
		mark->mark = (int)as;
		mark->detail =
			arena_add_item(a, mark->detail, "; ",
				       stated ? "must_not %zu stated" : "must %zu missing", i + 1);
	}
}

void mark_summary(struct arena *a, const char *form, const struct marked *marked,
		  struct mark *ret_mark)
{
	struct summary_check check;

	summary_check(a, form, marked, &check);
	*ret_mark = (struct mark){ SUMMARY_RIGHT, "" };
	if (check.length > check.cap)
		ret_mark->detail =
			arena_printf(a, "%zu words, at most %zu", check.length, check.cap);
	if (check.length > check.cap || marked->answer.cut)
		ret_mark->mark = SUMMARY_LONG;
	summary_mark_facts(a, &check.facts[SUMMARY_MUST], false, SUMMARY_MISSING, ret_mark);
	summary_mark_facts(a, &check.facts[SUMMARY_MUST_NOT], true, SUMMARY_FORBIDDEN, ret_mark);
	if (check.words.n == 0)
		*ret_mark = (struct mark){ SUMMARY_EMPTY, "the answer has no word" };
}
