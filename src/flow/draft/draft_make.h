/*
 * From an export to a draft of labels. Decides what is kept of the export, and the order in which
 * tickets are read.
 */
#ifndef FLOW_DRAFT_DRAFT_MAKE_H
#define FLOW_DRAFT_DRAFT_MAKE_H

#include <jansson.h>

#include "flow/cmd.h"
#include "flow/start/start_columns.h"
#include "job/import/import.h"

struct draft_source {
	const char *from; /* the export */
	const char *dir; /* of the draft: new, or one into which only a file was uploaded */
	struct import_options import;
	const char *job; /* the job whose labels the tickets are to get, or NULL */
	bool no_label; /* the export's labels are not to be trusted */
	int64_t seed;
};

struct draft_made {
	struct imported imported;
	struct start_columns guess;
	size_t n_covered, n_suspects, n_repeats;
};

/*
 * Keeps the export in `secrets` (0600), finds personal data, draws an order, points out repeats.
 * Fails with ERR_INPUT if the draft has its tickets already, if the folder holds something else, or
 * as import_read(); with ERR_REFUSED if a label is personal data. With a job, the buckets are its
 * labels, and placeholders are made with the key beside it: the same value looks the same.
 */
int draft_make(struct cmd *cmd, const struct draft_source *source,
	       struct draft_made *ret_made) MUST_USE;

/*
 * What an import would take, as JSON: the columns with their first cells, which are meant, and the
 * first tickets. Personal data is covered with the name of its type.
 */
int draft_preview(struct cmd *cmd, const struct draft_source *source, json_t **ret_json) MUST_USE;

#endif
