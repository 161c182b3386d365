/*
 * The models on this machine: in the folders that the user names, or in every place that this
 * program knows; identified, each with its licence. Decides which files are listed.
 */
#ifndef FLOW_PREPARE_MODEL_LIST_H
#define FLOW_PREPARE_MODEL_LIST_H

#include "flow/prepare/identify.h"
#include "job/licence/licence.h"

/* Owned by the command's arena. */
struct model_list {
	struct model *items;
	const char **problems; /* see identify_models() */
	struct licence *licences; /* without a job: for commercial use, the strictest */
	size_t n, cap;
	bool cut; /* there are more than PLACES_MAX_ITEMS files */
};

/*
 * Lists the models that n names mean: files, names in other tools' places, and folders with their
 * subfolders. Without names: the folders of TOEHOLD_MODELS (or the current folder) and all places.
 * A file that cannot be used is listed with its problem. ERR_INPUT if a name means no model.
 */
int model_list_collect(struct cmd *cmd, const char *const *names, size_t n,
		       struct model_list *ret_list) MUST_USE;

/* Fills headers, checksums as the options say, and licences. Fails as identify_models() does. */
int model_list_identify(struct cmd *cmd, const struct identify_options *options,
			struct model_list *list) MUST_USE;

#endif
