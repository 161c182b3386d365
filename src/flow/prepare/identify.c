/*
 * Each thread takes the next file, lets a worker read its header and hashes it, with an arena of
 * its own. The watching thread alone uses the cache.
 */
#include "flow/prepare/identify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "flow/prepare/model_worker.h"
#include "flow/say/progress.h"
#include "flow/say/status.h"
#include "work/machine.h"
#include "work/pass/pass.h"

enum { MAX_THREADS = 4, N_ENGINES = ENGINE_HTTP + 1, SHOW_EVERY_US = 200 * 1000 };

/* Ctrl-C must not lose hours of hashing. */
enum { SAVE_EVERY_US = 2 * 1000000 };

/* One file to read. */
struct task {
	struct model *model;
	const char *problem; /* in the task's arena until the threads have ended */
	const struct task *same; /* another task with the same file, whose results hold */
	struct arena arena;
	struct err err;
	int r; /* -1: err is set, and no further file can be read */
	bool wants_facts, wants_hash, changed;
	bool done, kept; /* kept: it is in the cache */
};

/* A worker's binary and the name of its facts in the cache. program: NULL until needed. */
struct reader {
	const char *program, *name;
};

struct identifying {
	struct cmd *cmd;
	struct identify_options options;
	struct model_cache *cache; /* only for the watching thread */
	struct reader readers[N_ENGINES];
	struct task *tasks;
	size_t n_tasks;
	struct task **work; /* what the threads read */
	size_t n_work, next, n_begun, n_done;
	uint64_t total_bytes;
	_Atomic uint64_t done_bytes;
	pthread_mutex_t lock;
	pthread_cond_t done;
};

static bool identify_has_file(const struct model *model)
{
	return model->engine == ENGINE_LLAMA || model->engine == ENGINE_SCRIPT;
}

/* Facts depend on the worker's build and on the CPU. */
static int identify_find_reader(struct identifying *w, struct model *model)
{
	struct reader *reader = &w->readers[model->engine];
	struct arena *a = &w->cmd->arena;
	struct file_stamp stamp;
	struct machine machine;
	char *program;

	if (!reader->program) {
		if (proc_find_program(a, model->engine, &program, &w->cmd->err) < 0 ||
		    file_stamp_get(program, &stamp, &w->cmd->err) < 0)
			return -1;
		machine_get(&machine);
		reader->program = program;
		reader->name = arena_printf(a, "%s:%lld:%lld on %s", str_basename(program),
					    (long long)stamp.size_bytes, (long long)stamp.ctime_ns,
					    machine.cpu);
	}
	model->reader = reader->name;
	return 0;
}

/*
 * If the engine cannot measure the memory, only the header is read: the load will show what is
 * wrong with the model. Next time the memory is measured again.
 */
static int identify_inspect(const struct identifying *w, struct task *t)
{
	const struct proc_spec worker = { .program = w->readers[t->model->engine].program,
					  .sandbox = w->options.sandbox };
	bool measure = t->model->engine == ENGINE_LLAMA;
	char detail[PROC_DETAIL_MAX];
	struct msg_opened opened;
	enum outcome outcome;
	const char **paths;
	size_t n_paths;

	paths = model_worker_paths(&t->arena, t->model, &n_paths);
	if (pass_inspect(&t->arena, &worker, paths, n_paths, measure, &opened, &outcome, detail,
			 &t->err) < 0)
		return -1;
	if (measure && outcome != OUTCOME_OK) {
		if (pass_inspect(&t->arena, &worker, paths, n_paths, false, &opened, &outcome,
				 detail, &t->err) < 0)
			return -1;
		t->model->reader = NULL;
	}
	if (outcome != OUTCOME_OK) {
		t->problem = arena_strdup(&t->arena, detail);
		return 0;
	}
	t->model->facts = opened.facts;
	t->model->has_facts = true;
	return 0;
}

/* Progress of one file. */
struct hashing {
	struct identifying *w;
	uint64_t counted_bytes;
};

static void identify_count_bytes(void *ctx, uint64_t done_bytes)
{
	struct hashing *h = ctx;

	atomic_fetch_add(&h->w->done_bytes, done_bytes - h->counted_bytes);
	h->counted_bytes = done_bytes;
}

static int identify_look_at(struct identifying *w, struct task *t)
{
	struct hashing hashing = { .w = w };

	if (t->wants_facts && identify_inspect(w, t) < 0)
		return -1;
	t->changed = t->wants_facts && !t->problem;
	if (t->problem || !t->wants_hash)
		return 0;
	if (model_hash(&t->arena, t->model, identify_count_bytes, &hashing, &t->err) < 0)
		t->problem = t->err.msg;
	else
		t->changed = true;
	identify_count_bytes(&hashing, (uint64_t)t->model->stamp.size_bytes);
	return 0;
}

