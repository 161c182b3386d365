/*
 * Labels alone, of many tickets in each decode: what a candidate at work does, where speed counts
 * and no reasons are wanted. Decides which tickets share a decode. A ticket's neighbours move its
 * logits a little (docs/timing.md), so the groups depend on the order of the tickets alone: the
 * same wave gives the same answers again.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "work/machine.h"

/* One ticket of the group that is decoded together. */
struct member {
	size_t ticket; /* index within the wave */
	int at; /* place of its last token in the batch */
	llama_pos pos; /* next free position of its sequence */
	llama_token last; /* where a state is wanted: decoded apart, see llama_head.c */
};

struct group {
	struct member members[LABEL_GROUP_MAX];
	size_t n;
	int64_t start_us;
	double *log_probs; /* n_labels of each member, one after another */
};

static llama_seq_id batch_sequence_of(size_t member)
{
	return (llama_seq_id)(SEQ_TICKET + member);
}

/* Tokens of a ticket behind the shared prefix. */
static size_t batch_own_tokens(const struct engine *e, size_t ticket)
{
	return e->wave.tickets[ticket].n + e->prompt.after.n;
}

static bool batch_goes_together(const struct engine *e, const struct group *g, size_t ticket)
{
	return ticket < e->wave.n && !picture_of(e, ticket) && g->n < LABEL_GROUP_MAX &&
	       SEQ_TICKET + g->n + e->n_scratch < e->n_seq &&
	       (size_t)e->batch.n_tokens + batch_own_tokens(e, ticket) <= (size_t)e->pass.n_ubatch;
}

