/*
 * For tests over every template file that llama.cpp ships (TEST_TEMPLATES_DIR): those files, and
 * the lists of what was reviewed (tests/golden/templates, or TEST_GOLDEN_DIR).
 */
#ifndef TEST_TEMPLATE_FILES_H
#define TEST_TEMPLATE_FILES_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"

struct template_file {
	const char *name; /* without .jinja */
	char *source;
};

/* The whole file as text; NULL if there is none. */
static inline char *text_of(struct arena *a, const char *path)
{
	const size_t max_bytes = (size_t)4 << 20;
	struct err err;
	size_t len;
	char *text;

	return file_read(a, path, max_bytes, &text, &len, &err) == 0 ? text : NULL;
}

static inline char *golden_path(struct arena *a, const char *name)
{
	const char *dir = getenv("TEST_GOLDEN_DIR");

	return arena_printf(a, "%s/%s", dir ? dir : "tests/golden/templates", name);
}

static inline char *golden_text(struct arena *a, const char *name)
{
	return text_of(a, golden_path(a, name));
}

static inline int is_template(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && !strcmp(entry->d_name + len - 6, ".jinja");
}

static inline int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* All of them, by name; at least one. Skips the test if TEST_TEMPLATES_DIR is not set. */
static inline size_t template_files(struct arena *a, struct template_file **ret_files)
{
	const char *dir = getenv("TEST_TEMPLATES_DIR");
	struct dirent **entries;
	int n;

	if (!dir || !*dir) {
		print_message("SKIPPED: TEST_TEMPLATES_DIR is not set\n");
		skip();
	}
	n = scandir(dir, &entries, is_template, by_bytes);
	assert_true(n > 0);
	*ret_files = arena_array(a, (size_t)n, sizeof(**ret_files));
	for (int i = 0; i < n; i++) {
		struct template_file *file = &(*ret_files)[i];
		const char *name = entries[i]->d_name;

		file->name = arena_strndup(a, name, strlen(name) - strlen(".jinja"));
		file->source = text_of(a, arena_printf(a, "%s/%s", dir, name));
		assert_non_null(file->source);
		free(entries[i]);
	}
	free(entries);
	return (size_t)n;
}

static inline void put_quoted(FILE *out, const char *text)
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

/* The last bytes of a prompt, from the start of a character. */
static inline const char *tail(const char *after)
{
	const size_t n_bytes = 48;
	size_t n = strlen(after);
	const char *at = n > n_bytes ? after + n - n_bytes : after;

	while (((unsigned char)*at & 0xc0) == 0x80)
		at++;
	return at;
}

/* Compares with a golden list. With TEST_GOLDEN_WRITE set, writes it first. */
static inline void equals_golden(struct arena *a, const char *name, const char *got)
{
	struct err err = { 0 };
	char *expected;

	if (getenv("TEST_GOLDEN_WRITE") &&
	    file_write(golden_path(a, name), 0644, got, strlen(got), &err) < 0)
		fail_msg("%s", err.msg);
	expected = golden_text(a, name);
	assert_non_null(expected);
	assert_string_equal(got, expected);
}

/* The same for a list with one line for each template file. */
static inline void lines_equal_golden(const char *name,
				      void (*put_line)(FILE *out, struct arena *a,
						       const struct template_file *file))
{
	struct arena a = { 0 };
	struct template_file *files;
	size_t n = template_files(&a, &files), size = 0;
	char *got = NULL;
	FILE *out = open_memstream(&got, &size);

	assert_non_null(out);
	for (size_t i = 0; i < n; i++)
		put_line(out, &a, &files[i]);
	assert_int_equal(fclose(out), 0);
	equals_golden(&a, name, got);
	free(got);
	arena_release(&a);
}

#endif
