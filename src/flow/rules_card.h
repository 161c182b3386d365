/*
 * Loads what the rules card is made from: the run, the one before it, the recomputed chain, and the
 * mode of the store's file.
 */
#ifndef FLOW_RULES_CARD_H
#define FLOW_RULES_CARD_H

#include "flow/cmd.h"
#include "report/card/check.h"

/*
 * name NULL: the newest run. *ret_result and *ret_facts point into each other and into the
 * command's arena. A chain that does not verify is a fact of the card, not an error.
 */
int rules_card_load(struct cmd *cmd, const char *store_option, const char *name,
		    struct result *ret_result, struct check_facts *ret_facts) MUST_USE;

#endif
