/*
 * The word lists of words.def: given names, family names, places, ordinary words. Decides how a
 * word is folded and looked up; must not know how recognisers use it.
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
	WORD_COMMON = 8, /* an ordinary word of tickets, never a name alone */
	WORD_DOUBTFUL = 16, /* a name that is also an ordinary word or a place */
};

struct redact_word_row;

struct redact_words {
	struct redact_word_row *rows; /* sorted */
	size_t n;
};

/* Prepares the lists for redact_word_flags(). They are owned by the arena. */
void redact_words_load(struct arena *a, struct redact_words *ret_words);

/* The flags of a word, ignoring case and accents; 0 if no list has it. */
unsigned redact_word_flags(const struct redact_words *words, const char *text, size_t n_bytes);

/* A word of a text: letters, with the apostrophes and hyphens between them. */
struct redact_word {
	size_t start, end; /* bytes */
	bool upper; /* begins with a capital letter */
	bool initial; /* one letter */
};

/* Finds the first word in [from, to) of a UTF-8 text. Returns false if there is none. */
bool redact_word_next(const char *text, size_t from, size_t to, struct redact_word *ret_word);

#endif
