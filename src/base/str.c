/*
 * Text helpers. All Unicode properties come from utf8proc.
 */
#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"

int64_t str_utf8_error(const char *text, size_t n_bytes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	size_t at = 0;

	while (at < n_bytes) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n =
			utf8proc_iterate(p + at, (utf8proc_ssize_t)(n_bytes - at), &cp);

		if (n <= 0)
			return (int64_t)at;
		at += (size_t)n;
	}
	return -1;
}

bool str_is_half(const char *text, size_t n_bytes)
{
	return n_bytes >= 3 && text[0] == '\xED' && (text[1] & 0xE0) == 0xA0 &&
	       (text[2] & 0xC0) == 0x80;
}

const char *str_utf8_repaired(struct arena *a, const char *text)
{
	static const char replacement[] = "\uFFFD";
	size_t left = strlen(text);
	int64_t bad = str_utf8_error(text, left);
	struct buf b;

	if (bad < 0)
		return text;
	buf_init(&b, left * strlen(replacement) + 1);
	for (; bad >= 0; bad = str_utf8_error(text, left)) {
		buf_add(&b, text, (size_t)bad);
		buf_adds(&b, replacement);
		text += bad + 1;
		left -= (size_t)bad + 1;
	}
	buf_add(&b, text, left);
	return buf_to_arena(&b, a);
}

size_t str_mark_bytes(const char *text, size_t n_bytes)
{
	size_t n = strlen(STR_MARK);

	return n_bytes >= n && memcmp(text, STR_MARK, n) == 0 ? n : 0;
}

const char *str_shell_word(struct arena *a, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:,+=@%";
	const char *word = "'";

	if (*text && text[strspn(text, plain)] == '\0')
		return text;
	for (const char *from = text;;) {
		size_t n = strcspn(from, "'");

		word = arena_printf(a, "%s%.*s", word, (int)n, from);
		if (!from[n])
			return arena_printf(a, "%s'", word);
		word = arena_printf(a, "%s'\\''", word);
		from += n + 1;
	}
}

void str_json_escape(struct buf *b, const char *text, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++) {
		unsigned char c = (unsigned char)text[i];

		switch (c) {
		case '"':
			buf_adds(b, "\\\"");
			break;
		case '\\':
			buf_adds(b, "\\\\");
			break;
		case '\n':
			buf_adds(b, "\\n");
			break;
		case '\r':
			buf_adds(b, "\\r");
			break;
		case '\t':
			buf_adds(b, "\\t");
			break;
		default:
			if (c < 0x20)
				buf_addf(b, "\\u%04x", c);
			else
				buf_addc(b, (char)c);
		}
	}
}

static bool str_parse_hex4(const char *p, unsigned *ret_value)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return false;
		v = v * 16 +
		    (unsigned)(isdigit((unsigned char)p[i]) ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
	}
	*ret_value = v;
	return true;
}

/* Appends the character of a \uXXXX escape or pair; returns the bytes read behind "\u". */
static size_t str_unescape_u(struct buf *b, const char *p, size_t left)
{
	utf8proc_uint8_t out[4];
	unsigned hi, lo;
	size_t used = 4;

	if (left < 4 || !str_parse_hex4(p, &hi)) {
		buf_adds(b, "\\u");
		return 0;
	}
	if (hi >= 0xD800 && hi < 0xDC00 && left >= 10 && p[4] == '\\' && p[5] == 'u' &&
	    str_parse_hex4(p + 6, &lo) && lo >= 0xDC00 && lo < 0xE000) {
		hi = 0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00);
		used = 10;
	}
	if (!utf8proc_codepoint_valid((utf8proc_int32_t)hi))
		hi = 0xFFFD;
	buf_add(b, out, (size_t)utf8proc_encode_char((utf8proc_int32_t)hi, out));
	return used;
}

void str_json_unescape(struct buf *b, const char *body, size_t n_bytes)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

	for (size_t i = 0; i < n_bytes; i++) {
		const char *hit;

		if (body[i] != '\\' || i + 1 == n_bytes) {
			buf_addc(b, body[i]);
			continue;
		}
		i++;
		hit = body[i] ? strchr(from, body[i]) : NULL;
		if (hit) {
			buf_addc(b, to[hit - from]);
		} else if (body[i] == 'u') {
			i += str_unescape_u(b, body + i + 1, n_bytes - i - 1);
		} else {
			buf_addc(b, '\\');
			buf_addc(b, body[i]);
		}
	}
}

