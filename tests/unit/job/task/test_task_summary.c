/*
 * The task summarize in a job file, and what a gold answer may hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/file/job.h"
#include "job/task/task_summary.h"

#define JOB "task: summarize\ntickets: t.jsonl\n"

static void test_job(void **state)
{
	static const struct {
		const char *keys;
		int64_t words, tokens;
	} rows[] = {
		{ "", 40, 160 },
		{ "words: 5\n", 5, 64 },
		{ "words: 1000\n", 1000, 2000 },
		{ "words: 40\nbudget: {tokens: 99}\n", 40, 99 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct job job;
		struct err err;

		if (job_parse(&a, "job.yaml", arena_printf(&a, JOB "%s", rows[i].keys), &job,
			      &err) < 0)
			fail_msg("%s", err.msg);
		assert_int_equal(job.words, rows[i].words);
		assert_int_equal(summary_cap(job.form), rows[i].words);
		assert_int_equal(job.budget.reason_tok, rows[i].tokens);
		assert_non_null(strstr(job.prompt,
				       arena_printf(&a, "at most %d words", (int)rows[i].words)));
		assert_string_equal(job.labels[0].name, "right");
		arena_release(&a);
	}
}

static void test_own_prompt(void **state)
{
	static const struct {
		const char *prompt;
		size_t n_warnings;
	} rows[] = { { "Say it in 40 words.", 0 }, { "Say it shortly.", 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct job job;
		struct err err;

		assert_int_equal(job_parse(&a, "job.yaml",
					   arena_printf(&a, JOB "prompt: %s\n", rows[i].prompt),
					   &job, &err),
				 0);
		assert_int_equal(job.n_warnings, rows[i].n_warnings);
		arena_release(&a);
	}
}

static struct task_gold gold_of(struct arena *a, const char *text)
{
	json_t *given = json_loads(text, JSON_DECODE_ANY, NULL);
	struct task_gold gold;

	assert_non_null(given);
	gold = task_summarize.gold(a, NULL, given);
	json_decref(given);
	return gold;
}

static void test_gold(void **state)
{
	struct arena a = { 0 };
	struct task_gold gold = gold_of(&a, "{\"must\": [\"refund\", {\"any\": \"card\"}, "
					    "{\"fact\": \"f\", \"any\": [\"x\", \"y\"]}], "
					    "\"nice\": null, \"reference\": \"B b b\", "
					    "\"references\": [\"A a\", \"B b b\"]}");

	(void)state;
	assert_null(gold.fault);
	assert_string_equal(
		gold.text,
		"{\"must\":[{\"fact\":\"refund\",\"any\":[\"refund\"]},"
		"{\"fact\":\"card\",\"any\":[\"card\"]},{\"fact\":\"f\",\"any\":[\"x\",\"y\"]}],"
		"\"must_not\":[],\"nice\":[],\"references\":[\"A a\",\"B b b\"]}");
	assert_string_equal(task_summarize.example_answer(&a, gold.text), "A a");
	gold = gold_of(&a, "{\"must\": [\"refund\", \"two days\"]}");
	assert_string_equal(task_summarize.example_answer(&a, gold.text), "refund; two days");
	arena_release(&a);
}

static void test_faults(void **state)
{
	static const char *const rows[][2] = {
		{ "{}", "'must' is missing" },
		{ "[]", "'must' is missing" },
		{ "{\"must\": []}", "'must' is missing" },
		{ "{\"must\": \"refund\"}", "'must' must be a list of at most 64 facts" },
		{ "{\"must\": [7]}", "'must' 1 is not a fact" },
		{ "{\"must\": [\"a\", \" - \"]}", "'must' 2 is not a fact" },
		{ "{\"must\": [{\"fact\": \"a\"}]}", "'must' 1 is not a fact" },
		{ "{\"must\": [{\"fact\": \"a\", \"any\": []}]}", "'must' 1 is not a fact" },
		{ "{\"must\": [\"a\"], \"must_not\": [{\"any\": [1]}]}",
		  "'must_not' 1 is not a fact" },
		{ "{\"must\": [\"a\"], \"musts\": []}", "'gold' has 'musts'" },
		{ "{\"must\": [\"a\"], \"reference\": 7}", "a reference must be a text" },
		{ "{\"must\": [\"a\"], \"references\": \"x\"}", "a reference must be a text" },
		{ "{\"must\": [\"a\", \"refunded\"], \"must_not\": [\"b\", \"refund\"]}",
		  "each phrase of 'must' 2 states 'must_not' 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct task_gold gold = gold_of(&a, rows[i][0]);

		if (!gold.fault || !strstr(gold.fault, rows[i][1]))
			fail_msg("%s: %s", rows[i][0], gold.fault ? gold.fault : "no fault");
		arena_release(&a);
	}
}

/* Facts are numbered as the details of marks number them; a purged answer stays as it is. */
static void test_gold_words(void **state)
{
	static const char gold[] =
		"{\"must\":[{\"fact\":\"it is late\",\"any\":[\"late\",\"delay\"]},"
		"{\"fact\":\"a refund\",\"any\":[\"refund\"]}],"
		"\"must_not\":[{\"fact\":\"it is lost\","
		"\"any\":[\"lost\"]}],\"nice\":[],\"references\":[\"It is late.\"]}";
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(task_gold_words(&a, TASK_SUMMARIZE, gold),
			    "must: 1 it is late; 2 a refund. must_not: 1 it is lost");
	assert_string_equal(task_gold_words(&a, TASK_SUMMARIZE, "(purged)"), "(purged)");
	assert_string_equal(task_gold_words(&a, TASK_EXTRACT, "{\"n\":1}"), "{\"n\":1}");
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_job),
						   cmocka_unit_test(test_own_prompt),
						   cmocka_unit_test(test_gold),
						   cmocka_unit_test(test_gold_words),
						   cmocka_unit_test(test_faults) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
