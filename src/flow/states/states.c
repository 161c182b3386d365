/*
 * Asks the model for states that the cache lacks, in a pass that belongs to no run.
 */
#include "flow/states/states.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "flow/say/progress.h"
#include "flow/say/say.h"
#include "flow/say/status.h"
#include "flow/states/state_cache.h"

enum { S_PER_DAY = 86400 };

struct asking {
	struct session *session;
	struct states *states;
	struct state_cache *cache;
	const char (*sums)[HASH_HEX_LEN + 1]; /* checksums of the texts */
	struct progress progress;
	size_t n_done, n_missing;
	bool is_encoder;
};

/* Hashes everything that changes a state, except the text. */
static void states_key_of(const struct pass_row *row, const struct job *job, bool encoder,
			  char ret[HASH_HEX_LEN + 1])
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, row->model_sha256);
	hash_add_text(&h, row->adapter_sha256);
	hash_add_text(&h, row->system_text);
	/* The labels of an encoder's head do not change its embeddings. */
	for (size_t i = 0; i < job->n_labels && !encoder; i++)
		hash_add_text(&h, job->labels[i].name);
	hash_add_text(&h, row->engine_build);
	hash_add_text(&h, row->device);
	hash_add_text(&h, row->cpu);
	hash_add_text(&h, cmd_program());
	hash_add_i64(&h, row->n_batch);
	hash_add_i64(&h, row->n_ubatch);
	hash_hex(&h, ret);
}

/* Rounds a state as the cache stores it; false if a number is beyond that: nothing can learn it. */
static bool states_round(const double *hidden, size_t n, double *ret_row)
{
	for (size_t i = 0; i < n; i++) {
		ret_row[i] = (double)(float)hidden[i];
		if (!isfinite(ret_row[i]))
			return false;
	}
	return true;
}

static void states_note_failure(struct asking *k, const struct answer *answer, const char *detail)
{
	struct states *s = k->states;

	if (s->n_failed++ == 0)
		s->failure =
			arena_printf(&k->session->cmd->arena, "%s%s%s",
				     outcome_words(answer->outcome), *detail ? ": " : "", detail);
}

static int states_keep_state(void *ctx, const struct answer *answer, struct err *err)
{
	struct asking *k = ctx;
	struct states *s = k->states;
	double *row;

	(void)err;
	k->n_done++;
	progress_show(&k->progress, k->n_done, k->n_missing);
	if (s->n_embd == 0)
		s->n_embd = k->cache->n_embd = answer->n_hidden;
	if (answer->outcome != OUTCOME_OK || answer->n_hidden == 0 ||
	    answer->n_hidden != s->n_embd) {
		states_note_failure(k, answer, answer->detail);
		return 0;
	}
	row = arena_array(&k->session->cmd->arena, s->n_embd, sizeof(*row));
	if (!states_round(answer->hidden, s->n_embd, row)) {
		states_note_failure(k, answer, "its hidden state has numbers too large to learn");
		return 0;
	}
	s->rows[answer->ticket] = row;
	s->n_asked++;
	state_cache_add(k->cache, k->sums[answer->ticket], row);
	return 0;
}

static int states_no_reason(void *ctx, const struct reason *reason, struct err *err)
{
	(void)ctx;
	(void)reason;
	return err_set(err, ERR_ENGINE, "the engine sent a reason without being asked");
}

static const char *states_why_stop(const struct session *s)
{
	if (interrupt_count() > 0)
		return "stopped";
	return track_budget_is_used(s) ? "the time budget is used up" : NULL;
}

static const char *states_stop_wanted(void *ctx)
{
	const struct asking *k = ctx;

	return states_why_stop(k->session);
}

static bool states_abandon_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() > 1;
}

static size_t states_read_cached(struct asking *k, struct arena *a, size_t n)
{
	struct states *s = k->states;
	double *row = NULL;

	s->n_embd = k->cache->n_embd;
	for (size_t i = 0; i < n && s->n_embd > 0; i++) {
		if (!row)
			row = arena_array(a, s->n_embd, sizeof(*row));
		if (!state_cache_get(k->cache, k->sums[i], row))
			continue;
		s->rows[i] = row;
		s->n_cached++;
		row = NULL;
	}
	return n - s->n_cached;
}

