/*
 * `toehold decide [RUN]`: decides again from the store; the exit code is the decision. Needs no
 * model and no texts.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/say/say.h"
#include "flow/say/screen.h"
#include "job/file/job_values.h"
#include "report/result/decision_text.h"

struct decide_options {
	const char *store, *bar;
	bool json, intervals, strict;
};

#define AT(field) offsetof(struct decide_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("intervals", 'i', AT(intervals),
		 "the evidence too, with Wilson, Jeffreys and Clopper-Pearson intervals"),
	OPT_TEXT("bar", 'b', AT(bar), "SHARE",
		 "what if the job's bar were this: 0.85 or 85%? Nothing is stored"),
	STRICT_ROW(AT(strict)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "decide",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "name the pick of a run and how sure it is, from the store only",
	.details = "Exit code 0 if there is a pick, 1 if no candidate scored the bar, 7 if\n"
		   "the run is unfinished, 8 if no model was measured.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct decide_options),
};

static int decide_read_bar(struct cmd *cmd, const char *text, double *ret_bar)
{
	if (!text || (job_parse_share(text, ret_bar) && *ret_bar < 1))
		return 0;
	return err_set(&cmd->err, ERR_USAGE, "--bar must be %s, and below 1", JOB_SHARE_WORDS);
}

/* RULE: a bar that was chosen when the scores were known proves nothing. */
static void decide_caution(const struct result *r)
{
	say("What if the bar were %.3g%%? The run's own bar decides. A bar chosen after the scores "
	    "are known proves nothing.\n",
	    r->run->bar * 100);
}

static int decide_run(struct cmd *cmd, void *options)
{
	const struct decide_options *o = options;
	struct load_options load = { 0 };
	struct result r;
	int code;

	load.name = cmd->args.items[0];
	if (decide_read_bar(cmd, o->bar, &load.bar) < 0)
		return -1;
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0) {
		if (o->bar)
			decide_caution(&r);
		if (o->json)
			json_print(result_to_json(&cmd->arena, &r, RESULT_WHOLE), stdout);
		else
			screen_show(cmd, &r, NULL);
		if (!o->json && o->intervals) {
			putchar('\n');
			decision_write_evidence(&cmd->arena, &r, true, stdout);
		}
		code = decision_exit_code(&r, o->strict);
	}
	return code;
}

const struct command cmd_decide = { &spec, decide_run };
