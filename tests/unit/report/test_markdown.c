/*
 * What Markdown would interpret stands in back-ticks; everything else stays as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/array.h"
#include "report/markdown.h"
#include "report/table/table.h"

static void words_become_code(void **state)
{
	static const struct {
		const char *text, *markdown;
	} cases[] = {
		{ "", "" },
		{ "Use qwen2.5-coder-0.5b · examples today.",
		  "Use qwen2.5-coder-0.5b · examples today." },
		{ "Take x_q4_k_m.gguf: good.", "Take `x_q4_k_m.gguf`: good." },
		{ "(a_b), 'c*d'.", "(`a_b`), '`c*d`'." },
		{ "a <b> _c_ d", "a `<b> _c_` d" },
		{ "Billing & Invoices > 3", "Billing & Invoices > 3" },
		{ "&lt; #1 x#y", "`&lt`; `#1` x#y" },
		{ "http://x.y, a@b.c", "`http://x.y`, `a@b.c`" },
		{ "a`b", "`` a`b ``" },
		{ "a|b", "`a\\|b`" },
		{ " two  spaces ", " two  spaces " },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(markdown_text(&a, cases[i].text), cases[i].markdown);
	arena_release(&a);
}

static void columns_line_up(void **state)
{
	static const char *const titles[] = { "name", ">n", "why", NULL };
	struct arena a = { 0 };
	struct table t;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	table_init(&t, &a, titles);
	table_add_numbered(&t, 1, SIGN_PICK, "ünï · x");
	table_mark(&t, "May do");
	table_add(&t, "12");
	table_add(&t, "a_b");
	table_add(&t, "z");
	table_add_wide(&t, "not measured");
	table_write_markdown(&t, out);
	fclose(out);
	assert_string_equal(text, "| name                 |   n | why   |\n"
				  "| -------------------- | --: | ----- |\n"
				  "| **ünï · x** (May do) |  12 | `a_b` |\n"
				  "| z                    | not measured |       |\n");
	free(text);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_code),
		cmocka_unit_test(columns_line_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
