/*
 * Checks of names: takes the words of a match one by one.
 */
#include "job/redact/names/redact_names.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "job/redact/names/redact_words.h"

enum { NAME_MAX_WORDS = 4, WORD_NAME = WORD_GIVEN | WORD_FAMILY };

struct name {
	size_t start, end;
	size_t n_words;
	unsigned first; /* flags of the first word */
	bool upper; /* the first word begins with a capital letter */
};

static bool names_is_one_of(const char *text, const struct redact_word *word,
			    const char *const *list)
{
	size_t n = word->end - word->start;

	for (; *list; list++)
		if (strlen(*list) == n && strncasecmp(text + word->start, *list, n) == 0)
			return true;
	return false;
}

static bool names_is_title(const char *text, const struct redact_word *word)
{
	static const char *const titles[] = { "mr",   "mrs",  "ms",	  "miss", "dr",
					      "prof", "herr", "monsieur", "sra",  NULL };

	return names_is_one_of(text, word, titles);
}

static bool names_is_particle(const char *text, const struct redact_word *word)
{
	static const char *const particles[] = { "de",	"da",  "di",  "del", "dos", "van", "von",
						 "der", "den", "la",  "le",  "bin", "ibn", "al",
						 "el",	"ten", "ter", "zu",  "du",  NULL };

	return names_is_one_of(text, word, particles);
}

/* Words of a name are separated by spaces only; callers skip the point of an initial or title. */
static bool names_is_joined(const char *text, size_t from, size_t to)
{
	return from < to && strspn(text + from, " ") >= to - from && to - from <= 3;
}

static size_t names_skip_point(const char *text, size_t at, size_t to)
{
	return at < to && text[at] == '.' ? at + 1 : at;
}

/* Cuts "Kendra's" to "Kendra". Returns whether it cut something. */
static bool names_cut_possessive(const char *text, struct redact_word *word)
{
	size_t n = word->end - word->start;

	if (n > 3 && text[word->end - 1] == 's' && text[word->end - 2] == '\'')
		word->end -= 2;
	else if (n > 5 && strncmp(text + word->end - 4, "\xE2\x80\x99s", 4) == 0)
		word->end -= 4;
	else
		return false;
	return true;
}

static unsigned names_flags_of(const struct redact_match *match, const struct redact_word *word)
{
	return redact_word_flags(match->words, match->text + word->start, word->end - word->start);
}

/* Whether the word can be the next one of the name. */
static bool names_belongs(const struct name *name, const struct redact_word *word, unsigned flags)
{
	if ((flags & WORD_COMMON) && !(word->upper && (flags & WORD_NAME)))
		return word->initial && word->upper && name->n_words > 0;
	return name->n_words == 0 || word->upper || !name->upper;
}

/* Takes the words of a name from the start of the match. Returns false if there is none. */
static bool names_take_name(const struct redact_match *match, struct name *ret_name)
{
	struct name name = { 0 };
	struct redact_word word;
	size_t at = match->start;
	bool last = false;

	while (!last && name.n_words < NAME_MAX_WORDS &&
	       redact_word_next(match->text, at, match->end, &word)) {
		unsigned flags;

		if (at > match->start && !names_is_joined(match->text, at, word.start))
			break;
		at = word.end;
		if (name.n_words == 0 && names_is_title(match->text, &word)) {
			at = names_skip_point(match->text, at, match->end);
			continue;
		}
		if (name.n_words && !word.upper && names_is_particle(match->text, &word))
			continue;
		last = names_cut_possessive(match->text, &word);
		flags = names_flags_of(match, &word);
		if (!names_belongs(&name, &word, flags))
			break;
		if (name.n_words++ == 0) {
			name.start = word.start;
			name.first = flags;
			name.upper = word.upper;
		}
		name.end = word.end;
		if (word.initial)
			at = names_skip_point(match->text, at, match->end);
	}
	*ret_name = name;
	return name.n_words > 0;
}

static bool names_narrow(struct redact_match *match, const struct name *name)
{
	match->start = name->start;
	match->end = name->end;
	return true;
}

bool redact_check_name(struct redact_match *match)
{
	struct name name;

	if (!names_take_name(match, &name) || name.end - name.start < 2)
		return false;
	return names_narrow(match, &name);
}

bool redact_check_name_weak(struct redact_match *match)
{
	struct name name;
	bool sure;

	if (!names_take_name(match, &name) || name.end - name.start < 2)
		return false;
	sure = (name.first & WORD_NAME) && !(name.first & WORD_DOUBTFUL);
	if (!name.upper && !(sure && (name.first & WORD_GIVEN)))
		return false;
	if (!sure && (name.first & WORD_PLACE))
		return false;
	if (!sure && name.n_words < 2)
		match->score = name.first & WORD_NAME ? match->score - 10 : 35;
	return names_narrow(match, &name);
}

