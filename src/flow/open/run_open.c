/*
 * Describes a new run, or checks that an old one can be resumed.
 */
#include "flow/open/run_open.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/lang/text_language.h"
#include "flow/interrupt.h"
#include "job/file/job_variants.h"
#include "store/purge/purge.h"

/* Longer than any job file can be. */
enum { LABELS_TEXT_MAX = 4 << 20 };

const char *run_labels_json(struct arena *a, const struct job *job)
{
	json_t *list = json_array();

	for (size_t i = 0; i < job->n_labels; i++) {
		const struct label *l = &job->labels[i];

		json_array_append_new(list, json_pack("{s:s, s:s}", "name", l->name, "description",
						      l->description ? l->description : ""));
	}
	return json_text(a, list);
}

/* The language of the labels: names and descriptions together, as a model reads them. */
static const char *run_open_labels_lang(struct arena *a, const struct job *job)
{
	char *lang = arena_alloc(a, TEXT_LANGUAGE_MAX);
	struct buf b;

	if (task_writes(job->task))
		return "";
	buf_init(&b, LABELS_TEXT_MAX);
	for (size_t i = 0; i < job->n_labels; i++) {
		const struct label *l = &job->labels[i];

		buf_addf(&b, "%s: %s.\n", l->name, l->description ? l->description : "");
	}
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] == '_')
			b.data[i] = ' ';
	text_language(buf_text(&b), b.len, lang);
	buf_release(&b);
	return lang;
}

static int run_open_free_name(struct session *s, enum run_kind kind, const char **ret_name)
{
	for (int i = 1; i < 100000; i++) {
		const char *name = arena_printf(&s->cmd->arena, "%s-%d", run_kind_name(kind), i);
		struct run_row row;
		bool found;

		if (store_find_run(&s->cmd->arena, &s->store, name, &found, &row, &s->cmd->err) < 0)
			return -1;
		if (!found) {
			*ret_name = name;
			return 0;
		}
	}
	return err_set(&s->cmd->err, ERR_STORE, "too many runs without a name; give --name");
}

static void run_open_describe_run(struct session *s, const struct run_names *names,
				  char prompt_sha256[HASH_HEX_LEN + 1])
{
	const struct prepared *p = &s->prepared;
	const struct job *job = &p->job;

	job_prompts_hash(job, prompt_sha256);
	s->run = (struct run_row){
		.name = s->run.name,
		.created_us = clock_wall_us(),
		.job_name = job->name,
		.job_path = job->path,
		.job_text = job->text,
		.job_sha256 = job->sha256,
		.labels_json = s->labels_json,
		.labels_lang = run_open_labels_lang(&s->cmd->arena, job),
		.lang_by = text_language_detector(),
		.prompt = job->prompt,
		.prompt_sha256 = prompt_sha256,
		.bar = job->bar,
		.certainty = job->certainty,
		.floor = job->floor,
		.hard_share = job->hard_share,
		.harder = harder_rule_names.texts[job->harder],
		.kind = names->kind,
		.parent = names->parent,
		.use = job_use_words(job),
		.mode = s->free_mode	 ? MODE_FREE :
			s->one_at_a_time ? MODE_ONE_AT_A_TIME :
					   MODE_TWO_PHASE,
		.reason_order = reason_order_name(job->reason),
		.seed = job->seed,
		.budget_memory_bytes = job->budget.memory_bytes,
		.budget_minutes = job->budget.minutes,
		.budget_reason_tok = job->budget.reason_tok,
		.timeout_us = s->timeout_us,
		.redaction = names->redaction,
		.host = p->machine.host,
		.os = p->machine.os,
		.cpu = p->machine.cpu,
		.n_cores = p->machine.n_cores,
		.memory_bytes = p->machine.memory_bytes,
		.program = cmd_program(),
		.task = job->task,
		.form = job->form,
		.yes_at = job->yes_at,
		.ordered = job->ordered,
	};
}

