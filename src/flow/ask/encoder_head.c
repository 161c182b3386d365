/*
 * plain: the direction of each label's description. examples and trained: logistic regression on
 * the descriptions and the labelled tickets (judge/head/head.h). With several labels a ticket, each
 * label has a threshold (judge/head/head_each.h).
 */
#include "flow/ask/encoder_head.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "flow/states/state_cache.h"
#include "flow/states/state_folder.h"
#include "flow/states/states.h"
#include "job/redact/redact_gate.h"
#include "job/ticket/leak_guard.h"
#include "judge/head/head_each.h"
#include "judge/nearest.h"

/*
 * Cosines times this are the logits of `plain`: the factor that sentence-transformers trains with
 * (its MultipleNegativesRankingLoss).
 */
#define COSINE_SCALE 20.0

/* One making of a head. */
struct making {
	struct session *s;
	struct candidate *c;
	struct encoder *e;
	struct states states;
};

/* The labelled tickets, then the descriptions, which every fold of a head learns from. */
static struct head_data encoder_data(const struct making *m)
{
	struct arena *a = &m->s->cmd->arena;
	const struct encoder *e = m->e;
	size_t n = e->n_texts - e->n_descriptions;
	const double **rows = arena_array(a, e->n_texts, sizeof(*rows));
	int *labels = arena_array(a, e->n_texts, sizeof(*labels));

	for (size_t i = 0; i < e->n_texts; i++) {
		size_t at = i < n ? e->n_descriptions + i : i - n;

		rows[i] = m->states.rows[at];
		labels[i] = e->texts[at]->label;
	}
	return (struct head_data){ .rows = rows,
				   .labels = labels,
				   .families = guard_families(a, e->texts + e->n_descriptions, n),
				   .n = n,
				   .n_given = e->n_descriptions,
				   .n_embd = m->states.n_embd,
				   .n_labels = m->s->prepared.job.n_offered,
				   .seed = (uint64_t)m->s->prepared.job.seed };
}

/*
 * A trained head in the cache, beside the states, so that purge --states removes it. Another engine
 * or device gives other embeddings, so the name says which it was learnt from.
 */
struct head_file {
	char *folder;
	const char *path;
};

/* False if there is no place for a cache. */
static bool encoder_cache_file(const struct making *m, struct head_file *ret)
{
	struct arena *a = &m->s->cmd->arena;
	char name[HASH_HEX_LEN + 1];
	struct err unused;
	struct hash h;

	if (state_folder_path(a, STATE_FOLDER_HIDDEN, &ret->folder, &unused) < 0)
		return false;
	hash_init(&h);
	hash_add_text(&h, m->e->own.sha256);
	hash_add_text(&h, m->states.engine_build);
	hash_add_text(&h, m->states.device);
	hash_hex(&h, name);
	ret->path = arena_printf(a, "%s/%s", ret->folder, name);
	return true;
}

/* A file that is missing, damaged or of another model is made again. */
static bool encoder_read_cache(const struct making *m, const char *path, struct head *ret_head)
{
	struct err unused;

	return head_load(&m->s->cmd->arena, path, ret_head, &unused) == 0 &&
	       head_is_for(ret_head, m->c->model) && ret_head->n_embd == m->states.n_embd &&
	       strcmp(ret_head->engine_build, m->states.engine_build) == 0 &&
	       ret_head->n_labels == m->e->own.n_labels;
}

/* A cache that cannot be written costs time later, and nothing else. */
static void encoder_write_cache(const struct making *m, const struct head_file *file,
				struct head *head)
{
	struct arena *a = &m->s->cmd->arena;
	struct err unused;
	int lock;

	if (state_folder_lock(a, file->folder, &lock, &unused) < 0)
		return;
	(void)!head_write(a, file->path, head, &unused);
	state_folder_make_room(a, file->folder, str_basename(file->path), STATE_CACHE_MAX_BYTES);
	close(lock);
}

/* The same if a ticket can have several labels. */
static struct each_data encoder_each_data(const struct making *m)
{
	struct arena *a = &m->s->cmd->arena;
	const struct job *job = &m->s->prepared.job;
	struct each_data data = { .rows = encoder_data(m) };
	const bool **fits = arena_array(a, data.rows.n, sizeof(*fits));

	for (size_t i = 0; i < data.rows.n; i++) {
		bool *own = arena_array(a, job->n_offered, sizeof(*own));

		training_fits(job, m->e->texts[m->e->n_descriptions + i], own);
		fits[i] = own;
	}
	data.fits = fits;
	return data;
}

static bool encoder_is_for_several(const struct making *m)
{
	return m->s->prepared.job.task == TASK_SEVERAL;
}

static int encoder_train(const struct making *m, struct head_fit *ret_fit, struct err *err)
{
	struct arena *a = &m->s->cmd->arena;
	struct head_data data;
	struct each_data each;

	if (encoder_is_for_several(m)) {
		each = encoder_each_data(m);
		return each_train(a, &each, ret_fit, err);
	}
	data = encoder_data(m);
	return head_train(a, &data, ret_fit, err);
}

