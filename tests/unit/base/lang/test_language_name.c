/*
 * Codes and names of languages: tags as data sets, libraries and locales write them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/lang/language_name.h"

static void codes_stand_for_one_language(void **state)
{
	static const struct {
		const char *tag, *code, *name;
	} rows[] = {
		{ "de", "de", "German" },	{ "de-CH", "de", "German" },
		{ "DE_at", "de", "German" },	{ "deu", "de", "German" },
		{ "ger", "de", "German" },	{ "nb-NO", "no", "Norwegian" },
		{ "nno", "no", "Norwegian" },	{ "tw", "ak", "Akan" },
		{ "twi", "ak", "Akan" },	{ "amh", "am", "Amharic" },
		{ "zh-Hant", "zh", "Chinese" }, { "iw", "he", "Hebrew" },
		{ "fil", "tl", "Tagalog" },	{ "nso", "nso", "Northern Sotho" },
		{ "xx", "xx", "xx" },		{ "x-none", "x", "x-none" },
	};
	char code[LANGUAGE_CODE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		language_code(rows[i].tag, code);
		assert_string_equal(code, rows[i].code);
		assert_string_equal(language_name(rows[i].tag), rows[i].name);
	}
	language_code("a-tag-of-which-the-first-part-is-short", code);
	assert_string_equal(code, "a");
	language_code("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", code);
	assert_int_equal(strlen(code), LANGUAGE_CODE_MAX - 1);
}

/* Every code leads to its own language: no row hides another. */
static void rows_hide_no_others(void **state)
{
	static const struct {
		const char *code, *name, *others;
	} rows[] = {
#define LANGUAGE(code, name, others) { code, name, others },
#include "base/lang/languages.def"
#undef LANGUAGE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char others[64], *rest = others, *other;

		assert_string_equal(language_name(rows[i].code), rows[i].name);
		assert_true(strlen(rows[i].others) < sizeof(others));
		memcpy(others, rows[i].others, strlen(rows[i].others) + 1);
		while ((other = strsep(&rest, " ")) && *other)
			assert_string_equal(language_name(other), rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_stand_for_one_language),
		cmocka_unit_test(rows_hide_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
