/*
 * Phase 1 of the llama engine: one ticket at a time, behind the shared prefix. Times run from the
 * ticket's arrival in engine_ask().
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "job/task/choice.h"
#include "work/machine.h"

/* The branches from `from` on that fit into one batch and the scratch sequences. */
static size_t answer_gather_branches(const struct engine *e, size_t from,
				     const struct branch_place *like,
				     struct branch_place *ret_places)
{
	size_t n = 0, tokens = 0;

	while (n < e->n_scratch && from + n < e->prompt.trie.n_branches &&
	       decode_branch_fits(e, from + n, &tokens)) {
		ret_places[n] = *like;
		ret_places[n].branch = from + n;
		n++;
	}
	return n;
}

void answer_score_root(const struct engine *e, int at, double *log_probs, double *mass)
{
	const float *logits = llama_get_logits_ith(e->ctx, at);

	if (e->prompt.trie.n_branches == 0)
		return;
	trie_score(&e->prompt.trie, 0, logits, log_probs);
	*mass += trie_mass(&e->prompt.trie, logits, (size_t)llama_vocab_n_tokens(e->vocab));
}

void answer_choose(const struct engine *e, struct arena *a, const double *log_probs,
		   struct answer *answer)
{
	const struct orders *orders = &e->prompt.orders;
	size_t n_agreed;

	answer->rule = "trie";
	answer->n_probs = orders->n_labels;
	answer->probs = arena_array(a, answer->n_probs, sizeof(double));
	answer->label = choice_of(e->pass.yes_at,
				  orders_choose(orders, log_probs, answer->probs, &n_agreed),
				  answer->probs);
	if (answer->label < 0)
		llama_error_scores(answer);
	answer->label_mass /= (double)orders->n;
	answer->n_orders = (int64_t)orders->n;
	answer->n_agreed = (int64_t)n_agreed;
}

/*
 * Scores the labels along the trie, behind what the sequence holds. The last decode's logits are
 * those at the trie's root.
 */
static int answer_score(struct engine *e, const struct kept *k, int64_t start_us, double *log_probs,
			struct answer *answer, struct err *err)
{
	const struct branch_place like = { .seq = k->seq, .pos = k->pos, .log_probs = log_probs };
	const struct trie *trie = &e->prompt.trie;
	struct branch_place places[SCRATCH_MAX];
	size_t n;

	answer_score_root(e, -1, log_probs, &answer->label_mass);
	answer->ttft_us = clock_mono_us() - start_us;
	for (size_t from = 1; from < trie->n_branches; from += n) {
		n = answer_gather_branches(e, from, &like, places);
		if (decode_branches(e, places, n, err) < 0)
			return -1;
	}
	return 0;
}

/* Scores the orders but the first. They take turns in one sequence. */
static int answer_score_rotations(struct engine *e, struct arena *a, const struct kept *k,
				  int64_t start_us, double *log_probs, struct answer *answer,
				  struct err *err)
{
	int r = 0;

	for (size_t order = 1; order < e->prompt.orders.n && r == 0; order++) {
		struct kept turn = { .ticket = k->ticket, .seq = wave_turn_seq(e) };

		r = read_ticket(e, a, order, &turn, answer, err);
		if (r == 0)
			r = answer_score(e, &turn, start_us, log_probs + order * e->prompt.n_labels,
					 answer, err);
		llama_memory_seq_rm(llama_get_memory(e->ctx), turn.seq, -1, -1);
	}
	return r;
}

/* Chooses the label. The last decode's logits are those of the first order at the trie's root. */
static int answer_choose_label(struct engine *e, struct arena *a, const struct kept *k,
			       int64_t start_us, struct answer *answer, struct err *err)
{
	double *log_probs =
		arena_array(a, e->prompt.orders.n * e->prompt.n_labels, sizeof(*log_probs));

	if (answer_score(e, k, start_us, log_probs, answer, err) < 0 ||
	    answer_score_rotations(e, a, k, start_us, log_probs, answer, err) < 0)
		return -1;
	answer_choose(e, a, log_probs, answer);
	answer->label_us = clock_mono_us() - start_us;
	return 0;
}

/* Whether the model had a choice at this token of the label's text. */
static bool answer_was_chosen(const struct prompt *p, int label, size_t i)
{
	for (size_t b = 0; b < p->trie.n_branches; b++)
		if (p->trie.branches[b].depth + p->n_common == i &&
		    p->trie.branches[b].child_of_label[label] >= 0)
			return true;
	return false;
}

void answer_write_raw(const struct engine *e, struct arena *a, struct answer *answer)
{
	const struct prompt *p = &e->prompt;
	const struct label_tokens *lt;
	struct buf raw, spans;
	size_t span = 0;
	char piece[512], kind = 'f';

	answer->spans = "";
	if (answer->label < 0)
		return;
	lt = &p->labels[answer->label];
	buf_init(&raw, 1 << 20);
	buf_init(&spans, 1 << 16);
	for (size_t i = 0; i < lt->all.n; i++) {
		size_t n = token_text(e, lt->all.items[i], piece, sizeof(piece));
		char now = answer_was_chosen(p, answer->label, i) ? 'c' : 'f';

		if (now != kind && span)
			buf_addf(&spans, "%c%zu ", kind, span);
		span = now == kind ? span + n : n;
		kind = now;
		*(now == 'c' ? &answer->chosen_tok : &answer->forced_tok) += 1;
		buf_add(&raw, piece, n);
	}
	buf_addf(&spans, "%c%zu", kind, span);
	answer->raw_len = raw.len;
	answer->raw = buf_to_arena(&raw, a);
	answer->spans = buf_to_arena(&spans, a);
}

