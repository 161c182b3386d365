/*
 * Labels in sentences. A sign that binds (the hyphen in "non-technical", the last of "C#") belongs
 * to the word, so that a part of a name is never taken for a label.
 */
#include "judge/answer/answer_word.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"

/* Signs that bind two words, and those that bind one by themselves. */
static const char binds_words[] = "-.&/@'+#\\";
static const char binds_before[] = ".&/@+#\\", binds_after[] = "-&@+#";

/* Words that deny what follows in the clause. */
static const char *const denials[] = {
	"not",	   "no",     "non",    "never",	 "cannot",  "neither",	 "nor",
	"without", "except", "than",   "unlike", "instead", "excluding", "nicht",
	"kein",	   "keine",  "keinen", "keiner", "nie",	    "pas",	 "jamais",
	"ni",	   "não",    "niet",   "geen",	 "inte",    "ikke",	 "ingen",
};

static int32_t word_char_at(const char *text)
{
	utf8proc_int32_t c;

	if (!*text)
		return 0;
	return utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c) > 0 ? c : -1;
}

/* A malformed byte counts as part of a word. */
static bool word_is_inside(int32_t c)
{
	return c < 0 || c == '_' || (c > 0 && str_is_word_char(c));
}

static const char *word_before(const char *line, const char *at)
{
	return at == line ? NULL : line + str_char_start(line, (size_t)(at - line) - 1);
}

static bool word_is_one_of(int32_t c, const char *signs)
{
	return c > 0 && c < 0x80 && strchr(signs, c);
}

static bool word_begins(const char *line, const char *at)
{
	const char *p = word_before(line, at), *further;
	int32_t c;

	if (!p)
		return true;
	c = word_char_at(p);
	if (word_is_inside(c) || word_is_one_of(c, binds_before))
		return false;
	if (c == '-' && isdigit((unsigned char)*at))
		return false;
	further = word_before(line, p);
	return !word_is_one_of(c, binds_words) || !further ||
	       !word_is_inside(word_char_at(further));
}

static bool word_ends(const char *end)
{
	int32_t c = word_char_at(end);

	if (c == 0)
		return true;
	if (word_is_inside(c) || word_is_one_of(c, binds_after))
		return false;
	return !word_is_one_of(c, binds_words) || !word_is_inside(word_char_at(end + 1));
}

/* Whether a sign at the label's end is its own, and not a mark around it as in "**A**". */
static bool word_has_own_marks(const char *line, const char *at, size_t n)
{
	char mark = at[n - 1];
	size_t before = 0, after = 0;

	if (!strchr("*_`\"'", mark))
		return true;
	while (at - before > line && at[-1 - (ptrdiff_t)before] == mark)
		before++;
	while (at[n + after] == mark)
		after++;
	return before == 0 || before == after;
}

/* A label of one or two letters is also an ordinary word ("a", "it"): it must be marked. */
static bool word_is_marked(const char *line, const char *at, size_t n)
{
	static const char marks[] = "\"'`*([<:=";
	const char *p = at;

	if (n > 2 || !isalnum((unsigned char)at[0]) || !isalnum((unsigned char)at[n - 1]))
		return true;
	if (at > line && strchr("\"'`*([<", at[-1]) && at[n] && strchr("\"'`*)]>", at[n]))
		return true;
	while (p > line && p[-1] == ' ')
		p--;
	if (at[n + strspn(at + n, ".!\"'`*)]>")] && !strchr(",;", at[n]))
		return false;
	return p == line || strchr(marks, p[-1]) || (p - line >= 3 && memcmp(p - 3, " is", 3) == 0);
}

static bool word_is_denial(const char *word, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(denials); i++)
		if (strlen(denials[i]) == n && memcmp(word, denials[i], n) == 0)
			return true;
	return n > 3 && memcmp(word + n - 3, "n't", 3) == 0;
}

static bool word_has_byte(char c)
{
	return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '_' || c == '\'';
}

/* Whether one of the first `most` words of these bytes is a denial. */
static bool word_has_denial(const char *text, size_t n_bytes, size_t most)
{
	for (size_t i = 0; i < n_bytes && most > 0; most--) {
		size_t start;

		while (i < n_bytes && !word_has_byte(text[i]))
			i++;
		for (start = i; i < n_bytes && word_has_byte(text[i]);)
			i++;
		if (word_is_denial(text + start, i - start))
			return true;
	}
	return false;
}

/* A sign that ends a clause: a blank or the end of the line follows most of them. */
static bool word_is_clause_end(const char *at)
{
	return strchr("();", *at) || (strchr(".,:!?", *at) && strchr(" ", at[1]));
}

/* "not billing" and "billing does not fit", in the clause of the label. */
static bool word_is_denied(const char *line, const char *at, size_t n)
{
	enum { CLAUSE_MAX_BYTES = 200, WORDS_BEHIND = 2 };
	const char *start = at, *end = at + n;

	while (start > line && at - start < CLAUSE_MAX_BYTES && !word_is_clause_end(start - 1))
		start--;
	while (*end && end - at < CLAUSE_MAX_BYTES && !word_is_clause_end(end))
		end++;
	return word_has_denial(start, (size_t)(at - start), SIZE_MAX) ||
	       word_has_denial(at + n, end > at + n ? (size_t)(end - at) - n : 0, WORDS_BEHIND);
}

int answer_join(int one, int other)
{
	if (one == ANSWER_NOTHING || one == other)
		return other;
	return other == ANSWER_NOTHING ? one : ANSWER_SEVERAL;
}

/* The longest label at this place, or -1. */
static int word_label_at(const char *line, const char *at, const char *const *keys, size_t n_labels,
			 size_t *ret_n)
{
	int found = -1;

	*ret_n = 0;
	for (size_t i = 0; i < n_labels; i++) {
		size_t n;

		if (*keys[i] != *at)
			continue;
		n = strlen(keys[i]);
		if (n <= *ret_n || strncmp(at, keys[i], n) != 0 || !word_ends(at + n) ||
		    !word_has_own_marks(line, at, n) || !word_is_marked(line, at, n))
			continue;
		*ret_n = n;
		found = (int)i;
	}
	return found;
}

int answer_word(const char *line, const char *const *keys, size_t n_labels)
{
	int found = ANSWER_NOTHING;

	for (const char *at = line; *at && found != ANSWER_SEVERAL;) {
		size_t n = 0;
		int label = word_label_at(line, at, keys, n_labels, &n);

		if (label < 0 || !word_begins(line, at)) {
			at++;
			continue;
		}
		found = answer_join(found, word_is_denied(line, at, n) ? ANSWER_DENIED : label);
		at += n;
	}
	return found;
}