static void *identify_work(void *arg)
{
	struct identifying *w = arg;

	pthread_mutex_lock(&w->lock);
	while (w->next < w->n_work) {
		struct task *t = w->work[w->next++];

		w->n_begun++;
		pthread_mutex_unlock(&w->lock);
		t->r = identify_look_at(w, t);
		pthread_mutex_lock(&w->lock);
		if (t->r < 0)
			w->next = w->n_work;
		t->done = true;
		w->n_done++;
		pthread_cond_signal(&w->done);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void identify_show_progress(struct identifying *w, int64_t begun_us)
{
	double done = (double)atomic_load(&w->done_bytes), total = (double)w->total_bytes;
	struct arena a = { 0 };

	status_line("headers and checksums: %zu of %zu files%s%s", w->n_done, w->n_work,
		    total > 0 ? arena_printf(&a, ", %.0f%%", 100 * done / total) : "",
		    progress_left(&a, done, total, begun_us));
	arena_release(&a);
}

/* Saves what was found so far. If that fails, it is tried again at the end. */
static void identify_save(struct identifying *w)
{
	struct err ignored;

	for (size_t i = 0; i < w->n_work; i++) {
		struct task *t = w->work[i];

		if (!t->done || t->kept || !t->changed)
			continue;
		model_cache_put(w->cache, t->model);
		t->kept = true;
	}
	if (model_cache_save(w->cache, &ignored) < 0)
		w->cache->changed = true;
}

/* Waits for a file to be done, at most SHOW_EVERY_US. */
static void identify_wait_a_little(struct identifying *w)
{
	clock_cond_wait(&w->done, &w->lock, SHOW_EVERY_US);
}

/* Waits until every file that was begun is done. */
static void identify_watch(struct identifying *w, pthread_t *threads, size_t n_threads,
			   int64_t begun_us)
{
	int64_t saved_us = begun_us, shown_us = begun_us;

	pthread_mutex_lock(&w->lock);
	while (w->n_done < w->n_begun || w->next < w->n_work) {
		identify_wait_a_little(w);
		if (clock_mono_us() - shown_us > SHOW_EVERY_US) {
			identify_show_progress(w, begun_us);
			shown_us = clock_mono_us();
		}
		if (clock_mono_us() - saved_us > SAVE_EVERY_US) {
			identify_save(w);
			saved_us = clock_mono_us();
		}
	}
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	status_clear();
}

static int identify_run_threads(struct identifying *w)
{
	/* The first call reads the clock's settings: it must precede the threads. */
	const int64_t begun_us = clock_mono_us();
	pthread_t threads[MAX_THREADS];
	struct machine machine;
	size_t n = 0, most;

	machine_get(&machine);
	most = machine.n_cores < MAX_THREADS ? (size_t)machine.n_cores : MAX_THREADS;
	pthread_mutex_init(&w->lock, NULL);
	clock_cond_init(&w->done);
	while (n < most && n < w->n_work &&
	       pthread_create(&threads[n], NULL, identify_work, w) == 0)
		n++;
	if (n == 0)
		identify_work(w);
	identify_watch(w, threads, n, begun_us);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
	for (size_t i = 0; i < w->n_work; i++) {
		if (w->work[i]->r == 0)
			continue;
		w->cmd->err = w->work[i]->err;
		return -1;
	}
	return 0;
}

static int identify_by_file(const void *x, const void *y)
{
	const struct file_stamp *a = &(*(struct task *const *)x)->model->stamp;
	const struct file_stamp *b = &(*(struct task *const *)y)->model->stamp;

	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	return 0;
}

static bool identify_is_same_file(const struct task *x, const struct task *y)
{
	return x->model->n_parts <= 1 && y->model->n_parts <= 1 &&
	       x->model->engine == y->model->engine &&
	       file_stamp_equal(&x->model->stamp, &y->model->stamp);
}

/* Gathers what is not in the cache, each file once. */
static int identify_gather(struct identifying *w)
{
	size_t n = 0;

	w->work = arena_array(&w->cmd->arena, w->n_tasks, sizeof(struct task *));
	for (size_t i = 0; i < w->n_tasks; i++) {
		struct task *t = &w->tasks[i];

		if (identify_find_reader(w, t->model) < 0)
			return -1;
		model_cache_get(w->cache, t->model);
		t->wants_facts = !t->model->has_facts;
		t->wants_hash = t->wants_hash && !*t->model->sha256;
		if (t->wants_facts || t->wants_hash)
			w->work[n++] = t;
	}
	if (n)
		qsort(w->work, n, sizeof(struct task *), identify_by_file);
	for (size_t i = 0; i < n; i++) {
		struct task *before = w->n_work ? w->work[w->n_work - 1] : NULL, *t = w->work[i];

		if (before && identify_is_same_file(before, t)) {
			t->same = before;
			before->wants_hash |= t->wants_hash;
			continue;
		}
		w->work[w->n_work++] = t;
	}
	for (size_t i = 0; i < w->n_work; i++)
		if (w->work[i]->wants_hash)
			w->total_bytes += (uint64_t)w->work[i]->model->stamp.size_bytes;
	return 0;
}

/* The checksum that a file's place states must be that of its bytes. */
static const char *identify_check_stated(struct arena *a, const struct model *model)
{
	const char *stated = model->origin.stated_sha256;

	if (!stated || model->n_parts > 1 || !*model->sha256 || strcmp(stated, model->sha256) == 0)
		return NULL;
	return arena_printf(
		a,
		"its sha256 is %.12s..., but its source states %.12s...: it is damaged or "
		"was changed; fetch it again",
		model->sha256, stated);
}

static void identify_keep(struct identifying *w)
{
	for (size_t i = 0; i < w->n_tasks; i++) {
		struct task *t = &w->tasks[i];

		if (!t->same && t->changed && !t->kept)
			model_cache_put(w->cache, t->model);
		t->problem = arena_strdup(&w->cmd->arena, t->problem);
	}
	for (size_t i = 0; i < w->n_tasks; i++) {
		struct task *t = &w->tasks[i];

		if (t->same) {
			t->problem = t->same->problem;
			t->model->facts = t->same->model->facts;
			t->model->has_facts = t->same->model->has_facts;
			memcpy(t->model->sha256, t->same->model->sha256, sizeof(t->model->sha256));
		}
		if (!t->problem)
			t->problem = identify_check_stated(&w->cmd->arena, t->model);
	}
}

/* The model's slot for an extra file of this kind; NULL: there is none. */
static struct model_file *identify_slot_of(struct model *model, enum model_kind kind)
{
	if (kind == MODEL_KIND_ADAPTER)
		return &model->adapter;
	return kind == MODEL_KIND_PROJECTOR ? &model->projector : NULL;
}

/* Puts the extra files into their slots, by their headers. Returns a problem, or NULL. */
static const char *identify_settle(struct arena *a, struct model *model, const struct task *extras)
{
	for (size_t i = 0; i < model->n_extras; i++) {
		const struct model *extra = &model->extras[i];
		struct model_file *slot = identify_slot_of(model, extra->facts.kind);

		if (extras[i].problem)
			return arena_printf(a, "'%s', which goes with it: %s",
					    display_path(a, extra->path), extras[i].problem);
		if (!slot)
			return arena_printf(a,
					    "'%s' is %s %s, and only an adapter or a projector "
					    "goes with a model",
					    display_path(a, extra->path),
					    extra->facts.kind == MODEL_KIND_ENCODER ? "an" : "a",
					    model_kind_name(extra->facts.kind));
		if (slot->path)
			return arena_printf(a, "it has two files of the kind '%s': name one",
					    model_kind_name(extra->facts.kind));
		slot->path = extra->path;
		slot->stamp = extra->stamp;
		memcpy(slot->sha256, extra->sha256, sizeof(slot->sha256));
		slot->image_tok = extra->facts.image_tok;
	}
	return NULL;
}

static bool identify_is_alike(const struct model *x, const struct model *y)
{
	bool alike = identify_has_file(x) && identify_has_file(y) && x->n_extras == y->n_extras &&
		     x->stamp.size_bytes == y->stamp.size_bytes;

	for (size_t i = 0; alike && i < x->n_extras; i++)
		alike = x->extras[i].stamp.size_bytes == y->extras[i].stamp.size_bytes;
	return alike;
}

static bool identify_wants_hash(const struct identify_options *options, const struct model *models,
				size_t n, size_t at)
{
	bool wanted = options->hash;

	for (size_t i = 0; i < n && options->hash_alike; i++)
		wanted |= i != at && identify_is_alike(&models[i], &models[at]);
	return wanted;
}

/* The models that have files, each followed by its extra files. */
static void identify_list_tasks(struct identifying *w, struct model *models, size_t n,
				const char *const *problems)
{
	size_t most = n;
	bool hash;

	for (size_t i = 0; i < n; i++)
		most += models[i].n_extras;
	w->tasks = arena_array(&w->cmd->arena, most, sizeof(*w->tasks));
	for (size_t i = 0; i < n; i++) {
		if (problems[i] || !identify_has_file(&models[i]))
			continue;
		hash = identify_wants_hash(&w->options, models, n, i);
		w->tasks[w->n_tasks++] = (struct task){ .model = &models[i], .wants_hash = hash };
		for (size_t k = 0; k < models[i].n_extras; k++)
			w->tasks[w->n_tasks++] =
				(struct task){ .model = &models[i].extras[k], .wants_hash = hash };
	}
}

int identify_models(struct cmd *cmd, struct model_cache *cache,
		    const struct identify_options *options, struct model *models, size_t n,
		    const char **problems)
{
	struct identifying w = { .cmd = cmd, .options = *options, .cache = cache };
	const struct task *t;
	int r;

	identify_list_tasks(&w, models, n, problems);
	r = identify_gather(&w);
	if (r == 0 && w.n_work > 0)
		r = identify_run_threads(&w);
	identify_keep(&w);
	t = w.tasks;
	for (size_t i = 0; i < n; i++) {
		if (problems[i] || !identify_has_file(&models[i]))
			continue;
		problems[i] = t->problem;
		if (!problems[i])
			problems[i] = identify_settle(&cmd->arena, &models[i], t + 1);
		t += 1 + models[i].n_extras;
	}
	for (size_t i = 0; i < w.n_tasks; i++)
		arena_release(&w.tasks[i].arena);
	return r;
}
