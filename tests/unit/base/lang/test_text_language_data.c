/*
 * How often the detected language is right, over files of tickets with known languages: one JSON
 * object a line with text and lang, in the folder multilingual of TOEHOLD_TEST_DATA. The texts are
 * not part of toehold. The figures are those of docs/measured/languages.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/lang/detect.h"
#include "base/lang/language_name.h"
#include "base/lang/text_language.h"
#include "base/str.h"

enum { LINE_MAX_BYTES = 1 << 16, PIECES = 2 };

struct counts {
	size_t n, n_named, n_right, n_script;
};

/* Compares one piece of text with the language that its file states. */
static void look(const char *text, const char *stated, struct counts *c)
{
	char lang[TEXT_LANGUAGE_MAX], wanted[LANGUAGE_CODE_MAX], found[LANGUAGE_CODE_MAX];

	text_language(text, strlen(text), lang);
	c->n++;
	c->n_script += str_starts(lang, TEXT_LANGUAGE_SCRIPT);
	if (!*lang || str_starts(lang, TEXT_LANGUAGE_SCRIPT))
		return;
	language_code(stated, wanted);
	language_code(lang, found);
	c->n_named++;
	c->n_right += strcmp(wanted, found) == 0;
}

/* Reads each text alone, and each two neighbours together. */
static void read_file(const char *path, struct counts counts[PIECES])
{
	char *line = test_malloc(LINE_MAX_BYTES);
	FILE *in = fopen(path, "r");
	const char *before = NULL;
	struct arena a = { 0 };

	assert_non_null(in);
	while (fgets(line, LINE_MAX_BYTES, in)) {
		json_t *row = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(row, "text"));
		const char *lang = json_string_value(json_object_get(row, "lang"));

		assert_non_null(text);
		assert_non_null(lang);
		look(text, lang, &counts[0]);
		if (before)
			look(arena_printf(&a, "%s %s", before, text), lang, &counts[1]);
		before = before ? NULL : arena_strdup(&a, text);
		json_decref(row);
	}
	fclose(in);
	arena_release(&a);
	test_free(line);
}

/* The least share that is right of what is named, and the least share that is named. */
static const struct row {
	const char *set;
	double right[PIECES], named[PIECES];
} rows[] = {
	{ "massive", { 0.95, 0.99 }, { 0.93, 0.97 } },
	{ "sib200", { 0.95, 0.95 }, { 0.85, 0.88 } },
	{ "injongo", { 0.95, 0.97 }, { 0.84, 0.90 } },
};

static void measure(const char *folder, const struct row *row)
{
	struct counts counts[PIECES] = { 0 };
	struct arena a = { 0 };
	glob_t files;

	if (glob(arena_printf(&a, "%s/multilingual/%s-*.jsonl", folder, row->set), 0, NULL,
		 &files) != 0) {
		print_message("SKIPPED: no files of %s in TOEHOLD_TEST_DATA\n", row->set);
		arena_release(&a);
		return;
	}
	for (size_t i = 0; i < files.gl_pathc; i++)
		read_file(files.gl_pathv[i], counts);
	for (int i = 0; i < PIECES; i++) {
		const struct counts *c = &counts[i];

		print_message("%s, %d text%s: %zu files, %zu texts, language named for %.1f%%, "
			      "right in %.1f%% of these; only a script for %.1f%%\n",
			      row->set, i + 1, i ? "s together" : "", (size_t)files.gl_pathc, c->n,
			      100.0 * (double)c->n_named / (double)c->n,
			      100.0 * (double)c->n_right / (double)c->n_named,
			      100.0 * (double)c->n_script / (double)c->n);
		assert_true((double)c->n_named >= row->named[i] * (double)c->n);
		assert_true((double)c->n_right >= row->right[i] * (double)c->n_named);
		assert_int_equal(c->n_named + c->n_script, c->n); /* each has letters */
	}
	globfree(&files);
	arena_release(&a);
}

static void languages_of_known_texts(void **state)
{
	const char *folder = getenv("TOEHOLD_TEST_DATA");

	(void)state;
	if (!folder || !*detect_name()) {
		print_message("SKIPPED: %s\n", folder ? "built without a language detector" :
							"TOEHOLD_TEST_DATA names no folder");
		skip();
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		measure(folder, &rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_of_known_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
