/*
 * Writes tickets as JSON Lines.
 */
#include <string.h>

#include "base/str.h"
#include "job/import/import.h"

/* Well-formed UTF-8 as a JSON string; characters that would not be seen become escapes. */
static void write_add_string(struct buf *out, const char *text, size_t n_bytes)
{
	struct buf body;

	buf_init(&body, n_bytes * 6);
	str_json_escape(&body, text, n_bytes);
	buf_addc(out, '"');
	str_escape_hidden(out, buf_text(&body), body.len);
	buf_addc(out, '"');
	buf_release(&body);
}

/* `before` is the JSON before the value: punctuation and the name. */
static void write_add_member(struct buf *out, const char *before, const char *text)
{
	if (!text)
		return;
	buf_adds(out, before);
	write_add_string(out, text, strlen(text));
}

void import_write(const struct import_row *rows, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct import_row *row = &rows[i];

		write_add_member(out, "{\"id\": ", row->id);
		write_add_member(out, ", \"text\": ", row->text);
		write_add_member(out, ", \"label\": ", row->label);
		if (row->gold)
			buf_addf(out, ", \"gold\": %s", row->gold);
		write_add_member(out, ", \"lang\": ", row->lang);
		write_add_member(out, ", \"group\": ", row->group);
		buf_adds(out, "}\n");
	}
}
