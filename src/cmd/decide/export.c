/*
 * `toehold export [RUN]`: writes a run for other programs. Reads only the store. Builds the bytes
 * in memory first, so that a file is complete or absent.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/special_file.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
#include "flow/open/load.h"
#include "flow/say/say.h"
#include "report/export/export.h"
#include "report/result/decision_text.h"

struct export_cmd_options {
	struct export_options export;
	const char *store, *out;
	bool force, exit_code;
};

#define AT(field) offsetof(struct export_cmd_options, field)

#define EXPORT_WORD(name, takes, words, write) name " "

static const struct opt_row rows[] = {
	OPT_WORD("format", 'f', AT(export.format), "FORMAT", EXPORT_FORMATS(EXPORT_WORD),
		 "one of the formats above (default: by FILE's ending)"),
	OPT_TEXT("out", 'o', AT(out), "FILE", "write to this file (default: standard output)"),
	OPT_FLAG("force", 0, AT(force), "overwrite FILE if it exists"),
	OPT_TEXT("candidate", 'c', AT(export.candidate), "NAME",
		 "only this candidate; inspect, junit: instead of the pick"),
	OPT_INT("slice", 0, AT(export.slice), "N",
		"only the tickets of this slice: 1 is the run's first", 1, 1000000),
	OPT_WORD("role", 0, AT(export.role), "ROLE", "ordinary harder",
		 "only the ordinary tickets, or only the harder ones"),
	OPT_FLAG("bom", 0, AT(export.bom),
		 "csv: a byte order mark first, for older versions of Excel"),
	OPT_FLAG("exit-code", 0, AT(exit_code), "exit code 1 if there is no pick, as in 'decide'"),
	STORE_ROW(AT(store)),
};

#define FORMAT_LINE(name, takes, words, write) "  " name ": " words "\n"

static const struct opt_spec spec = {
	.verb = "export",
	.args = "[RUN] --format FORMAT",
	.max_args = 1,
	.summary = "write a run for spreadsheets, CI, promptfoo, Inspect and others",
	.details = "Without RUN: the newest. The formats (docs/import-export.md):\n" EXPORT_FORMATS(
		FORMAT_LINE) "All of them except json contain the tickets' texts.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct export_cmd_options),
};

/* RULE: a log that Inspect's viewer does not list is said; in a folder it gets such a name. */
static int export_name_log(struct cmd *cmd, struct export_cmd_options *o, const struct result *r)
{
	if (!o->out || strcmp(o->export.format, "inspect") != 0 || special_is_output(o->out))
		return 0;
	if (file_is_dir(o->out)) {
		o->out = arena_printf(&cmd->arena, "%s/%s", o->out,
				      export_inspect_name(&cmd->arena, r, o->export.candidate));
		say("writing %s\n", o->out);
		return cmd_check_out(cmd, o->out, NULL, o->force);
	}
	if (!export_inspect_lists(o->out))
		say("'inspect view' lists only names such as %s; give -o a folder to get one\n",
		    export_inspect_name(&cmd->arena, r, o->export.candidate));
	return 0;
}

static int export_put(struct cmd *cmd, const struct export_cmd_options *o, const struct result *r)
{
	struct file_draft draft;
	size_t n_cut = 0;
	int code;

	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	code = export_write(&cmd->arena, r, &o->export, draft.out, &n_cut, &cmd->err);
	if (n_cut > 0)
		say("%zu cell%s cut: a cell of a workbook holds 32,767 characters\n", n_cut,
		    n_cut == 1 ? " is" : "s are");
	return file_draft_finish(&draft, code, o->out, o->force ? FILE_REPLACE : FILE_NEW,
				 &cmd->err);
}

/* RULE: the name may say the format, and may not say another one. */
static int export_choose_format(struct cmd *cmd, struct export_cmd_options *o)
{
	const char *named = o->out ? export_format_of_name(o->out) : NULL;
	bool workbook = o->export.format && strcmp(o->export.format, "xlsx") == 0;

	if (!o->export.format)
		o->export.format = named;
	else if (named && (strcmp(named, "xlsx") == 0) != workbook)
		return err_set(&cmd->err, ERR_USAGE,
			       "the name '%s' says %s, but --format says %s; change one",
			       display_path(&cmd->arena, o->out), named, o->export.format);
	if (workbook && special_is_stdout(o->out) && isatty(STDOUT_FILENO))
		return err_set(&cmd->err, ERR_USAGE,
			       "a workbook is no text for a terminal; give -o FILE.xlsx");
	return 0;
}

static int export_check_options(struct cmd *cmd, struct export_cmd_options *o)
{
	if (export_choose_format(cmd, o) < 0)
		return -1;
	if (export_check(&cmd->arena, &o->export, &cmd->err) < 0)
		return -1;
	if (!o->out || !file_is_dir(o->out))
		return cmd_check_out(cmd, o->out, NULL, o->force);
	if (strcmp(o->export.format, "inspect") == 0)
		return 0;
	return err_set(&cmd->err, ERR_INPUT, "'%s' is a folder; name a file in it",
		       display_path(&cmd->arena, o->out));
}

static int export_run(struct cmd *cmd, void *options)
{
	struct export_cmd_options *o = options;
	struct load_options load = { .name = cmd->args.items[0], .texts = true };
	struct result r;

	if (export_check_options(cmd, o) < 0 || load_from_store(cmd, o->store, &load, &r) < 0 ||
	    export_name_log(cmd, o, &r) < 0 || export_put(cmd, o, &r) < 0)
		return -1;
	return o->exit_code ? decision_exit_code(&r, false) : 0;
}

const struct command cmd_export = { &spec, export_run };