/* Writes token by token until the rationale (in free mode: the text) is complete. */
static int answer_write(struct engine *e, struct kept *k, int64_t start_us, struct answer *answer,
			struct writing *w, struct err *err)
{
	buf_init(&w->text, REASON_TEXT_MAX);
	for (;;) {
		llama_token token = greedy_token(e, -1);

		if (w->n_tok == w->think_tok)
			answer->ttft_us = clock_mono_us() - start_us;
		if (answer->first_us == 0)
			answer->first_us = answer->ttft_us;
		writing_add(e, w, token);
		if (w->finish)
			return 0;
		if (decode_run(e, &token, 1, k->pos, k->seq, true, err) < 0)
			return -1;
		k->pos++;
	}
}

static int answer_free(struct engine *e, struct arena *a, struct kept *k, int64_t start_us,
		       struct answer *answer, struct err *err)
{
	struct writing w = { 0 };
	int r = answer_write(e, k, start_us, answer, &w, err);

	answer->label_us = clock_mono_us() - start_us;
	writing_to_answer(e, a, &w, answer);
	if (w.think_tok > 0)
		answer->think_us += w.think_end_us - start_us - answer->first_us;
	answer->chosen_tok = w.n_tok - w.think_tok;
	answer->spans = arena_printf(a, "c%zu", answer->raw_len);
	answer->rule = "none";
	if (w.cut)
		answer->outcome = OUTCOME_CUT;
	if (w.cut && w.think_tok > 0 && !w.thought_closed)
		answer->detail = "thinking used up the token cap";
	buf_release(&w.text);
	return r;
}

/* `reason: first`: the rationale, then the forced text up to the label, then the trie. */
static int answer_reason_then_label(struct engine *e, struct arena *a, struct kept *k,
				    int64_t start_us, struct answer *answer, struct err *err)
{
	struct writing w = { 0 };
	int r = answer_write(e, k, start_us, answer, &w, err);
	int64_t ttft_us = answer->ttft_us;

	k->written = arena_alloc(&e->wave.arena, sizeof(*k->written));
	k->written->reason_us = clock_mono_us() - start_us;
	k->written->batch = 1;
	writing_to_reason(&e->wave.arena, &w, k->written);
	buf_release(&w.text);
	if (r < 0 || decode_run(e, e->prompt.labels[0].all.items, e->prompt.n_common, k->pos,
				k->seq, true, err) < 0)
		return -1;
	k->pos += (llama_pos)e->prompt.n_common;
	if (answer_choose_label(e, a, k, start_us, answer, err) < 0)
		return -1;
	answer->ttft_us = ttft_us;
	answer_write_raw(e, a, answer);
	return 0;
}

static int answer_forced(struct engine *e, struct arena *a, const struct msg_ask *ask,
			 struct kept *k, int64_t start_us, struct answer *answer, struct err *err)
{
	const struct label_tokens *lt;

	/* A head is being trained: only the state is needed. */
	if (e->pass.hidden && e->pass.label_only && e->pass.n_head == 0)
		return 0;
	if (e->pass.reason_first)
		return answer_reason_then_label(e, a, k, start_us, answer, err);
	if (e->pass.n_head > 0)
		head_choose(e, a, start_us, answer);
	else if (answer_choose_label(e, a, k, start_us, answer, err) < 0)
		return -1;
	if (answer->outcome != OUTCOME_OK)
		return 0;
	k->recomputed = ask->known_label >= 0;
	if (k->recomputed)
		answer->label = (int)ask->known_label;
	answer_write_raw(e, a, answer);
	lt = &e->prompt.labels[answer->label];
	k->pending = (struct tokens){ lt->all.items + e->prompt.n_common,
				      lt->all.n - e->prompt.n_common };
	return 0;
}

/* What follows once the ticket is read: the thought, then the text or the label. */
static int answer_make(struct engine *e, struct arena *a, const struct msg_ask *ask, struct kept *k,
		       int64_t start_us, struct answer *answer, struct err *err)
{
	if (think(e, a, k, start_us, answer, err) < 0)
		return -1;
	return e->pass.mode != PASS_FORCED ? answer_free(e, a, k, start_us, answer, err) :
					     answer_forced(e, a, ask, k, start_us, answer, err);
}

int writer_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err)
{
	int64_t start_us = clock_mono_us();
	size_t ticket = (size_t)ask->ticket;
	struct kept *k = &e->wave.kept[e->wave.n_kept];
	int r;

	if (!prefix_is_done(e))
		return err_set(err, ERR_ENGINE, "a ticket before the prefix is complete");
	if (e->pass.mode == PASS_FORM)
		return form_ask(e, a, ticket, ret_answer, err);
	if (!read_begin(e, a, ticket, ret_answer))
		return 0;
	*k = (struct kept){ .ticket = ticket, .seq = wave_ticket_seq(e, e->wave.n_kept) };
	r = read_ticket(e, a, 0, k, ret_answer, err);
	if (r == 0 && ret_answer->outcome != OUTCOME_OK) {
		llama_memory_seq_rm(llama_get_memory(e->ctx), k->seq, -1, -1);
		return 0;
	}
	if (r == 0)
		r = answer_make(e, a, ask, k, start_us, ret_answer, err);
	ret_answer->peak_rss_bytes = machine_peak_rss_bytes();
	if (ret_answer->first_us == 0)
		ret_answer->first_us = ret_answer->ttft_us;
	if (r < 0)
		ret_answer->outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
	if (r < 0 || ret_answer->outcome != OUTCOME_OK || e->pass.mode != PASS_FORCED ||
	    e->pass.label_only)
		llama_memory_seq_rm(llama_get_memory(e->ctx), k->seq, -1, -1);
	else
		e->wave.n_kept++;
	return r;
}
