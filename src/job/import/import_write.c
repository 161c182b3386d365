/*
 * Tickets out, as JSON Lines. Decides which characters are written as escapes.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"
#include "job/import/import.h"

/* What a terminal or an editor would not show, or would show elsewhere. */
static bool write_is_hidden(utf8proc_int32_t c)
{
	static const utf8proc_category_t hidden[] = {
		UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CF, UTF8PROC_CATEGORY_CN,
		UTF8PROC_CATEGORY_ZL, UTF8PROC_CATEGORY_ZP,
	};

	if (c < 0x7F)
		return false;
	for (size_t i = 0; i < COUNT_OF(hidden); i++)
		if (utf8proc_category(c) == hidden[i])
			return true;
	return false;
}

static void write_add_escape(struct buf *out, utf8proc_int32_t c)
{
	unsigned above = (unsigned)c - 0x10000;

	if (c < 0x10000)
		buf_addf(out, "\\u%04x", (unsigned)c);
	else
		buf_addf(out, "\\u%04x\\u%04x", 0xD800 + (above >> 10), 0xDC00 + (above & 0x3FF));
}

/* Well-formed UTF-8 as a JSON string. */
static void write_add_string(struct buf *out, const char *text, size_t n_bytes)
{
	size_t done = 0, at = 0;

	buf_addc(out, '"');
	while (at < n_bytes) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
						      (utf8proc_ssize_t)(n_bytes - at), &c);

		if (write_is_hidden(c)) {
			str_json_escape(out, text + done, at - done);
			write_add_escape(out, c);
			done = at + (size_t)n;
		}
		at += (size_t)n;
	}
	str_json_escape(out, text + done, n_bytes - done);
	buf_addc(out, '"');
}

/* `before` is what stands before the value: the name, as JSON. */
static void write_add_member(struct buf *out, const char *before, const char *text)
{
	if (!text)
		return;
	buf_adds(out, before);
	write_add_string(out, text, strlen(text));
}

void import_write(const struct imported *imported, struct buf *out)
{
	for (size_t i = 0; i < imported->n; i++) {
		const struct import_row *row = &imported->rows[i];

		write_add_member(out, "{\"id\": ", row->id);
		write_add_member(out, ", \"text\": ", row->text);
		write_add_member(out, ", \"label\": ", row->label);
		write_add_member(out, ", \"lang\": ", row->lang);
		write_add_member(out, ", \"group\": ", row->group);
		buf_adds(out, "}\n");
	}
}
