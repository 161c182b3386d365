/*
 * `toehold plan JOB`: what would run, smallest first, and its cost. Reads only the headers of
 * models, in a worker.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "cmd/command.h"
#include "flow/open/job_find.h"
#include "flow/plan_record.h"
#include "flow/prepare/prepare.h"
#include "flow/prepare/privacy.h"
#include "report/text/plan_text.h"

struct plan_options {
	struct prepare_options prepare;
	bool json;
};

static const struct opt_row rows[] = {
	PREPARE_ROWS(offsetof(struct plan_options, prepare)),
	OPT_FLAG("json", 'j', offsetof(struct plan_options, json), "the plan as JSON"),
};

static const struct opt_spec spec = {
	.verb = "plan",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "show what would run, smallest first, with tokens, memory and time",
	.details =
		"Sizes and tokens are estimates from the files' headers. Times are scaled from\n"
		"measurements on this machine, and left out if there are none. Replies that the\n"
		"job's store has are not asked again, and take no time.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct plan_options),
};

static int plan_run(struct cmd *cmd, void *options)
{
	const struct plan_options *o = options;
	const char *job_path;
	const char *words, *refused = NULL;
	struct prepared p;

	if (job_find(cmd, &job_path) < 0 || prepare(cmd, job_path, &o->prepare, &p) < 0 ||
	    plan_record_use(cmd, &p, NULL) < 0)
		return -1;
	if (privacy_check(cmd, &p.job, &p.slice, &words) < 0) {
		if (cmd->err.kind != ERR_REFUSED)
			return -1;
		refused = arena_strdup(&cmd->arena, cmd->err.msg);
		cmd->err = (struct err){ 0 };
	}
	if (o->json)
		plan_write_json(&p.job, &p.slice, &p.plan, refused, stdout);
	else
		plan_write_text(&cmd->arena, &p.job, &p.slice, &p.examples, &p.training, &p.plan,
				stdout);
	if (refused && !o->json)
		printf("'toehold smoke' will refuse these tickets: %s\n", refused);
	return 0;
}

const struct command cmd_plan = { &spec, plan_run };
