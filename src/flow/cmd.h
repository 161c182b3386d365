/*
 * What every verb passes to its stages: an arena, an error, its arguments.
 */
#ifndef FLOW_CMD_H
#define FLOW_CMD_H

#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/opt/opt.h"

struct cmd {
	struct arena arena; /* lives as long as the command */
	struct err err;
	struct opt_args args; /* without the options */
	char **argv; /* the whole command line as it was given; NULL in tests */
	int argc;
	const struct opt_spec *spec; /* of the verb, and its options; NULL in tests */
	const void *options;
};

/*
 * May `out` (NULL: none) be written? A stream may. ERR_INPUT if it exists, even as a link that
 * leads nowhere, and `force` is not set, or if it is the file `in` (NULL: none) that the verb
 * reads. ERR_REFUSED if it is a store, with `force` too.
 */
int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force) MUST_USE;

/* ERR_USAGE if --json and `out` both need standard output. */
int cmd_check_json(struct cmd *cmd, bool json, const char *out) MUST_USE;

/* Where a verb's messages go: standard output, unless `out` (NULL: none) is there. */
FILE *cmd_messages(const char *out);

/* "toehold 0.1.0", for run rows. */
const char *cmd_program(void);

#endif
