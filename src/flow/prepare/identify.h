/*
 * Identifies models: a worker reads the header, and the bytes are hashed. Many models at once,
 * with a few threads. What the cache holds is not read again; a file with several names is read
 * once.
 */
#ifndef FLOW_PREPARE_IDENTIFY_H
#define FLOW_PREPARE_IDENTIFY_H

#include "flow/cmd.h"
#include "job/model/model.h"

struct identify_options {
	bool sandbox; /* of the workers */
	bool hash; /* compute checksums */
	bool hash_alike; /* only of models whose files have equal sizes: they may be the same */
};

/*
 * Fills facts and sha256 of the models and their extra files, and from those each model's adapter
 * and projector. An unusable model is not an error: problems[i] says why, or is NULL. Skips models
 * whose problem is set already and those without a file (servers, baselines). Fails if no worker
 * can be started.
 */
int identify_models(struct cmd *cmd, struct model_cache *cache,
		    const struct identify_options *options, struct model *models, size_t n,
		    const char **problems) MUST_USE;

#endif
