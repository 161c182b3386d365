/*
 * The names of outcomes, from their one table. Knows nothing of how an outcome came about.
 */
#include "work/reply.h"

#include <string.h>

static const struct {
	const char *name, *words;
} outcomes[OUTCOME_COUNT] = {
#define OUTCOME_ROW(id, name, words) [id] = { name, words },
	OUTCOMES(OUTCOME_ROW)
#undef OUTCOME_ROW
};

const char *outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

const char *outcome_words(enum outcome outcome)
{
	return outcomes[outcome].words;
}

int outcome_by_name(const char *name)
{
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (strcmp(outcomes[i].name, name) == 0)
			return i;
	return -1;
}