/* Asks for the missing states, in one pass without reasons. */
static int states_ask(struct asking *k, const struct candidate *c, struct pass_row *row,
		      const struct ticket *const *tickets, size_t n_missing, struct err *err)
{
	const struct pass_sink sink = { k, states_keep_state, states_no_reason, states_stop_wanted,
					states_abandon_wanted };
	struct session *s = k->session;
	struct states *states = k->states;
	struct pass_item *items = arena_array(&s->cmd->arena, n_missing, sizeof(*items));
	int64_t start_us = clock_mono_us();
	struct pass_settings settings;
	struct pass pass;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < states->n; i++)
		if (!states->rows[i])
			items[n++] = (struct pass_item){ .ticket = i,
							 .text = tickets[i]->text,
							 .label = -1 };
	if (track_settings(s, c, row, &settings, err) < 0)
		return -1;
	/*
	 * One by one, as in production: other tickets in the same decode change a state by up to
	 * 2%. An encoder's texts do not see each other.
	 */
	settings.pass.hidden = settings.pass.label_only = true;
	settings.together = model_is_encoder(c->model);
	settings.reasons = false;
	k->n_missing = n;
	progress_begin(&k->progress,
		       arena_printf(&s->cmd->arena, "texts that %s has read", c->model->label),
		       s->events.lines);
	r = pass_begin(&pass, &settings, items, n, &sink, err);
	if (r == 0)
		r = pass_answers(&pass, err);
	pass_end(&pass);
	status_clear();
	if (*pass.report.opening)
		states->opening = k->cache->opening =
			arena_strdup(&s->cmd->arena, pass.report.opening);
	pass_release(&pass);
	states->asked_us = clock_mono_us() - start_us;
	return r;
}

/* Opens the cache and reads what it has; *ret_missing counts the rest. */
static int states_open_cache(struct asking *k, const char *key, bool use_cache,
			     const struct ticket *const *tickets, size_t *ret_missing,
			     struct err *err)
{
	struct arena *a = &k->session->cmd->arena;
	size_t n = k->states->n;
	char(*sums)[HASH_HEX_LEN + 1] = arena_array(a, n, sizeof(*sums));

	if (state_cache_open(a, key, use_cache, k->cache, err) < 0) {
		if (!k->is_encoder)
			return -1;
		say("Could not read the cached embeddings: %s\n", err->msg);
	}
	for (size_t i = 0; i < n; i++)
		hash_bytes(tickets[i]->text, strlen(tickets[i]->text), sums[i]);
	k->sums = (const char(*)[HASH_HEX_LEN + 1]) sums;
	*ret_missing = states_read_cached(k, a, n);
	return 0;
}

/*
 * tune exists for its states. An encoder's embeddings are in memory: without the cache the next
 * session computes them again, and this one goes on.
 */
static int states_close_cache(struct asking *k, struct err *err)
{
	if (state_cache_close(k->cache, err) == 0)
		return 0;
	if (!k->is_encoder)
		return -1;
	say("Could not cache the embeddings: %s\n", err->msg);
	return 0;
}

int states_get(struct session *s, const struct candidate *c, const struct ticket *const *tickets,
	       size_t n, bool use_cache, struct states *ret_states, struct err *err)
{
	struct arena *a = &s->cmd->arena;
	struct state_cache cache;
	struct asking k = { .session = s,
			    .states = ret_states,
			    .cache = &cache,
			    .is_encoder = model_is_encoder(c->model) };
	struct err failure = { 0 };
	char key[HASH_HEX_LEN + 1];
	struct pass_row row;
	size_t n_missing;
	int r = 0;

	*ret_states = (struct states){ .rows = arena_array(a, n, sizeof(double *)), .n = n };
	pass_row_fill(s, c, &row);
	if (track_engine(s, c->model, &row.engine_build, &row.device, err) < 0)
		return -1;
	row.n_gpu_layers = -1;
	ret_states->engine_build = row.engine_build;
	ret_states->device = row.device;
	states_key_of(&row, &s->prepared.job, k.is_encoder, key);
	if (states_open_cache(&k, key, use_cache, tickets, &n_missing, err) < 0)
		return -1;
	/* Only the day counts, so that tunings of one day have the same prompt and share states. */
	row.pinned_date_s -= row.pinned_date_s % S_PER_DAY;
	if (cache.n_embd > 0)
		row.pinned_date_s = cache.pinned_date_s;
	cache.pinned_date_s = ret_states->pinned_date_s = row.pinned_date_s;
	ret_states->opening = cache.opening;
	if (n_missing > 0 && !states_why_stop(s))
		r = states_ask(&k, c, &row, tickets, n_missing, err);
	if (states_close_cache(&k, r < 0 ? &failure : err) < 0)
		return -1;
	if (r == 0 && n_missing > 0 && states_why_stop(s))
		return err_set(err, ERR_STOPPED,
			       "%s; the states so far are cached, and the same command resumes "
			       "there",
			       states_why_stop(s));
	return r;
}
