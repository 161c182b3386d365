/*
 * `toehold show [RUN]`: one run, from the store alone. `toehold decide [RUN]`: only what follows
 * from it; the exit code is the decision.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cmd/load.h"
#include "report/run_text.h"

struct show_options {
	const char *store, *candidate;
	bool json, replies;
};

#define AT(field) offsetof(struct show_options, field)
#define STORE_ROW \
	{ \
		"store", 's', OPT_TEXT, AT(store), "FILE", \
			"the store (default: the only one in this folder)", 0, 0 \
	}

static const struct opt_row show_rows[] = {
	STORE_ROW,
	{ "replies", 'r', OPT_FLAG, AT(replies), NULL, "every reply, as the model wrote it", 0, 0 },
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
	.n_rows = sizeof(show_rows) / sizeof(show_rows[0]),
};

static const struct opt_row decide_rows[] = {
	STORE_ROW,
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec decide_spec = {
	.verb = "decide",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "say which candidate to pick, from what is kept alone",
	.details = "Exit code 0 where there is a pick, 1 where no candidate scored the bar.",
	.rows = decide_rows,
	.n_rows = sizeof(decide_rows) / sizeof(decide_rows[0]),
};

/* The candidate of that name; the pick, or the closest, where no name is given. -1: unknown. */
static int chosen(const struct result *r, const char *name)
{
	if (!name)
		return r->decision.pick >= 0 ? r->decision.pick : r->decision.closest;
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->candidates[i].row->name, name) == 0)
			return (int)i;
	return -1;
}

static int show(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	int at = chosen(r, o->candidate);

	if (at < 0 && o->candidate)
		return err_set(&cmd->err, ERR_INPUT, "run '%s' has no candidate '%s'", r->run->name,
			       o->candidate);
	if (o->json) {
		json_print(result_to_json(&cmd->arena, r, true), stdout);
		return 0;
	}
	run_write_head(&cmd->arena, r, stdout);
	result_write_table(&cmd->arena, r, stdout);
	putchar('\n');
	result_write_decision(&cmd->arena, r, stdout);
	if (at < 0)
		return 0;
	run_write_candidate(&cmd->arena, r, (size_t)at, stdout);
	if (o->replies) {
		run_write_replies(&cmd->arena, r, (size_t)at, stdout);
		return 0;
	}
	fputs("\nConfusion\n", stdout);
	result_write_confusion(&cmd->arena, r, (size_t)at, stdout);
	fputs("\nMissed tickets\n", stdout);
	result_write_missed(&cmd->arena, r, (size_t)at, stdout);
	return 0;
}

static int with_result(struct cmd *cmd, const struct show_options *o, const char *name,
		       struct store *store, struct result *ret_result)
{
	char *path;

	if (store_path_find(cmd, o->store, NULL, &path) < 0 ||
	    store_open(&cmd->arena, path, STORE_READ, store, &cmd->err) < 0)
		return -1;
	return load_result(cmd, store, name, ret_result);
}

static int run_show(struct cmd *cmd)
{
	struct show_options o = { 0 };
	struct store store = { 0 };
	struct opt_args args;
	struct result r;
	int code = cmd_options(cmd, &show_spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	code = with_result(cmd, &o, args.n ? args.items[0] : NULL, &store, &r);
	if (code == 0)
		code = show(cmd, &r, &o);
	store_close(&store);
	return code;
}

static int run_decide(struct cmd *cmd)
{
	struct show_options o = { 0 };
	struct store store = { 0 };
	struct opt_args args;
	struct result r;
	int code = cmd_options(cmd, &decide_spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	code = with_result(cmd, &o, args.n ? args.items[0] : NULL, &store, &r);
	if (code == 0) {
		if (o.json)
			json_print(result_to_json(&cmd->arena, &r, false), stdout);
		else
			result_write_decision(&cmd->arena, &r, stdout);
		code = r.decision.pick >= 0 ? 0 : 1;
	}
	store_close(&store);
	return code;
}

const struct command cmd_show = { &show_spec, run_show };
const struct command cmd_decide = { &decide_spec, run_decide };
