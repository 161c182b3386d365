/*
 * The checks of `verify`: models, tickets, the chain.
 */
#include "flow/again/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "flow/open/load.h"
#include "flow/prepare/prepare.h"
#include "flow/run_plan.h"
#include "store/purge/purge.h"

enum { HEAD_MIN_LEN = 16 };

const char *verify_state_name(enum verify_state state)
{
	static const char *const names[] = {
		[VERIFY_SAME] = "same",
		[VERIFY_CHANGED] = "changed",
		[VERIFY_GONE] = "not there",
		[VERIFY_PURGED] = "purged",
	};

	return names[state];
}

static void verify_compare(struct verify_check *c, const char *now)
{
	memcpy(c->now, now, sizeof(c->now));
	c->state = strcmp(c->now, c->was) == 0 ? VERIFY_SAME : VERIFY_CHANGED;
}

/* A file that is no longer readable as what it was counts as changed. */
static void verify_unreadable(struct verify *v, struct verify_check *c, const struct err *err)
{
	c->state = VERIFY_CHANGED;
	c->note = arena_strdup(&v->cmd->arena, err->msg);
}

static bool verify_is_there(struct verify_check *c)
{
	struct file_stamp stamp;
	struct err err;

	if (file_stamp_get(c->path, &stamp, &err) == 0)
		return true;
	c->state = VERIFY_GONE;
	return false;
}

static void verify_check_model(struct verify *v, struct verify_check *c)
{
	struct arena *a = &v->cmd->arena;
	struct model model;
	struct err err;

	if (!verify_is_there(c))
		return;
	if (model_find(a, c->path, NULL, &model, &err) < 0 || prepare_hash(a, &model, &err) < 0)
		verify_unreadable(v, c, &err);
	else
		verify_compare(c, model.sha256);
}

/* The store keeps only a sample of a pool: reduces `pool` to the lines of that sample. */
static void verify_keep_sample(struct slice *pool, const struct slice *sample,
			       const struct job *job)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n && n < sample->n; i++)
		if (pool->tickets[i].line == sample->tickets[n].line)
			pool->tickets[n++] = pool->tickets[i];
	pool->n = n;
	slice_hash(job, pool);
}

static void verify_check_tickets(struct verify *v, struct verify_check *c, const struct slice *kept,
				 const struct job *job)
{
	struct slice now;
	struct err err;

	if (!verify_is_there(c))
		return;
	if (slice_load(&v->cmd->arena, job, c->path, kept->role, &now, &err) < 0) {
		verify_unreadable(v, c, &err);
		return;
	}
	if (kept->role == SLICE_POOL)
		verify_keep_sample(&now, kept, job);
	verify_compare(c, now.sha256);
}

/* Checks the tickets in the store. */
static void verify_check_kept(struct verify_check *c, const struct slice *kept,
			      const struct job *job)
{
	struct slice now = *kept;
	bool purged = false;

	slice_hash(job, &now);
	verify_compare(c, now.sha256);
	for (size_t i = 0; i < kept->n; i++)
		purged |= kept->tickets[i].text == store_purged;
	if (purged)
		c->state = VERIFY_PURGED;
}

/* An earlier check of the same file and checksum, or NULL. `run` NULL: of any run. */
static const struct verify_check *verify_find_check(const struct verify *v, const char *run,
						    const char *what, const char *path,
						    const char *sha256)
{
	for (const struct verify_check *c = v->first; c; c = c->next)
		if ((!run || strcmp(c->run, run) == 0) && strcmp(c->what, what) == 0 &&
		    strcmp(c->path, path) == 0 && strcmp(c->was, sha256) == 0)
			return c;
	return NULL;
}

/*
 * Appends a check and returns it if it is still to be done. Returns NULL if this run has it
 * already, or copies the result of an earlier run.
 */
static struct verify_check *verify_add_check(struct verify *v, const char *run, const char *what,
					     const char *path, const char *sha256)
{
	const struct verify_check *known = verify_find_check(v, NULL, what, path, sha256);
	struct verify_check *c;

	if (verify_find_check(v, run, what, path, sha256))
		return NULL;
	c = arena_alloc(&v->cmd->arena, sizeof(*c));
	if (known)
		*c = *known;
	c->next = NULL;
	c->run = run;
	c->what = what;
	c->path = path;
	snprintf(c->was, sizeof(c->was), "%s", sha256);
	if (v->last)
		v->last->next = c;
	else
		v->first = c;
	v->last = c;
	return known ? NULL : c;
}

