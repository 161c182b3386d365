/* Server-sent events: bytes to lines, lines to fields, fields to events. */
#include "engine/sse.h"

#include <string.h>

void sse_init(struct sse *s)
{
	*s = (struct sse){ 0 };
	buf_init(&s->line, SSE_MAX_BYTES);
	buf_init(&s->data, SSE_MAX_BYTES);
}

void sse_release(struct sse *s)
{
	buf_release(&s->line);
	buf_release(&s->data);
}

static int sse_dispatch(struct sse *s, sse_event *event, void *ctx)
{
	int r = 0;

	if (s->has_data)
		r = event(ctx, buf_text(&s->data), s->data.len);
	buf_clear(&s->data);
	s->has_data = s->is_error = false;
	return r;
}

/* Where the value of a field begins in its line; 0 if the line is about another field. */
static size_t sse_value(const char *line, size_t n, const char *field)
{
	size_t at = strlen(field);

	if (n < at || memcmp(line, field, at) != 0 || (n > at && line[at] != ':'))
		return 0;
	at += at < n;
	return at + (at < n && line[at] == ' ');
}

/* Reads one line without its break. Only the data, and whether it is an error, matter here. */
static int sse_take_line(struct sse *s, sse_event *event, void *ctx)
{
	static const char mark[] = "\xef\xbb\xbf", error[] = "error";
	const char *line = buf_text(&s->line);
	size_t n = s->line.len, at;

	if (!s->begun && n >= 3 && memcmp(line, mark, 3) == 0) {
		line += 3;
		n -= 3;
	}
	s->begun = true;
	if (n == 0)
		return sse_dispatch(s, event, ctx);
	at = sse_value(line, n, "event");
	if (at)
		s->is_error = strcmp(line + at, error) == 0;
	at = sse_value(line, n, "data");
	if (!at)
		return 0;
	if (s->has_data)
		buf_addc(&s->data, '\n');
	s->has_data = true;
	buf_add(&s->data, line + at, n - at);
	return s->data.overflow ? -1 : 0;
}

int sse_feed(struct sse *s, const char *bytes, size_t n_bytes, sse_event *event, void *ctx)
{
	const char *end = bytes + n_bytes;

	while (bytes < end) {
		size_t n = 0;

		if (s->after_cr && *bytes == '\n') {
			s->after_cr = false;
			bytes++;
			continue;
		}
		s->after_cr = false;
		while (bytes + n < end && bytes[n] != '\n' && bytes[n] != '\r')
			n++;
		buf_add(&s->line, bytes, n);
		if (s->line.overflow)
			return -1;
		bytes += n;
		if (bytes == end)
			return 0;
		s->after_cr = *bytes++ == '\r';
		if (sse_take_line(s, event, ctx) < 0)
			return -1;
		buf_clear(&s->line);
	}
	return 0;
}

int sse_end(struct sse *s, sse_event *event, void *ctx)
{
	if (s->line.len && sse_take_line(s, event, ctx) < 0)
		return -1;
	buf_clear(&s->line);
	return sse_dispatch(s, event, ctx);
}
