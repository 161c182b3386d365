/*
 * Text: malformed UTF-8, JSON escapes in both directions, safe text for a terminal, numbers with
 * units, near-duplicates and similar names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void utf8_errors(void **state)
{
	static const struct {
		const char *text;
		int64_t at;
	} rows[] = {
		{ "", -1 },
		{ "plain", -1 },
		{ "\xC2\x80\xDF\xBF", -1 }, /* U+0080, U+07FF */
		{ "\xE0\xA0\x80\xED\x9F\xBF", -1 }, /* U+0800, U+D7FF */
		{ "\xEE\x80\x80\xEF\xBF\xBD", -1 }, /* U+E000, U+FFFD */
		{ "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", -1 }, /* U+10000, U+10FFFF */
		{ "a\x80", 1 }, /* a lone continuation */
		{ "ab\xBF", 2 },
		{ "\xC0\x80", 0 }, /* overlong NUL */
		{ "\xC1\xBF", 0 },
		{ "\xE0\x9F\xBF", 0 }, /* overlong */
		{ "\xF0\x8F\xBF\xBF", 0 }, /* overlong */
		{ "x\xED\xA0\x80", 1 }, /* surrogates */
		{ "\xED\xBF\xBF", 0 },
		{ "\xF4\x90\x80\x80", 0 }, /* above U+10FFFF */
		{ "\xF5\x80\x80\x80", 0 },
		{ "\xFE", 0 },
		{ "\xFF", 0 },
		{ "\xC3", 0 }, /* cut short */
		{ "ok\xE2\x82", 2 },
		{ "ok\xF0\x9F\x98", 2 },
		{ "\xC3(", 0 }, /* the next byte is not a continuation */
		{ "\xE2\x82(", 0 },
		{ "\xF0\x9F\x98(", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (str_utf8_error(rows[i].text, strlen(rows[i].text)) != rows[i].at)
			fail_msg("row %zu", i);
	assert_int_equal(str_utf8_error("a\0b\xFF", 4), 3);
}

/* The grammar of RFC 3629, written a second time. */
static size_t utf8_step(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

	if ((p[0] >= 0x80 && p[0] < 0xC2) || p[0] > 0xF4 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
	    (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return n;
}

static void utf8_errors_of_random_bytes(void **state)
{
	static const unsigned char edges[] = {
		0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
		0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5
	};
	uint64_t seed = 21;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		unsigned char text[8];
		size_t at = 0, step;

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = edges[random_below(&seed, sizeof(edges))];
		while (at < sizeof(text) && (step = utf8_step(text + at, sizeof(text) - at)))
			at += step;
		assert_int_equal(str_utf8_error((char *)text, sizeof(text)),
				 at < sizeof(text) ? (int64_t)at : -1);
	}
}

static void json_escapes(void **state)
{
	static const char text[] = "a\"b\\c\n\r\t\x01\x1f/\x7f\xc3\xa9";
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	str_json_escape(&b, text, sizeof(text) - 1);
	assert_string_equal(buf_text(&b), "a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\x7f\xc3\xa9");
	buf_clear(&b);
	str_json_escape(&b, "\0", 1);
	assert_string_equal(buf_text(&b), "\\u0000");
	buf_release(&b);
}

static void json_there_and_back(void **state)
{
	uint64_t seed = 22;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		unsigned char bytes[60];
		size_t n = random_below(&seed, sizeof(bytes));
		struct buf body, back;

		random_bytes(&seed, bytes, n);
		for (size_t i = 0; i < n; i++) /* more of the characters that matter */
			if (bytes[i] > 200)
				bytes[i] = (unsigned char)"\\\"\n\r\tu/b"[bytes[i] % 8];
		buf_init(&body, 1000);
		buf_init(&back, 1000);
		str_json_escape(&body, (char *)bytes, n);
		for (size_t i = 0; i < body.len; i++)
			assert_true((unsigned char)body.data[i] >= 0x20);
		str_json_unescape(&back, buf_text(&body), body.len);
		assert_int_equal(back.len, n);
		assert_memory_equal(buf_text(&back), bytes, n);
		buf_release(&body);
		buf_release(&back);
	}
}

