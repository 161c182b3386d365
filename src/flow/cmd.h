/*
 * What every verb passes to its stages: an arena, an error, its arguments.
 */
#ifndef FLOW_CMD_H
#define FLOW_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/opt.h"

struct cmd {
	struct arena arena; /* lives as long as the command */
	struct err err;
	struct opt_args args; /* without the options */
};

/*
 * May `out` (NULL: none) be written? ERR_INPUT if it exists and `force` is not set, or if it is the
 * file `in` (NULL: none) that the verb reads.
 */
int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force) MUST_USE;

/* "toehold 0.1.0", for run rows. */
const char *cmd_program(void);

#endif
