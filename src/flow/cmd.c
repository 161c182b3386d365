/*
 * What the verbs share: the version, and the check of a file to be written.
 */
#include "flow/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/special_file.h"

/* By the first bytes of SQLite's file format. */
static bool cmd_is_store(const char *path)
{
	char head[sizeof("SQLite format 3")] = { 0 };
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(head, 1, sizeof(head), f) : 0;

	if (f)
		fclose(f);
	return n == sizeof(head) && memcmp(head, "SQLite format 3", n) == 0;
}

int cmd_check_out(struct cmd *cmd, const char *out, const char *in, bool force)
{
	if (!out || special_is_output(out))
		return 0;
	if (!file_is_taken(out))
		return file_check_folder(&cmd->arena, out, &cmd->err);
	if (!force)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; choose another name, or "
			       "give --force",
			       display_path(&cmd->arena, out));
	if (cmd_is_store(out))
		return err_set(&cmd->err, ERR_REFUSED,
			       "'%s' is a toehold store, with all its runs; choose another name "
			       "for the output",
			       display_path(&cmd->arena, out));
	if (in && file_is_same(in, out))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' is the input file; choose another name for the output",
			       display_path(&cmd->arena, out));
	return 0;
}

int cmd_check_json(struct cmd *cmd, bool json, const char *out)
{
	if (!json || !out || !special_is_stdout(out))
		return 0;
	return err_set(&cmd->err, ERR_USAGE,
		       "--json and --out both need standard output; give --out a file, or leave "
		       "out --json");
}

FILE *cmd_messages(const char *out)
{
	return out && special_is_stdout(out) ? stderr : stdout;
}

const char *cmd_program(void)
{
	return "toehold " TOEHOLD_VERSION;
}
