/*
 * Foreign text in a message. Decides where to cut it, and where a line ends.
 */
#include "base/display.h"

#include <string.h>

#include "base/str.h"

/* Longer than any text that is stored. */
enum { WRITE_MAX_BYTES = 64 << 20 };

const char *display_cut(struct arena *a, const char *text, size_t max_bytes)
{
	size_t n = strlen(text);
	bool cut = n > max_bytes;
	struct buf b;

	if (cut)
		n = str_char_start(text, max_bytes);
	buf_init(&b, max_bytes * 16);
	str_printable(&b, text, n);
	if (cut)
		buf_adds(&b, "…");
	return buf_to_arena(&b, a);
}

const char *display_text(struct arena *a, const char *text)
{
	return display_cut(a, text, 100);
}

const char *display_path(struct arena *a, const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : display_cut(a, path, 300);
}

const char *display_shell_word(struct arena *a, const char *word)
{
	return str_shell_word(a, display_cut(a, word, 300));
}

const char *display_fit(struct arena *a, const char *text, size_t columns)
{
	size_t n = strlen(text), width = str_columns(text);

	if (width <= columns)
		return text;
	while (n > 0 && width + 1 > columns) {
		n = str_char_start(text, n - 1);
		width = str_columns(arena_strndup(a, text, n));
	}
	return columns > 0 ? arena_printf(a, "%.*s…", (int)n, text) : "";
}

void display_write(const char *text, FILE *out)
{
	struct buf b;

	buf_init(&b, WRITE_MAX_BYTES);
	str_printable(&b, text, strlen(text));
	fputs(buf_text(&b), out);
	buf_release(&b);
}

void display_wrap(struct arena *a, const char *text, size_t start, size_t end, FILE *out)
{
	size_t column = start;

	while (*text) {
		size_t n = strcspn(text, " ");
		size_t width = str_columns(arena_strndup(a, text, n));

		if (column > start && column + 1 + width > end) {
			fprintf(out, "\n%*s", (int)start, "");
			column = start;
		}
		if (column > start) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, n, out);
		column += width;
		text += n + strspn(text + n, " ");
	}
	fputc('\n', out);
}
