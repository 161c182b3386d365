/* Ways with letters or several orders of the labels: for which models, and with which prompts. */
#include "job/plan/plan_way.h"

const char *plan_way_refusal(struct arena *a, const struct job *job, const struct model *model,
			     enum way way)
{
	enum model_kind kind = model->has_facts ? model->facts.kind : MODEL_KIND_UNKNOWN;

	if (!way_has_letters(way) && !way_is_rotated(way))
		return NULL;
	if (model->engine == ENGINE_HTTP)
		return "a server reports no label probabilities for letters or for several orders "
		       "of the labels; ask it by name ('plain')";
	if (kind != MODEL_KIND_UNKNOWN && kind != MODEL_KIND_MODEL)
		return arena_printf(a,
				    "letters and orders of labels are for models that write text, "
				    "and it is of the kind '%s'",
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
