/*
 * The llama engine: opening and closing a model through llama.h, and what the engine complains
 * of. Decides load parameters. Always starts from the library's own default parameters, because
 * its structs change between versions.
 */
#include "base/array.h"
#include "engine/llama/llama_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ggml-backend.h>

#include "base/clock.h"
#include "work/machine.h"

#ifndef TOEHOLD_ENGINE_BUILD
#define TOEHOLD_ENGINE_BUILD "llama.cpp (system)"
#endif

static char complaint[512];

const char *llama_complaint(void)
{
	return complaint;
}

void llama_complaint_clear(void)
{
	complaint[0] = '\0';
}

/*
 * The reason of a failed load goes only to the log. Keep the first error: those that follow only
 * say, at each level above, that something failed.
 */
void llama_complaint_keep(enum ggml_log_level level, const char *text, void *unused)
{
	(void)unused;
	if (level != GGML_LOG_LEVEL_ERROR || *complaint)
		return;
	snprintf(complaint, sizeof(complaint), "%s", text);
	complaint[strcspn(complaint, "\n")] = '\0';
}

static bool llama_about_memory(const char *text)
{
	return strstr(text, "alloc") || strstr(text, "memory");
}

enum outcome llama_complaint_outcome(void)
{
	return llama_about_memory(complaint) ? OUTCOME_OUT_OF_MEMORY : OUTCOME_ENGINE_ERROR;
}

/* How the backends of processors other than the CPU say that a call of theirs failed. */
static bool llama_about_device(const char *text)
{
	static const char *const words[] = { "CUDA error", "ROCm error", "MUSA error",
					     "device lost", "DeviceLost" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

static bool training;

void llama_training(bool begun)
{
	training = begun;
}

/* The engine gives up by abort(): where it is known why, the exit code says so. */
static void llama_name_abort(const char *text)
{
	if (llama_about_memory(text) || llama_about_memory(complaint))
		_exit(WORKER_EXIT_NO_MEMORY);
	if (llama_about_device(text) || llama_about_device(complaint))
		_exit(WORKER_EXIT_DEVICE_LOST);
	/* Not every operation has a gradient, and the engine finds that out as it goes. */
	if (training)
		_exit(WORKER_EXIT_NO_TRAINING);
}

const char *engine_build(void)
{
	return TOEHOLD_ENGINE_BUILD;
}

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
	/* Without layers a device would still be given large matrices: alone means alone. */
	if (open->n_gpu_layers == 0)
		params.devices = no_devices;
	if (open->n_paths > 1)
		return llama_model_load_from_splits(open->paths, open->n_paths, params);
	return llama_model_load_from_file(open->paths[0], params);
}

static int llama_open_failed(enum outcome *ret_outcome, struct err *err)
{
	*ret_outcome = llama_about_memory(complaint) ? OUTCOME_OUT_OF_MEMORY : OUTCOME_LOAD_FAILED;
	return err_set(err, ERR_ENGINE, "the engine could not load the model: %s",
		       *complaint ? complaint : "it gave no reason");
}

/* Why a model that was loaded cannot answer as this program asks, or NULL. */
static const char *llama_cannot_answer(const struct llama_model *model)
{
	if (!llama_model_has_decoder(model))
		return "it has no decoder: it turns text into numbers and cannot write an answer";
	if (llama_model_has_encoder(model))
		return "it reads with an encoder and writes with a decoder (like T5); only models "
		       "that do both in one can be asked";
	if (llama_model_is_diffusion(model))
		return "it is a diffusion model: it does not write one token after another";
	return NULL;
}

static int llama_check_can_answer(const struct engine *e, const char *path, struct err *err)
{
	const char *why = llama_cannot_answer(e->model);

	return why ? err_set(err, ERR_ENGINE, "'%s' cannot be asked: %s", path, why) : 0;
}

int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err)
{
	int64_t start_us = clock_mono_us();
	struct model_facts facts;
	struct engine *e;

	*ret_outcome = OUTCOME_LOAD_FAILED;
	llama_complaint_clear();
	llama_log_set(llama_complaint_keep, NULL);
	ggml_set_abort_callback(llama_name_abort);
	if (header_read(open->paths, open->n_paths, &facts, err) < 0)
		return -1;
	if (!open->inspect && header_refusal(&facts))
		return err_set(err, ERR_INPUT, "'%s' cannot be asked: %s", open->paths[0],
			       header_refusal(&facts));
	*ret_opened = (struct msg_opened){ .facts = facts, .server = "" };
	e = calloc(1, sizeof(*e));
	if (!e)
		return err_set(err, ERR_ENGINE, "out of memory");
	e->facts = facts;
	e->n_threads = open->n_threads;
	e->trainable = open->trainable;
	e->path = strdup(open->paths[0]);
	if (!open->inspect) {
		llama_backend_init();
		e->model = llama_load(open);
		if (!e->model) {
			engine_close(e);
			return llama_open_failed(ret_outcome, err);
		}
		e->vocab = llama_model_get_vocab(e->model);
		if (llama_check_can_answer(e, open->paths[0], err) < 0 ||
		    (open->adapter && adapter_open(e, open, err) < 0) ||
		    (open->projector && pictures_open(e, open, err) < 0)) {
			*ret_outcome = llama_about_memory(complaint) ? OUTCOME_OUT_OF_MEMORY :
								       OUTCOME_LOAD_FAILED;
			engine_close(e);
			return -1;
		}
	} else if (open->measure && !header_refusal(&facts)) {
		memory_measure(open, &ret_opened->facts);
	}
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
	pictures_close(e);
	if (e->model)
		llama_model_free(e->model);
	arena_release(&e->pass_arena);
	arena_release(&e->wave.arena);
	free(e->path);
	free(e);
}
