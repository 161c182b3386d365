/*
 * words.def as one sorted array.
 */
#include "job/redact/names/redact_words.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"

enum { WORD_MAX_BYTES = 64 };

static const struct {
	unsigned flags;
	const char *words; /* spaces between them */
} lists[] = {
#define GIVEN(words) { WORD_GIVEN, words },
#define FAMILY(words) { WORD_FAMILY, words },
#define PLACE(words) { WORD_PLACE, words },
#define COMMON(words) { WORD_COMMON, words },
#include "job/redact/names/words.def"
};

struct redact_word_row {
	const char *word;
	unsigned flags;
};

static int words_by_word(const void *x, const void *y)
{
	const struct redact_word_row *a = x, *b = y;

	return strcmp(a->word, b->word);
}

static void words_add_list(struct arena *a, struct redact_words *words, const char *list,
			   unsigned flags)
{
	const char *word;
	size_t n;

	while ((word = str_next_part(&list, ' ', &n))) {
		bool doubtful = word[n - 1] == '?';

		words->rows[words->n++] = (struct redact_word_row){
			.word = arena_strndup(a, word, n - doubtful),
			.flags = flags | (doubtful ? WORD_DOUBTFUL : 0),
		};
	}
}

/* Joins the rows of each word: it gets the flags of all of them. */
static void words_join_rows(struct redact_words *words)
{
	size_t n = 0;

	qsort(words->rows, words->n, sizeof(*words->rows), words_by_word);
	for (size_t i = 0; i < words->n; i++) {
		if (n && strcmp(words->rows[n - 1].word, words->rows[i].word) == 0)
			words->rows[n - 1].flags |= words->rows[i].flags;
		else
			words->rows[n++] = words->rows[i];
	}
	words->n = n;
}

void redact_words_load(struct arena *a, struct redact_words *ret_words)
{
	struct redact_words words = { 0 };
	size_t n_max = 0;

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		n_max += strlen(lists[i].words) / 2 + 1;
	words.rows = arena_array(a, n_max, sizeof(*words.rows));
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		words_add_list(a, &words, lists[i].words, lists[i].flags);
	words_join_rows(&words);
	*ret_words = words;
}

/* Lower case without accents. Returns false if the word is too long to be listed. */
static bool words_fold(const char *text, size_t n_bytes, char ret_word[WORD_MAX_BYTES])
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n;
	bool ascii = true;

	if (n_bytes >= WORD_MAX_BYTES)
		return false;
	for (size_t i = 0; i < n_bytes; i++) {
		unsigned char c = (unsigned char)text[i];

		ascii = ascii && c < 0x80;
		ret_word[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	ret_word[n_bytes] = '\0';
	if (ascii)
		return true;
	n = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n_bytes, &folded,
			 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
				 UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	if (n >= 0 && n < WORD_MAX_BYTES)
		memcpy(ret_word, folded, (size_t)n + 1);
	free(folded);
	return n >= 0 && n < WORD_MAX_BYTES;
}

unsigned redact_word_flags(const struct redact_words *words, const char *text, size_t n_bytes)
{
	char word[WORD_MAX_BYTES];
	struct redact_word_row key = { .word = word };
	const struct redact_word_row *row;

	if (!words_fold(text, n_bytes, word))
		return 0;
	row = bsearch(&key, words->rows, words->n, sizeof(*words->rows), words_by_word);
	return row ? row->flags : 0;
}

static bool words_is_letter(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

static utf8proc_int32_t words_char_at(const char *text, size_t at, size_t to, size_t *ret_n_bytes)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
					      (utf8proc_ssize_t)(to - at), &c);

	*ret_n_bytes = n > 0 ? (size_t)n : 1;
	return n > 0 ? c : 0xFFFD;
}

static bool words_letter_at(const char *text, size_t at, size_t to)
{
	size_t n;

	return at < to && words_is_letter(words_char_at(text, at, to, &n));
}

bool redact_word_next(const char *text, size_t from, size_t to, struct redact_word *ret_word)
{
	struct redact_word word = { 0 };
	size_t n, n_letters = 0;
	utf8proc_int32_t c;

	while (from < to && !words_is_letter(words_char_at(text, from, to, &n)))
		from += n;
	if (from >= to)
		return false;
	word.start = from;
	c = words_char_at(text, from, to, &n);
	word.upper = utf8proc_category(c) == UTF8PROC_CATEGORY_LU ||
		     utf8proc_category(c) == UTF8PROC_CATEGORY_LT;
	while (from < to) {
		c = words_char_at(text, from, to, &n);
		if (!words_is_letter(c) && !((c == '\'' || c == 0x2019 || c == '-') &&
					     words_letter_at(text, from + n, to)))
			break;
		from += n;
		n_letters++;
	}
	word.end = from;
	word.initial = n_letters == 1;
	*ret_word = word;
	return true;
}
