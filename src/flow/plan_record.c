/*
 * The newest runs of the job's store against the plan.
 */
#include "flow/plan_record.h"

#include <string.h>

#include "base/file.h"
#include "flow/ask/pass_row.h"
#include "flow/open/run_open.h"
#include "flow/open/store_find.h"
#include "job/plan/plan_time.h"

/* Older runs are not searched. */
enum { RECORD_MAX_RUNS = 30 };

struct recording {
	struct session session; /* as smoke's would be, to get the same pass keys */
	struct pass_row *passes; /* of the newest runs, newest first */
	size_t n, n_room;
	struct err *err;
};

static int record_add_passes(struct recording *w, struct arena *a, int64_t run_id)
{
	struct candidate_row *rows;
	size_t n;

	if (store_get_candidates(a, &w->session.store, run_id, &rows, &n, w->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].pass_id)
			continue;
		w->passes = arena_grow(a, w->passes, w->n, &w->n_room, sizeof(*w->passes));
		if (store_get_pass(a, &w->session.store, rows[i].pass_id, &w->passes[w->n++],
				   w->err) < 0)
			return -1;
	}
	return 0;
}

static int record_read_passes(struct recording *w, struct arena *a)
{
	struct run_row *runs;
	size_t n, first;

	if (store_list_runs(a, &w->session.store, &runs, &n, w->err) < 0)
		return -1;
	first = n > RECORD_MAX_RUNS ? n - RECORD_MAX_RUNS : 0;
	for (size_t i = n; i > first; i--)
		if (record_add_passes(w, a, runs[i - 1].id) < 0)
			return -1;
	return 0;
}

/* Mean tokens of the reasons that the pass has written; 0: none. */
static int record_reason_length(struct recording *w, struct arena *a, int64_t pass_id,
				double *ret_tok)
{
	struct segment_row *rows;
	int64_t n_reasons = 0, n_tok = 0;
	size_t n;

	*ret_tok = 0;
	if (store_get_segments(a, &w->session.store, pass_id, &rows, &n, w->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		n_reasons += rows[i].report.n_reasons;
		n_tok += rows[i].report.reason_tok;
	}
	if (n_reasons > 0)
		*ret_tok = (double)n_tok / (double)n_reasons;
	return 0;
}

static int record_count_replies(struct recording *w, struct arena *a, int64_t pass_id,
				struct plan_record *record)
{
	size_t n = w->session.prepared.slice.n;
	struct answer **answers;
	struct reason **reasons;

	if (store_get_answers(a, &w->session.store, pass_id, n, STORE_NO_TEXTS, &answers, w->err) <
		    0 ||
	    store_get_reasons(a, &w->session.store, pass_id, n, &reasons, w->err) < 0)
		return -1;
	record->n_answers = record->n_reasons = 0;
	for (size_t i = 0; i < n; i++) {
		record->n_answers += answers[i] != NULL;
		record->n_reasons +=
			answers[i] && (reasons[i] || answers[i]->outcome != OUTCOME_OK);
	}
	return 0;
}

/* Would smoke, on the engine and device of that time, find this pass again? */
static bool record_is_same_pass(struct recording *w, const struct candidate *c,
				const struct pass_row *old)
{
	bool quotes = model_is_encoder(c->model) && w->session.prepared.job.allow_personal_data;
	struct pass_row row;

	pass_row_fill(&w->session, c, &row);
	row.engine_build = old->engine_build;
	row.device = old->device;
	row.n_gpu_layers = old->n_gpu_layers;
	return strcmp(pass_row_key(&w->session.cmd->arena, &row, "", quotes), old->key) == 0;
}

static int record_use_for(struct recording *w, struct arena *a, struct candidate *c)
{
	const struct job *job = &w->session.prepared.job;
	struct plan_record record = { .n_tickets = (int64_t)w->session.prepared.slice.n,
				      .cap_tok = job->budget.reason_tok };

	for (size_t i = 0; i < w->n; i++) {
		const struct pass_row *pass = &w->passes[i];

		if (!pass_row_is_of(pass, c))
			continue;
		if (record.reason_tok <= 0 &&
		    record_reason_length(w, a, pass->id, &record.reason_tok) < 0)
			return -1;
		if (!record_is_same_pass(w, c, pass))
			continue;
		if (record_count_replies(w, a, pass->id, &record) < 0)
			return -1;
		break;
	}
	if (record.reason_tok <= 0)
		record.reason_tok = c->model->reason_mean_tok;
	plan_use_record(c, &record);
	return 0;
}

/* Without a store there are no passes, but the lengths of reasons that other jobs got. */
static int record_use_store(struct recording *w, struct arena *a, const char *path,
			    struct plan *plan)
{
	int r = 0;

	if (path && (store_open(a, path, STORE_READ, &w->session.store, w->err) < 0 ||
		     record_read_passes(w, a) < 0))
		r = -1;
	for (size_t i = 0; i < plan->n && r == 0; i++)
		if (plan->candidates[i].model->engine != ENGINE_BASELINE)
			r = record_use_for(w, a, &plan->candidates[i]);
	store_close(&w->session.store);
	return r;
}

int plan_record_use(struct cmd *cmd, struct prepared *prepared, const char *store)
{
	struct recording w = { .session = { .cmd = cmd, .prepared = *prepared }, .err = &cmd->err };
	struct plan *plan = &prepared->plan;
	struct arena a = { 0 };
	char *path;
	int r;

	w.session.labels_json = run_labels_json(&cmd->arena, &prepared->job);
	w.session.run.mode = MODE_TWO_PHASE;
	w.session.run.reason_order = reason_order_name(prepared->job.reason);
	r = store_path_of_job(cmd, store, prepared->job.path, &path);
	if (r == 0)
		r = record_use_store(&w, &a, file_exists(path) ? path : NULL, plan);
	arena_release(&a);
	plan_settle_times(plan);
	return r;
}
