/*
 * Stand-in for llama_train.c and llama_convert.c where another llama.cpp than the bundled one is
 * used: its training interface differs from version to version (docs/engine.md).
 */
#include "engine/llama/llama_engine.h"

void trainer_load(struct llama_model_params *params)
{
	(void)params;
}

int trainer_prompt(struct engine *e, struct err *err)
{
	(void)e;
	return err_set(err, ERR_ENGINE, "weights are changed by the bundled llama engine alone");
}

void trainer_free(struct trainer *t)
{
	(void)t;
}
