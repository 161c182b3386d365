/*
 * Keeps line breaks; everything else goes through str_printable().
 */
#include "flow/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void say(const char *fmt, ...)
{
	char *text = NULL;
	struct buf seen;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
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
	fputs(buf_text(&seen), stderr);
	buf_release(&seen);
	free(text);
}
