/*
 * A wave of tickets in the context: how many fit, and how large the context is.
 */
#include "engine/llama/llama_engine.h"

const struct image *image_of(const struct engine *e, size_t ticket)
{
	const struct image *image = e->wave.images ? &e->wave.images[ticket] : NULL;

	return image && image->bytes.len > 0 ? image : NULL;
}

llama_seq_id wave_ticket_seq(const struct engine *e, size_t n)
{
	return (llama_seq_id)(e->prompt.orders.n + n);
}

/* Sequences to take turns in: only several orders need one. */
static size_t wave_turns(const struct engine *e)
{
	return e->prompt.orders.n > 1 ? 1 : 0;
}

llama_seq_id wave_turn_seq(const struct engine *e)
{
	return (llama_seq_id)(e->n_seq - e->n_scratch - 1);
}

/* Sequences that are no ticket's. */
static size_t wave_other_seqs(const struct engine *e)
{
	return e->prompt.orders.n + wave_turns(e) + e->n_scratch;
}

size_t wave_ticket_need(const struct engine *e, size_t ticket)
{
	const struct image *image = image_of(e, ticket);

	return (image ? image->n_tok : 0) + e->wave.tickets[ticket].n + e->prompt.after.n +
	       e->prompt.n_answer_max;
}

/* Tokens of a ticket behind one of the orders but the first; 0 if there is only one. */
static size_t wave_turn_need(const struct engine *e, size_t ticket)
{
	return wave_turns(e) * (wave_ticket_need(e, ticket) - e->prompt.n_answer_max);
}

static size_t wave_longest_turn(const struct engine *e, const struct wave *w)
{
	size_t most = 0;

	for (size_t i = 0; i < w->n; i++)
		if (wave_ticket_fits(e, i) && wave_turn_need(e, i) > most)
			most = wave_turn_need(e, i);
	return most;
}

/* Cells for the branches of the trie that are decoded side by side. */
static size_t wave_scratch_need(const struct engine *e)
{
	size_t deepest = 0;

	for (size_t i = 1; i < e->prompt.trie.n_branches; i++)
		if (e->prompt.trie.branches[i].depth > deepest)
			deepest = e->prompt.trie.branches[i].depth;
	return deepest * SCRATCH_MAX;
}

int64_t wave_context_max(const struct engine *e)
{
	int64_t n = llama_model_n_ctx_train(e->model);

	return e->pass.n_ctx_max > 0 && e->pass.n_ctx_max < n ? e->pass.n_ctx_max : n;
}

/* The model's own limit is for one order at a time; a limit of the pass is for all of them. */
size_t wave_ticket_total(const struct engine *e, size_t ticket)
{
	size_t need = wave_ticket_need(e, ticket);

	if (e->pass.n_ctx_max > 0)
		return e->prompt.n_prefix_all + need + wave_turn_need(e, ticket);
	return e->prompt.n_prefix_longest + need;
}

bool wave_ticket_fits(const struct engine *e, size_t ticket)
{
	return (int64_t)wave_ticket_total(e, ticket) <= wave_context_max(e);
}

/* How many tickets fit into the wave, and the cells that they need. */
static size_t wave_size(const struct engine *e, const struct wave *w, size_t *ret_cells)
{
	size_t max = SEQ_MAX - wave_other_seqs(e), n = 0;
	size_t cells = e->prompt.n_prefix_all + wave_longest_turn(e, w) + wave_scratch_need(e) + 32;
	size_t max_cells = SIZE_MAX;

	if (e->pass.n_wave > 0 && (size_t)e->pass.n_wave < max)
		max = (size_t)e->pass.n_wave;
	if (e->pass.mode == PASS_FORM && max > FORM_GROUP_MAX)
		max = FORM_GROUP_MAX;
	if (e->pass.n_ctx_max > 0)
		max_cells = (size_t)e->pass.n_ctx_max;
	if (e->ctx)
		max_cells = e->n_ctx;
	while (n < w->n && n < max) {
		size_t need = wave_ticket_fits(e, n) ? wave_ticket_need(e, n) : 0;

		if (n > 0 && cells + need > max_cells)
			break;
		cells += need;
		n++;
	}
	*ret_cells = cells;
	return n;
}

