/*
 * The stop rule of rationales: the end of two sentences in a table of texts, and in text that grows
 * piece by piece, as a model writes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "unit/random.h"
#include "work/sentence.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The rationale is the part before the '|', which is not in the text itself. */
static const struct {
	const char *text;
	enum reason_end end;
} rows[] = {
	{ "|", REASON_OPEN },
	{ "One sentence.|", REASON_OPEN },
	{ "One. Two.|", REASON_SENTENCE },
	{ "One. Two.| Three.", REASON_SENTENCE },
	{ "One! Two?| Three.", REASON_SENTENCE },
	{ "One.\\nTwo.|\\nThree.", REASON_SENTENCE }, /* an escaped line break is white space */
	{ "One.\\tTwo.|\\rThree.", REASON_SENTENCE },
	{ "One.\nTwo.|\nThree.", REASON_SENTENCE },
	{ "No end at all|", REASON_OPEN },
	{ "Cut at the quote|\" and more. And more.", REASON_QUOTE },
	{ "|\"", REASON_QUOTE },
	{ "One.|\"}", REASON_QUOTE },
	{ "One. Two.|\"}", REASON_SENTENCE },
	{ "One. It costs 5.|\"}", REASON_QUOTE },
	/* escapes */
	{ "He said \\\"no\\\" to it|\"", REASON_QUOTE },
	{ "A backslash \\\\|\"", REASON_QUOTE },
	{ "Three \\\\\\\" of them|\"", REASON_QUOTE },
	{ "Cut within an escape \\|", REASON_OPEN },
	{ "An escaped stop\\. Is none. One.|", REASON_SENTENCE },
	/* numbers and abbreviations */
	{ "It grew by 3.5% and 1.000.000 more. Then it fell.| Then.", REASON_SENTENCE },
	{ "See e.g. this and i.e. that, z.B. so. Two.| Three", REASON_SENTENCE },
	{ "The U.S. card was lost. Two.| Three", REASON_SENTENCE },
	{ "One. It cost 35. \\|", REASON_OPEN }, /* white space may come, escaped */
	{ "It took 35. It cost 40.| And", REASON_SENTENCE },
	{ "It took 35. Then it ended.| And", REASON_SENTENCE },
	{ "It cost 35.|", REASON_OPEN },
	{ "One. It cost 35.|", REASON_OPEN }, /* 35.5 may come */
	{ "One. It cost 35. |", REASON_OPEN },
	{ "One. It cost 35.| T", REASON_SENTENCE },
	{ "One. It cost 35. t|", REASON_OPEN }, /* "the 35. time" */
	{ "One. Plan B.| Then", REASON_SENTENCE },
	{ "One. Plan b. then|", REASON_OPEN },
	{ "One. So v1.2.3 it is|", REASON_OPEN },
	{ "Look at example.com for one. Two.| Three", REASON_SENTENCE },
	{ "Wait... what?| Yes. No.", REASON_SENTENCE },
	{ "Really?! Yes.| No.", REASON_SENTENCE },
	/* other scripts */
	{ "一です。二です。|三です。", REASON_SENTENCE },
	{ "一！二？|三", REASON_SENTENCE },
	{ "पहला। दूसरा।| तीसरा।", REASON_SENTENCE },
	{ "ایک۔ دو۔| تین۔", REASON_SENTENCE },
	{ "አንድ። ሁለት።| ሦስት።", REASON_SENTENCE },
	{ "C'est l'été. Oui.| Non.", REASON_SENTENCE },
	{ "Es war spät. Ähnlich é.| Ja.", REASON_SENTENCE },
	{ "一です。\xE3\x80|", REASON_OPEN }, /* an incomplete mark */
};

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char text[200] = "";
		size_t expected = strcspn(rows[i].text, "|"), len = 999;
		enum reason_end end;

		memcpy(text, rows[i].text, expected);
		strncat(text, rows[i].text + expected + 1, 100);
		end = reason_scan(text, strlen(text), &len);
		if (rows[i].end == REASON_OPEN)
			expected = strlen(text);
		if (end != rows[i].end || len != expected)
			fail_msg("'%s': end %d at %zu", rows[i].text, (int)end, len);
	}
}

/* Scans a copy of exactly n bytes, so that the sanitizer sees a read past them. */
static enum reason_end scan(const char *text, size_t n, size_t *ret_len)
{
	char *copy = malloc(n ? n : 1);
	enum reason_end end;

	memcpy(copy, text, n);
	*ret_len = SIZE_MAX;
	end = reason_scan(copy, n, ret_len);
	free(copy);
	assert_true(*ret_len <= n);
	if (end == REASON_OPEN)
		assert_int_equal(*ret_len, n);
	if (end == REASON_QUOTE)
		assert_int_equal(text[*ret_len], '"');
	return end;
}

/*
 * Scans after every byte, as an engine does. An end at the last byte counts at once, although
 * "end." may still become "end.of". An end with text behind it stays, whatever follows.
 */
static void assert_streams(const char *text, size_t n)
{
	enum reason_end settled = REASON_OPEN;
	size_t settled_len = 0;

	for (size_t k = 0; k <= n; k++) {
		size_t len;
		enum reason_end end = scan(text, k, &len);

		if (settled != REASON_OPEN) {
			if (end != settled || len != settled_len)
				fail_msg("'%.*s' ended, and then it did not", (int)k, text);
		} else if (end != REASON_OPEN && len < k) {
			settled = end;
			settled_len = len;
		}
	}
}

static void tables_texts_stream(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_streams(rows[i].text, strlen(rows[i].text));
}

static void random_texts_stream(void **state)
{
	static const char *const parts[] = { "a",  "b",	   "Tw", "3",	 "5",	   ".",
					     ".",  ".",	   "!",	 "?",	 " ",	   " ",
					     "\"", "\\",   "\n", "\\n",	 "\u3002", "\u0964",
					     "é",  "\\\"", "n",	 "\xE3", "\xFF",   "e.g." };
	uint64_t seed = 61;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[128] = "";

		for (size_t i = random_below(&seed, 24); i > 0; i--)
			strncat(text, parts[random_below(&seed, N(parts))],
				sizeof(text) - strlen(text) - 1);
		assert_streams(text, strlen(text));
	}
}

static void bytes_of_any_kind(void **state)
{
	uint64_t seed = 62;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char bytes[40];
		size_t n = random_below(&seed, sizeof(bytes)), len;

		random_bytes(&seed, bytes, n);
		scan(bytes, n, &len);
	}
}

/* The quote ends it even before the second sentence; nothing behind it counts. */
static void nothing_behind_the_quote_counts(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(scan("a\". B. C.", 9, &len), REASON_QUOTE);
	assert_int_equal(len, 1);
	assert_int_equal(scan("a\0b. C.", 7, &len), REASON_OPEN); /* "b." is a lone letter */
	assert_int_equal(scan("a\0bb. Cc.", 9, &len), REASON_SENTENCE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(tables_texts_stream),
		cmocka_unit_test(random_texts_stream),
		cmocka_unit_test(bytes_of_any_kind),
		cmocka_unit_test(nothing_behind_the_quote_counts),
	};

	return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
