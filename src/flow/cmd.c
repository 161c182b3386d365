/*
 * What the verbs share: the version, and the check of a file to be written.
 */
#include "flow/cmd.h"

#include "base/display.h"
#include "base/file.h"

int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force)
{
	struct file_stamp in_stamp, out_stamp;
	struct err unused;

	if (!out || !file_exists(out))
		return 0;
	if (!force)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; choose another name, or "
			       "give --force",
			       display_path(&cmd->arena, out));
	if (in && file_stamp_get(in, &in_stamp, &unused) == 0 &&
	    file_stamp_get(out, &out_stamp, &unused) == 0 && in_stamp.dev == out_stamp.dev &&
	    in_stamp.inode == out_stamp.inode)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' is the input file; choose another name for the output",
			       display_path(&cmd->arena, out));
	return 0;
}

const char *cmd_program(void)
{
	return "toehold " TOEHOLD_VERSION;
}
