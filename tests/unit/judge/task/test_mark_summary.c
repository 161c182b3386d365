/*
 * Marks of summaries, and their details.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "judge/task/mark_summary.h"

static const char form[] = "{\"words\":8}";

static const char gold[] =
	"{\"must\":[{\"fact\":\"charged twice\",\"any\":[\"charged twice\",\"double charg\"]},"
	"{\"fact\":\"refund of 40\",\"any\":[\"refund of 40\"]}],"
	"\"must_not\":[{\"fact\":\"cancelled\",\"any\":[\"cancel\"]}],"
	"\"nice\":[{\"fact\":\"in March\",\"any\":[\"march\"]}],\"references\":[]}";

static void test_marks(void **state)
{
	static const struct {
		const char *said;
		bool cut;
		enum summary_mark mark;
		const char *detail;
	} rows[] = {
		{ "Charged twice; a refund of 40.", false, SUMMARY_RIGHT, "" },
		{ "A DOUBLE-CHARGE, so a refund of €40.", false, SUMMARY_RIGHT, "" },
		{ "Charged twice, and a refund of 400.", false, SUMMARY_MISSING, "must 2 missing" },
		{ "Overcharged twice: a refund of 40.", false, SUMMARY_MISSING, "must 1 missing" },
		{ "Charged twice. Refund of 40 to come in March or later.", false, SUMMARY_LONG,
		  "11 words, at most 8" },
		{ "Charged twice, refund of 40", true, SUMMARY_LONG, "the token limit cut it" },
		{ "Charged twice, refund of 40, contract cancelled.", false, SUMMARY_FORBIDDEN,
		  "must_not 1 stated" },
		{ "The order was cancelled, and that is all there is.", false, SUMMARY_FORBIDDEN,
		  "10 words, at most 8; must 1 missing; must 2 missing; must_not 1 stated" },
		{ "", false, SUMMARY_EMPTY, "the answer has no word" },
		{ " …\n- ", false, SUMMARY_EMPTY, "the answer has no word" },
		{ "\xFF\xFE", false, SUMMARY_EMPTY, "the answer has no word" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct marked marked = {
			"the ticket", gold, { rows[i].said, strlen(rows[i].said), rows[i].cut }
		};
		const struct mark_task task = { TASK_SUMMARIZE, form };
		struct arena a = { 0 };
		struct mark mark;

		mark_answer(&a, &task, &marked, &mark);
		assert_string_equal(mark.detail, rows[i].detail);
		assert_int_equal(mark.mark, rows[i].mark);
		arena_release(&a);
	}
}

/* A NUL in an answer separates words, and hides nothing behind it. */
static void test_nul(void **state)
{
	static const char said[] = "charged twice\0refund of 40";
	const struct marked marked = { "the ticket", gold, { said, sizeof(said) - 1, false } };
	struct summary_check check;
	struct arena a = { 0 };

	(void)state;
	summary_check(&a, form, &marked, &check);
	assert_int_equal(check.facts[SUMMARY_MUST].n_stated, 2);
	assert_int_equal(check.length, 5);
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_marks),
						   cmocka_unit_test(test_nul) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
