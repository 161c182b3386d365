/*
 * Languages of tickets and of reasons: how often a candidate is right in each, which one is
 * weakest, and which reasons are in another language than their ticket. Pure. What a text is
 * written in was told elsewhere (base/lang/text_language.h); nothing here looks at texts.
 */
#ifndef JUDGE_LANGUAGE_H
#define JUDGE_LANGUAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "judge/decide.h"
#include "judge/stats.h"
#include "work/reply.h"

enum { LANGUAGE_CODE_MAX = 36 };

/*
 * The code that a tag's language is compared by: "de" for "de", "de-CH", "DE_de", "deu" and "ger".
 * The first part of the tag in lower case where ISO 639 is not known to give another.
 */
void language_code(const char *tag, char ret_code[LANGUAGE_CODE_MAX]);

/* The language's name in English, "German"; the tag itself where none is known. */
const char *language_name(const char *tag);

struct language {
	const char *tag; /* as the first ticket has it; "de-CH" and "de" are two */
	struct tally tally; /* over its answered tickets, ordinary and harder */
	struct interval interval; /* Clopper-Pearson, of LANGUAGE_CONFIDENCE */
};

struct languages {
	struct language *rows; /* by tag */
	size_t n;
	size_t n_silent; /* answered tickets that do not say theirs */
	size_t weakest; /* row; only where n > 0 */
	/*
	 * Chance of so few right or fewer in the weakest if it were as easy as the rest (Fisher's
	 * exact test, one-sided), times the number of languages that it was chosen from; at most 1.
	 */
	double p;
};

extern const double language_confidence; /* of the intervals, two-sided */

/*
 * RULE: the weakest language is the one of which the tickets say the most surely that it is weak:
 * the lowest upper end of its interval; of equals the one with the lower share. A language with
 * one wrong ticket of one is not named before one with ten of twenty.
 * `answers` is indexed by ticket; NULL entries have not come.
 */
void languages_sum(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct languages *ret_languages);

/* Reasons in one language for tickets in another one. */
struct crossing {
	const char *ticket, *reason; /* tags */
	size_t n;
};

struct reason_count {
	const char *lang; /* as reason.lang has it; "" where nothing was told */
	size_t n;
};

struct reason_languages {
	size_t n_reasons; /* with a text */
	struct reason_count *counts; /* the most frequent first */
	size_t n_counts;
	size_t n_compared; /* of the reasons: both languages are told */
	size_t n_other; /* of these: not the ticket's */
	struct crossing *crossings; /* the most frequent first */
	size_t n_crossings;
};

/* `reasons` is indexed by ticket; it and its entries may be NULL. A script is no language. */
void languages_of_reasons(struct arena *a, const struct ticket *tickets, size_t n_tickets,
			  struct reason *const *reasons, struct reason_languages *ret);

#endif
