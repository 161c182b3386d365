/*
 * The table of openings on every template file that llama.cpp ships (TEST_TEMPLATES_DIR). The
 * prompt's end comes from the golden references, so no engine is linked. openings.txt is the
 * reviewed list: template, row, end of the prompt, appended text, thinking marks. TEST_GOLDEN_WRITE
 * rewrites it; review the diff against the templates.
 */
#include <stdbool.h>

#include "engine/opening.h"
#include "unit/template_files.h"

#define TICKET "I was charged twice."

/* One line of openings.txt. */
static void put_line(FILE *out, struct arena *a, const struct template_file *file)
{
	char *prompt = golden_text(a, arena_printf(a, "%s.txt", file->name));
	const char *after = prompt ? strstr(prompt, TICKET) : NULL;
	struct opening opening;

	if (!after) {
		fprintf(out, "%s\tno reference\n", file->name);
		return;
	}
	opening_find(file->source, after + strlen(TICKET), &opening);
	fprintf(out, "%s\t%s\t", file->name, opening.name);
	put_quoted(out, tail(after + strlen(TICKET)));
	fputs("\t", out);
	put_quoted(out, opening.append);
	fputs("\t", out);
	put_quoted(out, opening.think_start);
	fputs(" ", out);
	put_quoted(out, opening.think_end);
	fputs("\n", out);
}

static void test_opening__of_every_template(void **state)
{
	(void)state;
	lines_equal_golden("openings.txt", put_line);
}

static void test_opening__rows(void **state)
{
	static const struct {
		const char *source, *after, *name, *append, *think_end;
	} cases[] = {
		{ "", "\n\n### Answer:\n", "none", "", "" },
		{ "{{ '<think></think>' }}", "<|im_start|>assistant\n<think>\n", "open think line",
		  "\n</think>\n\n", "</think>" },
		{ "{{ '<think></think>' }}", "<assistant><think>", "open think", "</think>",
		  "</think>" },
		{ "{{ '<think></think>' }}", "<|im_start|>assistant\n", "none", "", "</think>" },
		{ "{{ '<think></think>' }}", "<think>\n\n</think>\n\n", "none", "", "</think>" },
		{ "[THINK][/THINK]", "[/INST][THINK]", "mistral thinking", "[/THINK]", "[/THINK]" },
		{ "<|START_THINKING|><|END_THINKING|>", "<|CHATBOT_TOKEN|><|START_THINKING|>",
		  "cohere thinking", "<|END_THINKING|>", "<|END_THINKING|>" },
		{ "<|channel|>final<|message|>", "<|end|><|start|>assistant", "harmony",
		  "<|channel|>final<|message|>", "<|end|>" },
		{ "", "<|start|>assistant", "none", "", "" },
		{ "", "", "none", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opening opening;
		bool found = opening_find(cases[i].source, cases[i].after, &opening);

		assert_string_equal(opening.name, cases[i].name);
		assert_string_equal(opening.append, cases[i].append);
		assert_string_equal(opening.think_end, cases[i].think_end);
		assert_int_equal(found, strcmp(cases[i].name, "none") != 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening__of_every_template),
		cmocka_unit_test(test_opening__rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
