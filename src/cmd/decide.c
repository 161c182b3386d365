/*
 * `toehold decide [RUN]`: decides again from the store; the exit code is the decision. Needs no
 * model and no texts.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/load.h"
#include "flow/screen.h"
#include "report/result/decision_text.h"

struct decide_options {
	const char *store;
	bool json, intervals, strict;
};

#define AT(field) offsetof(struct decide_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("intervals", 'i', AT(intervals),
		 "the evidence too, with Wilson, Jeffreys and Clopper-Pearson intervals"),
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

static int decide_run(struct cmd *cmd, void *options)
{
	const struct decide_options *o = options;
	struct load_options load = { 0 };
	struct result r;
	int code;

	load.name = cmd->args.items[0];
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0) {
		if (o->json)
			json_print(result_to_json(&cmd->arena, &r, false), stdout);
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
