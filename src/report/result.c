/*
 * What several writers ask of a result.
 */
#include "report/result.h"

int result_shown(const struct result *r)
{
	return r->decision.pick >= 0 ? r->decision.pick : r->decision.closest;
}

int result_next_larger(const struct result *r, size_t candidate)
{
	for (size_t i = candidate + 1; i < r->n; i++)
		if (r->candidates[i].pass && r->candidates[i].score.n > 0)
			return (int)i;
	return -1;
}
