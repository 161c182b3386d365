/*
 * What every verb hands to its stages: an arena, an error, its arguments.
 */
#ifndef FLOW_CMD_H
#define FLOW_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/opt.h"

struct cmd {
	struct arena arena; /* lives as long as the command */
	struct err err;
	int argc;
	char **argv; /* argv[0] is the verb */
};

/* Parses the verb's options; 1 where --help was asked for and printed, 0, or -1. */
int cmd_options(struct cmd *cmd, const struct opt_spec *spec, void *options,
		struct opt_args *ret_args) MUST_USE;

/*
 * May `out` (NULL: none) be written? Fails with ERR_INPUT where it exists and `force` is not set,
 * and where it is the very file `in` that is read.
 */
int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force) MUST_USE;

/* "toehold 0.1.0": for run rows. */
const char *cmd_program(void);

#endif
