/*
 * The stored passes of a candidate, and what its replies add to them.
 */
#include "flow/ask/ladder_state.h"

#include <string.h>

#include "flow/ask/pass_row.h"
#include "flow/open/load.h"

const struct pass_row *ladder_state_replayed(const struct track *t)
{
	const struct session *s = t->session;

	for (size_t i = 0; i < s->n_replayed; i++) {
		const struct pass_row *was = s->replayed[i];

		if (strcmp(was->slice_sha256, s->prepared.slice.sha256) == 0 &&
		    pass_row_asks(was, t->candidate))
			return was;
	}
	return NULL;
}

/*
 * The candidate's last pass in this run, over any slice; ret_pass->id is 0 if there is none. Also
 * sets its limits.
 */
static int ladder_state_last_pass(struct track *t, struct pass_row *ret_pass, struct err *err)
{
	struct session *s = t->session;
	const struct candidate_row *last = NULL;
	struct candidate_row *rows;
	size_t n;

	*ret_pass = (struct pass_row){ 0 };
	if (store_get_candidates(&s->cmd->arena, &s->store, s->run.id, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (rows[i].pass_id &&
		    load_row_is_of(&rows[i], t->candidate->name, t->candidate->model->path))
			last = &rows[i];
	if (!last)
		return 0;
	if (store_get_pass(&s->cmd->arena, &s->store, last->pass_id, ret_pass, err) < 0)
		return -1;
	if (*last->ladder)
		t->limits = ladder_limits_of(ret_pass, t->candidate->n_wave);
	return 0;
}

/* RULE: no silent switch to the CPU. A missing device is a step or an error. */
static int ladder_state_check_device(struct track *t, const struct pass_row *was,
				     const char *device, struct err *err)
{
	if (!was->id || was->n_gpu_layers == 0 || strcmp(was->device, device) == 0 ||
	    strcmp(device, "CPU") != 0)
		return 0;
	if (t->session->no_ladder)
		return err_set(err, ERR_ENGINE,
			       "the device '%s' is missing, on which this run asked %s: bring "
			       "it back, or omit --no-ladder to continue on the CPU",
			       was->device, t->candidate->name);
	t->limits = (struct ladder_limits){ .cpu = true };
	t->device_gone = true;
	return 0;
}

int ladder_state_find(struct track *t, const char *device, struct err *err)
{
	const struct pass_row *replayed = ladder_state_replayed(t);
	struct pass_row was;

	if (replayed) {
		t->limits = ladder_limits_of(replayed, t->candidate->n_wave);
		return 0;
	}
	return ladder_state_last_pass(t, &was, err) < 0 ?
		       -1 :
		       ladder_state_check_device(t, &was, device, err);
}

void ladder_state_apply(struct track *t, struct pass_row *row)
{
	if (t->limits.n_wave > 0 && (row->n_wave == 0 || t->limits.n_wave < row->n_wave))
		row->n_wave = t->limits.n_wave;
	row->n_ctx_max = t->limits.n_ctx_max;
	row->n_gpu_layers = t->limits.cpu ? 0 : -1;
	if (t->limits.cpu)
		row->device = "CPU";
}

/* The context for a prompt and all that may be written after it. */
static int64_t ladder_state_need(const struct track *t, int64_t prompt_tok)
{
	enum { LABEL_TOK = 64 }; /* the label's text, and rounding up to a block */

	return prompt_tok + t->session->prepared.job.budget.reason_tok + LABEL_TOK;
}

void ladder_state_see(struct track *t, const struct answer *answer)
{
	int64_t need_tok = ladder_state_need(t, answer->prompt_tok);

	ladder_see(&t->watch, LADDER_ANSWER, answer->outcome);
	if (answer->outcome != OUTCOME_OK)
		return;
	if (need_tok > t->facts.need_tok)
		t->facts.need_tok = need_tok;
}

/*
 * Adds what one session used. If its model was loaded and no wave was reported, all tickets were in
 * memory together.
 */
static void ladder_state_add_report(const struct track *t, const struct pass_report *r,
				    struct ladder_facts *facts)
{
	int64_t n_wave = r->n_wave || !r->load_us ? r->n_wave : (int64_t)t->n_items;

	if (n_wave > facts->n_wave)
		facts->n_wave = n_wave;
	if (r->n_ctx > facts->n_ctx)
		facts->n_ctx = r->n_ctx;
}

int ladder_state_read_facts(struct track *t, struct err *err)
{
	struct session *s = t->session;
	struct segment_row *rows;
	size_t n;

	if (store_get_segments(&s->cmd->arena, &s->store, t->pass_id, &rows, &n, err) < 0)
		return -1;
	t->facts.gpu = strcmp(t->pass_row.device, "CPU") != 0;
	if (n == 0 && t->n_answered > 0)
		t->facts.n_wave = (int64_t)t->n_items;
	for (size_t i = 0; i < n; i++)
		ladder_state_add_report(t, &rows[i].report, &t->facts);
	return 0;
}

/* The facts of earlier sessions and of this one. */
static struct ladder_facts ladder_state_facts_now(const struct track *t)
{
	struct ladder_facts facts = t->facts;

	if (t->begun)
		ladder_state_add_report(t, &t->pass.report, &facts);
	/* RULE: while nothing was answered, a context that no ticket would fit is no help. */
	if (facts.need_tok == 0 && t->n_items > 0)
		facts.need_tok = ladder_state_need(
			t,
			t->candidate->prefix_tok + t->candidate->ticket_tok / (int64_t)t->n_items);
	return facts;
}

bool ladder_state_wants_less(const struct track *t)
{
	/* A server manages its own memory and context: there is nothing to lower. */
	if (t->watch.cause == LADDER_NONE || t->session->no_ladder ||
	    t->candidate->model->engine == ENGINE_HTTP)
		return false;
	/* A calibrated candidate has the limits of its base and takes no step itself. */
	return !way_is_calibrated(t->candidate->way);
}

bool ladder_state_next(const struct track *t, struct ladder_limits *ret_next)
{
	struct ladder_facts facts = ladder_state_facts_now(t);

	return ladder_step(&t->limits, t->watch.cause, &facts, ret_next);
}
