/*
 * Labels only, many tickets in each decode: the mode for production, where speed counts and no
 * reasons are needed. Decides which tickets share a decode. A ticket's neighbours move its logits
 * a little (docs/timing.md). So the groups depend only on the order of the tickets, and the same
 * wave gives the same answers again.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "work/machine.h"

/* A ticket of a group, in one order of the labels. A group shares a decode. */
struct member {
	size_t ticket; /* index in the wave */
	int at; /* index of its last token in the batch */
	llama_pos pos; /* next free position of its sequence */
	llama_token last; /* decoded separately if a state is needed (llama_head.c) */
	double mass; /* label mass */
};

struct group {
	struct member members[LABEL_GROUP_MAX];
	size_t n; /* a ticket's orders follow one another */
	int64_t start_us;
	double *log_probs; /* n_labels per member */
};

/* Tokens of a ticket behind the shared prefix. */
static size_t batch_own_tokens(const struct engine *e, size_t ticket)
{
	return e->wave.tickets[ticket].n + e->prompt.after.n;
}

/* Whether this ticket cannot share a decode with others. */
static bool batch_must_be_alone(const struct engine *e, size_t ticket)
{
	return !wave_ticket_fits(e, ticket) || image_of(e, ticket) || e->pass.think_tok > 0 ||
	       e->pass.hidden || e->pass.mode != PASS_FORCED || e->pass.reason_first;
}

static bool batch_has_room(const struct engine *e, const struct group *g, size_t ticket)
{
	size_t n_orders = e->prompt.orders.n;

	if ((size_t)wave_ticket_seq(e, g->n + n_orders) + e->n_scratch > e->n_seq)
		return false;
	return ticket < e->wave.n && !image_of(e, ticket) && g->n + n_orders <= LABEL_GROUP_MAX &&
	       (size_t)e->batch.n_tokens + n_orders * batch_own_tokens(e, ticket) <=
		       (size_t)e->pass.n_ubatch;
}

static void batch_member_add(struct engine *e, struct group *g, size_t ticket, size_t order)
{
	const struct tokens parts[2] = { e->wave.tickets[ticket], e->prompt.after };
	struct member *m = &g->members[g->n];
	llama_seq_id seq = wave_ticket_seq(e, g->n++);

	*m = (struct member){ .ticket = ticket, .pos = (llama_pos)e->prompt.prefixes[order].n };
	llama_memory_seq_cp(llama_get_memory(e->ctx), (llama_seq_id)order, seq, -1, -1);
	for (size_t p = 0; p < 2; p++)
		for (size_t i = 0; i < parts[p].n; i++) {
			bool last = p == 1 && i + 1 == parts[p].n;

			m->last = parts[p].items[i];
			if (last && head_wants_state(e))
				m->pos++;
			else
				m->at = batch_add(e, m->last, m->pos++, seq, last);
		}
}

/* Adds the tickets from `first` on that share one decode. Returns their number; 0: none can. */
static size_t batch_group_fill(struct engine *e, size_t first, struct group *g)
{
	size_t n = 0;

	g->n = 0;
	g->start_us = clock_mono_us();
	e->batch.n_tokens = 0;
	for (; batch_has_room(e, g, first + n); n++)
		for (size_t order = 0; order < e->prompt.orders.n; order++)
			batch_member_add(e, g, first + n, order);
	return n;
}

static double *batch_log_probs_of(const struct engine *e, const struct group *g, size_t member)
{
	return g->log_probs + member * e->prompt.n_labels;
}

/* All members' branches below the root: as many side by side as there are sequences. */
static int batch_score_below_root(struct engine *e, const struct group *g, struct err *err)
{
	struct branch_place places[SCRATCH_MAX];
	size_t n_all = g->n * (e->prompt.trie.n_branches - 1), n;

	for (size_t from = 0; from < n_all; from += n) {
		size_t n_tok = 0;

		for (n = 0; n < e->n_scratch && from + n < n_all; n++) {
			size_t member = (from + n) % g->n, branch = 1 + (from + n) / g->n;

			if (!decode_branch_fits(e, branch, &n_tok))
				break;
			places[n] = (struct branch_place){
				.branch = branch,
				.seq = wave_ticket_seq(e, member),
				.pos = g->members[member].pos,
				.log_probs = batch_log_probs_of(e, g, member),
			};
		}
		if (decode_branches(e, places, n, err) < 0)
			return -1;
	}
	return 0;
}

