/*
 * `toehold import FILE`: turns another tool's data set into tickets, on standard output or in a
 * file. Prints what was read and what was left out on standard error.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
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
	OPT_TEXT("out", 'o', AT(out), "OUT.jsonl",
		 "write the tickets to this file (default: standard output)"),
	OPT_TEXT("from", 'f', AT(import.from), "FORMAT",
		 "promptfoo, openai-evals, inspect or csv (default: by the content)"),
	COLUMN_ROWS(AT(import.columns)),
	OPT_LIST("map", 'm', AT(map), "OLD=NEW,...",
		 "rename labels: the file's name = your job's name"),
	OPT_FLAG("force", 0, AT(force), "overwrite OUT.jsonl if it exists"),
	OPT_FLAG("json", 'j', AT(json),
		 "as JSON: what was read and what was left out (with --out)"),
};

static const struct opt_spec spec = {
	.verb = "import",
	.args = "FILE",
	.min_args = 1,
	.max_args = 1,
	.summary = "turn another tool's data set into tickets",
	.details =
		"Reads tests of promptfoo (CSV, YAML, JSON), samples of Inspect (JSON, CSV) and\n"
		"of OpenAI evals (JSON Lines), and CSV with named columns. docs/import-export.md\n"
		"says what becomes the text and the label, and what is left out.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct import_cmd_options),
};

static int import_check_out(struct cmd *cmd, const struct import_cmd_options *o, const char *path)
{
	if (o->json && !o->out)
		return err_set(&cmd->err, ERR_USAGE,
			       "--json needs a file for the tickets; give one with --out");
	if (cmd_check_json(cmd, o->json, o->out) < 0)
		return -1;
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
	else
		r = file_output_write(o->out, o->force ? FILE_REPLACE : FILE_NEW, buf_text(&out),
				      out.len, &cmd->err);
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
		fprintf(out, "  --map renames the label '%s', but no row has it\n",
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

static int import_run(struct cmd *cmd, void *options)
{
	struct import_cmd_options *o = options;
	struct imported imported;

	o->import.map = o->map.items;
	o->import.n_map = o->map.n;
	if (import_check_out(cmd, o, cmd->args.items[0]) < 0 ||
	    import_read(&cmd->arena, cmd->args.items[0], &o->import, &imported, &cmd->err) < 0 ||
	    import_put_tickets(cmd, o, &imported) < 0)
		return -1;
	if (o->json)
		import_print_json(o, &imported);
	else
		import_print_summary(cmd, o, &imported, stderr);
	return 0;
}

const struct command cmd_import = { &spec, import_run };
