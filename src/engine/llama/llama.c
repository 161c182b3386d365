/*
 * The llama engine: opens and closes a model. Decides the load parameters. Always
 * starts from the library's default parameters, because its structs change between versions.
 */
#include "engine/llama/llama_engine.h"

#include <stdlib.h>
#include <string.h>

#include <ggml-backend.h>

#include "base/clock.h"
#include "work/machine.h"

const char *engine_device(struct arena *a)
{
	for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
		ggml_backend_dev_t dev = ggml_backend_dev_get(i);

		if (ggml_backend_dev_type(dev) == GGML_BACKEND_DEVICE_TYPE_GPU)
			return arena_printf(a, "%s: %s", ggml_backend_dev_name(dev),
					    ggml_backend_dev_description(dev));
	}
	return "CPU";
}

static struct llama_model *llama_load(const struct msg_open *open)
{
	static ggml_backend_dev_t no_devices[] = { NULL };
	struct llama_model_params params = llama_model_default_params();

	params.n_gpu_layers = (int32_t)open->n_gpu_layers;
	if (open->trainable)
		trainer_load(&params);
	/* Even with no layers a device would get large matrices, so it gets none at all. */
	if (open->n_gpu_layers == 0)
		params.devices = no_devices;
	if (open->n_paths > 1)
		return llama_model_load_from_splits(open->paths, open->n_paths, params);
	return llama_model_load_from_file(open->paths[0], params);
}

/* Why a loaded model cannot answer as this program asks, or NULL. */
static const char *llama_cannot_answer(const struct engine *e)
{
	if (e->facts.kind == MODEL_KIND_ENCODER)
		return e->trainable ? "its weights cannot be tuned, because it is an encoder: "
				      "tune a head instead" :
				      NULL;
	if (e->facts.kind == MODEL_KIND_DECISION)
		return e->trainable ?
			       "its weights cannot be tuned, because it is a decision model" :
			       NULL;
	if (!llama_model_has_decoder(e->model))
		return "it has no decoder: it turns text into numbers and cannot write an answer";
	if (llama_model_has_encoder(e->model))
		return "it reads with an encoder and writes with a decoder (like T5); only models "
		       "that do both in one can be asked";
	if (llama_model_is_diffusion(e->model))
		return "it is a diffusion model: it does not write one token after another";
	return NULL;
}

/* Loads the model and what goes with it. */
static int llama_open(struct engine *e, const struct msg_open *open, struct err *err)
{
	const char *why;

	llama_backend_init();
	e->model = llama_load(open);
	if (!e->model)
		return llama_error_set(err, "the engine could not load the model");
	e->vocab = llama_model_get_vocab(e->model);
	why = llama_cannot_answer(e);
	if (why)
		return err_set(err, ERR_ENGINE, "'%s' cannot answer: %s", open->paths[0], why);
	if (open->adapter && adapter_open(e, open, err) < 0)
		return -1;
	return open->projector ? images_open(e, open, err) : 0;
}

int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err)
{
	int64_t start_us = clock_mono_us();
	struct model_facts facts;
	struct engine *e;

	*ret_outcome = OUTCOME_LOAD_FAILED;
	llama_error_listen();
	if (header_read(open->paths, open->n_paths, &facts, err) < 0)
		return -1;
	if (!open->inspect && header_refusal(&facts))
		return err_set(err, ERR_INPUT, "'%s' cannot answer: %s", open->paths[0],
			       header_refusal(&facts));
	if (!open->inspect && facts.kind == MODEL_KIND_DECISION &&
	    decision_refuse(&facts, open->paths[0], err) < 0)
		return -1;
	*ret_opened = (struct msg_opened){ .facts = facts, .server = "" };
	e = calloc(1, sizeof(*e));
	if (!e)
		return err_set(err, ERR_ENGINE, "out of memory");
	e->facts = facts;
	e->asking = asking_of(facts.kind);
	e->n_threads = open->n_threads;
	e->trainable = open->trainable;
	e->path = strdup(open->paths[0]);
	if (!open->inspect && llama_open(e, open, err) < 0) {
		*ret_outcome = llama_error_outcome(OUTCOME_LOAD_FAILED);
		engine_close(e);
		return -1;
	}
	if (open->inspect && open->measure && !header_refusal(&facts))
		memory_measure(open, &ret_opened->facts);
	ret_opened->load_us = clock_mono_us() - start_us;
	ret_opened->peak_rss_bytes = machine_peak_rss_bytes();
	*ret_engine = e;
	return 0;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	if (e->batch.token)
		llama_batch_free(e->batch);
	if (e->ctx)
		llama_free(e->ctx);
	trainer_free(e->trainer);
	form_close(e);
	images_close(e);
	if (e->model)
		llama_model_free(e->model);
	arena_release(&e->pass_arena);
	arena_release(&e->wave.arena);
	free(e->path);
	free(e);
}