/* If no reasons follow, tickets take turns in the same cells. */
static size_t wave_size_for_labels(const struct engine *e, const struct wave *w, size_t *ret_cells)
{
	size_t most = (size_t)e->pass.n_ubatch;

	for (size_t i = 0; i < w->n; i++)
		if (wave_ticket_fits(e, i) && wave_ticket_need(e, i) > most)
			most = wave_ticket_need(e, i);
	*ret_cells =
		e->prompt.n_prefix_all + wave_longest_turn(e, w) + wave_scratch_need(e) + 32 + most;
	return w->n;
}

/* Whether a ticket needs its cells only until it is answered, alone. */
static bool wave_takes_turns(const struct engine *e)
{
	return e->pass.label_only && e->pass.mode != PASS_FORM;
}

static int wave_make_context(struct engine *e, size_t cells, size_t n_tickets, struct err *err)
{
	size_t n_ctx = (cells + 255) / 256 * 256, n_seq = wave_other_seqs(e) + n_tickets;

	if (context_open(e, context_params(&e->pass, n_ctx, n_seq), err) < 0)
		return -1;
	e->n_ctx = llama_n_ctx(e->ctx);
	return 0;
}

static void wave_drop_sequences(struct engine *e)
{
	for (size_t s = e->prompt.orders.n; s < e->n_seq; s++)
		llama_memory_seq_rm(llama_get_memory(e->ctx), (llama_seq_id)s, -1, -1);
}

static void wave_take_images(struct engine *e, const struct msg_wave *wave)
{
	struct wave *w = &e->wave;

	if (wave->n_images != wave->n_texts)
		return;
	w->images = arena_array(&w->arena, wave->n_texts, sizeof(*w->images));
	for (size_t i = 0; i < wave->n_texts; i++) {
		const struct blob *bytes = &wave->images[i];

		if (bytes->len == 0)
			continue;
		w->images[i].bytes.data = arena_strndup(&w->arena, bytes->data, bytes->len);
		w->images[i].bytes.len = bytes->len;
		image_count(e, &w->images[i]);
	}
}

static int wave_tokenize(struct engine *e, const struct msg_wave *wave, struct err *err)
{
	struct wave *w = &e->wave;

	arena_release(&w->arena);
	*w = (struct wave){ .n = wave->n_texts };
	w->tickets = arena_array(&w->arena, w->n, sizeof(*w->tickets));
	w->kept = arena_array(&w->arena, w->n, sizeof(*w->kept));
	for (size_t i = 0; i < w->n; i++)
		if (ticket_tokenize(e, &w->arena, wave->texts[i], &w->tickets[i], err) < 0)
			return -1;
	wave_take_images(e, wave);
	return 0;
}

/* Makes a context for the wave, unless the current one is large enough. */
static int wave_prepare_context(struct engine *e, struct err *err)
{
	size_t branches = e->prompt.trie.n_branches, cells, n_kept;

	e->n_scratch = branches > 1 ? (branches - 1 < SCRATCH_MAX ? branches - 1 : SCRATCH_MAX) : 0;
	if (wave_takes_turns(e))
		e->wave.n = wave_size_for_labels(e, &e->wave, &cells);
	else
		e->wave.n = wave_size(e, &e->wave, &cells);
	n_kept = wave_takes_turns(e) ? LABEL_GROUP_MAX : e->wave.n;
	if (e->ctx && cells <= e->n_ctx && wave_other_seqs(e) + n_kept <= e->n_seq)
		return 0;
	return wave_make_context(e, cells, n_kept, err);
}

int writer_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err)
{
	int64_t prefix_us = 0;
	int r;

	*ret_outcome = OUTCOME_ENGINE_ERROR;
	if (wave_tokenize(e, wave, err) < 0)
		return -1;
	r = wave_prepare_context(e, err);
	if (r == 0) {
		wave_drop_sequences(e);
		if (!wave->prefix_later)
			r = prefix_compute(e, &prefix_us, err);
	}
	if (r < 0) {
		*ret_outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
		return -1;
	}
	*ret_ready = (struct msg_wave_ready){
		.n_accepted = (int64_t)e->wave.n,
		.n_ctx = (int64_t)e->n_ctx,
		.n_seq = (int64_t)e->n_seq,
		.prefix_us = prefix_us,
		.prefix_tok = prefix_us ? (int64_t)e->prompt.n_prefix_all : 0,
		.n_parts = prefix_is_done(e) ? 0 : (int64_t)e->prompt.n_parts,
	};
	return 0;
}
