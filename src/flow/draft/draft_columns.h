/*
 * Reading an export for a draft. Internal to draft_make.h.
 */
#ifndef FLOW_DRAFT_DRAFT_COLUMNS_H
#define FLOW_DRAFT_DRAFT_COLUMNS_H

#include "flow/draft/draft_make.h"

/* The bytes of the export, and its columns: `columns` gets those that are not named. */
int draft_read_export(struct cmd *cmd, const struct draft_source *source,
		      struct import_options *import, struct start_columns *ret_guess,
		      const char **ret_data, size_t *ret_n_bytes) MUST_USE;

#endif