/* Another JSON reader understands the escapes. */
static void json_is_read_by_jansson(void **state)
{
	static const char *const texts[] = { "", "é \"x\" \\ \n\t\x01\x1f/", "\U0001F600 \u2028" };

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct buf b;
		json_t *j;

		buf_init(&b, 1000);
		buf_addc(&b, '"');
		str_json_escape(&b, texts[i], strlen(texts[i]));
		buf_addc(&b, '"');
		j = json_loads(buf_text(&b), JSON_DECODE_ANY, NULL);
		assert_non_null(j);
		assert_string_equal(json_string_value(j), texts[i]);
		json_decref(j);
		buf_release(&b);
	}
}

static void json_unescapes_what_models_write(void **state)
{
	static const char *const rows[][2] = {
		{ "a\\nb\\tc\\r\\b\\f\\/\\\\\\\"", "a\nb\tc\r\b\f/\\\"" },
		{ "\\u00e9\\u20AC", "é€" },
		{ "\\ud83d\\ude00!", "\U0001F600!" },
		{ "\\ud83d", "\uFFFD" }, /* half a pair */
		{ "\\ud83dx", "\uFFFDx" },
		{ "\\ud83d\\u0041", "\uFFFDA" },
		{ "\\ude00\\ud83d", "\uFFFD\uFFFD" },
		{ "\\uZZ00", "\\uZZ00" }, /* an invalid escape stays */
		{ "\\u12", "\\u12" },
		{ "\\u", "\\u" },
		{ "\\x \\' \\0", "\\x \\' \\0" },
		{ "end\\", "end\\" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		str_json_unescape(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_text(&b), rows[i][1]);
		buf_release(&b);
	}
}

/* Text that a hostile model, file name or ticket could send to a terminal. */
static const char *const hostile[] = {
	"\x1b[2J",
	"\x1b[31mred\x1b[0m",
	"\x1b]0;title\x07",
	"\x1b]52;c;aGk=\x07",
	"\x1bP1$r\x1b\\",
	"\x1b[6n",
	"\x1b[?1049h",
	"\x1b(0lqk",
	"\x1b#8",
	"\x1b]8;;http://x\x1b\\link",
	"\x1b\x1b\x1b",
	"a\x08\x08\x08",
	"a\rb",
	"a\nb",
	"a\tb",
	"\x07",
	"\x0b\x0c",
	"\x0e\x0f",
	"\x7f",
	"\x01\x02\x03\x04\x05",
	"\x1a",
	"\x11\x13",
	"\x16\x17\x18",
	"\x1c\x1d\x1e\x1f",
	"\xC2\x80",
	"\xC2\x84",
	"\xC2\x85",
	"\xC2\x8d",
	"\xC2\x90x\xC2\x9c",
	"\xC2\x9b"
	"31m",
	"\xC2\x9d"
	"0;t\xC2\x9c",
	"\xC2\x9e\xC2\x9f",
	"\x9b"
	"31m",
	"\x90q\x9c",
	"\x9d"
	"0;t\x07",
	"\u202a",
	"\u202b",
	"\u202c",
	"\u202d",
	"\u202e"
	"gpj.exe",
	"\u2066",
	"\u2067",
	"\u2068",
	"\u2069",
	"\u200b",
	"\u200c",
	"\u200e\u200f",
	"\u2028",
	"\u2029",
	"\u2060\u2064",
	"\ufeff",
	"\u00ad",
	"\u061c",
	"\U000e0001\U000e0041",
	"\xff\xfe",
	"\xc3(",
	"\xed\xa0\x80",
	"\xf4\x90\x80\x80",
	"\xe2\x80",
	"\xf0\x9f\x98",
	"\xc0\x9b",
	"\u206a\u206f",
	"\u180e",
	"\ufff9\ufffb",
	"\U0001d173",
};

/* True if the text holds nothing that moves, hides, reorders or ends a line. */
static bool is_safe(const char *text)
{
	static const char *const banned[] = {
		"\u200b", "\u200c", "\u200e", "\u200f",	    "\u202a", "\u202b", "\u202c",
		"\u202d", "\u202e", "\u2028", "\u2029",	    "\u2060", "\u2064", "\u2066",
		"\u2067", "\u2068", "\u2069", "\u206a",	    "\u206f", "\ufeff", "\u00ad",
		"\u061c", "\u180e", "\ufff9", "\U000e0001",
	};

	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < 0x20 || *p == 0x7F || (p[0] == 0xC2 && p[1] < 0xA0))
			return false;
	for (size_t i = 0; i < N(banned); i++)
		if (strstr(text, banned[i]))
			return false;
	return str_utf8_error(text, strlen(text)) < 0;
}

