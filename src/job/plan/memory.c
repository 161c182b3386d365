/*
 * The arithmetic of memory. Decides which figures to use: the engine's, or else the header's.
 */
#include "job/plan/memory.h"

#include <string.h>

#include "job/model/decision.h"

/* Estimate by the header: floats of one physical batch, for the vocabulary and four rows. */
enum { HEADER_ROWS = 4 };

int64_t memory_bounded(double value)
{
	const double most = 1e16;

	return value > most ? (int64_t)most : value > 0 ? (int64_t)value : 0;
}

static double memory_smaller(double a, double b)
{
	return a < b ? a : b;
}

static double memory_larger(double a, double b)
{
	return a > b ? a : b;
}

/*
 * The whole file is mapped, but the engine releases the pages of its header after loading. They
 * count only as far as later allocations do not fill their place.
 */
static double memory_mapped(const struct model *m, double after)
{
	double file = (double)m->stamp.size_bytes, tensors = (double)m->facts.tensor_bytes;

	return tensors > 0 && tensors < file ? memory_larger(tensors, file - after) : file;
}

/*
 * Logits are stored twice: in the last row of the computation, which can reuse scratch space, and
 * in a buffer with a row for each sequence. Scratch space counts only as far as it is used.
 */
static void memory_by_engine(const struct model *m, const struct memory_ask *ask,
			     struct memory_need *ret)
{
	const struct model_facts *f = &m->facts;
	double row = (double)f->n_vocab * sizeof(float);
	double tok =
		memory_smaller(memory_smaller((double)ask->ubatch_tok, (double)ask->context_tok),
			       (double)ask->decode_tok);
	double scratch = ((double)f->scratch_bytes +
			  (double)f->scratch_cell_bytes * (double)ask->context_tok) *
			 tok / MODEL_UBATCH_TOK;
	double context = (double)f->cell_bytes * (double)ask->context_tok +
			 (double)f->seq_bytes * (double)ask->n_seq;
	double rows =
		row * (double)ask->n_seq + memory_larger(scratch, row * (double)ask->n_outputs);

	ret->copied_bytes = memory_bounded((double)f->copied_bytes);
	ret->weights_bytes =
		memory_bounded(memory_mapped(m, context + rows) + (double)f->copied_bytes);
	ret->context_bytes = memory_bounded(context);
	ret->buffer_bytes = memory_bounded((double)f->host_bytes + rows);
}

/*
 * For tickets one at a time, as in a test: the engine keeps a row for each token of the text, with
 * its vector and room for logits that no encoder computes. If only the last token of a text counts
 * (docs/encoders.md), there is one row. Cells are touched as soon as the context is made.
 */
static void memory_by_encoder(const struct model *m, const struct memory_ask *ask,
			      struct memory_need *ret)
{
	const struct model_facts *f = &m->facts;
	double longest = memory_smaller((double)ask->decode_tok,
					f->n_ctx_train > 0 ? (double)f->n_ctx_train : 1e9);
	double most = memory_larger((double)MODEL_ENCODER_TOK, longest);
	bool last = f->cell_bytes > 0 && strcmp(f->pooling, "last") == 0;
	double context = (double)f->cell_bytes * most;
	double scratch = (double)f->scratch_bytes + (double)f->scratch_cell_bytes * most;
	double rows =
		((double)f->n_vocab + (double)f->n_embd) * sizeof(float) * (last ? 1 : longest) +
		scratch * longest / most;

	ret->copied_bytes = memory_bounded((double)f->copied_bytes);
	ret->weights_bytes =
		memory_bounded(memory_mapped(m, context + rows) + (double)f->copied_bytes);
	ret->context_bytes = memory_bounded(context);
	ret->buffer_bytes = memory_bounded((double)f->host_bytes + rows);
}

/* Keys and values of every layer as 16-bit floats; the header does not tell about copies. */
static void memory_by_header(const struct model *m, const struct memory_ask *ask,
			     struct memory_need *ret)
{
	const struct model_facts *f = &m->facts;

	ret->weights_bytes =
		f->tensor_bytes > 0 ? memory_bounded((double)f->tensor_bytes) : m->stamp.size_bytes;
	ret->context_bytes =
		memory_bounded((double)f->n_layer * ((double)f->n_key + (double)f->n_value) *
			       (double)f->n_head_kv * 2 * (double)ask->context_tok);
	ret->buffer_bytes = memory_bounded(((double)f->n_vocab + HEADER_ROWS * (double)f->n_embd) *
					   (double)ask->ubatch_tok * sizeof(float));
}

void memory_estimate(const struct model *model, const struct memory_ask *ask,
		     struct memory_need *ret)
{
	*ret = (struct memory_need){ .weights_bytes = model->stamp.size_bytes };
	if (!model->has_facts)
		return;
	if (model->facts.host_bytes > 0 && decision_facts_are_encoder(&model->facts))
		memory_by_encoder(model, ask, ret);
	else if (model->facts.host_bytes > 0)
		memory_by_engine(model, ask, ret);
	else
		memory_by_header(model, ask, ret);
}

int64_t memory_total(const struct memory_need *need)
{
	return need->weights_bytes + need->context_bytes + need->buffer_bytes;
}

int64_t memory_ceiling(int64_t peak_bytes, int64_t machine_bytes)
{
	const int64_t gib = (int64_t)1 << 30, least = 2 * gib;
	int64_t most = peak_bytes + peak_bytes / 4 + gib;

	if (machine_bytes > 0 && most > machine_bytes)
		most = machine_bytes;
	return most > least ? most : least;
}
