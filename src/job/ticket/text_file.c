/*
 * Finds the first byte that is not text, with its line and its position in the line.
 */
#include "job/ticket/text_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/display.h"
#include "base/special_file.h"
#include "base/str.h"

int text_fail(const char *path, size_t line, struct err *err, const char *fmt, ...)
{
	char words[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	return err_set(err, ERR_INPUT, "%s:%zu: %s", path, line, words);
}

static int text_file_fail_byte(const char *path, size_t lines_before, const char *text, size_t at,
			       struct err *err)
{
	size_t line = 1 + lines_before, start = 0;

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	return text_fail(path, line, err, "byte %zu of the line is %s; save the file as UTF-8 text",
			 at - start + 1, text[at] == '\0' ? "a NUL" : "not well-formed UTF-8");
}

int text_check(const char *path, size_t lines_before, const char **text, size_t *n_bytes,
	       struct err *err)
{
	size_t n_mark = str_mark_bytes(*text, *n_bytes);
	const char *nul;
	int64_t bad;

	*text += n_mark;
	*n_bytes -= n_mark;
	bad = str_utf8_error(*text, *n_bytes);
	nul = memchr(*text, '\0', *n_bytes);
	if (nul && (bad < 0 || nul - *text < bad))
		bad = nul - *text;
	return bad < 0 ? 0 : text_file_fail_byte(path, lines_before, *text, (size_t)bad, err);
}

int text_each_line(size_t lines_before, const char *text, size_t n_bytes,
		   int (*on_line)(const char *text, size_t n_bytes, size_t line, void *ctx,
				  struct err *err),
		   void *ctx, struct err *err)
{
	const char *end = text + n_bytes;
	size_t line = 1 + lines_before;

	for (const char *p = text; p < end; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((stop ? stop : end) - p);

		if (strspn(p, " \t\r") < n && on_line(p, n, line, ctx, err) < 0)
			return -1;
		p += n + (stop ? 1 : 0);
	}
	return 0;
}

int text_file_load(struct arena *a, const char *path, size_t max_bytes, const char **ret_text,
		   size_t *ret_n_bytes, struct err *err)
{
	const char *text;
	size_t n_bytes;
	char *data;

	if (special_read(a, path, max_bytes, &data, &n_bytes, err) < 0)
		return -1;
	text = data;
	if (text_check(display_path(a, path), 0, &text, &n_bytes, err) < 0)
		return -1;
	*ret_text = text;
	*ret_n_bytes = n_bytes;
	return 0;
}
