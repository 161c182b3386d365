/*
 * Marks of thinking in a text. A mark may arrive in pieces, and its last piece may contain the
 * beginning of what follows.
 */
#include "engine/thought.h"

#include <string.h>

static const char white[] = " \t\r\n";

static size_t thought_skip_white(const char *text, size_t n_bytes, size_t at)
{
	while (at < n_bytes && text[at] && strchr(white, text[at]))
		at++;
	return at;
}

static bool thought_stands_at(const char *text, size_t n_bytes, size_t at, const char *what)
{
	size_t n = strlen(what);

	return n_bytes - at >= n && memcmp(text + at, what, n) == 0;
}

/* The first place of a mark from `from` on, or n_bytes. */
static size_t thought_place(const char *text, size_t n_bytes, size_t from, const char *mark)
{
	for (size_t at = from; at < n_bytes; at++)
		if (thought_stands_at(text, n_bytes, at, mark))
			return at;
	return n_bytes;
}

/* Skips a mark, without the white space that a template puts around it. */
static size_t thought_skip_mark(const char *text, size_t n_bytes, size_t at, const char *mark)
{
	size_t n = strlen(mark);

	while (n > 0 && strchr(white, *mark)) {
		mark++;
		n--;
	}
	while (n > 0 && strchr(white, mark[n - 1]))
		n--;
	if (n > 0 && n_bytes - at >= n && memcmp(text + at, mark, n) == 0)
		return at + n;
	return at;
}

bool thought_find(const struct opening *opening, const char *text, size_t n_bytes, bool alone,
		  struct thought_span *ret_span)
{
	size_t first = thought_skip_white(text, n_bytes, 0), start, end;

	if (!opening_thinks(opening))
		return false;
	start = thought_skip_mark(text, n_bytes, first, opening->think_start);
	if (start == first && !(alone && opening->lone_end))
		return false;
	end = thought_place(text, n_bytes, start, opening->think_end);
	if (start == first && end == n_bytes)
		return false;
	*ret_span = (struct thought_span){ thought_skip_white(text, n_bytes, start), end, n_bytes,
					   end < n_bytes };
	if (ret_span->closed) {
		size_t at = thought_skip_white(text, n_bytes, end + strlen(opening->think_end));

		at = thought_skip_mark(text, n_bytes, at, opening->answer_open);
		ret_span->answer = thought_skip_white(text, n_bytes, at);
	}
	while (ret_span->end > ret_span->start && strchr(white, text[ret_span->end - 1]))
		ret_span->end--;
	return true;
}

size_t thought_length(const struct opening *opening, const char *text, size_t n_bytes,
		      bool *ret_complete)
{
	size_t n_mark = strlen(opening->think_end);
	size_t at = thought_place(text, n_bytes, 0, opening->think_end);
	size_t n;

	*ret_complete = at < n_bytes;
	if (*ret_complete)
		return at;
	for (n = n_mark - 1; n > 0; n--)
		if (n <= n_bytes && memcmp(text + n_bytes - n, opening->think_end, n) == 0)
			break;
	return n_bytes - n;
}

bool thought_close(const struct opening *opening, const char *text, size_t n_bytes, size_t n_done,
		   struct buf *ret_rest)
{
	bool complete;
	size_t length = thought_length(opening, text, n_bytes, &complete), n;
	struct buf whole;
	bool keep;

	buf_init(&whole, ret_rest->max);
	buf_add(&whole, text, length);
	/* Completes a mark that has begun; otherwise adds it as the template writes it. */
	buf_adds(&whole, length < n_bytes ? opening->think_end : opening->think_close);
	buf_adds(&whole, opening->answer_open);
	keep = n_bytes <= whole.len && memcmp(whole.data, text, n_bytes) == 0;
	n = keep ? n_bytes : n_done;
	buf_add(ret_rest, buf_text(&whole) + n, whole.len - n);
	buf_release(&whole);
	return keep;
}