bool str_is_hidden(int32_t c)
{
	utf8proc_category_t cat = utf8proc_category(c);

	return cat == UTF8PROC_CATEGORY_CC || cat == UTF8PROC_CATEGORY_CF ||
	       cat == UTF8PROC_CATEGORY_CS || cat == UTF8PROC_CATEGORY_CN ||
	       cat == UTF8PROC_CATEGORY_ZL || cat == UTF8PROC_CATEGORY_ZP;
}

/* Characters beyond ASCII that are chosen become escapes of JSON. */
static void str_escape_if(struct buf *b, const char *text, size_t n_bytes,
			  bool (*is_chosen)(int32_t c))
{
	size_t done = 0, at = 0;

	while (at < n_bytes) {
		utf8proc_int32_t c = (unsigned char)text[at];
		utf8proc_ssize_t n = 1;

		if (c >= 0x7F)
			n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
					     (utf8proc_ssize_t)(n_bytes - at), &c);
		if (n < 1)
			n = 1; /* malformed: left as it is */
		else if (c >= 0x7F && is_chosen(c)) {
			unsigned above = (unsigned)c - 0x10000;

			buf_add(b, text + done, at - done);
			if (c < 0x10000)
				buf_addf(b, "\\u%04x", (unsigned)c);
			else
				buf_addf(b, "\\u%04x\\u%04x", 0xD800 + (above >> 10),
					 0xDC00 + (above & 0x3FF));
			done = at + (size_t)n;
		}
		at += (size_t)n;
	}
	buf_add(b, text + done, n_bytes - done);
}

void str_escape_hidden(struct buf *b, const char *text, size_t n_bytes)
{
	str_escape_if(b, text, n_bytes, str_is_hidden);
}

static bool str_is_any(int32_t c)
{
	(void)c;
	return true;
}

void str_escape_beyond_ascii(struct buf *b, const char *text, size_t n_bytes)
{
	str_escape_if(b, text, n_bytes, str_is_any);
}

void str_printable(struct buf *b, const char *text, size_t n_bytes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	size_t at = 0;

	while (at < n_bytes) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n =
			utf8proc_iterate(p + at, (utf8proc_ssize_t)(n_bytes - at), &cp);

		if (n <= 0) {
			buf_addf(b, "\\x%02x", p[at++]);
			continue;
		}
		if (cp == '\n' || cp == '\r' || cp == '\t')
			buf_addc(b, ' ');
		else if (cp < 0x100 && str_is_hidden(cp))
			buf_addf(b, "\\x%02x", (unsigned)cp);
		else if (str_is_hidden(cp) && cp != 0x200D)
			buf_addf(b, "\\u{%x}", (unsigned)cp);
		else
			buf_add(b, p + at, (size_t)n);
		at += (size_t)n;
	}
}

size_t str_columns(const char *text)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	size_t columns = 0;

	while (*p) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &cp);

		if (n <= 0) {
			p++;
			columns++;
			continue;
		}
		columns += (size_t)utf8proc_charwidth(cp);
		p += n;
	}
	return columns;
}

const char *str_bytes(struct arena *a, uint64_t n_bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	double value = (double)n_bytes;
	size_t u = 0;

	while (value >= 999.5 && u + 1 < COUNT_OF(units)) {
		value /= 1000;
		u++;
	}
	return arena_printf(a, value < 9.95 && u > 0 ? "%.1f %s" : "%.0f %s", value, units[u]);
}

const char *str_duration(struct arena *a, int64_t us)
{
	double ms = (double)us / 1e3;

	if (us < 0)
		return "-";
	if (ms < 9.95)
		return arena_printf(a, "%.1f ms", ms);
	if (ms < 999.5)
		return arena_printf(a, "%.0f ms", ms);
	if (ms < 99950)
		return arena_printf(a, "%.1f s", ms / 1e3);
	us = (us + 500000) / 1000000;
	return arena_printf(a, "%lld min %02lld s", (long long)(us / 60), (long long)(us % 60));
}

