/*
 * Gold answers of the task summarize. Decides what one may hold, and its form in the store: every
 * list, and each fact with its phrases.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/task/summary_words.h"
#include "job/task/task_summary.h"

enum { FACTS_MAX = 64, PHRASES_MAX = 64, REFERENCES_MAX = 16, REFERENCE_MAX_BYTES = 32 << 10 };

static const char *const summary_lists[] = { SUMMARY_LISTS(NAMES_TEXT) };

const struct names summary_list_names = { summary_lists, COUNT_OF(summary_lists) };

const char *const summary_gold_members[] = { SUMMARY_LISTS(NAMES_TEXT) "reference", "references",
					     NULL };

/* A gold answer that is being read. */
struct gold_reading {
	struct arena *a;
	const char *fault; /* the first; NULL if there is none */
};

static void gold_fail(struct gold_reading *r, const char *fault)
{
	if (!r->fault)
		r->fault = fault;
}

/* A phrase must have a word: nothing else counts. */
static bool gold_is_phrase(const struct gold_reading *r, const json_t *value)
{
	const char *text = json_whole_text(value);

	return text && *str_normalised(r->a, text);
}

/* A text, or a list of texts, as a list; NULL if it is anything else. */
static json_t *gold_texts(const struct gold_reading *r, json_t *given, size_t most)
{
	json_t *texts = json_is_array(given) ? json_copy(given) : json_array(), *text;
	size_t i;

	if (!json_is_array(given))
		json_array_append(texts, given);
	json_array_foreach (texts, i, text)
		if (!gold_is_phrase(r, text) || i >= most) {
			json_decref(texts);
			return NULL;
		}
	return texts;
}

/* {"fact", "any"}, or a text that is fact and phrase. */
static json_t *gold_fact(struct gold_reading *r, const char *list, size_t no, json_t *given)
{
	bool is_text = json_is_string(given);
	json_t *any = gold_texts(r, is_text ? given : json_object_get(given, "any"), PHRASES_MAX);
	json_t *fact = is_text ? given : json_object_get(given, "fact");

	if (json_array_size(any) == 0 || (fact && !gold_is_phrase(r, fact))) {
		json_decref(any);
		gold_fail(r, arena_printf(r->a,
					  "'%s' %zu is not a fact; write {\"fact\": \"a refund is "
					  "given\", \"any\": [\"refund\", \"money back\"]}, with 1 "
					  "to %d phrases",
					  list, no, PHRASES_MAX));
		return json_null();
	}
	return json_pack("{s:O, s:o}", "fact", fact ? fact : json_array_get(any, 0), "any", any);
}

static json_t *gold_facts(struct gold_reading *r, const char *list, json_t *given)
{
	json_t *facts = json_array(), *fact;
	size_t i;

	if (given && !json_is_null(given) &&
	    (!json_is_array(given) || json_array_size(given) > FACTS_MAX))
		gold_fail(r, arena_printf(r->a, "'%s' must be a list of at most %d facts", list,
					  FACTS_MAX));
	json_array_foreach (given, i, fact)
		json_array_append_new(facts, gold_fact(r, list, i + 1, fact));
	return facts;
}

/* Those of `references`, and then that of `reference` if it is another. */
static json_t *gold_references(struct gold_reading *r, const json_t *gold)
{
	json_t *one = json_object_get(gold, "reference"),
	       *more = json_object_get(gold, "references");
	json_t *texts = json_is_array(more) ? json_copy(more) : json_array(), *text;
	bool bad = more && !json_is_null(more) && !json_is_array(more);
	size_t i;

	if (one && !json_is_null(one)) {
		json_array_foreach (texts, i, text)
			if (json_equal(text, one))
				break;
		if (i == json_array_size(texts))
			json_array_append(texts, one);
	}
	json_array_foreach (texts, i, text)
		bad |= !gold_is_phrase(r, text) || json_string_length(text) > REFERENCE_MAX_BYTES;
	if (bad || json_array_size(texts) > REFERENCES_MAX)
		gold_fail(r, arena_printf(
				     r->a,
				     "a reference must be a text of at most %d bytes, and at most "
				     "%d fit",
				     REFERENCE_MAX_BYTES, REFERENCES_MAX));
	return texts;
}

/* Whether a text with this phrase states a fact of the list; its number, from 1, or 0. */
static size_t gold_states(struct arena *a, const char *phrase, const json_t *facts)
{
	struct summary_words text = summary_words(a, phrase);
	json_t *fact, *any;
	size_t i, k;

	json_array_foreach (facts, i, fact)
		json_array_foreach (json_object_get(fact, "any"), k, any) {
			struct summary_words words = summary_words(a, json_string_value(any));

			if (summary_states(&text, &words))
				return i + 1;
		}
	return 0;
}

/* No summary could be right if every phrase of a must stated a fact that is forbidden. */
static void gold_check_possible(struct gold_reading *r, const json_t *must, const json_t *forbidden)
{
	json_t *fact, *phrase;
	size_t i, k, by = 0;

	json_array_foreach (must, i, fact) {
		json_t *any = json_object_get(fact, "any");

		json_array_foreach (any, k, phrase) {
			by = gold_states(r->a, json_string_value(phrase), forbidden);
			if (by == 0)
				break;
		}
		if (by > 0)
			gold_fail(r,
				  arena_printf(r->a,
					       "each phrase of 'must' %zu states 'must_not' %zu, "
					       "so no summary can be right; change one of them",
					       i + 1, by));
	}
}

static void gold_check_members(struct gold_reading *r, const json_t *gold)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)gold, name, value) {
		size_t i = 0;

		while (summary_gold_members[i] && strcmp(summary_gold_members[i], name) != 0)
			i++;
		if (!summary_gold_members[i])
			gold_fail(r,
				  arena_printf(r->a,
					       "'gold' has '%s'; its members are must, must_not, "
					       "nice, reference and references",
					       display_text(r->a, name)));
	}
}

struct task_gold summary_gold(struct arena *a, const struct job *job, const json_t *gold)
{
	struct gold_reading r = { .a = a };
	json_t *lists[SUMMARY_LIST_COUNT], *whole = json_object();

	(void)job;
	if (json_is_object(gold))
		gold_check_members(&r, gold);
	for (int i = 0; i < SUMMARY_LIST_COUNT; i++) {
		lists[i] =
			gold_facts(&r, summary_lists[i], json_object_get(gold, summary_lists[i]));
		json_object_set_new(whole, summary_lists[i], lists[i]);
	}
	json_object_set_new(whole, "references", gold_references(&r, gold));
	if (json_array_size(lists[SUMMARY_MUST]) == 0)
		gold_fail(&r, "'must' is missing: a list of the facts that a summary has to state, "
			      "such as [{\"fact\": \"a refund is given\", \"any\": [\"refund\"]}]");
	gold_check_possible(&r, lists[SUMMARY_MUST], lists[SUMMARY_MUST_NOT]);
	return (struct task_gold){ json_text(a, whole), r.fault };
}
