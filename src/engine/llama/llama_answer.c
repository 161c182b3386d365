/*
 * Phase 1 of the llama engine: the shared prefix once, then ticket by ticket, alone on the
 * machine. Decides the context's size and how the prompt is cut into decodes (those cuts move
 * logits, so they are the same in every run). Timing: from the ticket's arrival in engine_ask().
 */
#include "engine/llama/llama_engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "work/machine.h"

int batch_add(struct engine *e, llama_token token, llama_pos pos, llama_seq_id seq, bool logits)
{
	struct llama_batch *b = &e->batch;
	int i = b->n_tokens++;

	b->token[i] = token;
	b->pos[i] = pos;
	b->n_seq_id[i] = 1;
	b->seq_id[i][0] = seq;
	b->logits[i] = logits;
	return i;
}

int decode_batch(struct engine *e, struct err *err)
{
	int32_t r;

	llama_complaint_clear();
	r = llama_decode(e->ctx, e->batch);
	if (r == 0)
		return 0;
	if (r == 1)
		return err_set(err, ERR_ENGINE, "the context of %zu tokens is full", e->n_ctx);
	return err_set(err, ERR_ENGINE, "the engine failed to decode (%d)%s%s", (int)r,
		       *llama_complaint() ? ": " : "", llama_complaint());
}

int decode_run(struct engine *e, const llama_token *tokens, size_t n, llama_pos pos,
	       llama_seq_id seq, bool logits, struct err *err)
{
	for (size_t at = 0; at < n;) {
		e->batch.n_tokens = 0;
		while (at < n && e->batch.n_tokens < e->pass.n_batch) {
			batch_add(e, tokens[at], pos + (llama_pos)at, seq, logits && at + 1 == n);
			at++;
		}
		if (decode_batch(e, err) < 0)
			return -1;
	}
	return 0;
}

llama_token greedy_token(const struct engine *e, int i)
{
	const float *logits = llama_get_logits_ith(e->ctx, i);
	int32_t n = llama_vocab_n_tokens(e->vocab);
	llama_token best = 0;

	for (llama_token t = 1; t < n; t++)
		if (logits[t] > logits[best])
			best = t;
	return best;
}

int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err)
{
	if (head_check(e, pass, err) < 0)
		return -1;
	if (e->ctx)
		llama_free(e->ctx);
	e->ctx = NULL;
	e->prefix_done = false;
	arena_release(&e->pass_arena);
	e->pass = *pass;
	head_keep(e);
	(void)a;
	if (prompt_build(e, &e->pass_arena, ret_ready, err) < 0)
		return -1;
	return e->trainable ? trainer_prompt(e, err) : 0;
}

/* Tokens that a ticket adds to the context, from the shared prefix to its last reason token. */
static size_t answer_ticket_need(const struct engine *e, size_t ticket)
{
	const struct picture *p = picture_of(e, ticket);

	return (p ? p->n_tok : 0) + e->wave.tickets[ticket].n + e->prompt.after.n +
	       e->prompt.n_answer_max;
}

/* Cells for the branches of the trie that are decoded together on scratch sequences. */
static size_t answer_scratch_need(const struct engine *e)
{
	size_t deepest = 0;

	for (size_t i = 1; i < e->prompt.trie.n_branches; i++)
		if (e->prompt.trie.branches[i].depth > deepest)
			deepest = e->prompt.trie.branches[i].depth;
	return deepest * SCRATCH_MAX;
}

/* Tokens of the longest context: the model's own, or as the pass was told. */
static int64_t answer_context_max(const struct engine *e)
{
	int64_t n = llama_model_n_ctx_train(e->model);

	return e->pass.n_ctx_max > 0 && e->pass.n_ctx_max < n ? e->pass.n_ctx_max : n;
}

/* Whether the ticket can be asked at all, with the longest context. */
static bool answer_fits_alone(const struct engine *e, size_t ticket)
{
	int64_t need = (int64_t)(e->prompt.prefix.n + answer_ticket_need(e, ticket));

	return need <= answer_context_max(e);
}

