/*
 * `toehold import FILE`: turns another tool's data set into tickets, on standard output or in a
 * file. Prints what was read and what was left out on standard error.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
#include "job/import/import.h"
#include "job/ticket/ticket.h"

enum { LABELS_SHOWN = 30 };

struct import_cmd_options {
	struct import_options import;
	const char *out, *unlabelled, *turns;
	struct opt_list map, gold;
	bool force, json;
};

#define AT(field) offsetof(struct import_cmd_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("out", 'o', AT(out), "OUT.jsonl",
		 "write the tickets to this file (default: standard output)"),
	OPT_TEXT("from", 'f', AT(import.from), "FORMAT",
		 "the format, such as inspect, label-studio or json (default: by the content)"),
	COLUMN_ROWS(AT(import.columns)),
	OPT_LIST("gold", 0, AT(gold), "NAME,...",
		 "the gold answer of a task that writes: JSON, or several columns, which become "
		 "its members"),
	OPT_LIST("map", 'm', AT(map), "OLD=NEW,...",
		 "rename labels: the file's name = your job's name"),
	OPT_TEXT("unlabelled", 0, AT(unlabelled), "POOL.jsonl",
		 "write the rows without a label to this file"),
	OPT_TEXT("turns", 0, AT(turns), "last|keep",
		 "of a chat: the user's last message (default), or keep all messages"),
	OPT_FLAG("strict", 0, AT(import.strict), "refuse the file if a row is not valid JSON"),
	OPT_FLAG("force", 0, AT(force), "overwrite the files that are written"),
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
		"Reads CSV, and JSON of any program: NAME can be a path, such as data.text.\n"
		"Recognises exports of Label Studio, Argilla, doccano and Prodigy, lines of\n"
		"fastText, tests of promptfoo, samples of Inspect and of OpenAI evals.\n"
		"docs/import-export.md says what becomes the text and the label, and what is left\n"
		"out.",
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
	if (o->out && o->unlabelled && strcmp(o->out, o->unlabelled) == 0)
		return err_set(&cmd->err, ERR_USAGE,
			       "--out and --unlabelled name the same file; give two names");
	if (cmd_check_out(cmd, o->unlabelled, path, o->force) < 0)
		return -1;
	return cmd_check_out(cmd, o->out, path, o->force);
}

static int import_read_turns(struct cmd *cmd, struct import_cmd_options *o)
{
	o->import.keep_turns = o->turns && strcmp(o->turns, "keep") == 0;
	if (!o->turns || o->import.keep_turns || strcmp(o->turns, "last") == 0)
		return 0;
	return err_set(&cmd->err, ERR_USAGE, "--turns is last or keep, not '%s'",
		       display_text(&cmd->arena, o->turns));
}

static int import_put(struct cmd *cmd, const struct import_cmd_options *o, const char *path,
		      const struct import_row *tickets, size_t n)
{
	struct buf out;
	int r = 0;

	buf_init(&out, SLICE_MAX_BYTES);
	import_write(tickets, n, &out);
	if (out.overflow)
		r = err_set(&cmd->err, ERR_INPUT,
			    "%s: the tickets take more than %d bytes; split the file",
			    display_path(&cmd->arena, cmd->args.items[0]), SLICE_MAX_BYTES);
	else
		r = file_output_write(path, o->force ? FILE_REPLACE : FILE_NEW, buf_text(&out),
				      out.len, &cmd->err);
	buf_release(&out);
	return r;
}

/* Writes no file without rows. */
static int import_put_rows(struct cmd *cmd, const struct import_cmd_options *o,
			   const struct imported *imported)
{
	if (imported->n > 0 && import_put(cmd, o, o->out, imported->rows, imported->n) < 0)
		return -1;
	if (imported->n_pool == 0)
		return 0;
	return import_put(cmd, o, o->unlabelled, imported->pool, imported->n_pool);
}

static void import_print_reason(const struct imported *imported,
				const struct import_left_out *reason, FILE *out)
{
	const size_t *places = imported->lines_repeat ? reason->rows : reason->lines;

	fprintf(out, "  %zu row%s left out: %s (%s%s", reason->n, reason->n == 1 ? "" : "s",
		reason->why, imported->lines_repeat ? "row" : "line", reason->n == 1 ? "" : "s");
	for (size_t i = 0; i < reason->n && i < IMPORT_LINES_KEPT; i++)
		fprintf(out, "%s%zu", i ? ", " : " ", places[i]);
	if (reason->n > IMPORT_LINES_KEPT)
		fprintf(out, " and %zu more", reason->n - IMPORT_LINES_KEPT);
	fputs(")\n", out);
}

static void import_print_labels(struct cmd *cmd, const struct imported *imported, FILE *out)
{
	size_t n_hidden = 0;

	if (imported->n_gold > 0)
		fprintf(out, "  %zu row%s with a gold answer, for a task that writes\n",
			imported->n_gold, imported->n_gold == 1 ? "" : "s");
	if (imported->n_labels > 0)
		fprintf(out, "  %zu label%s:\n", imported->n_labels,
			imported->n_labels == 1 ? "" : "s");
	for (size_t i = 0; i < imported->n_labels; i++) {
		const struct import_label *label = &imported->labels[i];

		if (i >= LABELS_SHOWN && !label->near) {
			n_hidden++;
			continue;
		}
		fprintf(out, "%7zu  %s%s\n", label->n, display_text(&cmd->arena, label->name),
			import_near_hint(&cmd->arena, label));
	}
	if (n_hidden > 0)
		fprintf(out, "         and %zu more\n", n_hidden);
	if (imported->labels_are_numbers)
		fprintf(out, "  The labels are numbers; --map %s=NAME%s%s gives them names.\n",
			imported->labels[0].name, imported->n_labels > 1 ? "," : "",
			imported->n_labels > 1 ?
				arena_printf(&cmd->arena, "%s=NAME", imported->labels[1].name) :
				"");
}

