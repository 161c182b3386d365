/*
 * Compares the words of a reason with those of the prompt's placeholders.
 */
#include "judge/answer/own_reason.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"

const char REASON_NOT_OWN[] = "gave no reason of its own";

/* Longer brackets are part of a text, not a placeholder. */
enum { PLACEHOLDER_MAX_BYTES = 100 };

struct own_word {
	const char *at;
	size_t n_bytes;
};

/* Bytes beyond ASCII are letters here. */
static bool own_is_letter(char c)
{
	return (unsigned char)c >= 0x80 || isalnum((unsigned char)c);
}

/* The next word before `end`, and moves *p behind it; a length of 0 at the end. */
static struct own_word own_next(const char **p, const char *end)
{
	struct own_word word;

	while (*p < end && !own_is_letter(**p))
		(*p)++;
	word.at = *p;
	while (*p < end && own_is_letter(**p))
		(*p)++;
	word.n_bytes = (size_t)(*p - word.at);
	return word;
}

static bool own_has_word(const char *from, const char *end, struct own_word word)
{
	for (;;) {
		struct own_word next = own_next(&from, end);

		if (next.n_bytes == 0)
			return false;
		if (next.n_bytes == word.n_bytes &&
		    strncasecmp(next.at, word.at, word.n_bytes) == 0)
			return true;
	}
}

static bool own_in_placeholder(const char *prompt, struct own_word word)
{
	for (const char *open = strchr(prompt, '<'); open; open = strchr(open + 1, '<')) {
		const char *close = strchr(open, '>');

		if (close && close - open <= PLACEHOLDER_MAX_BYTES &&
		    own_has_word(open, close, word))
			return true;
	}
	return false;
}

static bool own_in_labels(const struct label *labels, size_t n_labels, struct own_word word)
{
	for (size_t i = 0; i < n_labels; i++)
		if (own_has_word(labels[i].name, labels[i].name + strlen(labels[i].name), word))
			return true;
	return false;
}

/* "<1-2 sentences>", with nothing but punctuation and blanks around it. */
static bool own_is_bracketed(const char *reason)
{
	static const char pairs[][2] = { "<>", "[]", "{}" };
	const char *first = reason, *last = reason + strlen(reason);

	while (first < last && (isspace((unsigned char)*first) || strchr("\"'*`", *first)))
		first++;
	while (last > first && (isspace((unsigned char)last[-1]) || strchr("\"'*`.", last[-1])))
		last--;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (last - first >= 2 && last - first <= PLACEHOLDER_MAX_BYTES &&
		    *first == pairs[i][0] && last[-1] == pairs[i][1] &&
		    memchr(first, pairs[i][1], (size_t)(last - first)) == last - 1)
			return true;
	return false;
}

bool reason_is_own(const char *reason, const char *prompt, const struct label *labels,
		   size_t n_labels)
{
	const char *p = reason, *end = reason + strlen(reason);
	bool repeats = false;
	size_t n = 0;

	if (!*reason)
		return true;
	if (own_is_bracketed(reason))
		return false;
	for (;; n++) {
		struct own_word word = own_next(&p, end);

		if (word.n_bytes == 0)
			return n > 0 && !repeats;
		if (own_in_placeholder(prompt, word))
			repeats = true;
		else if (!own_in_labels(labels, n_labels, word))
			return true;
	}
}
