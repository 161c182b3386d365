/*
 * `toehold report [RUN] -o FILE.html`: a run as one page for people who decide; --brief: half a
 * page of text; --evidence: the rules card with all checksums. From the store alone.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/file.h"
#include "cmd/command.h"
#include "flow/evidence.h"
#include "flow/load.h"
#include "flow/say.h"
#include "report/page/brief.h"
#include "report/page/report_html.h"

struct report_options {
	const char *store, *out;
	bool brief, markdown, evidence, force;
};

#define AT(field) offsetof(struct report_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(struct report_options, store),
	{ "out", 'o', OPT_TEXT, AT(out), "FILE", "where to write it; with --evidence: a folder", 0,
	  0 },
	{ "brief", 'b', OPT_FLAG, AT(brief), NULL, "half a page of text instead of a page", 0, 0 },
	{ "markdown", 'm', OPT_FLAG, AT(markdown), NULL, "with --brief: as Markdown", 0, 0 },
	{ "evidence", 'e', OPT_FLAG, AT(evidence), NULL,
	  "the rules card with all checksums: evidence.json and evidence.html", 0, 0 },
	{ "force", 'f', OPT_FLAG, AT(force), NULL, "overwrite a file that is there", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "report",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "write a run as one self-contained page, or as half a page of text",
	.details =
		"Without RUN: the newest. The page holds no script and asks for nothing from the "
		"network. It quotes tickets, so it is readable by you alone (mode 0600).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int report_check(struct cmd *cmd, const struct report_options *o)
{
	if (!o->out && !o->brief && !o->evidence)
		return err_set(&cmd->err, ERR_USAGE,
			       "nothing to write: give -o FILE.html for the page, or --brief");
	if (o->evidence && (!o->out || o->brief))
		return err_set(&cmd->err, ERR_USAGE,
			       "--evidence needs -o FOLDER, and does not go with --brief");
	if (o->markdown && !o->brief)
		return err_set(&cmd->err, ERR_USAGE, "--markdown goes with --brief");
	if (o->out && !o->evidence && !o->force && file_exists(o->out))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' exists already and is left as it is; choose another name, or "
			       "give --force",
			       o->out);
	return 0;
}

static void report_compose(struct cmd *cmd, const struct report_options *o, const struct result *r,
			   FILE *out)
{
	if (o->brief)
		brief_write(&cmd->arena, r, o->markdown, out);
	else
		report_write_html(&cmd->arena, r, out);
}

/* In memory first: a file is there whole or not at all. */
static int report_write_file(struct cmd *cmd, const struct report_options *o,
			     const struct result *r)
{
	char *text = NULL;
	size_t n_bytes;
	FILE *out = open_memstream(&text, &n_bytes);
	int code;

	if (!out)
		return err_set(&cmd->err, ERR_INPUT, "no memory for the report");
	report_compose(cmd, o, r, out);
	if (fclose(out) != 0)
		code = err_set(&cmd->err, ERR_INPUT, "no memory for the report");
	else
		code = file_write(o->out, 0600, text, n_bytes, &cmd->err);
	free(text);
	if (code == 0)
		say("wrote %s\n", o->out);
	return code;
}

static int report_run(struct cmd *cmd)
{
	struct report_options o = { 0 };
	struct load_options load = { .texts = true };
	struct opt_args args;
	struct result r;
	int code = cmd_options(cmd, &spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	if (report_check(cmd, &o) < 0)
		return -1;
	if (o.evidence)
		return evidence_write(cmd, o.store, args.n ? args.items[0] : NULL, o.out, o.force);
	load.name = args.n ? args.items[0] : NULL;
	code = load_from_store(cmd, o.store, &load, &r);
	if (code == 0 && o.out)
		code = report_write_file(cmd, &o, &r);
	else if (code == 0)
		report_compose(cmd, &o, &r, stdout);
	return code;
}

const struct command cmd_report = { &spec, report_run };
