/*
 * Models that are servers, as commands meet them: who they are, what their worker is told, and
 * what has to be said of them aloud. The token for them comes from the environment and goes to the
 * worker alone: it is never kept, shown or logged.
 */
#ifndef FLOW_PREPARE_SERVER_H
#define FLOW_PREPARE_SERVER_H

#include "flow/cmd.h"
#include "job/model/model.h"
#include "work/pass/pass.h"

/*
 * Asks each server among the models which model it is. One that cannot be used is no failure:
 * problems[i] says why. Models that are no servers are left alone.
 */
int server_identify(struct cmd *cmd, bool sandbox, struct model *models, size_t n,
		    const char **problems) MUST_USE;

/* Puts address, model and token into the request; nothing where the model is no server. */
void server_fill_open(struct arena *a, const struct model *model, struct msg_open *open);

/* What the probes found that a reader has to know, in words; NULL where all is as asked for. */
const char *server_probe_words(struct arena *a, const char *probes);

#endif
