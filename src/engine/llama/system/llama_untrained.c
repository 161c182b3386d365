/*
 * Stands in for llama_train.c and llama_convert.c in a build with an installed llama.cpp: the
 * training interface differs between versions (docs/engine.md).
 */
#include "engine/llama/llama_engine.h"

void trainer_load(struct llama_model_params *params)
{
	(void)params;
}

int trainer_prompt(struct engine *e, struct err *err)
{
	(void)e;
	return err_set(err, ERR_ENGINE, "only the bundled llama engine can change weights");
}

void trainer_free(struct trainer *t)
{
	(void)t;
}
