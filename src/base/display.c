/*
 * Foreign text in a message. Decides where to cut it.
 */
#include "base/display.h"

#include <string.h>

#include "base/str.h"

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
	return display_cut(a, path, 300);
}