static void batch_member_add(struct engine *e, struct group *g, size_t ticket)
{
	const struct tokens parts[2] = { e->wave.tickets[ticket], e->prompt.after };
	struct member *m = &g->members[g->n];
	llama_seq_id seq = batch_sequence_of(g->n++);

	*m = (struct member){ .ticket = ticket, .pos = (llama_pos)e->prompt.prefix.n };
	llama_memory_seq_cp(llama_get_memory(e->ctx), SEQ_PREFIX, seq, -1, -1);
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

/* The tickets from `first` on that share one decode; 0 where the first must be asked alone. */
static size_t batch_group_fill(struct engine *e, size_t first, struct group *g)
{
	g->n = 0;
	g->start_us = clock_mono_us();
	e->batch.n_tokens = 0;
	while (batch_goes_together(e, g, first + g->n))
		batch_member_add(e, g, first + g->n);
	return g->n;
}

static double *batch_log_probs_of(const struct engine *e, const struct group *g, size_t member)
{
	return g->log_probs + member * e->prompt.n_labels;
}

/* The branches below the trie's root, of all members: as many side by side as have sequences. */
static int batch_score_below_root(struct engine *e, const struct group *g, struct err *err)
{
	const struct trie *trie = &e->prompt.trie;
	llama_memory_t memory = llama_get_memory(e->ctx);
	llama_seq_id scratch = (llama_seq_id)(e->n_seq - e->n_scratch);
	size_t n_all = g->n * (trie->n_branches - 1);

	for (size_t from = 0; from < n_all; from += e->n_scratch) {
		size_t n = n_all - from < e->n_scratch ? n_all - from : e->n_scratch;
		int last[SCRATCH_MAX] = { 0 };
		int r;

		e->batch.n_tokens = 0;
		for (size_t k = 0; k < n; k++) {
			const struct member *m = &g->members[(from + k) % g->n];
			const struct trie_branch *b = &trie->branches[1 + (from + k) / g->n];
			llama_seq_id seq = scratch + (llama_seq_id)k;

			llama_memory_seq_cp(memory, batch_sequence_of((from + k) % g->n), seq, -1,
					    -1);
			for (size_t i = 0; i < b->depth; i++)
				last[k] = batch_add(e, b->path[i], m->pos + (llama_pos)i, seq,
						    i + 1 == b->depth);
		}
		r = decode_batch(e, err);
		for (size_t k = 0; k < n; k++) {
			if (r == 0)
				trie_score(trie, 1 + (from + k) / g->n,
					   llama_get_logits_ith(e->ctx, last[k]),
					   batch_log_probs_of(e, g, (from + k) % g->n));
			llama_memory_seq_rm(memory, scratch + (llama_seq_id)k, -1, -1);
		}
		if (r < 0)
			return -1;
	}
	return 0;
}

/* The last token of each member, together, with their states. */
static int batch_decode_last(struct engine *e, struct group *g, struct err *err)
{
	int r;

	e->batch.n_tokens = 0;
	for (size_t i = 0; i < g->n; i++)
		g->members[i].at = batch_add(e, g->members[i].last, g->members[i].pos - 1,
					     batch_sequence_of(i), true);
	llama_set_embeddings(e->ctx, true);
	r = decode_batch(e, err);
	llama_set_embeddings(e->ctx, false);
	return r;
}

static int batch_group_score(struct engine *e, struct group *g, struct err *err)
{
	const struct trie *trie = &e->prompt.trie;

	if (decode_batch(e, err) < 0)
		return -1;
	if (head_wants_state(e))
		return batch_decode_last(e, g, err);
	for (size_t i = 0; i < g->n && trie->n_branches > 0; i++)
		trie_score(trie, 0, llama_get_logits_ith(e->ctx, g->members[i].at),
			   batch_log_probs_of(e, g, i));
	return trie->n_branches > 1 ? batch_score_below_root(e, g, err) : 0;
}

static void batch_group_drop(struct engine *e, const struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		llama_memory_seq_rm(llama_get_memory(e->ctx), batch_sequence_of(i), -1, -1);
}

/* The times of an answer are those of its group: nobody can say what one ticket took of them. */
static int batch_member_answer(struct engine *e, struct arena *a, const struct group *g, size_t i,
			       struct answer *ret, struct err *err)
{
	const struct member *m = &g->members[i];

	*ret = (struct answer){ .ticket = m->ticket,
				.rule = "trie",
				.detail = "",
				.probs = batch_log_probs_of(e, g, i),
				.n_probs = e->prompt.n_labels,
				.ticket_tok = (int64_t)e->wave.tickets[m->ticket].n,
				.prompt_tok = (int64_t)m->pos,
				.cached_tok = -1,
				.peak_rss_bytes = machine_peak_rss_bytes() };
	if (head_wants_state(e) && head_read(e, m->at, a, ret, err) < 0)
		return -1;
	if (e->pass.n_head > 0)
		head_choose(e, g->start_us, ret);
	else
		ret->label = trie_choose(&e->prompt.trie, ret->probs);
	answer_write_raw(e, a, ret);
	ret->ttft_us = ret->first_us = ret->label_us = clock_mono_us() - g->start_us;
	return 0;
}

static int batch_answer_group(struct engine *e, struct arena *a, size_t first, size_t *ret_n,
			      int (*done)(void *ctx, const struct answer *answer, struct err *err),
			      void *ctx, struct err *err)
{
	struct msg_ask alone = { .ticket = (int64_t)first, .known_label = -1 };
	struct answer answer;
	struct group g;
	int r;

	*ret_n = 1;
	if (label_needs_alone(e, first) || batch_group_fill(e, first, &g) == 0) {
		r = engine_ask(e, a, &alone, &answer, err);
		return r < 0 ? -1 : done(ctx, &answer, err);
	}
	*ret_n = g.n;
	g.log_probs = arena_array(a, g.n * e->prompt.n_labels, sizeof(double));
	r = batch_group_score(e, &g, err);
	batch_group_drop(e, &g);
	for (size_t i = 0; i < g.n && r == 0; i++) {
		r = batch_member_answer(e, a, &g, i, &answer, err);
		if (r == 0)
			r = done(ctx, &answer, err);
	}
	return r;
}

int engine_labels(struct engine *e, struct arena *a, size_t n,
		  int (*done)(void *ctx, const struct answer *answer, struct err *err), void *ctx,
		  struct err *err)
{
	size_t n_group = 0;

	for (size_t first = 0; first < n; first += n_group) {
		int r = batch_answer_group(e, a, first, &n_group, done, ctx, err);

		arena_release(a);
		if (r < 0)
			return -1;
	}
	return 0;
}
