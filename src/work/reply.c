/*
 * Names and words of outcomes, from their table.
 */
#include "work/reply.h"

#define REPLY_WORDS(id, name, words) [id] = (words),

static const char *const reply_names[] = { OUTCOMES(NAMES_TEXT) };
static const char *const reply_words[] = { OUTCOMES(REPLY_WORDS) };

const struct names outcome_names = { reply_names, OUTCOME_COUNT };

const char REASON_EVIDENCE[] = "evidence";

const char *outcome_name(enum outcome outcome)
{
	return reply_names[outcome];
}

const char *outcome_words(enum outcome outcome)
{
	return reply_words[outcome];
}
