/*
 * What a text is written in: scripts by range, and languages if the build has a detector. Only the
 * full tables know the African ones, so these rows prove that the full tables are linked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/lang/detect.h"
#include "base/lang/script.h"
#include "base/lang/text_language.h"
#include "unit/random.h"

static void scripts_are_found(void **state)
{
	static const struct {
		const char *text, *script;
	} rows[] = {
		{ "", "" },
		{ "123 !?", "" },
		{ "Hello", "Latin" },
		{ "ɔkɔ fɛɛ", "Latin" },
		{ "Привет", "Cyrillic" },
		{ "Γειά", "Greek" },
		{ "שלום", "Hebrew" },
		{ "مرحبا", "Arabic" },
		{ "नमस्ते", "Devanagari" },
		{ "ನಮಸ್ಕಾರ", "Kannada" },
		{ "สวัสดี", "Thai" },
		{ "ሰላም", "Ethiopic" },
		{ "你好", "Han" },
		{ "こんにちは", "Kana" },
		{ "안녕하세요", "Hangul" },
		{ "გამარჯობა", "Georgian" },
		{ "Բարեւ", "Armenian" },
		{ "မင်္ဂလာပါ", "Myanmar" },
		{ "សួស្តី", "Khmer" },
		{ "hello Привет!", "Cyrillic" },
		{ "abcабв", "" }, /* half and half */
		{ "\xff\xfe", "" },
		{ "abc\xc3", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(script_of(rows[i].text, strlen(rows[i].text)), rows[i].script);
}

static void doubt_gives_the_script(void **state)
{
	char lang[TEXT_LANGUAGE_MAX];

	(void)state;
	text_language("ok", 2, lang);
	assert_string_equal(lang, "script: Latin");
	text_language("7", 1, lang);
	assert_string_equal(lang, "");
	text_language("The card \xff", 10, lang);
	assert_string_equal(lang, "");
}

static void languages_are_detected(void **state)
{
	static const struct {
		const char *text, *lang;
	} rows[] = {
		{ "The customer asks when the new card will arrive.", "en" },
		{ "Der Kunde fragt, wann seine neue Karte ankommt.", "de" },
		{ "Le client demande quand sa nouvelle carte arrivera.", "fr" },
		{ "العميل يسأل متى تصل بطاقته الجديدة", "ar" },
		{ "ग्राहक पूछता है कि उसका नया कार्ड कब आएगा", "hi" },
		{ "Ngifuna ukwazi ukuthi ikhadi lami elisha lizofika nini ngoba ngilindile", "zu" },
		{ "Mo fẹ́ mọ ìgbà tí káàdì tuntun mi máa dé nítorí mo ti ń dúró", "yo" },
	};
	char lang[TEXT_LANGUAGE_MAX];

	(void)state;
	if (!*detect_name()) {
		assert_string_equal(text_language_detector(), "scripts alone");
		skip();
	}
	assert_non_null(strstr(text_language_detector(), "CLD2 V"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_language(rows[i].text, strlen(rows[i].text), lang);
		assert_string_equal(lang, rows[i].lang);
	}
}

/* For any bytes the answer fits, and nothing is read past the end. */
static void any_bytes_are_safe(void **state)
{
	enum { TRIES = 20000, LONGEST = 300 };
	static const char *const pieces[] = { "the ",	  "und ",	  "\xf0\x9f\x98\x80",
					      "\xd8\xa7", "\xe4\xb8\xad", "<b>",
					      "\xff",	  "&amp;",	  "\xed\xa0\x80" };
	uint64_t seed = 11;
	char lang[TEXT_LANGUAGE_MAX];

	(void)state;
	for (int i = 0; i < TRIES; i++) {
		size_t n = random_below(&seed, LONGEST), at = 0;
		char *text = test_malloc(n + 1);

		while (at < n) {
			const char *piece =
				pieces[random_below(&seed, sizeof(pieces) / sizeof(pieces[0]))];

			for (; *piece && at < n; piece++)
				text[at++] = *piece;
			if (at < n && random_below(&seed, 4) == 0)
				text[at++] = (char)random_below(&seed, 256);
		}
		text_language(text, n, lang);
		assert_true(strlen(lang) < TEXT_LANGUAGE_MAX);
		test_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_are_found),
		cmocka_unit_test(doubt_gives_the_script),
		cmocka_unit_test(languages_are_detected),
		cmocka_unit_test(any_bytes_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
