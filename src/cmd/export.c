/*
 * `toehold export [RUN]`: a run for other programs, from the store alone. The bytes are made
 * before anything is written, so that a file is whole or is not there.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "cmd/command.h"
#include "cmd/decide_print.h"
#include "flow/load.h"
#include "flow/store_find.h"
#include "report/export/export.h"

struct export_cmd_options {
	struct export_options export;
	const char *store, *out;
	bool force, exit_code;
};

#define AT(field) offsetof(struct export_cmd_options, field)

static const struct opt_row rows[] = {
	{ "format", 'f', OPT_TEXT, AT(export.format), "FORMAT", "which of the formats above", 0,
	  0 },
	{ "out", 'o', OPT_TEXT, AT(out), "FILE", "write to this file (default: standard output)", 0,
	  0 },
	{ "force", 0, OPT_FLAG, AT(force), NULL, "write over FILE where it exists", 0, 0 },
	{ "candidate", 'c', OPT_TEXT, AT(export.candidate), "NAME",
	  "this candidate alone; inspect, junit: in place of the pick", 0, 0 },
	{ "slice", 0, OPT_INT, AT(export.slice), "N",
	  "the tickets of this slice alone: 1 is what the run began with", 1, 1000000 },
	{ "role", 0, OPT_TEXT, AT(export.role), "ROLE",
	  "the ordinary tickets alone, or the harder ones", 0, 0 },
	{ "bom", 0, OPT_FLAG, AT(export.bom), NULL,
	  "csv: a byte order mark first, for older versions of Excel", 0, 0 },
	{ "exit-code", 0, OPT_FLAG, AT(exit_code), NULL,
	  "exit code 1 where there is no pick, as decide has it", 0, 0 },
	STORE_ROW(struct export_cmd_options, store),
};

#define FORMAT_LINE(name, takes, words, write) "  " name ": " words "\n"

static const struct opt_spec spec = {
	.verb = "export",
	.args = "[RUN] --format FORMAT",
	.max_args = 1,
	.summary = "write a run for spreadsheets, CI, promptfoo, Inspect and others",
	.details = "Without RUN: the newest. The formats (docs/import-export.md):\n" EXPORT_FORMATS(
		FORMAT_LINE) "The tickets' texts are in every one of them but json.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

/* Whether a file may be written is known before anything is read. */
static int export_check_out(struct cmd *cmd, const struct export_cmd_options *o)
{
	if (!o->out || o->force || !file_exists(o->out))
		return 0;
	return err_set(&cmd->err, ERR_INPUT,
		       "'%s' exists already and is left as it is; choose another name, or give "
		       "--force",
		       display_path(&cmd->arena, o->out));
}

static int export_check_not_store(struct cmd *cmd, const char *out, const char *store_path)
{
	struct file_stamp a, b;
	struct err unused;

	if (!out || file_stamp_get(out, &a, &unused) < 0 ||
	    file_stamp_get(store_path, &b, &unused) < 0 || a.dev != b.dev || a.inode != b.inode)
		return 0;
	return err_set(&cmd->err, ERR_REFUSED,
		       "'%s' is the store itself; choose another name for the export",
		       display_path(&cmd->arena, out));
}

/* The export in memory, free()d by the caller. */
static int export_make(struct cmd *cmd, const struct export_cmd_options *o, const struct result *r,
		       char **ret_bytes, size_t *ret_n)
{
	FILE *memory = open_memstream(ret_bytes, ret_n);
	int code;

	if (!memory)
		return err_set(&cmd->err, ERR_INPUT, "no memory for the export");
	code = export_write(&cmd->arena, r, &o->export, memory, &cmd->err);
	if (fclose(memory) != 0 && code == 0)
		code = err_set(&cmd->err, ERR_INPUT, "no memory for the export");
	return code;
}

static int export_put(struct cmd *cmd, const struct export_cmd_options *o, const struct result *r)
{
	char *bytes = NULL;
	size_t n = 0;
	int code = export_make(cmd, o, r, &bytes, &n);

	if (code == 0 && o->out)
		code = file_write(o->out, 0600, bytes, n, &cmd->err);
	else if (code == 0)
		fwrite(bytes, 1, n, stdout);
	free(bytes);
	return code;
}

static int export_run(struct cmd *cmd)
{
	struct export_cmd_options o = { 0 };
	struct load_options load = { .texts = true };
	struct opt_args args;
	struct result r;
	char *store_path;
	int code = cmd_options(cmd, &spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	load.name = args.n ? args.items[0] : NULL;
	if (export_check(&cmd->arena, &o.export, &cmd->err) < 0 || export_check_out(cmd, &o) < 0 ||
	    store_path_find(cmd, o.store, NULL, &store_path) < 0 ||
	    load_from_store(cmd, store_path, &load, &r) < 0 ||
	    export_check_not_store(cmd, o.out, store_path) < 0 || export_put(cmd, &o, &r) < 0)
		return -1;
	return o.exit_code ? decide_exit_code(&r, false) : 0;
}

const struct command cmd_export = { &spec, export_run };
