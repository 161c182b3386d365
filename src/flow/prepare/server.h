/*
 * Models that are servers: their identity, what their worker receives, and what to print about
 * them. The token comes from the environment and goes only to the worker: it is never stored,
 * shown or logged.
 */
#ifndef FLOW_PREPARE_SERVER_H
#define FLOW_PREPARE_SERVER_H

#include "flow/cmd.h"
#include "job/model/model.h"
#include "work/pass/pass.h"

/*
 * Asks each server among the models which model it is. An unusable server is not an error:
 * problems[i] says why. Skips other models.
 */
int server_identify(struct cmd *cmd, bool sandbox, struct model *models, size_t n,
		    const char **problems) MUST_USE;

/* Puts address, model and token into the request, if the model is a server. */
void server_fill_open(struct arena *a, const struct model *model, struct msg_open *open);

/* What the probes found that a reader must know, as text; NULL if there is nothing. */
const char *server_probe_words(struct arena *a, const char *probes);

#endif
