/*
 * `toehold report --evidence`: writes the rules card and all checksums of a run into a folder.
 */
#ifndef FLOW_AGAIN_EVIDENCE_H
#define FLOW_AGAIN_EVIDENCE_H

#include "flow/cmd.h"

/*
 * Writes evidence.json and evidence.html into the folder, which is created if it is missing. Only
 * the owner can read them. If the folder is "-": only evidence.html, to standard output. Fails with
 * ERR_INPUT if a file exists and `force` is not set, and as rules_card_load() does.
 */
int evidence_write(struct cmd *cmd, const char *store_option, const char *run, const char *folder,
		   bool force) MUST_USE;

#endif