const char *str_about(struct arena *a, int64_t us)
{
	enum { TEN_S = 10, MIN_S = 60, HOUR_S = 3600 };
	long long s = (us + 500000) / 1000000;

	if (s < MIN_S)
		return arena_printf(a, "%lld s", s < 1 ? 1 : s);
	if (s < TEN_S * MIN_S) {
		s = (s + TEN_S / 2) / TEN_S * TEN_S;
		return s % MIN_S ? arena_printf(a, "%lld min %02lld s", s / MIN_S, s % MIN_S) :
				   arena_printf(a, "%lld min", s / MIN_S);
	}
	s = (s + MIN_S / 2) / MIN_S * MIN_S;
	if (s < 2 * HOUR_S)
		return arena_printf(a, "%lld min", s / MIN_S);
	return arena_printf(a, "%lld h %02lld min", s / HOUR_S, s % HOUR_S / MIN_S);
}

void str_number(double value, char ret_text[STR_NUMBER_BYTES])
{
	/* 15 digits may be enough, 17 always are (IEEE 754, binary64). */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(ret_text, STR_NUMBER_BYTES, "%.*g", digits, value);
		if (strtod(ret_text, NULL) == value)
			return;
	}
}

bool str_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	char *end;
	long long v;

	if (*text == '\0' || isspace((unsigned char)*text))
		return false;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno || *end || v < min || v > max)
		return false;
	*ret_value = v;
	return true;
}

size_t str_char_start(const char *text, size_t at)
{
	while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

size_t str_char_end(const char *text, size_t at, size_t n_bytes)
{
	do
		at++;
	while (at < n_bytes && ((unsigned char)text[at] & 0xC0) == 0x80);
	return at;
}

size_t str_chars_len(const char *text, size_t n_bytes, size_t n_chars)
{
	size_t n = 0;

	for (size_t i = 0; i < n_bytes; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80 && n++ == n_chars)
			return i;
	return n_bytes;
}

bool str_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool str_ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

bool str_ends_any_case(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcasecmp(text + n - m, end) == 0;
}

const char *str_next_part(const char **list, char separator, size_t *ret_n_bytes)
{
	const char *part = *list, separators[] = { separator, '\0' };

	if (*part == '\0')
		return NULL;
	*ret_n_bytes = strcspn(part, separators);
	*list += *ret_n_bytes + (part[*ret_n_bytes] == separator);
	return part;
}

bool str_is_listed(const char *text, const char *list, char separator)
{
	size_t n_text = strlen(text), n;
	const char *part;

	while ((part = str_next_part(&list, separator, &n)))
		if (n == n_text && memcmp(part, text, n) == 0)
			return true;
	return false;
}

const char *str_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool str_is_word_char(int32_t cp)
{
	utf8proc_category_t cat = utf8proc_category(cp);

	return (cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_LO) ||
	       (cat >= UTF8PROC_CATEGORY_MN && cat <= UTF8PROC_CATEGORY_ME) ||
	       (cat >= UTF8PROC_CATEGORY_ND && cat <= UTF8PROC_CATEGORY_NO);
}

char *str_normalised(struct arena *a, const char *text)
{
	utf8proc_uint8_t *folded = NULL;
	const utf8proc_uint8_t *p;
	char *out;
	size_t len = 0;
	bool gap = false;

	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
				 UTF8PROC_CASEFOLD | UTF8PROC_IGNORE) < 0)
		return arena_strdup(a, text);
	out = arena_alloc(a, strlen((char *)folded) * 2 + 1);
	for (p = folded; *p;) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &cp);

		if (n <= 0)
			break;
		if (str_is_word_char(cp)) {
			if (gap && len)
				out[len++] = ' ';
			gap = false;
			memcpy(out + len, p, (size_t)n);
			len += (size_t)n;
		} else if (cp != '\'' && cp != 0x2019) {
			gap = true;
		}
		p += n;
	}
	free(folded);
	return out;
}

const char *str_capital(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	*copy = (char)toupper((unsigned char)*copy);
	return copy;
}

static size_t str_edit_distance(const char *x, const char *y)
{
	size_t n = strlen(x), m = strlen(y), row[65];

	if (n > 64 || m > 64)
		return 99;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = diagonal + (x[i - 1] != y[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

const char *str_nearest(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t best_distance = 4;

	for (size_t i = 0; i < n; i++) {
		size_t d = str_edit_distance(word, names[i]);

		if (d < best_distance && d < strlen(names[i])) {
			best_distance = d;
			best = names[i];
		}
	}
	return best;
}
