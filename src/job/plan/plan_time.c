/*
 * Tokens and speeds to times, less what is on record.
 */
#include "job/plan/plan_time.h"

#include "job/plan/memory.h"

static bool time_is_measured(const struct model *m, bool writes)
{
	return m->prompt_tok_per_s > 0 && (m->reason_tok_per_s > 0 || !writes);
}

/* The parameters that a token goes through; 0 if unknown. */
static int64_t time_active_params(const struct model *m)
{
	if (!m->has_facts)
		return 0;
	return m->facts.n_params_active > 0 ? m->facts.n_params_active : m->facts.n_params;
}

/* The measured model nearest in active parameters, or NULL if a size is unknown. */
static const struct model *time_nearest_measured(bool writes, const struct model *m,
						 const struct model *models, size_t n_models)
{
	const struct model *best = NULL;
	double best_ratio = 0;

	if (time_active_params(m) <= 0)
		return NULL;
	for (size_t i = 0; i < n_models; i++) {
		double x, y;

		if (!time_is_measured(&models[i], writes) || time_active_params(&models[i]) <= 0 ||
		    (model_writes(m) && !model_writes(&models[i])))
			continue;
		x = (double)time_active_params(&models[i]);
		y = (double)time_active_params(m);
		if (!best || (x < y ? y / x : x / y) < best_ratio) {
			best = &models[i];
			best_ratio = x < y ? y / x : x / y;
		}
	}
	return best;
}

/* The time of a token is proportional to the parameters that it goes through. */
void plan_estimate(struct candidate *c, const struct model *models, size_t n_models)
{
	const struct model *by = c->model;
	bool writes = model_writes(by) && c->reason_tok + c->think_tok > 0;
	double scale = 1, seconds, reason_s = 0;

	c->estimate_us = c->most_us = -1;
	c->reason_us = 0;
	if (!time_is_measured(by, writes)) {
		by = time_nearest_measured(writes, by, models, n_models);
		if (!by)
			return;
		c->estimate_rough = true;
		scale = (double)time_active_params(c->model) / (double)time_active_params(by);
	}
	seconds = (double)(c->prefix_tok + c->ticket_tok) / by->prompt_tok_per_s;
	if (c->think_tok > 0)
		seconds += (double)c->think_tok / by->reason_tok_per_s;
	if (c->reason_tok > 0)
		reason_s = (double)c->reason_tok / by->reason_tok_per_s;
	c->reason_us = memory_bounded(reason_s * scale * 1e6);
	c->most_us = c->estimate_us = memory_bounded((seconds + reason_s) * scale * 1e6 + 0.5);
}

/* Reasons at this share of their cap. */
static void time_scale_reasons(struct candidate *c, double share)
{
	int64_t answers_us = c->estimate_us - c->reason_us;

	c->reason_us = memory_bounded((double)c->reason_us * share);
	c->estimate_us = answers_us + c->reason_us;
}

void plan_use_record(struct candidate *c, const struct plan_record *record)
{
	double n = (double)record->n_tickets, answers, reasons;

	if (n <= 0)
		return;
	c->on_record = record->n_answers == record->n_tickets &&
		       (c->reason_tok == 0 || record->n_reasons == record->n_tickets);
	c->reasons_measured = record->reason_tok > 0 && record->cap_tok > 0;
	if (c->on_record)
		c->estimate_us = c->reason_us = c->most_us = 0;
	if (c->estimate_us <= 0)
		return;
	answers = (double)(c->estimate_us - c->reason_us) * (1 - (double)record->n_answers / n);
	reasons = (double)c->reason_us * (1 - (double)record->n_reasons / n);
	c->reason_us = memory_bounded(reasons);
	c->most_us = c->estimate_us = memory_bounded(answers + reasons);
	if (c->reasons_measured)
		time_scale_reasons(c, record->reason_tok / (double)record->cap_tok);
}

void plan_settle_times(struct plan *plan)
{
	double used_us = 0, cap_us = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (!c->reasons_measured || c->reason_us <= 0)
			continue;
		used_us += (double)c->reason_us;
		cap_us += (double)(c->reason_us + c->most_us - c->estimate_us);
	}
	for (size_t i = 0; i < plan->n; i++)
		if (!plan->candidates[i].reasons_measured && plan->candidates[i].reason_us > 0 &&
		    cap_us > 0)
			time_scale_reasons(&plan->candidates[i], used_us / cap_us);
	plan->total_us = plan_add_up(plan);
}

int64_t plan_add_up(const struct plan *plan)
{
	int64_t total = -1;

	for (size_t i = 0; i < plan->n; i++)
		if (!plan->candidates[i].refused && plan->candidates[i].estimate_us >= 0 &&
		    plan->candidates[i].model->engine != ENGINE_BASELINE)
			total = (total < 0 ? 0 : total) + plan->candidates[i].estimate_us;
	return total;
}
