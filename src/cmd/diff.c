/*
 * `toehold diff RUN RUN`: what two runs were asked with, and what they answered, side by side; from
 * the store alone.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/load.h"
#include "flow/store_find.h"
#include "report/diff/diff_text.h"

struct diff_options {
	const char *store;
	struct opt_list candidates;
	bool json;
};

#define AT(field) offsetof(struct diff_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(struct diff_options, store),
	{ "candidate", 'c', OPT_LIST, AT(candidates), "NAME,...",
	  "only these candidates, by their name in either run", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "diff",
	.args = "RUN RUN",
	.min_args = 2,
	.max_args = 2,
	.summary = "say what differs between two runs: settings, answers, times, verdicts",
	.details = "Answers are compared on the tickets that both runs answered. Exit code 0 where "
		   "they are all\nthe same, 1 where some differ, or where there was nothing to "
		   "compare.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int diff_load_two(struct cmd *cmd, struct store *store, const struct opt_args *args,
			 struct result ret_results[2])
{
	struct load_options load = { .texts = true };

	for (size_t i = 0; i < 2; i++) {
		load.name = args->items[i];
		if (load_result(cmd, store, &load, &ret_results[i]) < 0)
			return -1;
	}
	return 0;
}

static int diff_compare(struct cmd *cmd, const struct result r[2], const struct diff_options *o)
{
	struct diff d;

	for (size_t i = 0; i < o->candidates.n; i++)
		if (!result_candidate(&r[0], o->candidates.items[i]) &&
		    !result_candidate(&r[1], o->candidates.items[i]))
			return err_set(&cmd->err, ERR_INPUT,
				       "neither run has a candidate '%s'; 'toehold show RUN' lists "
				       "them",
				       display_text(&cmd->arena, o->candidates.items[i]));
	diff_build(&cmd->arena, &r[0], &r[1], o->candidates.items, o->candidates.n, &d);
	if (o->json)
		json_print(diff_to_json(&cmd->arena, &d), stdout);
	else
		diff_write_text(&cmd->arena, &d, stdout);
	return diff_same(&d) ? 0 : 1;
}

static int diff_run(struct cmd *cmd)
{
	struct diff_options o = { 0 };
	struct store store = { 0 };
	struct result results[2];
	struct opt_args args;
	int code = cmd_options(cmd, &spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	if (store_find_and_open(cmd, o.store, NULL, &store) < 0)
		return -1;
	code = diff_load_two(cmd, &store, &args, results);
	if (code == 0)
		code = diff_compare(cmd, results, &o);
	store_close(&store);
	return code;
}

const struct command cmd_diff = { &spec, diff_run };
