/*
 * Keeps line breaks; everything else goes through str_printable().
 */
#include "flow/say/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "flow/say/status.h"

static bool quiet;

void say_be_quiet(void)
{
	quiet = true;
}

bool say_is_quiet(void)
{
	return quiet;
}

/* On a terminal, lines that are too long break between words. */
static void say_print(const char *text)
{
	size_t columns = status_columns();
	struct arena a = { 0 };

	while (*text) {
		const char *line = arena_strndup(&a, text, strcspn(text, "\n"));
		size_t n = strlen(line);

		if (columns == 0 || text[n] == '\0' || str_columns(line) <= columns)
			fprintf(stderr, "%s%s", line, text[n] ? "\n" : "");
		else
			display_wrap(&a, line, 0, columns, stderr);
		text += n + (text[n] != '\0');
	}
	arena_release(&a);
}

static void say_write(const char *fmt, va_list ap)
{
	char *text = NULL;
	struct buf seen;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0)
		arena_out_of_memory(strlen(fmt));
	buf_init(&seen, (size_t)n * 10 + 16);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		str_printable(&seen, line, len);
		line += len;
		if (*line) {
			buf_addc(&seen, '\n');
			line++;
		}
	}
	status_clear();
	say_print(buf_text(&seen));
	buf_release(&seen);
	free(text);
}

void say(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	say_write(fmt, ap);
	va_end(ap);
}

void say_always(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_write(fmt, ap);
	va_end(ap);
}