/* How many tickets go into one wave, and the cells that they need. */
static size_t answer_wave_size(const struct engine *e, const struct wave *w, size_t n_scratch,
			       size_t *ret_cells)
{
	size_t max = SEQ_MAX - SEQ_TICKET - n_scratch, n = 0;
	size_t cells = e->prompt.prefix.n + answer_scratch_need(e) + 32;
	size_t max_cells = SIZE_MAX;

	if (e->pass.n_wave > 0 && (size_t)e->pass.n_wave < max)
		max = (size_t)e->pass.n_wave;
	if (e->pass.n_ctx_max > 0)
		max_cells = (size_t)e->pass.n_ctx_max;
	if (e->ctx)
		max_cells = e->n_ctx;
	while (n < w->n && n < max) {
		size_t need = answer_fits_alone(e, n) ? answer_ticket_need(e, n) : 0;

		if (n > 0 && cells + need > max_cells)
			break;
		cells += need;
		n++;
	}
	*ret_cells = cells;
	return n;
}

struct llama_context_params context_params(const struct msg_pass *pass, size_t n_ctx, size_t n_seq)
{
	struct llama_context_params params = llama_context_default_params();

	params.n_ctx = (uint32_t)n_ctx;
	params.n_batch = (uint32_t)pass->n_batch;
	params.n_ubatch = (uint32_t)pass->n_ubatch;
	params.n_seq_max = (uint32_t)n_seq;
	params.n_outputs_max = (uint32_t)n_seq;
	params.kv_unified = true;
	params.no_perf = true;
	return params;
}

/* Where nothing is kept for reasons, tickets follow one another in the same cells. */
static size_t answer_label_wave_size(const struct engine *e, const struct wave *w,
				     size_t *ret_cells)
{
	size_t most = (size_t)e->pass.n_ubatch;

	for (size_t i = 0; i < w->n; i++)
		if (answer_fits_alone(e, i) && answer_ticket_need(e, i) > most)
			most = answer_ticket_need(e, i);
	*ret_cells = e->prompt.prefix.n + answer_scratch_need(e) + 32 + most;
	return w->n;
}

static int answer_context_make(struct engine *e, size_t cells, size_t n_tickets, struct err *err)
{
	struct llama_context_params params;

	e->n_ctx = (cells + 255) / 256 * 256;
	e->n_seq = SEQ_TICKET + n_tickets + e->n_scratch;
	params = context_params(&e->pass, e->n_ctx, e->n_seq);
	params.n_threads = (int32_t)e->n_threads;
	params.n_threads_batch = (int32_t)e->n_threads;
	llama_complaint_clear();
	e->ctx = llama_init_from_model(e->model, params);
	if (!e->ctx)
		return err_set(err, ERR_ENGINE, "no context of %zu tokens could be made%s%s",
			       e->n_ctx, *llama_complaint() ? ": " : "", llama_complaint());
	if (adapter_apply(e, err) < 0)
		return -1;
	e->n_ctx = llama_n_ctx(e->ctx);
	if (!e->batch.token)
		e->batch = llama_batch_init((int32_t)e->pass.n_batch, 0, 1);
	return 0;
}

static void answer_sequences_drop(struct engine *e)
{
	for (size_t s = SEQ_TICKET; s < e->n_seq; s++)
		llama_memory_seq_rm(llama_get_memory(e->ctx), (llama_seq_id)s, -1, -1);
}

int ticket_tokenize(const struct engine *e, struct arena *a, const char *text,
		    struct tokens *ret_tokens, struct err *err)
{
	static const char white[] = " \t\r\n\v\f";
	size_t n;

	if (!e->prompt.trim_ticket)
		return tokenize(e, a, text, false, ret_tokens, err);
	text += strspn(text, white);
	for (n = strlen(text); n > 0 && strchr(white, text[n - 1]); n--)
		;
	return tokenize(e, a, arena_strndup(a, text, n), false, ret_tokens, err);
}

static int answer_wave_tokenize(struct engine *e, const struct msg_wave *wave, struct err *err)
{
	struct wave *w = &e->wave;

	arena_release(&w->arena);
	*w = (struct wave){ .n = wave->n_texts };
	w->tickets = arena_array(&w->arena, w->n, sizeof(*w->tickets));
	w->kept = arena_array(&w->arena, w->n, sizeof(*w->kept));
	for (size_t i = 0; i < w->n; i++)
		if (ticket_tokenize(e, &w->arena, wave->texts[i], &w->tickets[i], err) < 0)
			return -1;
	pictures_count(e, wave);
	return 0;
}