/* "Santa Barbara" and "St. John" are places, "Alice Street" is a street. */
static bool names_is_part_of_place(const struct redact_match *match, size_t start, size_t end)
{
	static const char *const before[] = { "st",   "saint", "san",	"santa", "fort",
					      "port", "lake",  "mount", NULL };
	static const char *const after[] = { "street",	   "st",       "road", "rd",
					     "avenue",	   "ave",      "bank", "airport",
					     "university", "hospital", NULL };
	size_t from = start > 16 ? str_char_start(match->text, start - 16) : 0;
	struct redact_word word, last = { 0 };

	while (redact_word_next(match->text, from, start, &word)) {
		last = word;
		from = word.end;
	}
	if (last.end && names_is_joined(match->text, last.end, start) &&
	    names_is_one_of(match->text, &last, before))
		return true;
	return redact_word_next(match->text, end,
				match->n_bytes < end + 16 ? match->n_bytes : end + 16, &word) &&
	       names_is_joined(match->text, end, word.start) &&
	       names_is_one_of(match->text, &word, after);
}

/* Whether the lists suffice to call a word a name. `next`: the flags of the word after it. */
static bool names_is_listed(unsigned flags, bool has_next, unsigned next)
{
	if (!(flags & WORD_NAME) || (flags & WORD_COMMON))
		return false;
	if (!(flags & WORD_DOUBTFUL))
		return true;
	return (flags & WORD_GIVEN) && has_next && (next & WORD_FAMILY);
}

bool redact_check_name_listed(struct redact_match *match)
{
	struct redact_word word, next;
	struct redact_match rest = *match;
	struct name name;
	size_t at = match->start;

	while (redact_word_next(match->text, at, match->end, &word)) {
		unsigned next_flags = 0;
		bool has_next = redact_word_next(match->text, word.end, match->end, &next) &&
				names_is_joined(match->text, word.end, next.start);

		at = word.end;
		names_cut_possessive(match->text, &word);
		if (has_next) {
			names_cut_possessive(match->text, &next);
			next_flags = names_flags_of(match, &next);
		}
		if (!word.upper ||
		    !names_is_listed(names_flags_of(match, &word), has_next, next_flags))
			continue;
		rest.start = word.start;
		if (!names_take_name(&rest, &name) ||
		    names_is_part_of_place(match, name.start, name.end))
			continue;
		if (!(name.first & WORD_GIVEN) && name.n_words == 1)
			match->score -= 10;
		return names_narrow(match, &name);
	}
	return false;
}

bool redact_check_pair(struct redact_match *match)
{
	struct redact_word word;
	size_t at = match->start;

	while (redact_word_next(match->text, at, match->end, &word)) {
		if (!word.upper || names_flags_of(match, &word) & WORD_COMMON)
			return false;
		at = word.end;
	}
	return true;
}

bool redact_check_org(struct redact_match *match)
{
	struct redact_word word;
	size_t at = match->start;

	while (redact_word_next(match->text, at, match->end, &word)) {
		if (word.upper && !(names_flags_of(match, &word) & WORD_COMMON)) {
			match->start = word.start;
			/* At least one more word: the kind of company. */
			return redact_word_next(match->text, word.end, match->end, &word);
		}
		at = word.end;
	}
	return false;
}

bool redact_check_org_named(struct redact_match *match)
{
	struct redact_word word;

	return redact_word_next(match->text, match->start, match->end, &word) && word.upper &&
	       !(names_flags_of(match, &word) & WORD_COMMON);
}

bool redact_check_place(struct redact_match *match)
{
	struct redact_word word;
	size_t at = match->start, n = 0;
	bool upper = false;

	while (n < 3 && redact_word_next(match->text, at, match->end, &word)) {
		unsigned flags = names_flags_of(match, &word);

		if (n && !names_is_joined(match->text, at, word.start))
			break;
		if ((flags & WORD_COMMON) && !(flags & WORD_PLACE))
			break;
		if (n && !word.upper)
			break;
		upper = n ? upper : word.upper;
		match->end = at = word.end;
		n++;
	}
	if (n && !upper)
		match->score -= 10;
	return n > 0 && match->end - match->start > 1;
}

bool redact_check_city_state(struct redact_match *match)
{
	struct redact_word word;

	return redact_word_next(match->text, match->start, match->end, &word) &&
	       !(names_flags_of(match, &word) & WORD_COMMON);
}

bool redact_check_street(struct redact_match *match)
{
	static const char *const sure[] = { "street", "avenue",	  "road",    "boulevard", "blvd",
					    "ave",    "rd",	  "st",	     "lane",	  "ln",
					    "dr",     "hwy",	  "highway", "pkwy",	  "parkway",
					    "cres",   "crescent", NULL };
	struct redact_word word;
	size_t at = match->start, n_names = 0;
	bool sure_or_upper = false;

	while (redact_word_next(match->text, at, match->end, &word)) {
		bool is_sure = n_names && names_is_one_of(match->text, &word, sure);

		if (!word.upper && !is_sure && (names_flags_of(match, &word) & WORD_COMMON))
			return false;
		sure_or_upper = sure_or_upper || word.upper || is_sure;
		n_names++;
		at = word.end;
	}
	return n_names >= 2 && sure_or_upper;
}
