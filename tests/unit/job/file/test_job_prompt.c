/*
 * What a job asks of a model that gets a question, a text and labels in place of a prompt; and the
 * prompts of ways with letters or several orders of the labels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "job/file/job_prompt.h"
#include "job/file/label_order.h"
#include "unit/scratch.h"

#define HEAD "labels: [card, other]\ntickets: t.jsonl\n"
#define DEFAULT_QUESTION "Which label fits this text best?"

static void test_questions(void **state)
{
	static const struct {
		const char *yaml, *question;
	} rows[] = {
		{ HEAD, DEFAULT_QUESTION },
		{ HEAD "prompt: 'One of {labels}, I say.'\n", DEFAULT_QUESTION },
		{ HEAD "prompt: ' Who pays? '\n", "Who pays?" },
		{ HEAD "prompt: |\n  Who pays?\n  Think of the card.\n\n  One of {labels}\n  "
		       "as JSON\n",
		  "Who pays?\nThink of the card." },
		{ HEAD "prompt: |\n\n\n  Of {labels}\n  Who pays?\n", DEFAULT_QUESTION },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct job job;

		scratch_text("job.yaml", rows[i].yaml);
		assert_int_equal(job_load(&a, "job.yaml", &job, &err), 0);
		assert_string_equal(job_question(&a, &job), rows[i].question);
		arena_release(&a);
	}
}

#define DESCRIBED \
	"labels: {card: the card, cash: taking money, other: all else}\ntickets: t.jsonl\n"

static void load(struct arena *a, const char *yaml, struct job *ret_job)
{
	struct err err = { 0 };

	scratch_text("job.yaml", yaml);
	if (job_load(a, "job.yaml", ret_job, &err) < 0)
		fail_msg("refused: %s", err.msg);
}

/* The prompt of one order of a way. */
static void test_prompts(void **state)
{
	static const struct {
		const char *yaml;
		enum way way;
		size_t order, n_orders;
		const char *prompt;
	} rows[] = {
		{ DESCRIBED, WAY_LETTERS, 0, 1,
		  "You are an exacting classifier.\nLabels:\nA. card: the card\nB. cash: taking "
		  "money\nC. other: all else\nReturn JSON: {\"label\":\"<letter>\", "
		  "\"rationale\":\"<1-2 sentences>\"}\nIf uncertain, choose the letter of "
		  "\"other\" and say why." },
		{ DESCRIBED "reason: first\n", WAY_LETTERS, 0, 1,
		  "You are an exacting classifier.\nLabels:\nA. card: the card\nB. cash: taking "
		  "money\nC. other: all else\nReturn JSON: {\"rationale\":\"<1-2 sentences>\", "
		  "\"label\":\"<letter>\"}\nIf uncertain, choose the letter of \"other\" and say "
		  "why." },
		{ "labels: [card, cash]\ntickets: t\nprompt: 'One of {labels}, I say. {labels}!'\n",
		  WAY_LETTERS, 0, 1,
		  "One of\nA. card\nB. cash\n, I say. A, B!\nAnswer with the letter of the label, "
		  "not with its name." },
		{ DESCRIBED, WAY_LETTERS_ROTATED, 1, 3,
		  "You are an exacting classifier.\nLabels:\nA. cash: taking money\nB. other: all "
		  "else\nC. card: the card\nReturn JSON: {\"label\":\"<letter>\", "
		  "\"rationale\":\"<1-2 sentences>\"}\nIf uncertain, choose the letter of "
		  "\"other\" and say why." },
		{ DESCRIBED "prompt: 'Of {labels}.'\n", WAY_ROTATED, 2, 3,
		  "Of other, card, cash.\n- other: all else\n- card: the card\n- cash: taking "
		  "money" },
		{ "labels: [a, b, c, d, e, f, g, h]\ntickets: t\nprompt: 'Of {labels}.'\n",
		  WAY_ROTATED_CALIBRATED, 5, 6, "Of g, h, a, b, c, d, e, f." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct prompts prompts;
		struct job job;

		load(&a, rows[i].yaml, &job);
		assert_null(job_way_refusal(&a, &job, rows[i].way));
		assert_int_equal(job_prompts(&a, &job, rows[i].way, &prompts, &err), 0);
		assert_int_equal(prompts.n, rows[i].n_orders);
		assert_string_equal(prompts.texts[rows[i].order], rows[i].prompt);
		if (!way_has_letters(rows[i].way))
			assert_string_equal(prompts.texts[0], job.prompt);
		arena_release(&a);
	}
}

/* Borrowed from the job, so that a probe's other form of the prompt counts. */
static void test_plain_prompt(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct prompts prompts;
	struct job job;

	(void)state;
	load(&a, DESCRIBED, &job);
	assert_int_equal(job_prompts(&a, &job, WAY_EXAMPLES, &prompts, &err), 0);
	assert_int_equal(prompts.n, 1);
	assert_ptr_equal(prompts.texts[0], job.prompt);
	arena_release(&a);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *yaml;
		enum way way;
		const char *words; /* NULL: accepted */
	} rows[] = {
		{ HEAD "prompt: Sort it.\n", WAY_PLAIN, NULL },
		{ HEAD "prompt: Sort it.\n", WAY_LETTERS, "has no {labels}" },
		{ HEAD "prompt: Sort it.\n", WAY_ROTATED, "add {labels} to it" },
		{ HEAD "reason: first\n", WAY_LETTERS, NULL },
		{ HEAD "reason: first\n", WAY_LETTERS_ROTATED, "use 'reason: last'" },
		{ HEAD "thinking: 100\n", WAY_LETTERS, NULL },
		{ HEAD "thinking: 100\n", WAY_ROTATED_CALIBRATED, "remove the key 'thinking'" },
	};
	struct arena a = { 0 };
	struct job job;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *words;

		load(&a, rows[i].yaml, &job);
		words = job_way_refusal(&a, &job, rows[i].way);
		if (rows[i].words)
			assert_non_null(strstr(words, rows[i].words));
		else
			assert_null(words);
	}
	job.n_labels = LABEL_LETTERS_MAX + 1;
	job.reason = REASON_LAST;
	job.think_tok = 0;
	assert_null(job_way_refusal(&a, &job, WAY_ROTATED));
	assert_string_equal(job_way_refusal(&a, &job, WAY_LETTERS),
			    "the job has 53 labels, but there are only 52 letters; ask by name");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_prompts),
		cmocka_unit_test(test_plain_prompt),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
