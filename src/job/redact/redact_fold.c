/*
 * Folds one character at a time, so that each place has its place in the original.
 */
#include "job/redact/redact_fold.h"

#include <string.h>
#include <utf8proc.h>

#include "base/array.h"

/* Where the decimal digits of other scripts begin (UnicodeData.txt, category Nd). */
static const utf8proc_int32_t zeros[] = { 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66,
					  0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
					  0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810 };

/* The ASCII character that a reader sees; -1: another; 0: nothing. */
static utf8proc_int32_t fold_character(utf8proc_int32_t c)
{
	utf8proc_int32_t to[4];
	int boundary = 0;

	if (c < 0x80)
		return c;
	if (utf8proc_get_property(c)->ignorable)
		return 0;
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	for (size_t i = 0; i < COUNT_OF(zeros); i++)
		if (c >= zeros[i] && c < zeros[i] + 10)
			return '0' + (c - zeros[i]);
	if (utf8proc_decompose_char(c, to, COUNT_OF(to), UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE,
				    &boundary) == 1 &&
	    to[0] < 0x80)
		return to[0];
	return -1;
}

static bool fold_is_ascii(const char *text, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

bool redact_fold(struct arena *a, const char *text, size_t n_bytes,
		 struct redact_folded *ret_folded)
{
	struct redact_folded folded = { 0 };
	uint32_t *from;
	bool changed = false;

	if (fold_is_ascii(text, n_bytes))
		return false;
	folded.text = arena_alloc(a, n_bytes + 1);
	folded.from = from = arena_array(a, n_bytes + 1, sizeof(*from));
	for (size_t at = 0; at < n_bytes;) {
		utf8proc_int32_t c, to;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
						      (utf8proc_ssize_t)(n_bytes - at), &c);
		size_t n_copied;

		if (n <= 0)
			return false;
		to = fold_character(c);
		n_copied = to < 0 ? (size_t)n : to > 0;
		changed |= to >= 0 && to != c;
		for (size_t i = 0; i < n_copied; i++) {
			from[folded.n_bytes] = (uint32_t)at;
			folded.text[folded.n_bytes++] = to < 0 ? text[at + i] : (char)to;
		}
		at += (size_t)n;
	}
	*ret_folded = folded;
	return changed;
}