static void printable_tames_hostile_text(void **state)
{
	(void)state;
	assert_true(N(hostile) >= 60);
	for (size_t i = 0; i < N(hostile); i++) {
		struct buf b;

		buf_init(&b, 1000);
		buf_adds(&b, "<");
		str_printable(&b, hostile[i], strlen(hostile[i]));
		buf_adds(&b, ">");
		if (!is_safe(buf_text(&b)) || b.len < 3)
			fail_msg("payload %zu became '%s'", i, buf_text(&b));
		buf_release(&b);
	}
}

static void printable_tames_random_bytes(void **state)
{
	uint64_t seed = 23;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char bytes[40], text[120];
		struct buf b;

		/* Half of them bytes, half of them from the dangerous block U+2000 … U+207F. */
		random_bytes(&seed, bytes, sizeof(bytes));
		for (size_t i = 0; round % 2 && i + 3 <= sizeof(bytes); i += 3) {
			bytes[i] = (char)0xE2;
			bytes[i + 1] = (char)(0x80 + random_below(&seed, 2));
			bytes[i + 2] = (char)(0x80 + random_below(&seed, 64));
		}
		buf_init(&b, 1000);
		str_printable(&b, bytes, sizeof(bytes));
		snprintf(text, sizeof(text), "%s", buf_text(&b));
		if (!is_safe(buf_text(&b)))
			fail_msg("round %d: '%s'", round, text);
		buf_release(&b);
	}
}

