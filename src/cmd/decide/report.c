/*
 * `toehold report [RUN] -o FILE.html`: writes a run as one HTML page; --slide: as one slide;
 * --markdown: its first screen as Markdown; --brief: half a page of text; --evidence: the rules
 * card with all checksums. Reads only the store.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/file.h"
#include "base/special_file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/again/evidence.h"
#include "flow/file_draft.h"
#include "flow/open/load.h"
#include "flow/say/say.h"
#include "report/page/brief.h"
#include "report/page/page.h"
#include "report/page/page_markdown.h"
#include "report/page/slide.h"

struct report_options {
	const char *store, *out;
	bool brief, markdown, slide, evidence, force;
};

#define AT(field) offsetof(struct report_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_TEXT("out", 'o', AT(out), "FILE",
		 "write it here (default: report-RUN.html beside the store; --evidence: a folder)"),
	OPT_FLAG("brief", 'b', AT(brief), "half a page of text instead of an HTML page"),
	OPT_FLAG("markdown", 'm', AT(markdown),
		 "the first screen as Markdown, for GitHub, chats and mail; with --brief: that"),
	OPT_FLAG("slide", 0, AT(slide),
		 "one slide, 16:9: a page that prints on one sheet, or -o FILE.svg"),
	OPT_FLAG("evidence", 'e', AT(evidence),
		 "the rules card with all checksums: evidence.json and evidence.html; -o -: "
		 "only the page"),
	OPT_FLAG("force", 'f', AT(force), "overwrite an existing file"),
};

static const struct opt_spec spec = {
	.verb = "report",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "write a run as one self-contained page, or as half a page of text",
	.details = "Without RUN: the newest. The page holds no script and loads nothing from the\n"
		   "network. It quotes tickets, so only you can read it (mode 0600).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct report_options),
};

static int report_check(struct cmd *cmd, const struct report_options *o)
{
	if (o->slide && (o->brief || o->markdown || o->evidence))
		return err_set(&cmd->err, ERR_USAGE,
			       "--slide excludes --brief, --markdown and --evidence");
	if (o->evidence && (!o->out || o->brief || o->markdown))
		return err_set(&cmd->err, ERR_USAGE,
			       "--evidence needs -o FOLDER, and excludes --brief and --markdown");
	return o->evidence ? 0 : cmd_check_out(cmd, o->out, NULL, o->force);
}

/* "report-RUN.html" or "slide-RUN.html" beside the store. */
static const char *report_default_path(struct cmd *cmd, const struct report_options *o,
				       const struct result *r)
{
	char *name = arena_printf(&cmd->arena, "%s-%s.html", o->slide ? "slide" : "report",
				  r->run->name);

	for (char *p = name; *p; p++)
		*p = *p == '/' ? '-' : *p;
	return file_beside(&cmd->arena, r->store_path, name);
}

static void report_compose(struct cmd *cmd, const struct report_options *o, const struct result *r,
			   FILE *out)
{
	if (o->brief)
		brief_write(&cmd->arena, r, o->markdown, out);
	else if (o->markdown)
		report_write_markdown(&cmd->arena, r, out);
	else if (o->slide)
		slide_write(&cmd->arena, r, str_ends(o->out, ".svg"), out);
	else
		report_write_html(&cmd->arena, r, out);
}

static int report_write_file(struct cmd *cmd, const struct report_options *o,
			     const struct result *r)
{
	struct file_draft draft;
	int code;

	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	report_compose(cmd, o, r, draft.out);
	code = file_draft_finish(&draft, 0, o->out, o->force ? FILE_REPLACE : FILE_NEW, &cmd->err);
	if (code == 0 && !special_is_output(o->out))
		say("wrote %s\n", o->out);
	return code;
}

static int report_run(struct cmd *cmd, void *options)
{
	struct report_options *o = options;
	struct load_options load = { .texts = true };
	struct result r;
	int code;

	if (report_check(cmd, o) < 0)
		return -1;
	if (o->evidence)
		return evidence_write(cmd, o->store, cmd->args.items[0], o->out, o->force);
	load.name = cmd->args.items[0];
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0 && !o->out && !o->brief && !o->markdown) {
		o->out = report_default_path(cmd, o, &r);
		code = cmd_check_out(cmd, o->out, NULL, o->force);
	}
	if (code == 0 && o->out)
		code = report_write_file(cmd, o, &r);
	else if (code == 0)
		report_compose(cmd, o, &r, stdout);
	return code;
}

const struct command cmd_report = { &spec, report_run };