/* Decodes the last token of every member in one batch, for their states. */
static int batch_decode_last(struct engine *e, struct group *g, struct err *err)
{
	int r;

	e->batch.n_tokens = 0;
	for (size_t i = 0; i < g->n; i++)
		g->members[i].at = batch_add(e, g->members[i].last, g->members[i].pos - 1,
					     wave_ticket_seq(e, i), true);
	llama_set_embeddings(e->ctx, true);
	r = decode_batch(e, err);
	llama_set_embeddings(e->ctx, false);
	return r;
}

static int batch_group_score(struct engine *e, struct group *g, struct err *err)
{
	if (decode_batch(e, err) < 0)
		return -1;
	if (head_wants_state(e))
		return batch_decode_last(e, g, err);
	for (size_t i = 0; i < g->n; i++)
		answer_score_root(e, g->members[i].at, batch_log_probs_of(e, g, i),
				  &g->members[i].mass);
	return e->prompt.trie.n_branches > 1 ? batch_score_below_root(e, g, err) : 0;
}

static void batch_group_drop(struct engine *e, const struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		llama_memory_seq_rm(llama_get_memory(e->ctx), wave_ticket_seq(e, i), -1, -1);
}

/* An answer has the times of its group: one ticket's share cannot be measured. */
static int batch_ticket_answer(struct engine *e, struct arena *a, const struct group *g, size_t i,
			       struct answer *ret, struct err *err)
{
	size_t n_orders = e->prompt.orders.n;
	const struct member *m = &g->members[i * n_orders];

	*ret = (struct answer){ .ticket = m->ticket,
				.detail = "",
				.ticket_tok = (int64_t)e->wave.tickets[m->ticket].n,
				.cached_tok = -1,
				.peak_rss_bytes = machine_peak_rss_bytes() };
	for (size_t order = 0; order < n_orders; order++) {
		ret->prompt_tok += (int64_t)m[order].pos;
		ret->label_mass += m[order].mass;
	}
	if (head_wants_state(e) && head_read(e, m->at, a, ret, err) < 0)
		return -1;
	if (e->pass.n_head > 0)
		head_choose(e, a, g->start_us, ret);
	else if (ret->outcome == OUTCOME_OK)
		answer_choose(e, a, batch_log_probs_of(e, g, i * n_orders), ret);
	answer_write_raw(e, a, ret);
	ret->ttft_us = ret->first_us = ret->label_us = clock_mono_us() - g->start_us;
	return 0;
}

static int batch_answer_group(struct engine *e, struct arena *a, size_t first, size_t *ret_n,
			      answer_done *done, void *ctx, struct err *err)
{
	struct msg_ask alone = { .ticket = (int64_t)first, .known_label = -1 };
	struct answer answer;
	struct group g;
	int r;

	*ret_n = batch_must_be_alone(e, first) ? 0 : batch_group_fill(e, first, &g);
	if (*ret_n == 0) {
		*ret_n = 1;
		r = writer_ask(e, a, &alone, &answer, err);
		return r < 0 ? -1 : done(ctx, &answer, err);
	}
	g.log_probs = arena_array(a, g.n * e->prompt.n_labels, sizeof(double));
	r = batch_group_score(e, &g, err);
	batch_group_drop(e, &g);
	for (size_t i = 0; i < *ret_n && r == 0; i++) {
		r = batch_ticket_answer(e, a, &g, i, &answer, err);
		if (r == 0)
			r = done(ctx, &answer, err);
	}
	return r;
}

int writer_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err)
{
	size_t n_group = 0;

	if (!prefix_is_done(e))
		return err_set(err, ERR_ENGINE, "tickets before the prefix is complete");
	if (e->pass.mode == PASS_FORM)
		return form_ask_together(e, a, n, done, ctx, err);
	for (size_t first = 0; first < n; first += n_group) {
		int r = batch_answer_group(e, a, first, &n_group, done, ctx, err);

		arena_release(a);
		if (r < 0)
			return -1;
	}
	return 0;
}
