/*
 * `toehold verify`: is the store unchanged, and are the files that its runs name still those that
 * were measured? A missing file is not a difference: it cannot be checked.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/prepare/prepare.h"
#include "flow/store_find.h"
#include "report/table.h"

enum { HEAD_MIN_LEN = 16 };

struct verify_options {
	const char *store, *head;
	bool all, json;
};

#define AT(field) offsetof(struct verify_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("all", 'a', AT(all), "check the files of all runs"),
	OPT_TEXT("head", 0, AT(head), "HASH", "the head of the chain that you kept elsewhere"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "verify",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "check the store, and the files that a run names",
	.details =
		"Recomputes the hash chain over everything in the store, then the checksums of\n"
		"the models and tickets of a run (default: the newest) that still exist. Exit\n"
		"code 1: a file, or the head that you gave, differs. Exit code 6: the chain is\n"
		"broken. Anyone who can write the store can also write a new chain: keep the head\n"
		"elsewhere, and compare it with --head.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct verify_options),
};

enum state { SAME, CHANGED, GONE, PURGED };

static const char *const state_names[] = {
	[SAME] = "same",
	[CHANGED] = "changed",
	[GONE] = "not there",
	[PURGED] = "purged",
};

/* One thing that has a recorded checksum. */
struct check {
	struct check *next;
	const char *run, *what, *path;
	enum state state;
	char was[HASH_HEX_LEN + 1], now[HASH_HEX_LEN + 1]; /* now: "" if not computed */
	const char *note;
};

struct verify {
	struct cmd *cmd;
	struct store store;
	const char *head; /* as given, or NULL */
	int64_t n_rows, head_row; /* head_row: the row with that hash, or 0 */
	struct check *first, **last;
};

static void verify_compare(struct check *c, const char *now)
{
	memcpy(c->now, now, sizeof(c->now));
	c->state = strcmp(c->now, c->was) == 0 ? SAME : CHANGED;
}

/* A file that is no longer readable as what it was counts as changed. */
static void verify_unreadable(struct verify *v, struct check *c, const struct err *err)
{
	c->state = CHANGED;
	c->note = arena_strdup(&v->cmd->arena, err->msg);
}

static bool verify_is_there(struct check *c)
{
	struct file_stamp stamp;
	struct err err;

	if (file_stamp_get(c->path, &stamp, &err) == 0)
		return true;
	c->state = GONE;
	return false;
}

static void verify_check_model(struct verify *v, struct check *c)
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

