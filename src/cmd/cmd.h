/*
 * What every verb has: an arena, an error, its option table. A verb's file holds the table, the
 * stages in order and the printing; main.c holds the list of verbs.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/opt.h"

struct cmd {
	struct arena arena; /* lives as long as the command */
	struct err err;
	int argc;
	char **argv; /* argv[0] is the verb */
};

struct command {
	const struct opt_spec *spec;
	/* The exit code (0 or 1), or -1 with cmd->err set. */
	int (*run)(struct cmd *cmd);
};

extern const struct command cmd_init, cmd_models, cmd_pull, cmd_plan, cmd_hello, cmd_smoke,
	cmd_runs, cmd_show, cmd_decide, cmd_add, cmd_tune, cmd_doctor, cmd_import, cmd_export,
	cmd_verify, cmd_note, cmd_diff, cmd_replay, cmd_suggest, cmd_report, cmd_redact, cmd_purge,
	cmd_check, cmd_classify, cmd_watch, cmd_learn, cmd_serve;

/* The option of every verb that reads a store: a field of a struct named `type`. */
#define STORE_ROW(type, field) \
	{ \
		"store", 's', OPT_TEXT, offsetof(type, field), "FILE", \
			"the store (default: the only one in this folder)", 0, 0 \
	}

/* The option of every verb that ends with a decision. */
#define STRICT_ROW(type, field) \
	{ \
		"strict", 0, OPT_FLAG, offsetof(type, field), NULL, \
			"exit code 0 only where a candidate CLEARS the bar", 0, 0 \
	}

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
