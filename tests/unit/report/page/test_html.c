/*
 * The escape function: no text, whatever its bytes, can leave the element or the attribute that
 * it stands in; and the page's policy names the style block's own hash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "report/page/html.h"
#include "unit/random.h"

struct sink {
	char *text;
	size_t len;
	FILE *out;
};

static void sink_open(struct sink *s)
{
	s->out = open_memstream(&s->text, &s->len);
	assert_non_null(s->out);
}

static void assert_written(struct sink *s, const char *expected)
{
	fclose(s->out);
	assert_string_equal(s->text, expected);
	free(s->text);
}

static void assert_escaped(const char *text, size_t n_bytes, const char *expected)
{
	struct sink s;

	sink_open(&s);
	html_escape(s.out, text, n_bytes);
	assert_written(&s, expected);
}

/* No byte of a text that could end it, and nothing that a reader cannot see. */
static void assert_harmless(const char *text, size_t n_bytes)
{
	struct sink s;

	sink_open(&s);
	html_escape(s.out, text, n_bytes);
	fclose(s.out);
	assert_int_equal(strlen(s.text), s.len);
	assert_int_equal(str_utf8_error(s.text, s.len), -1);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.text[i];

		assert_true(c >= 0x20 && c != 0x7f);
		assert_null(strchr("<>\"'", c));
		if (c == '&')
			assert_true(str_starts(s.text + i, "&amp;") ||
				    str_starts(s.text + i, "&lt;") ||
				    str_starts(s.text + i, "&gt;") ||
				    str_starts(s.text + i, "&quot;") ||
				    str_starts(s.text + i, "&#39;"));
	}
	free(s.text);
}

static void every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[3] = { 'a', (char)c, 'b' };

		assert_harmless(text, 3);
		assert_harmless(text + 1, 1);
	}
}

static void every_pair_and_many_more(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int c = 0; c < 65536; c += 7) {
		char text[2] = { (char)(c >> 8), (char)c };

		assert_harmless(text, 2);
	}
	for (int round = 0; round < 300; round++) {
		char text[64];

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (char)random_below(&seed, 256);
		assert_harmless(text, sizeof(text));
	}
}

static void known_texts(void **state)
{
	(void)state;
	assert_escaped("", 0, "");
	assert_escaped("plain – Soße ✓", 19, "plain – Soße ✓");
	assert_escaped("<b>&amp;\"'", 10, "&lt;b&gt;&amp;amp;&quot;&#39;");
	assert_escaped("a\nb\tc", 5, "a b c");
	assert_escaped("a\0b\x1b[", 5, "a\\x00b\\x1b[");
	assert_escaped("\xff\xe2\x82", 3, "\\xff\\xe2\\x82");
	assert_escaped("x\u202ey\u2066z\u2028", 12, "x\\u{202e}y\\u{2066}z\\u{2028}");
	assert_escaped("\ufeff", 3, "\\u{feff}");
}

static void elements(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	html_element(s.out, "td class=\"n\"", "</td><i>");
	html_elementf(s.out, "p", "%s %d%%", "a&b", 5);
	assert_written(&s, "<td class=\"n\">&lt;/td&gt;&lt;i&gt;</td><p>a&amp;b 5%</p>");
}

static void quotes_are_cut_at_whole_characters(void **state)
{
	struct sink s;
	char *stray = malloc(5000);

	(void)state;
	sink_open(&s);
	html_quote(s.out, "äöü", 6, 3);
	html_quote(s.out, "äöüx", 7, 3);
	html_quote(s.out, "", 0, 3);
	assert_written(&s, "<bdi>äöü</bdi><bdi>äöü…</bdi><bdi></bdi>");

	memset(stray, 0x80, 5000);
	sink_open(&s);
	html_quote(s.out, stray, 5000, 3);
	assert_written(&s,
		       "<bdi>\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80…</bdi>");
	free(stray);
}

static void commands_stand_out(void **state)
{
	static const struct {
		const char *advice, *html;
	} cases[] = {
		{ "Add ten (toehold add --as <x>) now.",
		  "Add ten (<code>toehold add --as &lt;x&gt;</code>) now." },
		{ "Give 'toehold smoke JOB --all', then 'toehold add' again.",
		  "Give <code>toehold smoke JOB --all</code>, then <code>toehold add</code> "
		  "again." },
		{ "Go on with: /opt/x/toehold smoke job.yaml",
		  "Go on with: <code>/opt/x/toehold smoke job.yaml</code>" },
		{ "Add them with toehold add: it asks.", "Add them with toehold add: it asks." },
		{ "toehold x", "toehold x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sink s;
		char expected[200];

		sink_open(&s);
		html_advice(s.out, "li", cases[i].advice);
		snprintf(expected, sizeof(expected), "<li>%s</li>\n", cases[i].html);
		assert_written(&s, expected);
	}
}

static void lines_are_kept(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	html_lines(s.out, "a<\n\nb\r\n");
	assert_written(&s, "a&lt;\n\nb \n");
}

/* printf 'p{color:red}' | openssl dgst -sha256 -binary | base64 */
static void policy_names_the_style(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	html_begin(s.out, "a < b", "p{color:red}");
	html_end(s.out);
	fclose(s.out);
	assert_true(
		str_starts(s.text, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset="));
	assert_non_null(strstr(s.text, "default-src &#39;none&#39;; style-src &#39;sha256-"
				       "p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64=&#39;;"));
	assert_non_null(strstr(s.text, "<title>a &lt; b</title>\n<style>p{color:red}</style>"));
	free(s.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(every_pair_and_many_more),
		cmocka_unit_test(known_texts),
		cmocka_unit_test(elements),
		cmocka_unit_test(quotes_are_cut_at_whole_characters),
		cmocka_unit_test(commands_stand_out),
		cmocka_unit_test(lines_are_kept),
		cmocka_unit_test(policy_names_the_style),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