/* What of the rows' chats is not in their texts. */
static void import_print_turns(const struct imported *imported, FILE *out)
{
	if (imported->n_turns > 0)
		fprintf(out,
			"  %zu row%s other messages than the last of a user, which are not in the "
			"text; --turns keep takes all messages\n",
			imported->n_turns, imported->n_turns == 1 ? " has" : "s have");
	if (imported->n_systems > 0)
		fprintf(out, "  %zu row%s a system message, which is not in the text; %s\n",
			imported->n_systems, imported->n_systems == 1 ? " has" : "s have",
			imported->systems_differ ?
				"they differ, and --turns keep takes all messages" :
				"put it into the job's prompt");
}

static void import_print_summary(struct cmd *cmd, const struct import_cmd_options *o,
				 const struct imported *imported, FILE *out)
{
	bool into = o->out && imported->n > 0;

	fprintf(out, "%s: %s, %zu of %zu row%s taken%s%s\n", imported->path, imported->format,
		imported->n, imported->n_seen, imported->n_seen == 1 ? "" : "s",
		into ? ", into " : "", into ? display_path(&cmd->arena, o->out) : "");
	if (imported->guessed)
		fprintf(out, "  %s (--text and --label name others)\n",
			display_text(&cmd->arena, imported->guessed));
	if (imported->n_pool > 0)
		fprintf(out, "  %zu row%s without a label, into %s\n", imported->n_pool,
			imported->n_pool == 1 ? "" : "s", display_path(&cmd->arena, o->unlabelled));
	if (imported->note)
		fprintf(out, "  %s\n", imported->note);
	for (size_t i = 0; i < imported->n_reasons; i++)
		import_print_reason(imported, &imported->reasons[i], out);
	if (imported->n_unlabelled > 0)
		fprintf(out, "  --unlabelled FILE keeps the %zu row%s without a label\n",
			imported->n_unlabelled, imported->n_unlabelled == 1 ? "" : "s");
	if (imported->n_more_labels > 0)
		fprintf(out, "  %zu row%s more answers in a list than the one that --label takes\n",
			imported->n_more_labels, imported->n_more_labels == 1 ? " has" : "s have");
	import_print_turns(imported, out);
	for (size_t i = 0; i < imported->n_unused; i++)
		fprintf(out, "  --map renames the label '%s', but no row has it\n",
			display_text(&cmd->arena, imported->unused[i]));
	import_print_labels(cmd, imported, out);
}

static json_t *import_reason_to_json(const struct import_left_out *reason)
{
	json_t *lines = json_array(), *numbers = json_array();

	for (size_t i = 0; i < reason->n && i < IMPORT_LINES_KEPT; i++) {
		json_array_append_new(lines, json_integer((json_int_t)reason->lines[i]));
		json_array_append_new(numbers, json_integer((json_int_t)reason->rows[i]));
	}
	return json_pack("{s:s, s:I, s:o, s:o}", "why", reason->why, "rows", (json_int_t)reason->n,
			 "first_lines", lines, "first_rows", numbers);
}

static json_t *import_labels_to_json(const struct imported *imported)
{
	json_t *labels = json_array();

	for (size_t i = 0; i < imported->n_labels; i++)
		json_array_append_new(labels, json_pack("{s:s, s:I, s:o}", "label",
							imported->labels[i].name, "rows",
							(json_int_t)imported->labels[i].n, "near",
							json_any_text(imported->labels[i].near)));
	return labels;
}

static void import_print_json(const struct import_cmd_options *o, const struct imported *imported)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < imported->n_reasons; i++)
		json_array_append_new(reasons, import_reason_to_json(&imported->reasons[i]));
	json_print(json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o}",
			     "format", imported->format, "rows", (json_int_t)imported->n_seen,
			     "taken", (json_int_t)imported->n, "unlabelled",
			     (json_int_t)imported->n_pool, "labels",
			     import_labels_to_json(imported), "left_out", reasons, "unused_map",
			     json_text_list(imported->unused, imported->n_unused),
			     "rows_with_more_answers", (json_int_t)imported->n_more_labels,
			     "rows_with_other_messages", (json_int_t)imported->n_turns,
			     "rows_with_system_message", (json_int_t)imported->n_systems, "guessed",
			     json_any_text(imported->guessed), "out", json_any_text(o->out), "note",
			     json_any_text(imported->note)),
		   stdout);
}

static int import_run(struct cmd *cmd, void *options)
{
	struct import_cmd_options *o = options;
	struct imported imported;

	o->import.map = o->map.items;
	o->import.n_map = o->map.n;
	o->import.gold = o->gold.items;
	o->import.n_gold = o->gold.n;
	if (o->gold.n && columns_name(&o->import.columns, FIELD_LABEL))
		return err_set(&cmd->err, ERR_USAGE,
			       "a ticket has a label or a gold answer; leave out --label or "
			       "--gold");
	o->import.unlabelled = o->unlabelled != NULL;
	if (import_read_turns(cmd, o) < 0 || import_check_out(cmd, o, cmd->args.items[0]) < 0 ||
	    import_read(&cmd->arena, cmd->args.items[0], &o->import, &imported, &cmd->err) < 0 ||
	    import_put_rows(cmd, o, &imported) < 0)
		return -1;
	if (o->json)
		import_print_json(o, &imported);
	else
		import_print_summary(cmd, o, &imported, stderr);
	return 0;
}

const struct command cmd_import = { &spec, import_run };
