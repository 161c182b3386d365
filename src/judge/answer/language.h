/*
 * A candidate by language: how often it is right in each, which language is weakest, and which
 * reasons are in another language than their ticket. Pure. Reads the languages that tickets and
 * reasons carry (base/lang/text_language.h detects them); must not read texts.
 */
#ifndef JUDGE_ANSWER_LANGUAGE_H
#define JUDGE_ANSWER_LANGUAGE_H

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "judge/decide.h"
#include "judge/measure/stats.h"
#include "work/reply.h"

struct language {
	const char *tag; /* as the first ticket writes it; "de-CH" and "de" are two rows */
	struct tally tally; /* of its answered tickets, ordinary and harder */
	struct interval interval; /* Clopper-Pearson, of language_confidence */
};

struct languages {
	struct language *rows; /* by tag */
	size_t n;
	size_t n_silent; /* answered tickets without a language */
	size_t weakest; /* index into rows; valid if n > 0 */
	/*
	 * The chance that the weakest language gets this few right, or fewer, if it is as easy as
	 * the others: Fisher's exact test, one-sided, times the number of languages, at most 1.
	 */
	double p;
};

extern const double language_confidence; /* of the intervals, two-sided */

/*
 * RULE: the weakest language is the one whose interval has the lowest upper end; of equals, the one
 * with the lower share. So ten wrong of twenty count as weaker than one wrong of one.
 * `answers` is indexed by ticket; NULL: no answer yet.
 */
void languages_sum(struct arena *a, const struct ticket *tickets, size_t n_tickets,
		   struct answer *const *answers, struct languages *ret_languages);

/* Reasons in one language for tickets in another. */
struct crossing {
	const char *ticket, *reason; /* tags */
	size_t n;
};

struct reason_count {
	const char *lang; /* as in reason.lang; "": not detected */
	size_t n;
};

struct reason_languages {
	size_t n_reasons; /* with prose */
	struct reason_count *counts; /* the most frequent first */
	size_t n_counts;
	size_t n_compared; /* reasons whose language and whose ticket's language are available */
	size_t n_other; /* of these: not in the ticket's language */
	struct crossing *crossings; /* the most frequent first */
	size_t n_crossings;
};

/*
 * `reasons` is indexed by ticket; it and its entries may be NULL. An encoder's evidence is left
 * out, and scripts are not compared.
 */
void languages_of_reasons(struct arena *a, const struct ticket *tickets, size_t n_tickets,
			  struct reason *const *reasons, struct reason_languages *ret);

#endif