/* If nothing can be learnt, the candidate is refused. */
static bool encoder_fit(const struct making *m, struct head_fit *ret_fit)
{
	struct arena *a = &m->s->cmd->arena;
	struct err why = { 0 };

	if (encoder_train(m, ret_fit, &why) == 0)
		return true;
	m->c->refused = arena_printf(a, "no head can be learnt: %s", why.msg);
	return false;
}

/* Keeps the key as the identity: the same recipe is the same head. */
static void encoder_learn(const struct making *m)
{
	struct head *own = &m->e->own, made = *own;
	struct head_file file;
	bool cached = encoder_cache_file(m, &file);
	struct head_fit fit;

	if (!cached || !encoder_read_cache(m, file.path, &made)) {
		if (!encoder_fit(m, &fit))
			return;
		made.quality = fit.quality;
		made.weights = fit.weights;
		if (cached)
			encoder_write_cache(m, &file, &made);
	}
	own->made_us = made.made_us;
	own->engine_build = made.engine_build;
	own->quality = made.quality;
	own->weights = made.weights;
}

/*
 * Examples are learnt from like training tickets. Of fewer than a head needs, and of descriptions
 * alone, the mean direction of each label decides.
 */
static void encoder_compare(const struct making *m)
{
	struct head_data data = encoder_data(m);
	struct head_fit fit;

	if (data.n < HEAD_LEAST_TICKETS) {
		data.n += data.n_given;
		m->e->own.weights = nearest_head(&m->s->cmd->arena, &data, COSINE_SCALE);
	} else if (encoder_fit(m, &fit)) {
		m->e->own.weights = fit.weights;
	}
}

/* Whether any reason quotes a known text. */
static bool encoder_quotes(const struct session *s)
{
	return !s->no_quotes && s->prepared.job.reason != REASON_NONE;
}

/* RULE: privacy. A known text with personal data decides labels, but no reason quotes it. */
static int encoder_find_private(const struct making *m, struct err *err)
{
	struct arena *a = &m->s->cmd->arena, scratch = { 0 };
	struct encoder *e = m->e;
	struct ticket *tickets = arena_array(a, e->n_texts, sizeof(*tickets));
	const struct slice slice = { .path = "", .tickets = tickets, .n = e->n_texts };
	struct redact_findings found;
	int r;

	e->is_private = arena_array(a, e->n_texts, sizeof(*e->is_private));
	if (!encoder_quotes(m->s)) {
		memset(e->is_private, true, e->n_texts * sizeof(*e->is_private));
		return 0;
	}
	if (m->s->prepared.job.allow_personal_data)
		return 0;
	for (size_t i = 0; i < e->n_texts; i++) {
		tickets[i] = *e->texts[i];
		tickets[i].line = i;
	}
	r = redact_check(&scratch, &slice, &found, err);
	for (size_t i = 0; r == 0 && i < found.n; i++)
		e->is_private[found.items[i].line] = true;
	arena_release(&scratch);
	return r;
}

/*
 * With several labels a ticket, similarity needs a threshold, and a threshold needs tickets.
 */
static void encoder_compare_each(const struct making *m)
{
	struct arena *a = &m->s->cmd->arena;
	struct each_data data = encoder_each_data(m);
	struct head_fit fit;

	if (data.rows.n < HEAD_LEAST_TICKETS)
		m->c->refused = arena_printf(
			a,
			"it needs %d labelled tickets or more to learn how near a label's "
			"description must be, and there are %zu: add 'training: FILE', or more "
			"examples (per_label)",
			HEAD_LEAST_TICKETS, data.rows.n);
	else if (m->e->way == WAY_PLAIN)
		m->e->own.weights = each_nearest(a, &data, COSINE_SCALE);
	else if (encoder_fit(m, &fit))
		m->e->own.weights = fit.weights;
}

/* The states of the known texts. The candidate that is asked for them has no head. */
static int encoder_get_states(struct making *m, struct err *err)
{
	struct candidate plain = *m->c;

	plain.head = NULL;
	plain.way = WAY_PLAIN;
	return states_get(m->s, &plain, m->e->texts, m->e->n_texts, true, &m->states, err);
}

static int encoder_make(struct making *m, struct err *err)
{
	struct encoder *e = m->e;

	if (encoder_get_states(m, err) < 0 || encoder_find_private(m, err) < 0)
		return -1;
	if (m->states.n_failed > 0) {
		m->c->refused = arena_printf(&m->s->cmd->arena,
					     "it gave no embedding for %zu of the %zu texts that "
					     "its head is made of (%s)",
					     m->states.n_failed, m->states.n, m->states.failure);
		return 0;
	}
	e->rows = m->states.rows;
	e->own.n_embd = m->states.n_embd;
	if (e->head != &e->own)
		return 0;
	e->own.made_us = clock_wall_us();
	e->own.engine_build = m->states.engine_build;
	if (e->way == WAY_TRAINED)
		encoder_learn(m);
	else if (encoder_is_for_several(m))
		encoder_compare_each(m);
	else
		encoder_compare(m);
	return 0;
}

int encoder_head_make(struct session *s, size_t at, struct err *err)
{
	struct candidate *c = &s->prepared.plan.candidates[at];
	struct making m = { .s = s, .c = c, .e = encoder_of(&s->prepared, c) };

	if (!m.e || m.e->made || c->refused)
		return 0;
	m.e->made = encoder_make(&m, err) == 0;
	return m.e->made ? 0 : -1;
}