int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err)
{
	size_t branches = e->prompt.trie.n_branches, cells, n_kept;
	int64_t start_us, prefix_us = 0;

	*ret_outcome = OUTCOME_ENGINE_ERROR;
	if (answer_wave_tokenize(e, wave, err) < 0)
		return -1;
	e->n_scratch = branches > 1 ? (branches - 1 < SCRATCH_MAX ? branches - 1 : SCRATCH_MAX) : 0;
	if (e->pass.label_only)
		e->wave.n = answer_label_wave_size(e, &e->wave, &cells);
	else
		e->wave.n = answer_wave_size(e, &e->wave, e->n_scratch, &cells);
	n_kept = e->pass.label_only ? LABEL_GROUP_MAX : e->wave.n;
	if (e->ctx && (cells > e->n_ctx || SEQ_TICKET + n_kept + e->n_scratch > e->n_seq)) {
		llama_free(e->ctx);
		e->ctx = NULL;
		e->prefix_done = false;
	}
	if (!e->ctx && answer_context_make(e, cells, n_kept, err) < 0) {
		*ret_outcome = llama_complaint_outcome();
		return -1;
	}
	answer_sequences_drop(e);
	if (!e->prefix_done) {
		start_us = clock_mono_us();
		if (decode_run(e, e->prompt.prefix.items, e->prompt.prefix.n, 0, SEQ_PREFIX, false,
			       err) < 0) {
			*ret_outcome = llama_complaint_outcome();
			return err_wrap(err, "cannot compute the shared prompt");
		}
		llama_synchronize(e->ctx);
		prefix_us = clock_mono_us() - start_us;
		e->prefix_done = true;
	}
	*ret_ready = (struct msg_wave_ready){
		.n_accepted = (int64_t)e->wave.n,
		.n_ctx = (int64_t)e->n_ctx,
		.n_seq = (int64_t)e->n_seq,
		.prefix_us = prefix_us,
		.prefix_tok = prefix_us ? (int64_t)e->prompt.prefix.n : 0,
	};
	return 0;
}

/* Decodes the paths to branches [from, from + n) side by side, and scores each. */
static int answer_score_branches(struct engine *e, size_t from, size_t n, llama_seq_id seq,
				 llama_pos pos, double *log_probs, struct err *err)
{
	llama_memory_t memory = llama_get_memory(e->ctx);
	llama_seq_id scratch = (llama_seq_id)(e->n_seq - e->n_scratch);
	int last[SCRATCH_MAX] = { 0 };
	int r;

	e->batch.n_tokens = 0;
	for (size_t k = 0; k < n; k++) {
		const struct trie_branch *b = &e->prompt.trie.branches[from + k];

		llama_memory_seq_cp(memory, seq, scratch + (llama_seq_id)k, -1, -1);
		for (size_t i = 0; i < b->depth; i++)
			last[k] = batch_add(e, b->path[i], pos + (llama_pos)i,
					    scratch + (llama_seq_id)k, i + 1 == b->depth);
	}
	r = decode_batch(e, err);
	for (size_t k = 0; k < n; k++) {
		if (r == 0)
			trie_score(&e->prompt.trie, from + k, llama_get_logits_ith(e->ctx, last[k]),
				   log_probs);
		llama_memory_seq_rm(memory, scratch + (llama_seq_id)k, -1, -1);
	}
	return r;
}

/* How many of the branches from `from` on fit into one batch and the scratch sequences. */
static size_t answer_branches_together(const struct engine *e, size_t from)
{
	size_t n = 0, tokens = 0;

	while (n < e->n_scratch && from + n < e->prompt.trie.n_branches) {
		tokens += e->prompt.trie.branches[from + n].depth;
		if (n > 0 && tokens > (size_t)e->pass.n_batch)
			break;
		n++;
	}
	return n;
}

/* The label along the trie. The logits of the last decode are those at the trie's root. */
static int answer_choose_label(struct engine *e, llama_seq_id seq, llama_pos pos, int64_t start_us,
			       struct answer *answer, struct err *err)
{
	const struct trie *trie = &e->prompt.trie;

