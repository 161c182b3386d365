/*
 * `toehold import FILE`: another tool's data set as tickets. What was read, and what was not, is
 * said on standard error; the tickets go to standard output or to a file of their own.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json.h"
#include "cmd/command.h"
#include "job/import/import.h"
#include "job/ticket/ticket.h"

struct import_cmd_options {
	struct import_options import;
	const char *out;
	struct opt_list map;
	bool force, json;
};

#define AT(field) offsetof(struct import_cmd_options, field)

static const struct opt_row rows[] = {
	{ "out", 'o', OPT_TEXT, AT(out), "OUT.jsonl",
	  "write the tickets to this file (default: standard output)", 0, 0 },
	{ "from", 'f', OPT_TEXT, AT(import.from), "FORMAT",
	  "promptfoo, openai-evals, inspect or csv (default: told from the content)", 0, 0 },
	{ "text", 't', OPT_TEXT, AT(import.text), "NAME", "the column or variable that is the text",
	  0, 0 },
	{ "label", 'l', OPT_TEXT, AT(import.label), "NAME", "the one that is the right label", 0,
	  0 },
	{ "id", 0, OPT_TEXT, AT(import.id), "NAME",
	  "the one that is the id (default: id, or row-N)", 0, 0 },
	{ "lang", 0, OPT_TEXT, AT(import.lang), "NAME", "the one that is the language", 0, 0 },
	{ "group", 0, OPT_TEXT, AT(import.group), "NAME", "the one that is the group", 0, 0 },
	{ "map", 'm', OPT_LIST, AT(map), "OLD=NEW,...",
	  "other names for labels: that of the file, and that of your job", 0, 0 },
	{ "force", 0, OPT_FLAG, AT(force), NULL, "write over OUT.jsonl where it exists", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "what was read and left out, as JSON (with --out)",
	  0, 0 },
};

static const struct opt_spec spec = {
	.verb = "import",
	.args = "FILE",
	.min_args = 1,
	.max_args = 1,
	.summary = "turn another tool's data set into tickets",
	.details = "Reads tests of promptfoo (CSV, YAML, JSON), samples of Inspect (JSON, CSV)\n"
		   "and of OpenAI evals (JSON Lines), and CSV with named columns. What becomes\n"
		   "the text and the label, and what is left out: docs/import-export.md",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int import_check_out(struct cmd *cmd, const struct import_cmd_options *o, const char *path)
{
	if (o->json && !o->out)
		return err_set(&cmd->err, ERR_USAGE,
			       "--json needs a file for the tickets; name one with --out");
	return cmd_check_out(cmd, o->out, path, o->force);
}

static int import_put_tickets(struct cmd *cmd, const struct import_cmd_options *o,
			      const struct imported *imported)
{
	struct buf out;
	int r = 0;

	buf_init(&out, SLICE_MAX_BYTES);
	import_write(imported, &out);
	if (out.overflow)
		r = err_set(&cmd->err, ERR_INPUT,
			    "%s: the tickets take more than %d bytes; split the file",
			    imported->path, SLICE_MAX_BYTES);
	else if (o->out)
		r = file_write(o->out, 0600, buf_text(&out), out.len, &cmd->err);
	else
		fwrite(buf_text(&out), 1, out.len, stdout);
	buf_release(&out);
	return r;
}

static void import_print_reason(const struct import_left_out *reason, FILE *out)
{
	fprintf(out, "  %zu row%s left out: %s (line%s", reason->n, reason->n == 1 ? "" : "s",
		reason->why, reason->n == 1 ? "" : "s");
	for (size_t i = 0; i < reason->n && i < IMPORT_LINES_KEPT; i++)
		fprintf(out, "%s%zu", i ? ", " : " ", reason->lines[i]);
	if (reason->n > IMPORT_LINES_KEPT)
		fprintf(out, " and %zu more", reason->n - IMPORT_LINES_KEPT);
	fputs(")\n", out);
}

static void import_print_summary(struct cmd *cmd, const struct import_cmd_options *o,
				 const struct imported *imported, FILE *out)
{
	fprintf(out, "%s: %s, %zu of %zu row%s taken%s%s\n", imported->path, imported->format,
		imported->n, imported->n_seen, imported->n_seen == 1 ? "" : "s",
		o->out ? ", into " : "", o->out ? display_path(&cmd->arena, o->out) : "");
	for (size_t i = 0; i < imported->n_reasons; i++)
		import_print_reason(&imported->reasons[i], out);
	for (size_t i = 0; i < imported->n_unused; i++)
		fprintf(out, "  no row has the label '%s', which --map renames\n",
			display_text(&cmd->arena, imported->unused[i]));
}

static json_t *import_reason_to_json(const struct import_left_out *reason)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < reason->n && i < IMPORT_LINES_KEPT; i++)
		json_array_append_new(lines, json_integer((json_int_t)reason->lines[i]));
	return json_pack("{s:s, s:I, s:o}", "why", reason->why, "rows", (json_int_t)reason->n,
			 "first_lines", lines);
}

static void import_print_json(const struct import_cmd_options *o, const struct imported *imported)
{
	json_t *reasons = json_array(), *unused = json_array();

	for (size_t i = 0; i < imported->n_reasons; i++)
		json_array_append_new(reasons, import_reason_to_json(&imported->reasons[i]));
	for (size_t i = 0; i < imported->n_unused; i++)
		json_array_append_new(unused, json_any_text(imported->unused[i]));
	json_print(json_pack("{s:s, s:I, s:I, s:o, s:o, s:o}", "format", imported->format, "rows",
			     (json_int_t)imported->n_seen, "taken", (json_int_t)imported->n,
			     "left_out", reasons, "unused_map", unused, "out",
			     json_any_text(o->out)),
		   stdout);
}

static int import_run(struct cmd *cmd)
{
	struct import_cmd_options o = { 0 };
	struct imported imported;
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	o.import.map = o.map.items;
	o.import.n_map = o.map.n;
	if (import_check_out(cmd, &o, args.items[0]) < 0 ||
	    import_read(&cmd->arena, args.items[0], &o.import, &imported, &cmd->err) < 0 ||
	    import_put_tickets(cmd, &o, &imported) < 0)
		return -1;
	if (o.json)
		import_print_json(&o, &imported);
	else
		import_print_summary(cmd, &o, &imported, stderr);
	return 0;
}

const struct command cmd_import = { &spec, import_run };
