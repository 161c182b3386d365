/*
 * Foreign text in a message. Decides only where to cut.
 */
#include "base/display.h"

#include <string.h>

#include "base/str.h"

static const char *display_shown_up_to(struct arena *a, const char *text, size_t max_bytes)
{
	size_t n = strlen(text);
	bool cut = n > max_bytes;
	struct buf b;
	const char *line;

	if (cut)
		for (n = max_bytes; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
			continue;
	buf_init(&b, max_bytes * 16);
	str_printable(&b, text, n);
	if (cut)
		buf_adds(&b, "…");
	line = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return line;
}

const char *display_text(struct arena *a, const char *text)
{
	return display_shown_up_to(a, text, 100);
}

const char *display_path(struct arena *a, const char *path)
{
	return display_shown_up_to(a, path, 300);
}
