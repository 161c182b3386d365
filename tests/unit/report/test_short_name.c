/*
 * Short names: what is left out of a model's name, what comes back if two models would share one,
 * and what a person may write for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "report/short_name.h"

static void assert_short(const char *const *names, const char *const *expected, size_t n)
{
	struct arena a = { 0 };
	const char **got = short_names(&a, names, n);

	for (size_t i = 0; i < n; i++)
		assert_string_equal(got[i], expected[i]);
	arena_release(&a);
}

static void dull_parts_are_left_out(void **state)
{
	static const char *const names[] = {
		"baseline naive-bayes",
		"all-minilm-l6-v2-f16 trained",
		"smollm2-135m-instruct-q4_1 plain",
		"qwen2.5-coder-0.5b-instruct-q4_k_m examples",
		"qwen2.5-coder-1.5b-instruct-q4_k_m examples+calibrated",
		"Llama-3.2-1B-Instruct.IQ3_XXS.gguf letters",
		"gemma-3-270m-it-UD-Q4_K_XL.gguf plain",
		"llama3.2:latest plain",
		"openai/gpt-oss-20b plain",
		"base-q8_0+adapter-f16 plain",
		"q4 plain",
		"tiny-f16 tuned",
		"tiny-f16 tuned right one",
	};
	static const char *const expected[] = {
		"baseline naive-bayes",
		"all-minilm-l6-v2 · trained",
		"smollm2-135m · plain",
		"qwen2.5-coder-0.5b · examples",
		"qwen2.5-coder-1.5b · examples+calibrated",
		"Llama-3.2-1B · letters",
		"gemma-3-270m · plain",
		"llama3.2 · plain",
		"gpt-oss-20b · plain",
		"base-q8_0+adapter · plain",
		"q4 · plain",
		"tiny · tuned",
		"tiny · tuned right one",
	};

	(void)state;
	assert_short(names, expected, COUNT_OF(names));
	assert_short(names, expected, 0);
}

static void different_models_keep_different_names(void **state)
{
	static const char *const names[] = {
		"m-1b-instruct-q4_0 plain", "m-1b-instruct-q4_0 examples",
		"m-1b-instruct-q8_0 plain", "m-1b-q8_0 plain",
		"n-1b-it-f16 plain",
	};
	static const char *const expected[] = {
		"m-1b-instruct-q4_0 · plain",
		"m-1b-instruct-q4_0 · examples",
		"m-1b-instruct-q8_0 · plain",
		"m-1b-q8_0 · plain",
		"n-1b · plain",
	};
	static const char *const folders[] = { "a/m plain", "b/m plain", "a/n-q4_0 plain" };
	static const char *const with_folders[] = { "a/m · plain", "b/m · plain", "n · plain" };
	static const char *const repeats[] = { "m-q4_0 #1 plain", "m-q4_0 #2 plain", "m #3 plain" };
	static const char *const with_numbers[] = { "m #1 · plain", "m #2 · plain",
						    "m #3 · plain" };
	static const char *const cases[] = { "M-q4_0 plain", "m plain" };
	static const char *const by_case[] = { "M-q4_0 · plain", "m · plain" };

	(void)state;
	assert_short(names, expected, COUNT_OF(names));
	assert_short(folders, with_folders, COUNT_OF(folders));
	assert_short(repeats, with_numbers, COUNT_OF(repeats));
	assert_short(cases, by_case, COUNT_OF(cases));
}

/* Whatever the names are, the short ones differ if the full ones do, and it ends. */
static void odd_names(void **state)
{
	static const char *const names[] = { "",
					     " ",
					     "-",
					     "- ",
					     "-q4_0",
					     "-q4_0 plain",
					     "/ x",
					     "/-f16 x",
					     "#2 x",
					     " #2 x",
					     "a-q4_0",
					     "a b",
					     "x-f16-f16-f16-f16-f16-f16-f16-f16-f16-f16-f16 plain",
					     "x-f16-f16-f16-f16-f16-f16-f16-f16-f16-f16 plain" };
	struct arena a = { 0 };
	const char **got = short_names(&a, names, COUNT_OF(names));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(got[i], got[k]);
	arena_release(&a);
}

static void what_a_person_may_write(void **state)
{
	(void)state;
	assert_true(short_name_is("m-1b · plain", "m-1b · plain"));
	assert_true(short_name_is("m-1b · plain", "M-1B plain"));
	assert_true(short_name_is("baseline words", "Baseline words"));
	assert_false(short_name_is("m-1b · plain", "m-1b"));
	assert_false(short_name_is("m-1b · plain", "m-1b plai"));
	assert_false(short_name_is("m-1b · plain", ""));
	assert_false(short_name_is("m-1b · plain", "m-1c plain"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dull_parts_are_left_out),
		cmocka_unit_test(different_models_keep_different_names),
		cmocka_unit_test(odd_names),
		cmocka_unit_test(what_a_person_may_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
