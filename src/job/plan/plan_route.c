/*
 * RULE: a decision needs no text. Reasons, thinking and images need a chat.
 */
#include "job/plan/plan_route.h"

#include "base/display.h"
#include "job/plan/plan_way.h"

bool candidate_gives_reasons(const struct candidate *c)
{
	return c->model->engine != ENGINE_BASELINE && model_writes(c->model) &&
	       (c->model->engine != ENGINE_HTTP || c->route == SERVED_CHAT);
}

static const char *plan_uncalibrated_words(const struct model *m, bool text)
{
	if (m->routes & ~(1U << SERVED_CHAT) && text)
		return "with reasons, thinking or images a server reports no label probabilities, "
		       "so there is nothing to calibrate; write 'reason: none'";
	return "a server reports no label probabilities, so there is nothing to calibrate";
}

const char *plan_choose_route(struct arena *a, const struct job *job,
			      const struct ticket *first_image, struct candidate *c)
{
	struct served_need need = {
		.text = !task_of_labels(job->task) || job->reason != REASON_NONE ||
			job->think_tok > 0 || first_image,
		.examples = way_has_examples(c->way),
		.each = task_writes(job->task),
		.n_labels = job->n_offered,
	};
	const char *why = plan_way_refusal(a, job, c->model, c->way);

	if (why)
		return why;
	c->route = served_choose_route(c->model->routes, &need, &why);
	if (why)
		return why;
	if (!task_of_labels(job->task) && c->route != SERVED_CHAT)
		return "this server only decides between labels: it writes no answer";
	if (first_image && c->route != SERVED_CHAT)
		return arena_printf(
			a, "ticket '%s' has an image, but this server only decides about text",
			display_text(a, first_image->id));
	if (way_is_calibrated(c->way) && c->route == SERVED_CHAT)
		return plan_uncalibrated_words(c->model, need.text);
	return NULL;
}
