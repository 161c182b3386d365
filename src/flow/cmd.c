/*
 * What the verbs share: options, --help, and what may be written.
 */
#include "flow/cmd.h"

#include <stdio.h>

#include "base/file.h"

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

int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force)
{
	struct file_stamp in_stamp, out_stamp;
	struct err unused;

	if (!out || !file_exists(out))
		return 0;
	if (!force)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' exists already and is left as it is; choose another name, or "
			       "give --force",
			       out);
	if (file_stamp_get(in, &in_stamp, &unused) == 0 &&
	    file_stamp_get(out, &out_stamp, &unused) == 0 && in_stamp.dev == out_stamp.dev &&
	    in_stamp.inode == out_stamp.inode)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' is the file that is read; choose another name for what is "
			       "written",
			       out);
	return 0;
}

const char *cmd_program(void)
{
	return "toehold " TOEHOLD_VERSION;
}
