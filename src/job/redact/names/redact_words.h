/*
 * What is known of a word: a given name, a family name, a place, an ordinary word. Decides how a
 * word is folded and looked up; must not know what a recogniser makes of it.
 */
#ifndef JOB_REDACT_NAMES_REDACT_WORDS_H
#define JOB_REDACT_NAMES_REDACT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum redact_word_flag {
	WORD_GIVEN = 1, /* a given name */
	WORD_FAMILY = 2, /* a family name */
	WORD_PLACE = 4, /* a country, or a state of one */
	WORD_COMMON = 8, /* an ordinary word of tickets, never a name on its own */
	WORD_DOUBTFUL = 16, /* a name, and an ordinary word or a place as well */
};

/* The lists (redact_lists.c): words with spaces between them. */
extern const char *const redact_given_names,
	*const redact_family_names, *const redact_places, *const redact_common_words;

struct redact_word_row;

struct redact_words {
	struct redact_word_row *rows; /* sorted */
	size_t n;
};

/* The lists, ready to be looked up; owned by the arena. */
void redact_words_load(struct arena *a, struct redact_words *ret_words);

/* Flags of n_bytes of UTF-8, whatever its case and accents; 0 where nothing is known. */
unsigned redact_word_flags(const struct redact_words *words, const char *text, size_t n_bytes);

/* A word of a text: letters, with the apostrophes and hyphens between them. */
struct redact_word {
	size_t start, end; /* bytes */
	bool upper; /* begins with a capital letter */
	bool initial; /* one letter */
};

/* The first word in [from, to) of a UTF-8 text; false where there is none. */
bool redact_word_next(const char *text, size_t from, size_t to, struct redact_word *ret_word);

#endif