static void printable_escapes_what_it_hides(void **state)
{
	static const char *const rows[][2] = {
		{ "Straße 日本 \U0001F600 ok", "Straße 日本 \U0001F600 ok" },
		{ "a\r\nb\tc", "a  b c" },
		{ "\x1b[0m", "\\x1b[0m" },
		{ "\xC2\x9b", "\\x9b" },
		{ "\x9b", "\\x9b" },
		{ "x\u202ey", "x\\u{202e}y" },
		{ "\u200b", "\\u{200b}" },
		{ "\U000e0041", "\\u{e0041}" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\U0001F469\u200D\U0001F4BB", "\U0001F469\u200D\U0001F4BB" }, /* joined emoji */
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < N(rows); i++) {
		buf_clear(&b);
		str_printable(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_text(&b), rows[i][1]);
	}
	buf_clear(&b);
	str_printable(&b, "a\0b", 3);
	assert_string_equal(buf_text(&b), "a\\x00b");
	buf_release(&b);
}

static void columns(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
		{ "", 0 },
		{ "abc", 3 },
		{ "é", 1 },
		{ "e\u0301", 1 },
		{ "日本", 4 },
		{ "\uFF21", 2 },
		{ "한", 2 },
		{ "\U0001F600", 2 },
		{ "a\xff"
		  "b",
		  3 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (str_columns(rows[i].text) != rows[i].n)
			fail_msg("'%s': %zu", rows[i].text, str_columns(rows[i].text));
}

static void bytes_with_units(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} rows[] = {
		{ 0, "0 B" },
		{ 1, "1 B" },
		{ 999, "999 B" },
		{ 1000, "1.0 kB" },
		{ 1049, "1.0 kB" },
		{ 1051, "1.1 kB" },
		{ 9949, "9.9 kB" },
		{ 9950, "10 kB" },
		{ 999499, "999 kB" },
		{ 999500, "1.0 MB" },
		{ 98000000, "98 MB" },
		{ 1100000000, "1.1 GB" },
		{ 16000000000, "16 GB" },
		{ 999499999999, "999 GB" },
		{ 999500000000, "1.0 TB" },
		{ 1234000000000000, "1234 TB" },
		{ UINT64_MAX, "18446744 TB" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(str_bytes(&a, rows[i].n), rows[i].text);
	arena_release(&a);
}

static void durations(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{ INT64_MIN, "-" },
		{ -1, "-" },
		{ 0, "0.0 ms" },
		{ 1, "0.0 ms" },
		{ 51, "0.1 ms" },
		{ 1234, "1.2 ms" },
		{ 9949, "9.9 ms" },
		{ 9950, "10 ms" },
		{ 12000, "12 ms" },
		{ 999499, "999 ms" },
		{ 999500, "1.0 s" },
		{ 1400000, "1.4 s" },
		{ 59940000, "59.9 s" },
		{ 99949000, "99.9 s" },
		{ 99950000, "1 min 40 s" },
		{ 123000000, "2 min 03 s" },
		{ 119499999, "1 min 59 s" },
		{ 119500000, "2 min 00 s" },
		{ 3600000000, "60 min 00 s" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(str_duration(&a, rows[i].us), rows[i].text);
	arena_release(&a);
}

static void whole_numbers(void **state)
{
	static const char *const good[] = { "0", "-5", "9", "10", "+7", "007" };
	static const int64_t values[] = { 0, -5, 9, 10, 7, 7 };
	static const char *const bad[] = {
		"",
		" 1",
		"1 ",
		"1.0",
		"1e3",
		"0x1",
		"a",
		"-",
		"+",
		"--1",
		"11",
		"-6",
		"99999999999999999999",
		"-99999999999999999999",
		"\n1",
		"1\n",
		"1,0",
	};
	int64_t v = 77;

	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		assert_true(str_to_i64(good[i], -5, 10, &v));
		assert_int_equal(v, values[i]);
	}
	v = 77;
	for (size_t i = 0; i < N(bad); i++)
		if (str_to_i64(bad[i], -5, 10, &v) || v != 77)
			fail_msg("'%s'", bad[i]);
	assert_true(str_to_i64("9223372036854775807", INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MAX);
	assert_true(str_to_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MIN);
	assert_false(str_to_i64("9223372036854775808", INT64_MIN, INT64_MAX, &v));
}

static void starts_ends_parts_and_names(void **state)
{
	(void)state;
	assert_true(str_starts("abc", "ab") && str_starts("abc", "") && str_starts("", ""));
	assert_false(str_starts("abc", "abcd") || str_starts("abc", "b"));
	assert_true(str_ends("abc", "bc") && str_ends("abc", "") && str_ends("abc", "abc"));
	assert_false(str_ends("abc", "xabc") || str_ends("abc", "ab"));
	assert_true(str_ends_any_case("A.CSV", ".csv") && !str_ends("A.CSV", ".csv"));
	assert_false(str_ends_any_case("csv", ".csv") || str_ends_any_case("A.CSVX", ".csv"));
	assert_string_equal(str_basename("a/b/c.gguf"), "c.gguf");
	assert_string_equal(str_basename("c"), "c");
	assert_string_equal(str_basename("a/"), "");
	assert_true(str_is_listed("a", "a", ';') && str_is_listed("ab", "a;ab;c", ';'));
	assert_true(str_is_listed("c d", "a;c d", ';') && str_is_listed("", "a;;b", ';'));
	assert_false(str_is_listed("a", "ab;ba", ';') || str_is_listed("ab", "a;b", ';'));
	assert_false(str_is_listed("a", "", ';') || str_is_listed("", "", ';'));
	assert_false(str_is_listed("a", "a b", ';') || str_is_listed("a;b", "a;b", ';'));
}

static void normalised(void **state)
{
	static const char *const rows[][2] = {
		{ "  Hello,   World!  ", "hello world" },
		{ "don't", "dont" },
		{ "don\u2019t", "dont" },
		{ "STRASSE", "strasse" },
		{ "Stra\u00dfe", "strasse" },
		{ "\uFF21\uFF22\uFF23\uFF11", "abc1" }, /* full width */
		{ "\uFB01ne", "fine" }, /* a ligature */
		{ "e\u0301t\u00e9", "\u00e9t\u00e9" },
		{ "so\u00adft", "soft" },
		{ "a\u200bb", "ab" },
		{ "a\u00a0b", "a b" },
		{ "a-b_c/d", "a b c d" },
		{ "\u65e5\u672c\u3002\u8a9e", "\u65e5\u672c \u8a9e" },
		{ "!?\u2026", "" },
		{ "", "" },
		{ "\xff not text", "\xff not text" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(str_normalised(&a, rows[i][0]), rows[i][1]);
	arena_release(&a);
}

static void normalised_twice_is_normalised_once(void **state)
{
	static const char *const parts[] = { "A", "\u00df", "\u0130", "e\u0301", " ",
					     ".", "\uFB03", "\u2460", "\u0345",	 "\u03a3",
					     "'", "7",	    "\u1e9e" };
	uint64_t seed = 24;
	struct arena a = { 0 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[200] = "";
		char *once;

		for (size_t i = random_below(&seed, 12); i > 0; i--)
			strncat(text, parts[random_below(&seed, N(parts))],
				sizeof(text) - strlen(text) - 1);
		once = str_normalised(&a, text);
		assert_string_equal(str_normalised(&a, once), once);
		assert_null(strstr(once, "  "));
		arena_release(&a);
	}
}

static void nearest_name(void **state)
{
	static const char *const names[] = { "models", "minutes", "bar", "json" };
	static const char long_word[] = "0123456789012345678901234567890123456789012345678901234567"
					"8901234567890";

	(void)state;
	assert_string_equal(str_nearest("model", names, N(names)), "models");
	assert_string_equal(str_nearest("modles", names, N(names)), "models");
	assert_string_equal(str_nearest("bat", names, N(names)), "bar");
	assert_string_equal(str_nearest("jsno", names, N(names)), "json");
	assert_string_equal(str_nearest("bar", names, N(names)), "bar");
	assert_null(str_nearest("xyz", names, N(names)));
	assert_null(str_nearest("zzzzzzzz", names, N(names)));
	assert_null(str_nearest("", names, 3)); /* every letter of "bar" would have to change */
	assert_null(str_nearest("model", names, 0));
	assert_null(str_nearest(long_word, names, N(names)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_errors),
		cmocka_unit_test(utf8_errors_of_random_bytes),
		cmocka_unit_test(json_escapes),
		cmocka_unit_test(json_there_and_back),
		cmocka_unit_test(json_is_read_by_jansson),
		cmocka_unit_test(json_unescapes_what_models_write),
		cmocka_unit_test(printable_tames_hostile_text),
		cmocka_unit_test(printable_tames_random_bytes),
		cmocka_unit_test(printable_escapes_what_it_hides),
		cmocka_unit_test(columns),
		cmocka_unit_test(bytes_with_units),
		cmocka_unit_test(durations),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(starts_ends_parts_and_names),
		cmocka_unit_test(normalised),
		cmocka_unit_test(normalised_twice_is_normalised_once),
		cmocka_unit_test(nearest_name),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
