/*
 * Keys of labels. All Unicode properties come from utf8proc, except for the look-alikes.
 */
#include "job/file/label_key.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"

/* Longer than any label in its longest form. */
enum { KEY_MAX_BYTES = 1 << 24 };

/*
 * Lower-case letters that are drawn like Latin ones, or whose capitals are (confusables.txt of
 * Unicode Technical Standard 39).
 */
static const struct {
	int32_t letter;
	char latin;
} lookalikes[] = {
	{ 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43A, 'k' }, { 0x43C, 'm' },
	{ 0x43D, 'h' }, { 0x43E, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' },
	{ 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' },
	{ 0x4BB, 'h' }, { 0x501, 'd' }, { 0x51B, 'q' }, { 0x51D, 'w' }, { 0x3B1, 'a' },
	{ 0x3B5, 'e' }, { 0x3B9, 'i' }, { 0x3BA, 'k' }, { 0x3BD, 'v' }, { 0x3BF, 'o' },
	{ 0x3C1, 'p' }, { 0x3C4, 't' }, { 0x3C5, 'u' }, { 0x3C7, 'x' },
};

enum { JAMO_FIRST = 0x1100, JAMO_LAST = 0x11FF };

static char key_latin_of(int32_t c)
{
	for (size_t i = 0; i < COUNT_OF(lookalikes); i++)
		if (lookalikes[i].letter == c)
			return lookalikes[i].latin;
	return '\0';
}

static bool key_is_blank(int32_t c)
{
	return c <= ' ' || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* The next character of UTF-8 text, or -1 for a malformed byte; moves *text past it. */
static int32_t key_next(const char **text)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*text, -1, &c);

	*text += n > 0 ? n : 1;
	return n > 0 ? c : -1;
}

static char *key_make(struct arena *a, const char *text, bool latin_letters)
{
	utf8proc_uint8_t *folded = NULL;
	const char *p = text;
	bool gap = false;
	struct buf b;

	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
				 UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_LUMP) >= 0)
		p = (const char *)folded;
	buf_init(&b, KEY_MAX_BYTES);
	while (*p) {
		const char *start = p;
		int32_t c = key_next(&p);
		char latin = latin_letters ? key_latin_of(c) : '\0';

		if (c >= 0 && key_is_blank(c)) {
			gap = true;
			continue;
		}
		if (gap && b.len)
			buf_addc(&b, ' ');
		gap = false;
		buf_add(&b, latin ? &latin : start, latin ? 1 : (size_t)(p - start));
	}
	free(folded);
	return buf_to_arena(&b, a);
}

char *label_fold(struct arena *a, const char *text)
{
	return key_make(a, text, false);
}

char *label_key(struct arena *a, const char *text)
{
	return key_make(a, text, true);
}

/* Whether NFKC makes another text of the character, or nothing. */
static bool key_is_odd_form(int32_t c)
{
	utf8proc_int32_t to[32];
	int class = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char(
		c, to, COUNT_OF(to), UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE,
		&class);
	utf8proc_int32_t canonical[32];

	if (n == 1)
		return to[0] != c;
	return n != utf8proc_decompose_char(c, canonical, COUNT_OF(canonical), UTF8PROC_DECOMPOSE,
					    &class);
}

static bool key_is_unseen(int32_t c)
{
	if (c < 0x80)
		return c < ' ' || c == 0x7F;
	return str_is_hidden(c) || key_is_blank(c) || key_latin_of(utf8proc_tolower(c)) ||
	       key_is_odd_form(c) || utf8proc_category(c) == UTF8PROC_CATEGORY_MN ||
	       utf8proc_category(c) == UTF8PROC_CATEGORY_PD || (c >= JAMO_FIRST && c <= JAMO_LAST);
}

char *label_show(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, KEY_MAX_BYTES);
	for (const char *p = text; *p;) {
		const char *start = p;
		int32_t c = key_next(&p);
		bool alone = start > text && start[-1] != ' ' && *p && *p != ' ';

		if (c < 0)
			buf_addf(&b, "\\x%02x", (unsigned char)*start);
		else if (key_is_unseen(c) || (c == ' ' && !alone))
			buf_addf(&b, "\\u{%x}", (unsigned)c);
		else
			buf_add(&b, start, (size_t)(p - start));
	}
	return buf_to_arena(&b, a);
}

const char *label_difference(struct arena *a, const char *x, const char *y)
{
	if (strcmp(label_show(a, x), x) == 0 && strcmp(label_show(a, y), y) == 0)
		return "differ only in case";
	return "look the same (\\u{…} is a character that nobody sees, or takes for another)";
}
