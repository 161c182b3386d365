/*
 * Words of a text, from its normalised form.
 */
#include "job/task/summary_words.h"

#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"

/* Characters that are words of their own: kana and Han. */
static const struct {
	utf8proc_int32_t first, last;
} words_alone[] = {
	{ 0x3041, 0x30FF }, { 0x3400, 0x9FFF }, { 0xF900, 0xFAFF }, { 0x20000, 0x3FFFF }
};

static bool words_stands_alone(utf8proc_int32_t c)
{
	for (size_t i = 0; i < COUNT_OF(words_alone); i++)
		if (c >= words_alone[i].first && c <= words_alone[i].last)
			return true;
	return false;
}

/* The character at `p` of well-formed text, and its bytes. */
static size_t words_char(const char *p, utf8proc_int32_t *ret_c)
{
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, -1, ret_c);

	return n > 0 ? (size_t)n : 1;
}

/* The end of the word that begins at `p`; a character that stands alone ends it. */
static const char *words_end(const char *p)
{
	utf8proc_int32_t c;
	size_t n = words_char(p, &c);

	if (words_stands_alone(c))
		return p + n;
	while (*p && *p != ' ') {
		n = words_char(p, &c);
		if (words_stands_alone(c))
			break;
		p += n;
	}
	return p;
}

struct summary_words summary_words(struct arena *a, const char *text)
{
	struct summary_words words = { NULL, 0 };
	const char *end;
	size_t cap = 0;

	for (const char *p = str_normalised(a, text); *p; p = end) {
		end = p + 1;
		if (*p == ' ')
			continue;
		end = words_end(p);
		words.items = arena_grow(a, words.items, words.n, &cap, sizeof(*words.items));
		words.items[words.n++] = arena_strndup(a, p, (size_t)(end - p));
	}
	return words;
}

struct summary_words summary_words_apart(struct arena *a, const char *text)
{
	static const char curly[] = "\xE2\x80\x99";
	char *copy = arena_strdup(a, text), *p;

	while ((p = strchr(copy, '\'')))
		*p = ' ';
	while ((p = strstr(copy, curly)))
		memset(p, ' ', sizeof(curly) - 1);
	return summary_words(a, copy);
}

static bool words_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool words_begins(const char *word, const char *start)
{
	size_t n = strlen(start);

	return strncmp(word, start, n) == 0 &&
	       !(words_is_digit(start[n - 1]) && words_is_digit(word[n]));
}

bool summary_states(const struct summary_words *text, const struct summary_words *phrase)
{
	for (size_t i = 0; phrase->n > 0 && i + phrase->n <= text->n; i++) {
		size_t k = 0;

		while (k + 1 < phrase->n && strcmp(text->items[i + k], phrase->items[k]) == 0)
			k++;
		if (k + 1 == phrase->n && words_begins(text->items[i + k], phrase->items[k]))
			return true;
	}
	return false;
}

/* The end of the next word that a person would count, or NULL if there is none. */
static const char *words_next_end(const char *p)
{
	bool in_word = false;

	while (*p) {
		utf8proc_int32_t c;
		size_t n = words_char(p, &c);
		bool space = utf8proc_category(c) == UTF8PROC_CATEGORY_ZS || strchr("\t\r\n", *p);

		if (in_word && (space || words_stands_alone(c)))
			return p;
		if (words_stands_alone(c))
			return p + n;
		in_word = in_word || str_is_word_char(c);
		p += n;
	}
	return in_word ? p : NULL;
}

size_t summary_length(const char *text)
{
	size_t n_words = 0;

	for (const char *p = words_next_end(text); p; p = words_next_end(p))
		n_words++;
	return n_words;
}

size_t summary_first_words(const char *text, size_t n_words)
{
	const char *end = text;

	for (const char *p = text; n_words > 0 && (p = words_next_end(p)); n_words--)
		end = p;
	return (size_t)(end - text);
}
