/*
 * The stop rule of rationales.
 */
#include "work/sentence.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"

/* Full stops of other scripts: 。 ！ ？ । ۔ ። */
static const char *const wide_stops[] = {
	"\u3002", "\uFF01", "\uFF1F", "\u0964", "\u06D4", "\u1362"
};

/* Bytes of the sentence mark that begins at p, or 0. */
static size_t sentence_stop_mark(const char *p, size_t left)
{
	if (*p == '.' || *p == '!' || *p == '?')
		return 1;
	for (size_t i = 0; i < COUNT_OF(wide_stops); i++) {
		size_t n = strlen(wide_stops[i]);

		if (left >= n && memcmp(p, wide_stops[i], n) == 0)
			return n;
	}
	return 0;
}

/* True for "3." and "e.", which may continue: "3.5", "e.g.", "U.S." */
static bool sentence_may_go_on(const char *body, size_t at)
{
	unsigned char before = at > 0 ? (unsigned char)body[at - 1] : 0;
	bool lone = at < 2 || !isalnum((unsigned char)body[at - 2]);

	return body[at] == '.' && (isdigit(before) || (isalpha(before) && lone));
}

/* Bytes of the white space at p, plain or escaped, or 0. */
static size_t sentence_space(const char *p, size_t left)
{
	if (left >= 1 && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		return 1;
	return left >= 2 && *p == '\\' && (p[1] == 'n' || p[1] == 't' || p[1] == 'r') ? 2 : 0;
}

/* True if the mark that ends before `at` ends a sentence, given what follows. */
static bool sentence_ends_here(const char *body, size_t n_bytes, size_t mark, size_t at)
{
	size_t next = at, n;

	if (!sentence_may_go_on(body, mark))
		return at == n_bytes || sentence_space(body + at, n_bytes - at) ||
		       body[at] == '"' || (unsigned char)body[mark] >= 0x80;
	while ((n = sentence_space(body + next, n_bytes - next)))
		next += n;
	if (next == at || next == n_bytes || (body[next] == '\\' && next + 1 == n_bytes))
		return false;
	return !islower((unsigned char)body[next]);
}

enum reason_end reason_scan(const char *body, size_t n_bytes, size_t *ret_len)
{
	int sentences = 0;

	for (size_t i = 0; i < n_bytes;) {
		size_t mark;

		if (body[i] == '\\') {
			i += 2;
			continue;
		}
		if (body[i] == '"') {
			*ret_len = i;
			return REASON_QUOTE;
		}
		mark = sentence_stop_mark(body + i, n_bytes - i);
		if (mark && sentence_ends_here(body, n_bytes, i, i + mark) &&
		    ++sentences == SENTENCES_WANTED) {
			*ret_len = i + mark;
			return REASON_SENTENCE;
		}
		i += mark ? mark : 1;
	}
	*ret_len = n_bytes;
	return REASON_OPEN;
}
