/*
 * Which kinds of models are asked in which ways, and with which prompts.
 */
#include "job/plan/plan_way.h"

/* A head chooses an encoder's label, so only the ways that make a head are for encoders. */
static bool plan_way_fits(const struct model *model, enum way way)
{
	bool encoder = model_is_encoder(model);

	if (way == WAY_TRAINED)
		return encoder;
	return !encoder || way == WAY_PLAIN || way == WAY_EXAMPLES || way == WAY_TUNED;
}

bool plan_way_suits(const struct job *job, const struct model *model, enum way way)
{
	bool any = false;

	if (model->facts.kind == MODEL_KIND_DECISION)
		return way == WAY_PLAIN || (way == WAY_CALIBRATED && job->ways[way]);
	for (int i = 0; i < WAY_COUNT; i++)
		any |= job->ways[i] && plan_way_fits(model, (enum way)i);
	if (!any && model_is_encoder(model))
		return way == WAY_PLAIN;
	return way < WAY_COUNT && job->ways[way] && plan_way_fits(model, way);
}

const char *plan_task_refusal(struct arena *a, const struct job *job, const struct model *model)
{
	if (task_of_labels(job->task) || model_writes(model))
		return NULL;
	return arena_printf(a,
			    "the task '%s' needs a model that writes, and this one only chooses "
			    "among labels",
			    task_names.texts[job->task]);
}

const char *plan_way_refusal(struct arena *a, const struct job *job, const struct model *model,
			     enum way way)
{
	enum model_kind kind = model->has_facts ? model->facts.kind : MODEL_KIND_UNKNOWN;

	if (!way_has_letters(way) && !way_is_rotated(way))
		return NULL;
	if (model->engine == ENGINE_HTTP)
		return "letters and orders are not asked of servers; use 'plain' with 'reason: "
		       "none'";
	if (kind != MODEL_KIND_UNKNOWN && kind != MODEL_KIND_MODEL)
		return arena_printf(a,
				    "letters and orders of labels are for models that write text, "
				    "and this is a %s",
				    model_kind_name(kind));
	return job_way_refusal(a, job, way);
}

int plan_way_prompts(struct arena *a, const struct job *job, enum way way,
		     struct prompts *ret_prompts, struct err *err)
{
	if (job_way_refusal(a, job, way))
		way = WAY_PLAIN;
	return job_prompts(a, job, way, ret_prompts, err);
}
