/*
 * What a job asks of a model that gets a question, a text and labels in place of a prompt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/file/job_prompt.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_questions) };

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
