/*
 * Questions that several writers have about a result.
 */
#include "report/result/result.h"

#include <string.h>

#include "job/file/job.h"

const char *result_not_run(const struct candidate_result *c)
{
	if (*c->row->refused)
		return "did not run";
	if (c->not_reached)
		return "not asked yet";
	return c->not_tried ? "not tried (--first)" : NULL;
}

const char *result_not_measured(const struct candidate_result *c)
{
	const char *words = result_not_run(c);

	return words ? words : "did not run";
}

int result_shown(const struct result *r)
{
	const struct decision *d = &r->decision;

	return d->pick >= 0 ? d->pick : d->closest >= 0 ? d->closest : d->blocked;
}

const struct evidence *result_evidence(const struct result *r, const struct candidate_result *c)
{
	bool learns = c->pass && !c->baseline && *c->pass->examples_sha256;

	/* As the store finds them: a tuned head's file names its tickets too. */
	if (learns && strstr(c->pass->way, way_name(WAY_TRAINED)))
		return &r->training_evidence;
	return learns && strstr(c->pass->way, way_name(WAY_EXAMPLES)) ? &r->examples_evidence :
									&r->evidence;
}

size_t result_n_asked(const struct result *r, const struct candidate_result *c)
{
	return c->raced || c->n_slices < r->n_slices ? c->score.n : c->score.n_tickets;
}

const struct candidate_result *result_candidate(const struct result *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->candidates[i].row->name, name) == 0)
			return &r->candidates[i];
	return NULL;
}

int result_next_larger(const struct result *r, size_t candidate)
{
	for (size_t i = candidate + 1; i < r->n; i++)
		if (r->candidates[i].pass && r->candidates[i].score.n > 0)
			return (int)i;
	return -1;
}

const char *result_use(const struct result *r)
{
	const char *research = use_name(USE_RESEARCH);

	return strncmp(r->run->use, research, strlen(research)) == 0 ? research :
								       use_name(USE_COMMERCIAL);
}

const char *result_untimed(const struct candidate_result *c)
{
	if (c->baseline)
		return "no model";
	if (c->row->reused)
		return "reused";
	if (c->ladder)
		return c->ladder;
	if (c->slept)
		return "slept";
	if (c->disturbed)
		return "disturbed";
	return c->recomputed ? "resumed" : NULL;
}
