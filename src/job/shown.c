/*
 * Foreign text in a message. Decides only where to cut.
 */
#include "job/shown.h"

#include <string.h>

#include "base/str.h"

enum { SHOWN_MAX_BYTES = 100 };

const char *shown(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	bool cut = n > SHOWN_MAX_BYTES;
	struct buf b;
	const char *line;

	if (cut)
		for (n = SHOWN_MAX_BYTES; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
			continue;
	buf_init(&b, SHOWN_MAX_BYTES * 16);
	str_printable(&b, text, n);
	if (cut)
		buf_adds(&b, "…");
	line = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return line;
}
