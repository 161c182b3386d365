/*
 * What the verbs share: options and --help.
 */
#include "cmd/cmd.h"

#include <stdio.h>

int cmd_options(struct cmd *cmd, const struct opt_spec *spec, void *options,
		struct opt_args *ret_args)
{
	struct buf help;

	if (opt_parse(&cmd->arena, spec, cmd->argc, cmd->argv, options, ret_args, &cmd->err) < 0)
		return -1;
	if (!ret_args->help)
		return 0;
	buf_init(&help, 1 << 16);
	opt_help(&help, spec);
	fputs(buf_text(&help), stdout);
	buf_release(&help);
	return 1;
}

const char *cmd_program(void)
{
	return "toehold " TOEHOLD_VERSION;
}
