/*
 * The shared prefix in parts: at which tokens it is cut, and how a part's state leaves this process
 * and comes back. Decides the cuts, which move logits (docs/timing.md). A state crosses in pieces
 * of few tokens, so that neither the memory peak nor the ceiling of memory notices.
 *
 * A part's state is its pieces in order: 8 bytes of length in the machine's own byte order, then
 * what llama_state_seq_get_data() wrote.
 */
#include "engine/llama/llama_engine.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"

enum { PIECE_TOK = 64, PARTS_MAX = 256 };

/* Where in PREFIX_FD the next piece is, and room for one. */
struct transfer {
	int64_t at;
	uint8_t *bytes;
	uint64_t n_bytes;
};

/* Whether a sequence's cells can leave the context and come back one range at a time. */
static bool prefix_can_be_kept(const struct engine *e, const struct prompt *p)
{
	return !llama_model_is_recurrent(e->model) && !llama_model_is_hybrid(e->model) &&
	       llama_model_n_swa(e->model) == 0 && p->n_parts <= PARTS_MAX;
}

/* A cut where the examples begin: `plain` of the same model has the parts before it too. */
void prefix_cut(const struct engine *e, struct arena *a, struct prompt *p)
{
	size_t most =
		(size_t)(e->pass.n_ubatch < e->pass.n_batch ? e->pass.n_ubatch : e->pass.n_batch);
	size_t n = 1;

	for (size_t k = 0; k < p->orders.n; k++)
		n += (p->prefixes[k].n + most - 1) / most;
	p->parts = arena_array(a, n, sizeof(*p->parts));
	p->n_parts = 0;
	for (size_t k = 0; k < p->orders.n; k++)
		for (size_t from = 0, n_part; from < p->prefixes[k].n; from += n_part) {
			bool plain = k == 0 && from < p->n_plain;

			n_part = (plain ? p->n_plain : p->prefixes[k].n) - from;
			if (n_part > most)
				n_part = most;
			p->parts[p->n_parts++] = (struct prefix_part){ k, from, n_part };
		}
}

/*
 * A part's sum covers all parts before it: its tokens saw them, and they decide which cells it is
 * in, which moves the last bits of sums over cells.
 */
void prefix_name_parts(const struct engine *e, struct arena *a, const struct prompt *p,
		       struct msg_pass_ready *ret_ready)
{
	struct llama_context_params params = llama_context_default_params();
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	if (!prefix_can_be_kept(e, p))
		return;
	hash_init(&h);
	hash_add_text(&h, "prefix 1");
	hash_add_i64(&h, params.type_k);
	hash_add_i64(&h, params.type_v);
	hash_add_i64(&h, params.flash_attn_type);
	ret_ready->parts = arena_array(a, p->n_parts, sizeof(*ret_ready->parts));
	for (size_t i = 0; i < p->n_parts; i++) {
		const struct prefix_part *part = &p->parts[i];

		hash_add_i64(&h, (int64_t)part->order);
		hash_add_i64(&h, (int64_t)part->n);
		hash_add(&h, p->prefixes[part->order].items + part->from,
			 part->n * sizeof(llama_token));
		hash_hex_so_far(&h, hex);
		ret_ready->parts[ret_ready->n_parts++] = arena_strdup(a, hex);
	}
	hash_release(&h);
}

bool prefix_is_done(const struct engine *e)
{
	return e->n_parts_done == e->prompt.n_parts;
}

static int prefix_compute_part(struct engine *e, const struct prefix_part *part, struct err *err)
{
	const llama_token *tokens = e->prompt.prefixes[part->order].items + part->from;

	if (decode_run(e, tokens, part->n, (llama_pos)part->from, (llama_seq_id)part->order, false,
		       err) < 0)
		return err_wrap(err, "cannot compute the shared prompt");
	llama_synchronize(e->ctx);
	return 0;
}

int prefix_compute(struct engine *e, int64_t *ret_us, struct err *err)
{
	int64_t start_us = clock_mono_us();

	*ret_us = 0;
	if (prefix_is_done(e))
		return 0;
	for (; !prefix_is_done(e); e->n_parts_done++)
		if (prefix_compute_part(e, &e->prompt.parts[e->n_parts_done], err) < 0)
			return -1;
	*ret_us = clock_mono_us() - start_us;
	return 0;
}

/* A sequence that nothing uses before the first ticket. */
static llama_seq_id prefix_spare_seq(const struct engine *e)
{
	return (llama_seq_id)(e->n_seq - 1);
}

static bool prefix_has_room(struct transfer *t, uint64_t n_bytes)
{
	uint8_t *more;

	if (n_bytes <= t->n_bytes)
		return true;
	more = realloc(t->bytes, n_bytes);
	if (!more)
		return false;
	t->bytes = more;
	t->n_bytes = n_bytes;
	return true;
}

static bool prefix_state_write(struct transfer *t, const void *data, uint64_t n_bytes)
{
	if (file_write_at(PREFIX_FD, t->at, data, n_bytes) < 0)
		return false;
	t->at += (int64_t)n_bytes;
	return true;
}

