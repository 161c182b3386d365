/*
 * `toehold show [RUN]`: one run, from the store alone.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/decide_print.h"
#include "flow/load.h"
#include "flow/store_find.h"
#include "report/languages.h"
#include "report/result/fields_text.h"
#include "report/result/run_text.h"
#include "report/result/verdict_text.h"
#include "report/ways.h"

struct show_options {
	const char *store, *candidate;
	bool json, replies, all;
};

#define AT(field) offsetof(struct show_options, field)

static const struct opt_row show_rows[] = {
	STORE_ROW(struct show_options, store),
	{ "replies", 'r', OPT_FLAG, AT(replies), NULL, "every reply, as the model wrote it", 0, 0 },
	{ "all", 'a', OPT_FLAG, AT(all), NULL,
	  "every field that is kept of the run, row by row; with --json as JSON", 0, 0 },
	{ "candidate", 'c', OPT_TEXT, AT(candidate), "NAME",
	  "missed tickets and replies of this candidate (default: the pick)", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "everything, as JSON", 0, 0 },
};

static const struct opt_spec show_spec = {
	.verb = "show",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "show a run: what ran, on what, and what came out",
	.details = "Without RUN: the newest.",
	.rows = show_rows,
	.n_rows = COUNT_OF(show_rows),
};

/* The candidate of that name; the pick, or the closest, where no name is given. -1: unknown. */
static int show_chosen(const struct result *r, const char *name)
{
	const struct candidate_result *c = name ? result_candidate(r, name) : NULL;

	if (!name)
		return result_shown(r);
	return c ? (int)(c - r->candidates) : -1;
}

static void show_languages(struct cmd *cmd, const struct result *r, size_t at)
{
	struct languages l;

	languages_of(&cmd->arena, r, at, &l);
	if (l.n == 0)
		return;
	fputs("\nLanguages\n", stdout);
	languages_write(&cmd->arena, r, at, true, stdout);
}

static int show_named(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	int at = show_chosen(r, o->candidate);

	if (at < 0 && o->candidate)
		return err_set(&cmd->err, ERR_INPUT, "run '%s' has no candidate '%s'", r->run->name,
			       display_text(&cmd->arena, o->candidate));
	if (o->json) {
		json_print(result_to_json(&cmd->arena, r, true), stdout);
		return 0;
	}
	run_write_head(&cmd->arena, r, stdout);
	result_write_table(&cmd->arena, r, stdout);
	ways_write_text(&cmd->arena, r, stdout);
	putchar('\n');
	decide_print(cmd, r, false);
	if (at < 0)
		return 0;
	run_write_candidate(&cmd->arena, r, (size_t)at, stdout);
	if (o->replies) {
		run_write_replies(&cmd->arena, r, (size_t)at, stdout);
		return 0;
	}
	fputs("\nConfusion\n", stdout);
	result_write_confusion(&cmd->arena, r, (size_t)at, stdout);
	fputc('\n', stdout);
	verdict_write_labels(&cmd->arena, r, (size_t)at, stdout);
	show_languages(cmd, r, (size_t)at);
	fputs("\nMissed tickets\n", stdout);
	result_write_missed(&cmd->arena, r, (size_t)at, stdout);
	return 0;
}

/* Every kind of run has rows, scored or not. */
static int show_all(struct cmd *cmd, const struct show_options *o, const char *name)
{
	struct arena *a = &cmd->arena;
	struct store store = { 0 };
	struct stored_row *rows;
	struct run_row run;
	size_t n;
	int r = 0;

	if (store_find_and_open(cmd, o->store, NULL, &store) < 0)
		return -1;
	if (store_get_run(a, &store, name, &run, &cmd->err) < 0 ||
	    store_get_fields(a, &store, &run, &rows, &n, &cmd->err) < 0)
		r = -1;
	store_close(&store);
	if (r == 0 && o->json)
		json_print(fields_to_json(a, rows, n), stdout);
	else if (r == 0)
		fields_write_text(a, rows, n, stdout);
	return r;
}

static int show_run_show(struct cmd *cmd)
{
	struct show_options o = { 0 };
	struct load_options load = { .texts = true };
	struct opt_args args;
	struct result r;
	int code = cmd_options(cmd, &show_spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	load.name = args.n ? args.items[0] : NULL;
	if (o.all)
		return show_all(cmd, &o, load.name);
	code = load_from_store(cmd, o.store, &load, &r);
	if (code == 0)
		code = show_named(cmd, &r, &o);
	return code;
}

const struct command cmd_show = { &show_spec, show_run_show };
