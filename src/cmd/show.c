/*
 * `toehold show [RUN]`: one run. Reads only the store.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/load.h"
#include "flow/store_find.h"
#include "report/languages.h"
#include "report/reliability_text.h"
#include "report/result/decision_text.h"
#include "report/result/fields_text.h"
#include "report/result/run_text.h"
#include "report/result/ticket_text.h"
#include "report/result/verdict_text.h"
#include "report/ways.h"

struct show_options {
	const char *store, *candidate, *ticket;
	bool json, replies, all;
};

#define AT(field) offsetof(struct show_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("replies", 'r', AT(replies), "every reply, as the model wrote it"),
	OPT_FLAG("all", 'a', AT(all),
		 "every stored field of the run, row by row; with --json as JSON"),
	OPT_TEXT("candidate", 'c', AT(candidate), "NAME",
		 "missed tickets and replies of this candidate, by a part of its name (default: "
		 "the pick)"),
	OPT_TEXT("ticket", 't', AT(ticket), "ID", "one ticket, with the answers of all candidates"),
	OPT_FLAG("json", 'j', AT(json), "everything, as JSON"),
};

static const struct opt_spec spec = {
	.verb = "show",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "show a run: what ran, on what, and the results",
	.details = "Without RUN: the newest. Also shows how far each candidate's\n"
		   "probabilities can be trusted (docs/calibration.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct show_options),
};

/* Without a name the pick or the closest candidate, -1 if there is none. */
static int show_choose(struct cmd *cmd, const struct result *r, const char *name, int *ret_at)
{
	const struct candidate_result *c;

	*ret_at = result_shown(r);
	if (!name)
		return 0;
	if (result_find_candidate(&cmd->arena, r, name, &c, &cmd->err) < 0)
		return -1;
	*ret_at = (int)(c - r->candidates);
	return 0;
}

static int show_ticket(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	size_t at;

	if (ticket_find_or_fail(&cmd->arena, r, o->ticket, &at, &cmd->err) < 0)
		return -1;
	if (o->json)
		json_print(ticket_to_json(r, at), stdout);
	else
		ticket_write(&cmd->arena, r, at, stdout);
	return 0;
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
	int at;

	if (o->ticket)
		return show_ticket(cmd, r, o);
	if (show_choose(cmd, r, o->candidate, &at) < 0)
		return -1;
	if (o->json) {
		json_print(result_to_json(&cmd->arena, r, true), stdout);
		return 0;
	}
	run_write_head(&cmd->arena, r, stdout);
	result_write_table(&cmd->arena, r, stdout);
	ways_write_text(&cmd->arena, r, stdout);
	putchar('\n');
	decision_write(&cmd->arena, r, false, stdout);
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
	reliability_write(&cmd->arena, r, (size_t)at, stdout);
	show_languages(cmd, r, (size_t)at);
	fputs("\nMissed tickets\n", stdout);
	result_write_missed(&cmd->arena, r, (size_t)at, stdout);
	return 0;
}

/* Works for every kind of run, scored or not. */
static int show_all(struct cmd *cmd, const struct show_options *o, const char *name)
{
	struct arena *a = &cmd->arena;
	struct store store = { 0 };
	struct stored_row *fields;
	struct run_row run;
	size_t n;
	int r = 0;

	if (store_find_and_open(cmd, o->store, &name, &store) < 0)
		return -1;
	if (store_get_run(a, &store, name, &run, &cmd->err) < 0 ||
	    store_get_fields(a, &store, &run, &fields, &n, &cmd->err) < 0)
		r = -1;
	store_close(&store);
	if (r == 0 && o->json)
		json_print(fields_to_json(a, fields, n), stdout);
	else if (r == 0)
		fields_write_text(a, fields, n, stdout);
	return r;
}

static int show_run(struct cmd *cmd, void *options)
{
	const struct show_options *o = options;
	struct load_options load = { .texts = true };
	struct result r;
	int code;

	load.name = cmd->args.items[0];
	if (o->all)
		return show_all(cmd, o, load.name);
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0)
		code = show_named(cmd, &r, o);
	return code;
}

const struct command cmd_show = { &spec, show_run };
