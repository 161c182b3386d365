/*
 * Walks over JSON without parsing it: it needs to know only whether it is inside a string. A line
 * break ends a string, because JSON has none in strings; so a quote too many spoils one line.
 */
#include "base/json/json_exact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"

static size_t exact_digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* The length of the number at p by the grammar of RFC 8259; 0 if there is none. */
static size_t exact_number_len(const char *p)
{
	const char *from = p;
	size_t n;

	p += *p == '-';
	n = exact_digits(p);
	if (n == 0 || (n > 1 && *p == '0'))
		return 0;
	p += n;
	if (*p == '.') {
		n = exact_digits(p + 1);
		if (n == 0)
			return 0;
		p += 1 + n;
	}
	if (*p == 'e' || *p == 'E') {
		const char *q = p + 1 + (p[1] == '+' || p[1] == '-');

		n = exact_digits(q);
		if (n == 0)
			return 0;
		p = q + n;
	}
	return isalnum((unsigned char)*p) || *p == '.' ? 0 : (size_t)(p - from);
}

/* The length of a number that only Python's JSON has; 0 if there is none. */
static size_t exact_not_a_number_len(const char *p)
{
	static const char *const words[] = { "NaN", "Infinity", "-Infinity" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_starts(p, words[i]) && !isalnum((unsigned char)p[strlen(words[i])]))
			return strlen(words[i]);
	return 0;
}

/* Appends the number at p, if there is one. Returns its length. */
static size_t exact_add_number(struct buf *out, const char *p)
{
	size_t n = exact_number_len(p);

	if (n > 0) {
		buf_addc(out, '"');
		buf_add(out, p, n);
		buf_addc(out, '"');
		return n;
	}
	n = exact_not_a_number_len(p);
	if (n > 0)
		buf_adds(out, "null");
	return n;
}

/* The code unit of the escape \uXXXX at p; -1 if there is none. */
static long exact_unit(const char *p)
{
	char hex[5] = { 0 };

	if (p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[2 + i]))
			return -1;
		hex[i] = p[2 + i];
	}
	return strtol(hex, NULL, 16);
}

/* Appends the escape at p and returns its length. */
static size_t exact_add_escape(struct buf *out, const char *p)
{
	long unit = exact_unit(p), next;

	if (unit < 0xD800 || unit > 0xDFFF) {
		size_t n = p[1] && p[1] != '\n' ? 2 : 1;

		buf_add(out, p, n);
		return n;
	}
	next = exact_unit(p + 6);
	if (unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF) {
		buf_add(out, p, 12);
		return 12;
	}
	buf_adds(out, JSON_HALF_ESCAPE);
	return 6;
}

static bool exact_starts_number(const char *text, const char *p)
{
	char before = p > text ? p[-1] : ' ';

	return (*p == '-' || *p == 'N' || *p == 'I' || isdigit((unsigned char)*p)) &&
	       !isalnum((unsigned char)before) && !strchr("+-._", before);
}

void json_exact(struct buf *out, const char *text, size_t n_bytes)
{
	const char *p = text, *copied = text, *end = text + n_bytes;
	bool inside = false;

	while (p < end) {
		size_t n = 0;

		if (*p == '"')
			inside = !inside;
		else if (*p == '\n')
			inside = false;
		if ((inside && *p == '\\') || (!inside && exact_starts_number(text, p))) {
			buf_add(out, copied, (size_t)(p - copied));
			n = inside ? exact_add_escape(out, p) : exact_add_number(out, p);
			copied = p + n;
		}
		p += n ? n : 1;
	}
	buf_add(out, copied, (size_t)(end - copied));
}
