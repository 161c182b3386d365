/*
 * What a paired test of two candidates says, as text.
 */
#include "report/words/words.h"

/* Below this chance, a difference between two candidates is more than luck. */
static const double beyond_chance = 0.05;

const char *words_mcnemar(struct arena *a, double mid_p)
{
	return arena_printf(a, "%s (mid-p McNemar %.2g).",
			    mid_p < beyond_chance ? "They differ beyond chance" :
						    "These tickets cannot tell the two apart",
			    mid_p);
}
