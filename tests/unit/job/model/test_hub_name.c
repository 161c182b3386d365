/*
 * Names of the Hub in the forms that people paste, and which files of a repository they mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/model/hub_name.h"

static const struct {
	const char *text, *repo, *file, *quant, *revision, *own;
} names[] = {
	{ "hf:o/r/f.gguf", "o/r", "f.gguf", "", "", "hf:o/r/f.gguf" },
	{ "hf:o/r/s/f.gguf@v1", "o/r", "s/f.gguf", "", "v1", "hf:o/r/s/f.gguf@v1" },
	{ "hf:o/r/blob/f.gguf", "o/r", "blob/f.gguf", "", "", "hf:o/r/blob/f.gguf" },
	{ "hf:o/r", "o/r", "", "", "", "hf:o/r" },
	{ "hf:o/r/", "o/r", "", "", "", "hf:o/r" },
	{ "hf:o/r@v1", "o/r", "", "", "v1", "hf:o/r@v1" },
	{ "hf:o/r:Q4_K_M", "o/r", "", "Q4_K_M", "", "hf:o/r:Q4_K_M" },
	{ "hf://o/r/f.gguf", "o/r", "f.gguf", "", "", "hf:o/r/f.gguf" },
	{ "hf.co/o/r:Q8_0", "o/r", "", "Q8_0", "", "hf:o/r:Q8_0" },
	{ "HF.co/o/r", "o/r", "", "", "", "hf:o/r" },
	{ "huggingface.co/o/r", "o/r", "", "", "", "hf:o/r" },
	{ "https://huggingface.co/o/r", "o/r", "", "", "", "hf:o/r" },
	{ "https://huggingface.co/o/r/tree/main", "o/r", "", "", "", "hf:o/r" },
	{ "https://huggingface.co/o/r/tree/v2", "o/r", "", "", "v2", "hf:o/r@v2" },
	{ "https://huggingface.co/o/r/blob/main/f.gguf", "o/r", "f.gguf", "", "", "hf:o/r/f.gguf" },
	{ "https://hf.co/o/r/resolve/abc/s/f%20g.gguf?download=true", "o/r", "s/f g.gguf", "",
	  "abc", "hf:o/r/s/f g.gguf@abc" },
	{ "https://www.huggingface.co/o/r/raw/main/f.gguf#top", "o/r", "f.gguf", "", "",
	  "hf:o/r/f.gguf" },
	{ "https://huggingface.co/o/r?show_file_info=f.gguf&x=1", "o/r", "f.gguf", "", "",
	  "hf:o/r/f.gguf" },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct arena a = { 0 };
		struct hub_name n;
		struct err err = { 0 };

		assert_true(hub_name_is(names[i].text));
		if (hub_name_read(&a, names[i].text, &n, &err) < 0)
			fail_msg("%s: %s", names[i].text, err.msg);
		assert_string_equal(n.repo, names[i].repo);
		assert_string_equal(n.file, names[i].file);
		assert_string_equal(n.quant, names[i].quant);
		assert_string_equal(n.revision, names[i].revision);
		assert_string_equal(hub_name_text(&a, &n), names[i].own);
		arena_release(&a);
	}
}

static void test_other_names(void **state)
{
	static const char *const others[] = { "m.gguf",
					      "o/r",
					      "ollama:hf.co/o/r:Q4_K_M",
					      "http://127.0.0.1:1/v1#m",
					      "https://router.huggingface.co/v1",
					      "https://huggingface.company/v1" };
	static const char *const bad[] = { "hf:",
					   "hf:o",
					   "hf:o/",
					   "hf:/r",
					   "hf:o/r@",
					   "hf.co/o",
					   "https://huggingface.co/",
					   "https://huggingface.co/datasets/o/r" };
	struct arena a = { 0 };
	struct hub_name n;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(hub_name_is(others[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_true(hub_name_is(bad[i]));
		assert_int_equal(hub_name_read(&a, bad[i], &n, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	arena_release(&a);
}

static void test_choice(void **state)
{
	static const char *const files[] = { "README.md",
					     "m-Q4_K_M.gguf",
					     "m-Q4_K.gguf",
					     "mmproj-m-f16.gguf",
					     "m.imatrix.gguf",
					     "UD/m-q8_0-00001-of-00002.gguf",
					     "UD/m-q8_0-00002-of-00002.gguf" };
	static const struct {
		const char *quant;
		size_t n, first;
	} rows[] = { { "", 3, 1 },   { "Q4_K", 1, 2 }, { "q4_k_m", 1, 1 }, { "Q8_0", 1, 5 },
		     { "UD", 1, 5 }, { "f16", 0, 0 },  { "Q4", 0, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t chosen[COUNT_OF(files)];

		assert_int_equal(hub_name_choose(files, COUNT_OF(files), rows[i].quant, chosen),
				 rows[i].n);
		if (rows[i].n)
			assert_int_equal(chosen[0], rows[i].first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
