/*
 * How a worker for a model is started, and with which files.
 */
#ifndef FLOW_PREPARE_MODEL_WORKER_H
#define FLOW_PREPARE_MODEL_WORKER_H

#include "flow/cmd.h"
#include "job/model/model.h"
#include "work/proc.h"

/* Fails if the program for the model's engine is missing. */
int model_worker_spec(struct cmd *cmd, const struct model *model, bool sandbox,
		      struct proc_spec *ret_spec) MUST_USE;

/* The model's files in order, owned by the arena. A server has none. */
const char **model_worker_paths(struct arena *a, const struct model *model, size_t *ret_n);

#endif
