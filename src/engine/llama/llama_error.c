/*
 * The engine's own words about a failure. It reports reasons only to its log, and gives up by
 * abort(). This file keeps the first error of the log and turns an abort into an exit code.
 */
#include "engine/llama/llama_engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

static char first_error[512];
static bool training;

const char *llama_error_text(void)
{
	return first_error;
}

void llama_error_clear(void)
{
	first_error[0] = '\0';
}

/* Later errors only repeat, level by level, that something failed. */
void llama_error_log(enum ggml_log_level level, const char *text, void *unused)
{
	(void)unused;
	if (level != GGML_LOG_LEVEL_ERROR || *first_error)
		return;
	snprintf(first_error, sizeof(first_error), "%s", text);
	first_error[strcspn(first_error, "\n")] = '\0';
}

int llama_error_set(struct err *err, const char *fmt, ...)
{
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return err_set(err, ERR_ENGINE, "%s%s%s", what, *first_error ? ": " : "", first_error);
}

static bool error_is_about_memory(const char *text)
{
	return strstr(text, "alloc") || strstr(text, "memory");
}

enum outcome llama_error_outcome(enum outcome otherwise)
{
	return error_is_about_memory(first_error) ? OUTCOME_OUT_OF_MEMORY : otherwise;
}

/* How the backends of GPUs report a failed call. */
static bool error_is_about_device(const char *text)
{
	static const char *const words[] = { "CUDA error", "ROCm error", "MUSA error",
					     "device lost", "DeviceLost" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

void llama_error_scores(struct answer *answer)
{
	answer->outcome = OUTCOME_ENGINE_ERROR;
	answer->detail = "the model's scores are not numbers: its file may be damaged, so "
			 "download it again";
	answer->rule = "none";
	answer->label = -1;
	answer->n_probs = 0;
	answer->label_mass = 0;
	answer->n_orders = answer->n_agreed = 0;
}

void llama_error_training(bool begun)
{
	training = begun;
}

/* Called before the engine aborts: exits with a code that names the reason, if it is clear. */
static void error_exit_for_abort(const char *text)
{
	if (error_is_about_memory(text) || error_is_about_memory(first_error))
		_exit(WORKER_EXIT_NO_MEMORY);
	if (error_is_about_device(text) || error_is_about_device(first_error))
		_exit(WORKER_EXIT_DEVICE_LOST);
	/* Some operations have no gradient, and the engine finds out only when it computes them. */
	if (training)
		_exit(WORKER_EXIT_NO_TRAINING);
}

void llama_error_listen(void)
{
	llama_error_clear();
	llama_log_set(llama_error_log, NULL);
	ggml_set_abort_callback(error_exit_for_abort);
}
