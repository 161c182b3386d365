/*
 * The answer-opening table on every template file that llama.cpp ships (TEST_TEMPLATES_DIR): the
 * prompt's end comes from the golden references, so no engine is linked. openings.txt is the
 * reviewed list (template, row, end of the prompt, appended text, thinking marks); with
 * TEST_GOLDEN_WRITE set it is rewritten: review the diff by reading the templates.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/opening.h"

#define TICKET "I was charged twice."
#define MAX_BYTES ((size_t)1 << 20)
#define TAIL_BYTES 48

static const char *golden_dir(void)
{
	const char *dir = getenv("TEST_GOLDEN_DIR");

	return dir ? dir : "tests/golden/templates";
}

/* The whole file as text, owned by the caller; NULL where there is none. */
static char *slurp(const char *dir, const char *name)
{
	char path[512];
	char *text;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		return NULL;
	text = malloc(MAX_BYTES);
	assert_non_null(text);
	n = fread(text, 1, MAX_BYTES - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

/* The last bytes of the prompt, from the start of a character. */
static const char *tail(const char *after)
{
	size_t n = strlen(after);
	const char *at = n > TAIL_BYTES ? after + n - TAIL_BYTES : after;

	while (((unsigned char)*at & 0xc0) == 0x80)
		at++;
	return at;
}

/* One line of openings.txt. */
static void put_line(FILE *out, const char *templates, const char *file)
{
	char name[256], reference[300];
	char *source = slurp(templates, file), *prompt;
	struct opening opening;
	const char *after;

	assert_non_null(source);
	snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(".jinja")), file);
	snprintf(reference, sizeof(reference), "%s.txt", name);
	prompt = slurp(golden_dir(), reference);
	after = prompt ? strstr(prompt, TICKET) : NULL;
	if (after) {
		opening_find(source, after + strlen(TICKET), &opening);
		fprintf(out, "%s\t%s\t", name, opening.name);
		put_quoted(out, tail(after + strlen(TICKET)));
		fputs("\t", out);
		put_quoted(out, opening.append);
		fputs("\t", out);
		put_quoted(out, opening.think_start);
		fputs(" ", out);
		put_quoted(out, opening.think_end);
		fputs("\n", out);
	} else {
		fprintf(out, "%s\tno reference\n", name);
	}
	free(prompt);
	free(source);
}

static int is_template(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && !strcmp(entry->d_name + len - 6, ".jinja");
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* All lines, owned by the caller. */
static char *all_openings(const char *templates)
{
	struct dirent **entries;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int n = scandir(templates, &entries, is_template, by_bytes);

	assert_non_null(out);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		put_line(out, templates, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void rewrite(const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/openings.txt", golden_dir());
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void test_opening__of_every_template(void **state)
{
	const char *templates = getenv("TEST_TEMPLATES_DIR");
	char *got, *expected;

	(void)state;
	if (!templates || !*templates) {
		print_message("SKIPPED: TEST_TEMPLATES_DIR is not set\n");
		skip();
	}
	got = all_openings(templates);
	if (getenv("TEST_GOLDEN_WRITE"))
		rewrite(got);
	expected = slurp(golden_dir(), "openings.txt");
	assert_non_null(expected);
	assert_string_equal(got, expected);
	free(expected);
	free(got);
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
