/*
 * Tuning of a head, which chooses the label from the model's hidden state: states, training, the
 * file.
 */
#include "base/clock.h"
#include "base/json/json.h"
#include "flow/events/event_lines.h"
#include "flow/prepare/heads.h"
#include "flow/states/states.h"
#include "report/text/tune_text.h"
#include "tune/tuning.h"

struct head_tuning {
	struct tuning *t;
	struct states states;
	struct head_fit fit;
	struct head head;
	size_t n_families;
	int64_t fit_us;
};

/* Drops tickets without a state, and their rows. */
static void tune_drop_failed(struct head_tuning *h)
{
	struct tuning *t = h->t;
	const struct ticket **kept = arena_array(&t->cmd->arena, t->n, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!h->states.rows[i])
			continue;
		h->states.rows[n] = h->states.rows[i];
		kept[n++] = t->tickets[i];
	}
	t->tickets = kept;
	t->n = n;
}

static int tune_learn(struct head_tuning *h)
{
	struct cmd *cmd = h->t->cmd;
	struct head_data data = tuning_data(h->t);
	int64_t start_us = clock_mono_us();

	data.rows = h->states.rows;
	data.n_embd = h->states.n_embd;
	h->n_families = tuning_families(&data);
	if (head_train(&cmd->arena, &data, &h->fit, &cmd->err) < 0)
		return h->states.n_failed ?
			       err_wrap(&cmd->err, "%zu tickets gave no hidden state (%s)",
					h->states.n_failed, h->states.failure) :
			       -1;
	h->fit_us = clock_mono_us() - start_us;
	return 0;
}

static int tune_write_head(struct head_tuning *h)
{
	struct tuning *t = h->t;
	struct arena *a = &t->cmd->arena;
	const struct job *job = &t->session.prepared.job;
	const struct model *model = t->candidate->model;

	h->head = (struct head){
		.made_us = clock_wall_us(),
		.engine_build = h->states.engine_build,
		.template_sha256 = model->facts.template_sha256,
		.opening = h->states.opening ? h->states.opening : "",
		.pinned_date_s = h->states.pinned_date_s,
		.training = tuning_record(t, h->fit.counts),
		.quality = h->fit.quality,
		.n_embd = h->states.n_embd,
		.weights = h->fit.weights,
	};
	heads_fill_identity(a, job, model, job->prompt, &h->head);
	return tuning_make_folder(t) < 0 ? -1 : head_write(a, t->out, &h->head, &t->cmd->err);
}

static void tune_print_tuned(const struct head_tuning *h)
{
	const struct tuning *t = h->t;
	struct arena *a = &t->cmd->arena;
	const struct training *training = &t->session.prepared.training;
	const struct tuned tuned = {
		.head = &h->head,
		.fit = &h->fit,
		.tickets = t->tickets,
		.n_offered = training->n + training->n_refused,
		.n_families = h->n_families,
		.n_slices = h->head.training.n_guarded,
		.n_cached = h->states.n_cached,
		.n_asked = h->states.n_asked,
		.n_failed = h->states.n_failed,
		.failure = h->states.failure,
		.state_us = h->states.asked_us,
		.fit_us = h->fit_us,
		.for_job = tuning_path_for_job(t),
		.job_path = t->job_path,
	};

	if (t->options->json)
		json_print(tuned_to_json(a, &tuned), stdout);
	else if (!event_lines_fill_stdout(t->session.events.lines))
		tuned_write_text(a, &tuned, stdout);
}

int tune_head(struct tuning *t)
{
	struct head_tuning h = { .t = t };

	if (states_get(&t->session, t->candidate, t->tickets, t->n, !t->options->no_cache,
		       &h.states, &t->cmd->err) < 0)
		return -1;
	tune_drop_failed(&h);
	if (tune_learn(&h) < 0 || tune_write_head(&h) < 0)
		return -1;
	tune_print_tuned(&h);
	return 0;
}