	if (trie->n_branches > 0)
		trie_score(trie, 0, llama_get_logits_ith(e->ctx, -1), answer->probs);
	answer->ttft_us = clock_mono_us() - start_us;
	for (size_t from = 1; from < trie->n_branches;) {
		size_t n = answer_branches_together(e, from);

		if (answer_score_branches(e, from, n, seq, pos, answer->probs, err) < 0)
			return -1;
		from += n;
	}
	answer->label = trie_choose(trie, answer->probs);
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

/* The answer's text and which spans of it were forced. */
void answer_write_raw(const struct engine *e, struct arena *a, struct answer *answer)
{
	const struct prompt *p = &e->prompt;
	const struct label_tokens *lt = &p->labels[answer->label];
	struct buf raw, spans;
	size_t span = 0;
	char piece[512], kind = 'f';

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
	answer->raw = arena_strndup(a, buf_text(&raw), raw.len);
	answer->spans = arena_strdup(a, buf_text(&spans));
	buf_release(&raw);
	buf_release(&spans);
}

/* Writes alone, token by token, until the rationale (or, in free mode, the text) is complete. */
static int answer_write_alone(struct engine *e, struct kept *k, int64_t start_us,
			      struct answer *answer, struct writing *w, struct err *err)
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
	int r = answer_write_alone(e, k, start_us, answer, &w, err);

	answer->label_us = clock_mono_us() - start_us;
	think_take(e, a, &w, answer);
	if (w.think_tok > 0)
		answer->think_us += w.think_end_us - start_us - answer->first_us;
	answer->chosen_tok = w.n_tok - w.think_tok;
	answer->spans = arena_printf(a, "c%zu", answer->raw_len);
	answer->rule = "none";
	buf_release(&w.text);
	return r;
}

/* `reason: first`: the rationale, then the forced text up to the label, then the trie. */
static int answer_reason_then_label(struct engine *e, struct arena *a, struct kept *k,
				    int64_t start_us, struct answer *answer, struct err *err)
{
	int64_t ttft_us;
	struct writing w = { 0 };
	int r = answer_write_alone(e, k, start_us, answer, &w, err);

	ttft_us = answer->ttft_us;
	k->written = arena_alloc(&e->wave.arena, sizeof(*k->written));
	k->written->reason_us = clock_mono_us() - start_us;
	k->written->batch = 1;
	writing_to_reason(&e->wave.arena, &w, k->written);
	buf_release(&w.text);
	if (r < 0 || decode_run(e, e->prompt.labels[0].all.items, e->prompt.n_common, k->pos,
				k->seq, true, err) < 0)
		return -1;
	k->pos += (llama_pos)e->prompt.n_common;
	if (answer_choose_label(e, k->seq, k->pos, start_us, answer, err) < 0)
		return -1;
	answer->ttft_us = ttft_us;
	answer_write_raw(e, a, answer);
	return 0;
}

static int answer_forced(struct engine *e, struct arena *a, const struct msg_ask *ask,
			 struct kept *k, int64_t start_us, struct answer *answer, struct err *err)
{
	const struct label_tokens *lt;

	/* Somebody learns from the state: no label is wanted. */
	if (e->pass.hidden && e->pass.label_only && e->pass.n_head == 0)
		return 0;
	answer->n_probs = e->prompt.n_labels;
	answer->probs = arena_array(a, answer->n_probs, sizeof(double));
	answer->rule = "trie";
	if (e->pass.reason_first)
		return answer_reason_then_label(e, a, k, start_us, answer, err);
	if (e->pass.n_head > 0)
		head_choose(e, start_us, answer);
	else if (answer_choose_label(e, k->seq, k->pos, start_us, answer, err) < 0)
		return -1;
	k->recomputed = ask->known_label >= 0;
	if (k->recomputed)
		answer->label = (int)ask->known_label;
	answer_write_raw(e, a, answer);
	lt = &e->prompt.labels[answer->label];
	k->pending = (struct tokens){ lt->all.items + e->prompt.n_common,
				      lt->all.n - e->prompt.n_common };
	return 0;
}

bool label_needs_alone(const struct engine *e, size_t ticket)
{
	return !answer_fits_alone(e, ticket) || picture_of(e, ticket) || e->pass.think_tok > 0 ||
	       e->pass.hidden || e->pass.mode != PASS_FORCED || e->pass.reason_first;
}

