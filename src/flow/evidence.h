/*
 * `toehold report --evidence`: the rules card and all checksums of a run, as two files in a folder.
 */
#ifndef FLOW_EVIDENCE_H
#define FLOW_EVIDENCE_H

#include "flow/cmd.h"

/*
 * Writes evidence.json and evidence.html into the folder, which is made where it is missing. Both
 * are readable by their owner alone. Fails with ERR_INPUT where one is there and `force` is not
 * set, and as rules_card_load() does.
 */
int evidence_write(struct cmd *cmd, const char *store_option, const char *run, const char *folder,
		   bool force) MUST_USE;

#endif
