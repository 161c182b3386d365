/*
 * Thinking on and off, for every template file that llama.cpp ships (TEST_TEMPLATES_DIR), rendered
 * as the llama engine does. thinking.txt is the reviewed list: template; how thinking is kept off;
 * the end of the prompt with thinking on; what begins the thought; what ends it where the model
 * does not; what opens the answer. With TEST_GOLDEN_WRITE set it is rewritten: review the diff by
 * reading what each template prints for a past answer that has a thought.
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
#include "engine/template.h"

#define NOW_S 1751544000 /* 2025-07-03 12:00:00 UTC */
#define TAIL_BYTES 48

static const char *golden_path(void)
{
	static char path[512];
	const char *dir = getenv("TEST_GOLDEN_DIR");

	snprintf(path, sizeof(path), "%s/thinking.txt", dir ? dir : "tests/golden/templates");
	return path;
}

/* The whole file as text, owned by the caller; NULL where there is none. */
static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	size_t n;

	if (!f)
		return NULL;
	text = malloc(TEMPLATE_MAX_SOURCE_BYTES);
	assert_non_null(text);
	n = fread(text, 1, TEMPLATE_MAX_SOURCE_BYTES - 1, f);
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

static void put_line(FILE *out, const char *name, const char *source)
{
	struct template_parts off, on;
	struct opening opening;

	fprintf(out, "%s\t", name);
	assert_int_equal(render(source, false, &off), 0);
	opening_find(source, off.after, &opening);
	fprintf(out, "%s",
		opening_off_words(&opening, off.marks & TEMPLATE_THINKING_SWITCHED, true));
	template_parts_release(&off);
	if (opening_thinks(&opening)) {
		assert_int_equal(render(source, true, &on), 0);
		fputs("\t", out);
		put_quoted(out, tail(on.after));
		fputs("\t", out);
		put_quoted(out, opening_think_append(&opening, on.after));
		fputs(" ", out);
		put_quoted(out, opening.think_close);
		fputs(" ", out);
		put_quoted(out, opening.answer_open);
		template_parts_release(&on);
		/* The program's own end is one that it knows again. */
		assert_non_null(strstr(opening.think_close, opening.think_end));
		assert_true(strncmp(opening.think_open + strspn(opening.think_open, "\n"),
				    opening.think_start, strlen(opening.think_start)) == 0);
	}
	fputs("\n", out);
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
static char *all_lines(const char *templates)
{
	struct dirent **entries;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int n = scandir(templates, &entries, is_template, by_bytes);

	assert_non_null(out);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char path[1024], *source;

		snprintf(path, sizeof(path), "%s/%s", templates, entries[i]->d_name);
		source = slurp(path);
		assert_non_null(source);
		*strrchr(entries[i]->d_name, '.') = '\0';
		put_line(out, entries[i]->d_name, source);
		free(source);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_thinking__of_every_template(void **state)
{
	const char *templates = getenv("TEST_TEMPLATES_DIR");
	char *got, *expected;

	(void)state;
	if (!templates || !*templates) {
		print_message("SKIPPED: TEST_TEMPLATES_DIR is not set\n");
		skip();
	}
	got = all_lines(templates);
	if (getenv("TEST_GOLDEN_WRITE")) {
		FILE *f = fopen(golden_path(), "wb");

		assert_non_null(f);
		assert_true(fputs(got, f) >= 0);
		assert_int_equal(fclose(f), 0);
	}
	expected = slurp(golden_path());
	assert_non_null(expected);
	assert_string_equal(got, expected);
	free(expected);
	free(got);
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
		assert_string_equal(opening_off_words(&o, cases[i].switched, cases[i].forced),
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
