/*
 * Everything that the rules card is made from, out of the store: the run, the one before it, the
 * chain recomputed, and the mode of the store's file.
 */
#ifndef FLOW_RULES_CARD_H
#define FLOW_RULES_CARD_H

#include "flow/cmd.h"
#include "report/card/check.h"

/*
 * `name` of the run, NULL: the newest. *ret_result and *ret_facts point into each other and into
 * the command's arena. A chain that does not verify is a fact, no failure.
 */
int rules_card_load(struct cmd *cmd, const char *store_option, const char *name,
		    struct result *ret_result, struct check_facts *ret_facts) MUST_USE;

#endif
