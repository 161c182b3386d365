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

const char *display_fit_middle(struct arena *a, const char *text, size_t columns)
{
	const char *tail = strrchr(text, ' ');

	if (str_columns(text) <= columns)
		return text;
	if (tail && tail - text >= 3 && strncmp(tail - 3, " ·", 3) == 0)
		tail -= 3;
	if (!tail || 2 * str_columns(tail) > columns)
		return display_fit(a, text, columns);
	return arena_printf(a, "%s%s",
			    display_fit(a, arena_strndup(a, text, (size_t)(tail - text)),
					columns - str_columns(tail)),
			    tail);
}

const char **display_lines(struct arena *a, const char *text, size_t columns, size_t *ret_n)
{
	const char **lines = NULL, *line = "";
	size_t cap = 0;

	*ret_n = 0;
	for (;;) {
		size_t n = strcspn(text, " ");
		const char *word = arena_strndup(a, text, n);

		if (*line && str_columns(line) + 1 + str_columns(word) > columns) {
			lines = arena_grow(a, lines, *ret_n, &cap, sizeof(*lines));
			lines[(*ret_n)++] = line;
			line = "";
		}
		line = *line ? arena_printf(a, "%s %s", line, word) : word;
		text += n + strspn(text + n, " ");
		if (!*text)
			break;
	}
	lines = arena_grow(a, lines, *ret_n, &cap, sizeof(*lines));
	lines[(*ret_n)++] = line;
	return lines;
}

void display_wrap(struct arena *a, const char *text, size_t start, size_t end, FILE *out)
{
	size_t n;
	const char **lines = display_lines(a, text, end > start ? end - start : 1, &n);

	for (size_t i = 0; i < n; i++)
		fprintf(out, "%*s%s\n", i ? (int)start : 0, "", lines[i]);
}
