/*
 * A ticket into the context, behind the shared prefix. Decides which tickets can be asked at all.
 */
#include "engine/llama/llama_engine.h"

#include "base/clock.h"

/* Decodes the image before the ticket's text; counts and times it separately. */
static int read_show_image(struct engine *e, const struct image *image, struct kept *k,
			   struct answer *answer, struct err *err)
{
	int64_t start_us = clock_mono_us();
	const char *fault;

	if (image_decode(e, image, k->seq, &k->pos, &fault, err) < 0)
		return -1;
	if (fault) {
		answer->outcome = OUTCOME_BAD_IMAGE;
		answer->detail = fault;
		return 0;
	}
	answer->image_us += clock_mono_us() - start_us;
	answer->image_tok += (int64_t)image->n_tok;
	answer->prompt_tok += (int64_t)image->n_tok;
	return 0;
}

int read_ticket(struct engine *e, struct arena *a, size_t order, struct kept *k,
		struct answer *answer, struct err *err)
{
	const struct tokens parts[2] = { e->wave.tickets[k->ticket], e->prompt.after };
	const struct image *image = image_of(e, k->ticket);
	struct tokens run = tokens_join(a, parts, 2);
	int r = 0;

	llama_memory_seq_cp(llama_get_memory(e->ctx), (llama_seq_id)order, k->seq, -1, -1);
	k->pos = (llama_pos)e->prompt.prefixes[order].n;
	if (image)
		r = read_show_image(e, image, k, answer, err);
	if (r < 0 || answer->outcome != OUTCOME_OK)
		return r;
	r = head_decode(e, a, run.items, run.n, k->pos, k->seq, answer, err);
	k->pos += (llama_pos)run.n;
	return r;
}

/* Returns false and sets the outcome if the image is bad or the ticket too long. */
static bool read_can_be_asked(const struct engine *e, struct arena *a, size_t ticket,
			      struct answer *answer)
{
	const struct image *image = image_of(e, ticket);

	if (image && image->fault) {
		answer->outcome = OUTCOME_BAD_IMAGE;
		answer->detail = image->fault;
		return false;
	}
	if (wave_ticket_fits(e, ticket))
		return true;
	answer->outcome = OUTCOME_TOO_LONG;
	answer->detail =
		arena_printf(a, "%lld tokens with the prompt and the answer; the %s holds %lld",
			     (long long)wave_ticket_total(e, ticket),
			     e->pass.n_ctx_max > 0 ? "shortened context" : "model",
			     (long long)wave_context_max(e));
	return false;
}

/* Tokens before the answer, over all orders. */
static int64_t read_prompt_tok(const struct engine *e, size_t ticket)
{
	const struct prompt *p = &e->prompt;

	return (int64_t)(p->n_prefix_all + p->orders.n * (e->wave.tickets[ticket].n + p->after.n));
}

bool read_begin(const struct engine *e, struct arena *a, size_t ticket, struct answer *ret_answer)
{
	*ret_answer = (struct answer){ .ticket = ticket,
				       .label = -1,
				       .rule = "none",
				       .spans = "",
				       .detail = "",
				       .prompt_tok = read_prompt_tok(e, ticket),
				       .ticket_tok = (int64_t)e->wave.tickets[ticket].n };
	return read_can_be_asked(e, a, ticket, ret_answer);
}