/* False also if it is longer than `end`, the length of the whole state. */
static bool prefix_state_read(struct transfer *t, int64_t end, void *to, uint64_t n_bytes)
{
	if (t->at > end || n_bytes > (uint64_t)(end - t->at) ||
	    file_read_at(PREFIX_FD, t->at, to, n_bytes) < 0)
		return false;
	t->at += (int64_t)n_bytes;
	return true;
}

/* The tokens from `from` on that one piece holds. */
static size_t prefix_piece_tok(const struct prefix_part *part, size_t from)
{
	size_t left = part->from + part->n - from;

	return left < PIECE_TOK ? left : PIECE_TOK;
}

static bool prefix_save_piece(struct engine *e, const struct prefix_part *part, size_t from,
			      struct transfer *t)
{
	llama_pos end = (llama_pos)(from + prefix_piece_tok(part, from));
	llama_memory_t memory = llama_get_memory(e->ctx);
	llama_seq_id spare = prefix_spare_seq(e);
	uint64_t n_bytes;
	bool ok;

	llama_memory_seq_cp(memory, (llama_seq_id)part->order, spare, (llama_pos)from, end);
	n_bytes = llama_state_seq_get_size(e->ctx, spare);
	ok = n_bytes > 0 && prefix_has_room(t, n_bytes) &&
	     llama_state_seq_get_data(e->ctx, t->bytes, n_bytes, spare) == n_bytes &&
	     prefix_state_write(t, &n_bytes, sizeof(n_bytes)) &&
	     prefix_state_write(t, t->bytes, n_bytes);
	llama_memory_seq_rm(memory, spare, -1, -1);
	return ok;
}

/* The length of the part's state, now in PREFIX_FD; 0 if it cannot be written. */
static int64_t prefix_save_part(struct engine *e, const struct prefix_part *part)
{
	struct transfer t = { 0 };
	bool ok = true;

	for (size_t from = part->from; ok && from < part->from + part->n; from += PIECE_TOK)
		ok = prefix_save_piece(e, part, from, &t);
	free(t.bytes);
	return ok ? t.at : 0;
}

static bool prefix_load_piece(struct engine *e, const struct prefix_part *part, size_t from,
			      int64_t end, struct transfer *t)
{
	llama_pos last = (llama_pos)(from + prefix_piece_tok(part, from)) - 1;
	llama_memory_t memory = llama_get_memory(e->ctx);
	llama_seq_id spare = prefix_spare_seq(e);
	uint64_t n_bytes;
	bool ok;

	if (!prefix_state_read(t, end, &n_bytes, sizeof(n_bytes)) ||
	    n_bytes > (uint64_t)(end - t->at) || !prefix_has_room(t, n_bytes) ||
	    !prefix_state_read(t, end, t->bytes, n_bytes))
		return false;
	ok = llama_state_seq_set_data(e->ctx, t->bytes, n_bytes, spare) == n_bytes &&
	     llama_memory_seq_pos_min(memory, spare) == (llama_pos)from &&
	     llama_memory_seq_pos_max(memory, spare) == last;
	if (ok)
		llama_memory_seq_cp(memory, spare, (llama_seq_id)part->order, -1, -1);
	llama_memory_seq_rm(memory, spare, -1, -1);
	return ok;
}

/* Leaves nothing of the part in the context if its state is bad. */
static bool prefix_load_part(struct engine *e, const struct prefix_part *part, int64_t n_bytes)
{
	struct transfer t = { 0 };
	bool ok = true;

	for (size_t from = part->from; ok && from < part->from + part->n; from += PIECE_TOK)
		ok = prefix_load_piece(e, part, from, n_bytes, &t);
	ok = ok && t.at == n_bytes;
	free(t.bytes);
	if (!ok)
		llama_memory_seq_rm(llama_get_memory(e->ctx), (llama_seq_id)part->order,
				    (llama_pos)part->from, -1);
	return ok;
}

int writer_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, struct err *err)
{
	int64_t start_us = clock_mono_us();
	const struct prefix_part *part;

	if (!e->ctx || prefix_is_done(e) || prefix->part != (int64_t)e->n_parts_done)
		return err_set(err, ERR_ENGINE, "part %lld of the prefix is not next",
			       (long long)prefix->part);
	part = &e->prompt.parts[e->n_parts_done];
	*ret_ready = (struct msg_prefix_ready){ .part = prefix->part, .n_tok = (int64_t)part->n };
	ret_ready->loaded = prefix->n_bytes > 0 && prefix_load_part(e, part, prefix->n_bytes);
	if (!ret_ready->loaded && prefix_compute_part(e, part, err) < 0)
		return -1;
	e->n_parts_done++;
	if (!ret_ready->loaded && prefix->keep)
		ret_ready->n_bytes = prefix_save_part(e, part);
	ret_ready->prefix_us = clock_mono_us() - start_us;
	return 0;
}