/* The image before the ticket's text, counted and timed apart. */
static int answer_show_picture(struct engine *e, const struct picture *p, struct kept *k,
			       struct answer *answer, struct err *err)
{
	int64_t start_us = clock_mono_us();
	const char *fault;

	if (picture_show(e, p, k->seq, &k->pos, &fault, err) < 0)
		return -1;
	if (fault) {
		answer->outcome = OUTCOME_BAD_IMAGE;
		answer->detail = fault;
		return 0;
	}
	answer->image_us = clock_mono_us() - start_us;
	answer->image_tok = (int64_t)p->n_tok;
	answer->prompt_tok += answer->image_tok;
	return 0;
}

/* False with the outcome, where the ticket's image is bad or the ticket too long. */
static bool answer_can_be_asked(const struct engine *e, struct arena *a, size_t ticket,
				struct answer *answer)
{
	const struct picture *picture = picture_of(e, ticket);

	if (picture && picture->fault) {
		answer->outcome = OUTCOME_BAD_IMAGE;
		answer->detail = picture->fault;
		return false;
	}
	if (answer_fits_alone(e, ticket))
		return true;
	answer->outcome = OUTCOME_TOO_LONG;
	answer->detail =
		arena_printf(a, "%lld tokens with the prompt and the answer; the %s holds %lld",
			     (long long)(e->prompt.prefix.n + answer_ticket_need(e, ticket)),
			     e->pass.n_ctx_max > 0 ? "shortened context" : "model",
			     (long long)answer_context_max(e));
	return false;
}

int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err)
{
	int64_t start_us = clock_mono_us();
	const struct tokens *ticket = &e->wave.tickets[ask->ticket];
	const struct picture *picture = picture_of(e, (size_t)ask->ticket);
	struct kept *k = &e->wave.kept[e->wave.n_kept];
	struct tokens parts[2] = { *ticket, e->prompt.after };
	llama_token *run;
	int r;

	*ret_answer = (struct answer){ .ticket = (size_t)ask->ticket,
				       .label = -1,
				       .rule = "none",
				       .spans = "",
				       .detail = "",
				       .ticket_tok = (int64_t)ticket->n };
	ret_answer->prompt_tok = (int64_t)(e->prompt.prefix.n + ticket->n + e->prompt.after.n);
	if (!answer_can_be_asked(e, a, (size_t)ask->ticket, ret_answer))
		return 0;
	*k = (struct kept){ .ticket = (size_t)ask->ticket,
			    .seq = (llama_seq_id)(SEQ_TICKET + e->wave.n_kept) };
	llama_memory_seq_cp(llama_get_memory(e->ctx), SEQ_PREFIX, k->seq, -1, -1);
	run = arena_array(a, parts[0].n + parts[1].n, sizeof(*run));
	if (parts[0].n)
		memcpy(run, parts[0].items, parts[0].n * sizeof(*run));
	memcpy(run + parts[0].n, parts[1].items, parts[1].n * sizeof(*run));
	k->pos = (llama_pos)e->prompt.prefix.n;
	r = picture ? answer_show_picture(e, picture, k, ret_answer, err) : 0;
	if (r == 0 && ret_answer->outcome != OUTCOME_OK) {
		llama_memory_seq_rm(llama_get_memory(e->ctx), k->seq, -1, -1);
		return 0;
	}
	if (r == 0)
		r = head_decode(e, a, run, parts[0].n + parts[1].n, k->pos, k->seq, ret_answer,
				err);
	k->pos += (llama_pos)(parts[0].n + parts[1].n);
	if (r == 0)
		r = think(e, a, k, start_us, ret_answer, err);
	if (r == 0 && e->pass.mode == PASS_FREE)
		r = answer_free(e, a, k, start_us, ret_answer, err);
	else if (r == 0)
		r = answer_forced(e, a, ask, k, start_us, ret_answer, err);
	ret_answer->peak_rss_bytes = machine_peak_rss_bytes();
	if (ret_answer->first_us == 0)
		ret_answer->first_us = ret_answer->ttft_us;
	if (r < 0)
		ret_answer->outcome = llama_complaint_outcome();
	if (r < 0 || e->pass.mode == PASS_FREE || e->pass.label_only)
		llama_memory_seq_rm(llama_get_memory(e->ctx), k->seq, -1, -1);
	else
		e->wave.n_kept++;
	return r;
}
