/*
 * licences.def as rows, and the matching of ids, names and texts. Opens no files.
 */
#include "job/licence/licence_rows.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/str.h"

/* A title must occur within this many characters of a text. */
enum { OPENING_CHARS = 700 };

/* licences.def holds rows of three tables, so each table skips the rows of the others. */
#define OK LICENCE_OK
#define READ LICENCE_READ
#define BLOCK LICENCE_BLOCK
#define LICENCE(...) { __VA_ARGS__ },
#define TEXT(...)
#define FAMILY(...)
#define ARCH(...)
static const struct licence_row licences[] = {
#include "job/licence/licences.def"
};
#undef LICENCE
#undef TEXT
#undef FAMILY
#undef ARCH
#undef OK
#undef READ
#undef BLOCK

#define LICENCE(...)
#define TEXT(...) { __VA_ARGS__ },
#define FAMILY(...)
#define ARCH(...)
static const struct text_row texts[] = {
#include "job/licence/licences.def"
};
#undef TEXT
#undef FAMILY
#undef ARCH

#define TEXT(...)
#define FAMILY(pattern, licence) { pattern, NULL, licence },
#define ARCH(arch, licence) { NULL, arch, licence },
static const struct family_row families[] = {
#include "job/licence/licences.def"
};

const struct licence_row *licence_table(size_t *ret_n)
{
	*ret_n = COUNT_OF(licences);
	return licences;
}

const struct text_row *licence_texts(size_t *ret_n)
{
	*ret_n = COUNT_OF(texts);
	return texts;
}

const struct family_row *licence_families(size_t *ret_n)
{
	*ret_n = COUNT_OF(families);
	return families;
}

static char rows_spelt(char c)
{
	return c == ' ' || c == '_' ? '-' : (char)tolower((unsigned char)c);
}

/* Ignores case and the separators between words. */
static bool rows_same_id(const char *id, const char *other, size_t n_other)
{
	size_t i = 0;

	while (i < n_other && id[i] && rows_spelt(id[i]) == rows_spelt(other[i]))
		i++;
	return i == n_other && id[i] == '\0';
}

static bool rows_is_alias(const char *id, const char *aliases)
{
	const char *alias;
	size_t n;

	while ((alias = str_next_part(&aliases, ';', &n)))
		if (rows_same_id(id, alias, n))
			return true;
	return false;
}

const struct licence_row *licence_find(const char *id)
{
	for (size_t i = 0; *id && i < COUNT_OF(licences); i++)
		if (rows_same_id(id, licences[i].id, strlen(licences[i].id)) ||
		    rows_is_alias(id, licences[i].aliases))
			return &licences[i];
	return NULL;
}

const char *licence_nearest(const char *id)
{
	const char *ids[COUNT_OF(licences)];

	for (size_t i = 0; i < COUNT_OF(licences); i++)
		ids[i] = licences[i].id;
	return str_nearest(id, ids, COUNT_OF(licences));
}

/* "Qwen2.5-Coder-3B" becomes "-qwen-2.5-coder-3b-". */
static char *rows_words_of(struct arena *a, const char *name)
{
	char *words = arena_alloc(a, 2 * strlen(name) + 3), *to = words;

	*to++ = '-';
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p, last = (unsigned char)to[-1];
		bool point = c == '.' && isdigit(last) && isdigit((unsigned char)p[1]);

		if (isdigit(c) && isalpha(last))
			*to++ = '-';
		if (isalnum(c) || point)
			*to++ = (char)tolower(c);
		else if (last != '-')
			*to++ = '-';
	}
	if (to[-1] != '-')
		*to++ = '-';
	return words;
}

/* Finds the parts between the "*" of a pattern one after the other. */
static bool rows_matches(struct arena *a, const char *words, const char *pattern)
{
	while (*pattern) {
		size_t n = strcspn(pattern, "*");
		const char *part = rows_words_of(a, arena_strndup(a, pattern, n));
		const char *at = strstr(words, part);

		if (!at)
			return false;
		/* The "-" at the end of this part may begin the next one. */
		words = at + strlen(part) - 1;
		pattern += n + (pattern[n] == '*');
	}
	return true;
}

bool licence_name_has(struct arena *a, const char *name, const char *pattern)
{
	return rows_matches(a, rows_words_of(a, name), pattern);
}

const struct family_row *licence_family_of(struct arena *a, const char *name)
{
	const char *words = rows_words_of(a, name);

	for (size_t i = 0; i < COUNT_OF(families); i++)
		if (families[i].pattern && rows_matches(a, words, families[i].pattern))
			return &families[i];
	return NULL;
}

const struct family_row *licence_family_of_arch(const char *arch)
{
	for (size_t i = 0; i < COUNT_OF(families); i++)
		if (families[i].arch && strcasecmp(families[i].arch, arch) == 0)
			return &families[i];
	return NULL;
}

/* Lower case, single spaces, without the marks of a title ("# ", "**"). */
static char *rows_plain_text(struct arena *a, const char *text, size_t n_bytes)
{
	char *plain = arena_alloc(a, n_bytes + 1);
	size_t n = 0;

	for (size_t i = 0; i < n_bytes; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '#' || c == '*' || c == '\0')
			continue;
		if (!isspace(c))
			plain[n++] = (char)tolower(c);
		else if (n > 0 && plain[n - 1] != ' ')
			plain[n++] = ' ';
	}
	while (n > 0 && plain[n - 1] == ' ')
		plain[--n] = '\0';
	return plain;
}

const struct text_row *licence_text_of(struct arena *a, const char *text, size_t n_bytes,
				       bool *ret_more)
{
	const char *plain = rows_plain_text(a, text, n_bytes);
	const char *opening = arena_strndup(a, plain, strnlen(plain, OPENING_CHARS));

	*ret_more = false;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const struct text_row *row = &texts[i];

		if (!strstr(opening, row->opening) || !strstr(plain, row->also))
			continue;
		*ret_more = row->max_chars > 0 && strlen(plain) > row->max_chars;
		return row;
	}
	return NULL;
}