static void verify_check_tickets(struct verify *v, struct check *c, const struct slice *kept,
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
static void verify_check_kept(struct check *c, const struct slice *kept, const struct job *job)
{
	struct slice now = *kept;
	bool purged = false;

	slice_hash(job, &now);
	verify_compare(c, now.sha256);
	for (size_t i = 0; i < kept->n; i++)
		purged |= kept->tickets[i].text == store_purged;
	if (purged)
		c->state = PURGED;
}

/* An earlier check of the same file and checksum, or NULL. `run` NULL: of any run. */
static const struct check *verify_find_check(const struct verify *v, const char *run,
					     const char *what, const char *path, const char *sha256)
{
	for (const struct check *c = v->first; c; c = c->next)
		if ((!run || strcmp(c->run, run) == 0) && strcmp(c->what, what) == 0 &&
		    strcmp(c->path, path) == 0 && strcmp(c->was, sha256) == 0)
			return c;
	return NULL;
}

/*
 * Appends a check and returns it if it is still to be done. Returns NULL if this run has it
 * already, or copies the result of an earlier run.
 */
static struct check *verify_add_check(struct verify *v, const char *run, const char *what,
				      const char *path, const char *sha256)
{
	const struct check *known = verify_find_check(v, NULL, what, path, sha256);
	struct check *c;

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
	*v->last = c;
	v->last = &c->next;
	return known ? NULL : c;
}

/* Makes as much of a job as reading tickets needs: the labels, from labels_json. */
static int verify_job_of(struct verify *v, const struct run_row *run, struct job *ret_job)
{
	json_t *list = json_loads(run->labels_json, 0, NULL), *item;
	size_t i;

	*ret_job = (struct job){ .path = run->job_path, .other = -1 };
	if (!json_is_array(list)) {
		json_decref(list);
		return err_set(&v->cmd->err, ERR_STORE, "the labels of run '%s' are damaged",
			       run->name);
	}
	ret_job->n_labels = json_array_size(list);
	ret_job->labels = arena_array(&v->cmd->arena, ret_job->n_labels, sizeof(*ret_job->labels));
	json_array_foreach (list, i, item) {
		const char *name = json_string_value(json_object_get(item, "name"));

		ret_job->labels[i].name = arena_strdup(&v->cmd->arena, name ? name : "?");
	}
	json_decref(list);
	return 0;
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
		struct check *c;

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

static int verify_check_slices(struct verify *v, const struct run_row *run)
{
	struct slice *slices;
	struct job job;
	size_t n;

	if (verify_job_of(v, run, &job) < 0 ||
	    store_get_slices(&v->cmd->arena, &v->store, run, STORE_TEXTS, &slices, &n,
			     &v->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *path = slices[i].path, *sha256 = slices[i].sha256;
		struct check *c = verify_add_check(v, run->name, "tickets", path, sha256);

		if (c)
			verify_check_tickets(v, c, &slices[i], &job);
		c = verify_add_check(v, run->name, "tickets in the store", path, sha256);
		if (c)
			verify_check_kept(c, &slices[i], &job);
	}
	return 0;
}

static int verify_check_runs(struct verify *v, const char *name, bool all)
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

static int verify_check_chain(struct verify *v)
{
	struct err *err = &v->cmd->err;

	if (v->head && (strspn(v->head, "0123456789abcdef") != strlen(v->head) ||
			strlen(v->head) < HEAD_MIN_LEN || strlen(v->head) > HASH_HEX_LEN))
		return err_set(err, ERR_USAGE,
			       "'%s' is not the head of a chain; give the 64 hex digits that "
			       "'toehold verify' printed, or at least the first %d",
			       v->head, HEAD_MIN_LEN);
	if (store_verify_chain(&v->store, &v->n_rows, err) < 0)
		return -1;
	return v->head ? store_find_link(&v->store, v->head, &v->head_row, err) : 0;
}

static size_t verify_count_changed(const struct verify *v)
{
	size_t n = v->head && v->head_row == 0;

	for (const struct check *c = v->first; c; c = c->next)
		n += c->state == CHANGED;
	return n;
}

static const char *verify_head_words(struct verify *v)
{
	if (!v->head)
		return "none given; keep the head elsewhere and compare it with --head: a chain "
		       "without that proves little";
	if (v->head_row == 0)
		return "NOT in this chain: earlier rows were changed or removed, or it is from "
		       "another store";
	if (v->head_row == v->n_rows)
		return "the same";
	return arena_printf(&v->cmd->arena, "the hash of row %lld: nothing changed up to there",
			    (long long)v->head_row);
}

static const char *verify_check_note(struct arena *a, const struct check *c)
{
	if (c->note)
		return c->note;
	if (c->state != CHANGED)
		return "";
	return arena_printf(a, "sha256 is %.12s, was %.12s", c->now, c->was);
}

static void verify_write_text(struct verify *v)
{
	static const char *const headers[] = { "run", "what", "file", "state", "", NULL };
	size_t n_changed = verify_count_changed(v);
	struct arena *a = &v->cmd->arena;
	struct table t;

	printf("chain      %lld rows, none was changed\nhead       %s\nkept head  %s\n\n",
	       (long long)v->n_rows, v->store.head, verify_head_words(v));
	table_init(&t, a, headers);
	for (const struct check *c = v->first; c; c = c->next) {
		table_add(&t, c->run);
		table_add(&t, c->what);
		table_add(&t, c->path);
		table_add(&t, state_names[c->state]);
		table_add(&t, verify_check_note(a, c));
	}
	table_write(&t, stdout);
	if (n_changed == 0)
		puts("\nNothing differs.");
	else
		printf("\n%zu differ%s.\n", n_changed, n_changed == 1 ? "s" : "");
}

static void verify_write_json(const struct verify *v)
{
	json_t *files = json_array();

	for (const struct check *c = v->first; c; c = c->next)
		json_array_append_new(files, json_pack("{s:o, s:s, s:o, s:s, s:s, s:o, s:o}", "run",
						       json_any_text(c->run), "what", c->what,
						       "path", json_any_text(c->path), "state",
						       state_names[c->state], "recorded_sha256",
						       c->was, "found_sha256",
						       *c->now ? json_string(c->now) : json_null(),
						       "note", json_any_text(c->note)));
	json_print(json_pack("{s:I, s:s, s:o, s:o, s:b}", "rows", (json_int_t)v->n_rows, "head",
			     v->store.head, "kept_head_row",
			     v->head && v->head_row ? json_integer(v->head_row) : json_null(),
			     "files", files, "differs", verify_count_changed(v) > 0),
		   stdout);
}

static int verify_run(struct cmd *cmd, void *options)
{
	const struct verify_options *o = options;
	struct verify v = { .cmd = cmd };
	int r;

	v.head = o->head;
	v.last = &v.first;
	if (store_find_and_open(cmd, o->store, NULL, &v.store) < 0)
		return -1;
	r = verify_check_chain(&v);
	if (r == 0)
		r = verify_check_runs(&v, cmd->args.items[0], o->all);
	if (r == 0 && o->json)
		verify_write_json(&v);
	else if (r == 0)
		verify_write_text(&v);
	store_close(&v.store);
	return r < 0 ? -1 : verify_count_changed(&v) > 0;
}

const struct command cmd_verify = { &spec, verify_run };
