/*
 * The prompts of a way, and which models can be asked in it: letters and several orders of the
 * labels are for models that write text; a head that the run trains is for encoders.
 */
#ifndef JOB_PLAN_PLAN_WAY_H
#define JOB_PLAN_PLAN_WAY_H

#include "job/file/job_prompt.h"
#include "job/model/model.h"

/*
 * RULE: whether the job's ways give this model a candidate in this way. An encoder or a decision
 * model that fits none of them is asked plainly.
 */
bool plan_way_suits(const struct job *job, const struct model *model, enum way way);

/* Why the model cannot do the job's task, as text, or NULL. Owned by the arena. */
const char *plan_task_refusal(struct arena *a, const struct job *job, const struct model *model);

/* Why the model cannot be asked in this way, as text, or NULL. Owned by the arena. */
const char *plan_way_refusal(struct arena *a, const struct job *job, const struct model *model,
			     enum way way);

/*
 * The prompts of a way. If the job refuses the way, those of `plain` stand in, for the estimates.
 * Owned by the arena, or borrowed from the job. Fails with ERR_INPUT if a prompt is too long.
 */
int plan_way_prompts(struct arena *a, const struct job *job, enum way way,
		     struct prompts *ret_prompts, struct err *err) MUST_USE;

#endif