/* A run is resumed only if it asks the same thing. */
static int run_open_resume_run(struct session *s, const struct run_row *old)
{
	struct err *err = &s->cmd->err;
	struct slice *slices;
	size_t n;

	if (strcmp(old->job_sha256, s->run.job_sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists, and the job file was changed since; give the new "
			       "run another --name",
			       old->name);
	if (old->kind != s->run.kind || strcmp(old->parent, s->run.parent) != 0)
		return err_set(err, ERR_INPUT,
			       "'%s' is the name of a %s%s%s%s already; give this run another "
			       "--name",
			       old->name, run_kind_name(old->kind),
			       *old->parent ? " of run '" : " run", old->parent,
			       *old->parent ? "'" : "");
	if (old->mode != s->run.mode)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists in mode %s; give this one another --name",
			       old->name, run_mode_name(old->mode));
	if (strcmp(old->use, s->run.use) != 0)
		return err_set(
			err, ERR_INPUT,
			"run '%s' exists for the use '%s', and this one is '%s'; give this one "
			"another --name",
			old->name, old->use, s->run.use);
	if (store_get_slices(&s->cmd->arena, &s->store, old, STORE_NO_TEXTS, &slices, &n, err) < 0)
		return -1;
	if (n > 0 && strcmp(slices[0].sha256, s->prepared.slice.sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists, and its tickets were changed since; give the new "
			       "run another --name",
			       old->name);
	s->run.id = old->id;
	s->run.created_us = old->created_us;
	return 0;
}

/* RULE: what was purged is not stored again: the same tickets would bring the same texts back. */
static int run_open_check_purged(struct session *s, const struct run_row *old)
{
	struct err *err = &s->cmd->err;
	bool purged = false;

	if (old && store_run_is_purged(&s->store, old->id, &purged, err) < 0)
		return -1;
	if (purged)
		return err_set(
			err, ERR_REFUSED,
			"run '%s' was purged and cannot be resumed; give the new run another "
			"--name",
			old->name);
	if (store_slice_is_purged(&s->store, s->prepared.slice.sha256, &purged, err) < 0)
		return -1;
	if (purged)
		return err_set(err, ERR_REFUSED,
			       "the tickets in '%s' were purged from store '%s'; name another one "
			       "with --store FILE",
			       display_path(&s->cmd->arena, s->prepared.slice.path),
			       display_path(&s->cmd->arena, s->store.path));
	return 0;
}

int run_begin(struct session *s, const struct run_names *names)
{
	struct err *err = &s->cmd->err;
	struct arena *a = &s->cmd->arena;
	char *prompt_sha256 = arena_alloc(a, HASH_HEX_LEN + 1);
	struct run_row old;
	bool found = false;

	s->labels_json = run_labels_json(a, &s->prepared.job);
	s->run.name = names->name;
	if (!names->name && run_open_free_name(s, names->kind, &s->run.name) < 0)
		return -1;
	run_open_describe_run(s, names, prompt_sha256);
	if (store_find_run(a, &s->store, s->run.name, &found, &old, err) < 0)
		return -1;
	if (run_open_check_purged(s, found ? &old : NULL) < 0 ||
	    (found && run_open_resume_run(s, &old) < 0))
		return -1;
	/* A run that was killed between these writes has no tickets yet; this completes it. */
	if ((!found && store_put_run(&s->store, &s->run, &s->run.id, err) < 0) ||
	    store_put_slice(&s->store, &s->prepared.job, &s->prepared.slice, err) < 0)
		return -1;
	return store_put_run_slice(&s->store, s->run.id, &s->prepared.slice, err);
}

int run_open(struct session *s, const struct run_names *names, const char *store_path)
{
	if (interrupt_check_stop(&s->cmd->arena, store_path, &s->cmd->err) < 0 ||
	    store_open(&s->cmd->arena, store_path, STORE_WRITE, &s->store, &s->cmd->err) < 0)
		return -1;
	return run_begin(s, names);
}
