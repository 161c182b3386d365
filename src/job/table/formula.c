/*
 * What a formula begins with.
 */
#include "job/table/formula.h"

#include <string.h>
#include <utf8proc.h>

/* In some languages Excel accepts full-width forms of these characters as well. */
static bool formula_is_sign(utf8proc_int32_t c)
{
	utf8proc_int32_t first = 0;
	int class = 0;

	if (utf8proc_decompose_char(c, &first, 1, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &class) < 1)
		return false;
	return first == '=' || first == '+' || first == '-' || first == '@';
}

/* Invisible characters that may precede a formula: str_printable() keeps them. */
static bool formula_is_blank(utf8proc_int32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || c == 0x200D ||
	       utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

bool formula_begins(const char *text, size_t n_bytes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (n_bytes > 0 && strchr("\t\r\n", text[0]) && text[0])
		return true;
	for (size_t at = 0; at < n_bytes; at += (size_t)n) {
		n = utf8proc_iterate(p + at, (utf8proc_ssize_t)(n_bytes - at), &c);
		if (n < 1 || !formula_is_blank(c))
			return n > 0 && formula_is_sign(c);
	}
	return false;
}

/* The text behind its apostrophes is a formula. */
static bool formula_is_behind(const char *text, size_t n_bytes, size_t least)
{
	size_t n = 0;

	while (n < n_bytes && text[n] == '\'')
		n++;
	return n >= least && formula_begins(text + n, n_bytes - n);
}

bool formula_needs_guard(const char *text, size_t n_bytes)
{
	return formula_is_behind(text, n_bytes, 0);
}

size_t formula_guard_bytes(const char *cell, size_t n_bytes)
{
	return formula_is_behind(cell, n_bytes, 1);
}
