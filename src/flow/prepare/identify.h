/*
 * Who a model is: what its header says, read by a worker, and the sha256 of its bytes. Of many
 * models at once, with a few threads; what the cache knows is not read again, and a file with
 * several names only once.
 */
#ifndef FLOW_PREPARE_IDENTIFY_H
#define FLOW_PREPARE_IDENTIFY_H

#include "flow/cmd.h"
#include "job/model/model.h"

struct identify_options {
	bool sandbox; /* of the workers */
	bool hash; /* checksums are wanted */
	bool hash_alike; /* those of models whose files have the same sizes: they may be the same */
};

/*
 * Fills facts and sha256 of the models and of what goes with them, and from that each model's
 * adapter and projector. A model that cannot be used is no failure: problems[i] says why, and is
 * NULL otherwise; where it is set already, the model is left alone. Models without a file of their
 * own (servers, baselines) are left alone, too. Fails where no worker can be started.
 */
int identify_models(struct cmd *cmd, struct model_cache *cache,
		    const struct identify_options *options, struct model *models, size_t n,
		    const char **problems) MUST_USE;

#endif