/* Candidates that were refused before hashing have no checksum. */
static int verify_check_models(struct verify *v, const struct run_row *run)
{
	struct arena *a = &v->cmd->arena;
	struct candidate_row *candidates;
	size_t n;

	if (store_get_candidates(a, &v->store, run->id, &candidates, &n, &v->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct candidate_row *row = &candidates[i];
		struct pass_row pass;
		struct verify_check *c;

		/* A baseline has no weights, and a server does not show its own. */
		if (row->pass_id == 0 || row->engine == ENGINE_BASELINE ||
		    row->engine == ENGINE_HTTP)
			continue;
		if (store_get_pass(a, &v->store, row->pass_id, &pass, &v->cmd->err) < 0)
			return -1;
		c = verify_add_check(v, run->name, "model", row->path, pass.model_sha256);
		if (c)
			verify_check_model(v, c);
	}
	return 0;
}

/* The tickets are read again by the columns that the run's job names. */
static void verify_take_columns(struct verify *v, const struct run_row *run, struct job *job)
{
	struct err unused;
	struct job kept;

	job->columns.of_job = true;
	if (job_parse(&v->cmd->arena, run->job_path, run->job_text, &kept, &unused) == 0)
		job->columns = kept.columns;
}

static int verify_check_slices(struct verify *v, const struct run_row *run)
{
	/* As much of a job as reading tickets needs. */
	struct job job = {
		.path = run->job_path, .task = run->task, .form = run->form, .other = -1
	};
	struct arena *a = &v->cmd->arena;
	struct event_row *events;
	struct slice *slices;
	size_t n, n_events;

	if (load_labels(v->cmd, run, &job.labels, &job.n_labels) < 0 ||
	    store_get_slices(a, &v->store, run, STORE_TEXTS, &slices, &n, &v->cmd->err) < 0 ||
	    store_get_events(a, &v->store, run->id, &events, &n_events, &v->cmd->err) < 0)
		return -1;
	verify_take_columns(v, run, &job);
	for (size_t i = 0; i < n; i++) {
		const char *path = slices[i].path, *sha256 = slices[i].sha256;
		struct verify_check *c = verify_add_check(v, run->name, "tickets", path, sha256);
		struct job as_read = job;
		struct run_plan plan;

		if (run_plan_find(a, events, n_events, sha256, &plan))
			columns_override(&as_read.columns, &plan.columns);
		if (c)
			verify_check_tickets(v, c, &slices[i], &as_read);
		c = verify_add_check(v, run->name, "tickets in the store", path, sha256);
		if (c)
			verify_check_kept(c, &slices[i], &job);
	}
	return 0;
}

int verify_check_runs(struct verify *v, const char *name, bool all)
{
	struct arena *a = &v->cmd->arena;
	struct run_row one, *runs = &one;
	size_t n = 1;

	if (all ? store_list_runs(a, &v->store, &runs, &n, &v->cmd->err) < 0 :
		  store_get_run(a, &v->store, name, &one, &v->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (verify_check_models(v, &runs[i]) < 0 || verify_check_slices(v, &runs[i]) < 0)
			return -1;
	return 0;
}

int verify_check_chain(struct verify *v)
{
	struct err *err = &v->cmd->err;

	if (v->head && (strspn(v->head, "0123456789abcdef") != strlen(v->head) ||
			strlen(v->head) < HEAD_MIN_LEN || strlen(v->head) > HASH_HEX_LEN))
		return err_set(err, ERR_USAGE,
			       "'%s' is not the head of a chain; give the 64 hex digits that "
			       "'toehold verify' printed, or at least the first %d",
			       v->head, HEAD_MIN_LEN);
	if (store_verify_schema(&v->store, err) < 0 ||
	    store_verify_chain(&v->store, &v->n_rows, err) < 0 ||
	    store_verify_removed(&v->store, err) < 0)
		return -1;
	return v->head ? store_find_link(&v->store, v->head, &v->head_row, err) : 0;
}

size_t verify_count_changed(const struct verify *v)
{
	size_t n = v->head && v->head_row == 0;

	for (const struct verify_check *c = v->first; c; c = c->next)
		n += c->state == VERIFY_CHANGED;
	return n;
}
