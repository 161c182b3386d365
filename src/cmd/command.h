/*
 * A verb: its option table and what it runs. A verb's file holds the table, the stages in order
 * (src/flow) and the printing; main.c holds the list of verbs.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "flow/cmd.h"

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

#endif
