/*
 * A text as words, and whether it states a phrase. The rule for facts: letters and digits count,
 * case and the rest do not, and the last word of a phrase may run on ("replac": "replaced").
 */
#ifndef JOB_TASK_SUMMARY_WORDS_H
#define JOB_TASK_SUMMARY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct summary_words {
	const char **items;
	size_t n;
};

/*
 * Normalised words (str_normalised()). A character of Chinese or Japanese is a word: these have no
 * spaces. `text` is UTF-8. Owned by the arena.
 */
struct summary_words summary_words(struct arena *a, const char *text);

/* The same with a new word behind each apostrophe: "don't" is two. */
struct summary_words summary_words_apart(struct arena *a, const char *text);

/*
 * Whether the phrase stands in the text, word for word. Its last word may be the beginning of one;
 * but a digit does not run on into digits: "40" does not stand in "400". Never an empty phrase.
 */
bool summary_states(const struct summary_words *text, const struct summary_words *phrase);

/* How many words a person would count: those between spaces that hold a letter or a digit. */
size_t summary_length(const char *text);

/* The bytes of the first n of them. */
size_t summary_first_words(const char *text, size_t n_words);

#endif
