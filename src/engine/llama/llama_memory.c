/*
 * The memory that a model would take, counted by the engine itself: the model is opened without
 * weights (llama.cpp's no_alloc), and the buffers of contexts are counted but not allocated.
 * Memory grows linearly with the context's size (docs/memory.md), so three contexts give the
 * slopes. The header could not tell: the CPU decides which weights are copied into another
 * layout, and only the engine's scheduler knows its scratch space.
 */
#include "engine/llama/llama_engine.h"

#include "job/model/decision.h"
#include "work/machine.h"

#ifdef TOEHOLD_SYSTEM_LLAMA

/* Installed libraries may lack this interface. The plan then estimates from the header. */
void memory_measure(const struct msg_open *open, struct model_facts *facts)
{
	(void)open;
	(void)facts;
}

#else

#include "engine/llama/bundled/llama_count.h"

/* Each holds a whole physical batch. */
enum { CELLS = 1024, MORE_CELLS = 2048 };

/* The longest text that an encoder is measured with. */
enum { ENCODER_LONG_TOK = 8192 };

static struct llama_model *memory_open_without_weights(const struct msg_open *open)
{
	struct llama_model_params params = llama_model_default_params();

	params.no_alloc = true;
	params.load_mode = LLAMA_LOAD_MODE_NONE; /* does not map the file either */
	params.n_gpu_layers = (int32_t)open->n_gpu_layers;
	if (open->n_paths > 1)
		return llama_model_load_from_splits(open->paths, open->n_paths, params);
	return llama_model_load_from_file(open->paths[0], params);
}

static bool memory_count_context(struct llama_model *model, size_t n_ctx, size_t n_seq,
				 struct memory_count *ret)
{
	const struct msg_pass pass = { .n_batch = MODEL_UBATCH_TOK, .n_ubatch = MODEL_UBATCH_TOK };
	struct llama_context *ctx =
		llama_init_from_model(model, context_params(&pass, n_ctx, n_seq));

	if (!ctx)
		return false;
	memory_read(ctx, ret);
	llama_free(ctx);
	return true;
}

static int64_t memory_per_cell(int64_t fewer_bytes, int64_t more_bytes)
{
	return (more_bytes - fewer_bytes) / (MORE_CELLS - CELLS);
}

/*
 * Where a line through a count begins. Space that grows faster than the tokens would begin below
 * zero; such a count is refused as a worker's lie, so the estimate is that much too high instead.
 */
static int64_t memory_start(int64_t bytes, int64_t n_tok, int64_t bytes_per_tok)
{
	return bytes > n_tok * bytes_per_tok ? bytes - n_tok * bytes_per_tok : 0;
}

static bool memory_count_encoder(struct llama_model *model, const struct model_facts *facts,
				 size_t n_tok, struct memory_count *ret)
{
	const struct msg_pass pass = { .n_ubatch = MODEL_UBATCH_TOK };
	struct llama_context_params params =
		encoder_context_params(&pass, n_tok, !encoder_is_causal(model, facts));
	struct llama_context *ctx = llama_init_from_model(model, params);

	if (!ctx)
		return false;
	memory_read(ctx, ret);
	llama_free(ctx);
	return true;
}

/*
 * An encoder's context holds one batch: MODEL_ENCODER_TOK tokens, or those of a longer text. What a
 * longer text takes grows faster than its length, so a line to the longest one is never too low.
 */
static void memory_measure_encoder(struct llama_model *model, struct model_facts *facts)
{
	size_t most = (size_t)(facts->n_ctx_train < ENCODER_LONG_TOK ? facts->n_ctx_train :
								       ENCODER_LONG_TOK);
	struct memory_count base, longer;
	int64_t n_more;

	if (most < MORE_CELLS)
		most = MORE_CELLS;
	n_more = (int64_t)most - MODEL_ENCODER_TOK;
	if (!memory_count_encoder(model, facts, MODEL_ENCODER_TOK, &base) ||
	    !memory_count_encoder(model, facts, most, &longer))
		return;
	facts->copied_bytes = base.copied_bytes;
	facts->cell_bytes = (longer.context_bytes - base.context_bytes) / n_more;
	facts->scratch_cell_bytes = (longer.scratch_bytes - base.scratch_bytes) / n_more;
	facts->scratch_bytes =
		memory_start(base.scratch_bytes, MODEL_ENCODER_TOK, facts->scratch_cell_bytes);
	facts->host_bytes = machine_peak_rss_bytes();
}

void memory_measure(const struct msg_open *open, struct model_facts *facts)
{
	struct memory_count base, longer, wider;
	struct llama_model *model;
	int64_t fixed_bytes;

	llama_backend_init();
	model = memory_open_without_weights(open);
	if (!model)
		return;
	if (decision_facts_are_encoder(facts))
		memory_measure_encoder(model, facts);
	else if (llama_model_has_decoder(model) && memory_count_context(model, CELLS, 1, &base) &&
		 memory_count_context(model, MORE_CELLS, 1, &longer) &&
		 memory_count_context(model, CELLS, 2, &wider)) {
		facts->copied_bytes = base.copied_bytes;
		facts->cell_bytes = memory_per_cell(base.context_bytes, longer.context_bytes);
		facts->seq_bytes = wider.context_bytes - base.context_bytes;
		facts->scratch_cell_bytes =
			memory_per_cell(base.scratch_bytes, longer.scratch_bytes);
		facts->scratch_bytes =
			memory_start(base.scratch_bytes, CELLS, facts->scratch_cell_bytes);
		fixed_bytes = base.context_bytes - CELLS * facts->cell_bytes - facts->seq_bytes;
		facts->host_bytes = machine_peak_rss_bytes() + (fixed_bytes > 0 ? fixed_bytes : 0);
	}
	llama_model_free(model);
}

#endif
