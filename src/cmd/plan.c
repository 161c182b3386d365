/*
 * `toehold plan JOB`: what would run, smallest first, and what it would take. Loads nothing but
 * headers, and those in a worker.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/prepare_rows.h"
#include "flow/prepare/prepare.h"
#include "report/plan_text.h"

struct plan_options {
	struct prepare_options prepare;
	bool json;
};

static const struct opt_row rows[] = {
	PREPARE_ROWS(struct plan_options, prepare),
	{ "json", 'j', OPT_FLAG, offsetof(struct plan_options, json), NULL, "the plan as JSON", 0,
	  0 },
};

static const struct opt_spec spec = {
	.verb = "plan",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "show what would run, smallest first, with tokens, memory and time",
	.details = "Sizes and tokens are estimates from the files' headers; times are scaled from "
		   "what was\nmeasured on this machine, and absent until something was.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int plan_run(struct cmd *cmd)
{
	struct plan_options o = { 0 };
	struct prepared p;
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	if (prepare(cmd, args.items[0], &o.prepare, &p) < 0)
		return -1;
	if (o.json)
		plan_write_json(&p.job, &p.slice, &p.plan, stdout);
	else
		plan_write_text(&cmd->arena, &p.job, &p.slice, &p.examples, &p.training, &p.plan,
				stdout);
	return 0;
}

const struct command cmd_plan = { &spec, plan_run };
