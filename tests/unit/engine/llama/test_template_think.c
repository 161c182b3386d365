/*
 * Thinking on and off, for every template file that llama.cpp ships (TEST_TEMPLATES_DIR), rendered
 * as the llama engine does. thinking.txt is the reviewed list: template; how thinking is kept off;
 * the end of the prompt with thinking on; the text that begins a thought, that ends it, and that
 * opens the answer. TEST_GOLDEN_WRITE rewrites it; review the diff against what each template
 * prints for a past answer with a thought.
 */
#include <stdbool.h>

#include "engine/opening.h"
#include "engine/template.h"
#include "unit/template_files.h"

#define NOW_S 1751544000 /* 2025-07-03 12:00:00 UTC */

static int render(const char *source, bool thinking, struct template_parts *ret_parts)
{
	const struct template_request rq = { .source = source,
					     .bos = "<s>",
					     .eos = "</s>",
					     .system = "You are an exacting classifier.",
					     .now_s = NOW_S,
					     .thinking = thinking };
	struct err err;

	return template_render(&rq, ret_parts, &err);
}

static void put_line(FILE *out, struct arena *a, const struct template_file *file)
{
	struct template_parts off, on;
	struct opening opening;

	(void)a;
	fprintf(out, "%s\t", file->name);
	assert_int_equal(render(file->source, false, &off), 0);
	opening_find(file->source, off.after, &opening);
	fprintf(out, "%s",
		opening_off_text(&opening, off.marks & TEMPLATE_THINKING_SWITCHED, true));
	template_parts_release(&off);
	if (opening_thinks(&opening)) {
		assert_int_equal(render(file->source, true, &on), 0);
		fputs("\t", out);
		put_quoted(out, tail(on.after));
		fputs("\t", out);
		put_quoted(out, opening_think_append(&opening, on.after));
		fputs(" ", out);
		put_quoted(out, opening.think_close);
		fputs(" ", out);
		put_quoted(out, opening.answer_open);
		template_parts_release(&on);
		/* The program recognises the end that it writes itself. */
		assert_non_null(strstr(opening.think_close, opening.think_end));
		assert_true(strncmp(opening.think_open + strspn(opening.think_open, "\n"),
				    opening.think_start, strlen(opening.think_start)) == 0);
	}
	fputs("\n", out);
}

static void test_thinking__of_every_template(void **state)
{
	(void)state;
	lines_equal_golden("thinking.txt", put_line);
}

static void test_thinking__words(void **state)
{
	static const struct {
		const char *source, *after;
		bool switched, forced;
		const char *words;
	} cases[] = {
		{ "", "Answer:\n", false, true, "none known" },
		{ "", "Answer:\n", true, true, "off: switched in the template" },
		{ "</think>", "<|im_start|>assistant\n", true, false,
		  "off: switched in the template" },
		{ "</think>", "<|im_start|>assistant\n", false, true,
		  "off: by the forced answer alone" },
		{ "</think>", "<|im_start|>assistant\n", false, false,
		  "on: nothing switches it off" },
		{ "</think>", "assistant\n<think>\n", true, true, "off: block closed" },
		{ "</think>", "<think>\n\n</think>\n\n", true, true,
		  "off: switched in the template" },
		{ "</think>", "<think></think>", false, false, "off: the template closes it" },
		{ "<|channel|>final<|message|>", "<|start|>assistant", false, true,
		  "off: final channel opened" },
		{ "\"assistant: \" </think>", "<sep>assistant:", true, true,
		  "off: switched in the template" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opening o;

		opening_find(cases[i].source, cases[i].after, &o);
		assert_string_equal(opening_off_text(&o, cases[i].switched, cases[i].forced),
				    cases[i].words);
	}
}

static void test_thinking__begins_once(void **state)
{
	static const struct {
		const char *source, *after, *append;
	} cases[] = {
		{ "</think>", "<|im_start|>assistant\n", "<think>\n" },
		{ "</think>", "<|im_start|>assistant\n<think>\n", "" },
		{ "</think>", "<|im_start|>assistant\n<think>", "" },
		{ "</think>", "assistant\n<think>\n\n</think>\n\n", "<think>\n" },
		{ "<|channel|>final<|message|>", "<|start|>assistant",
		  "<|channel|>analysis<|message|>" },
		{ "[BEGIN FINAL RESPONSE]", "Here are my reasoning steps:\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opening o;

		opening_find(cases[i].source, cases[i].after, &o);
		assert_string_equal(opening_think_append(&o, cases[i].after), cases[i].append);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thinking__of_every_template),
		cmocka_unit_test(test_thinking__words),
		cmocka_unit_test(test_thinking__begins_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
