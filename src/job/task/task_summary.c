/*
 * The task summarize: a short text that must state some facts and none of some others. Decides its
 * prompt, and how long an answer may be.
 */
#include "job/task/task_summary.h"

#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "job/file/job.h"
#include "job/task/summary_words.h"

/* TOKENS_PER_WORD is enough for languages that tokenizers split finely. */
enum { WORDS_DEFAULT = 40, TOKENS_PER_WORD = 4, TOKENS_LEAST = 64, TOKENS_MOST = 2000 };

static const char *const summary_marks[] = { SUMMARY_MARKS(NAMES_TEXT) };

static const struct names summary_mark_names = { summary_marks, COUNT_OF(summary_marks) };

size_t summary_cap(const char *form)
{
	json_t *rules = json_loads(form, 0, NULL);
	size_t cap = (size_t)json_integer_value(json_object_get(rules, "words"));

	json_decref(rules);
	return cap;
}

/* A model cannot hold a cap that nobody tells it. */
static void summary_check_prompt(struct arena *a, struct job *job)
{
	const char *cap = arena_printf(a, "%lld", (long long)job->words);

	if (job->own_prompt && !strstr(job->prompt_pattern, cap))
		job_warn(job, arena_printf(a,
					   "the prompt does not name the cap of %s words (key "
					   "'words'), so models do not know it",
					   cap));
}

/* RULE: the cap must hold: a copy of the ticket states all facts. */
static int summary_complete(struct arena *a, struct job *job, struct err *err)
{
	int64_t tokens;

	(void)err;
	if (job->words == 0)
		job->words = WORDS_DEFAULT;
	summary_check_prompt(a, job);
	tokens = job->words * TOKENS_PER_WORD;
	job->form = arena_printf(a, "{\"words\":%lld}", (long long)job->words);
	if (job->budget.reason_tok == 0)
		job->budget.reason_tok = tokens < TOKENS_LEAST ? TOKENS_LEAST :
					 tokens > TOKENS_MOST  ? TOKENS_MOST :
								 tokens;
	return 0;
}

static const char *summary_prompt(struct arena *a, const struct job *job)
{
	return arena_printf(
		a,
		"You summarize a text for a colleague who has not read it.\nSay what it is about, "
		"what was agreed, and what happens next. Keep the names, numbers and dates that "
		"matter.\nUse only what the text says. Write one paragraph of at most %lld words, "
		"and nothing else.",
		(long long)job->words);
}

/* The shortest reference; without one, the facts that must be stated. */
static const char *summary_example_answer(struct arena *a, const char *gold)
{
	json_t *whole = json_loads(gold, 0, NULL), *item;
	const char *answer = NULL, *facts = "";
	size_t i;

	json_array_foreach (json_object_get(whole, "references"), i, item)
		if (!answer || json_string_length(item) < strlen(answer))
			answer = arena_strdup(a, json_string_value(item));
	json_array_foreach (json_object_get(whole, summary_list_names.texts[SUMMARY_MUST]), i, item)
		facts = arena_add_item(a, facts, "; ", "%s",
				       json_string_value(json_object_get(item, "fact")));
	json_decref(whole);
	return answer ? answer : facts;
}

/* Facts without their phrases, numbered as the details of marks name them: "must: 1 …; 2 …". */
static const char *summary_gold_words(struct arena *a, const char *gold)
{
	json_t *whole = json_loads(gold, 0, NULL), *item;
	const char *all = "";
	size_t i;

	for (int k = 0; k < SUMMARY_LIST_COUNT; k++) {
		const char *list = summary_list_names.texts[k];

		json_array_foreach (json_object_get(whole, list), i, item) {
			const char *fact = json_string_value(json_object_get(item, "fact"));

			all = arena_add_item(a, all, i ? "; " : ". ", "%s%s%zu %s", i ? "" : list,
					     i ? "" : ": ", i + 1, fact);
		}
	}
	json_decref(whole);
	return *all ? all : gold;
}

/* As many words as fit: the classical baseline for summaries. */
static const char *summary_lead(struct arena *a, const struct job *job, const char *text)
{
	return arena_strndup(a, text, summary_first_words(text, (size_t)job->words));
}

const struct task_kind task_summarize = {
	.marks = &summary_mark_names,
	.key = "words",
	.answer_tok = WORDS_DEFAULT * TOKENS_PER_WORD,
	.writes_freely = true,
	.gold_members = summary_gold_members,
	.complete = summary_complete,
	.prompt = summary_prompt,
	.gold = summary_gold,
	.lead = summary_lead,
	.example_answer = summary_example_answer,
	.gold_words = summary_gold_words,
};
