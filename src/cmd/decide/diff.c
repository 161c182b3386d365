/*
 * `toehold diff RUN RUN`: the settings and answers of two runs, side by side. Reads only the store.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "report/diff/diff_text.h"

struct diff_options {
	const char *store;
	struct opt_list candidates;
	bool json;
};

#define AT(field) offsetof(struct diff_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_LIST("candidate", 'c', AT(candidates), "NAME,...",
		 "only these candidates, by their name in either run"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "diff",
	.args = "RUN RUN",
	.min_args = 2,
	.max_args = 2,
	.summary = "show what differs between two runs: settings, answers, verdicts",
	.details =
		"Compares answers on the tickets that both runs answered. Exit code 0 if they are\n"
		"all the same, 1 if some differ or there was nothing to compare.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct diff_options),
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

/* The candidate's full name, if one of the runs has it. */
static int diff_find_name(struct cmd *cmd, const struct result r[2], const char *words,
			  const char **ret_name)
{
	const struct candidate_result *c;
	struct err ignored = { 0 };

	if (result_find_candidate(&cmd->arena, &r[0], words, &c, &ignored) < 0 &&
	    result_find_candidate(&cmd->arena, &r[1], words, &c, &ignored) < 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "neither run has a candidate '%s'; 'toehold show %s%s' lists them",
			       display_text(&cmd->arena, words), r[0].run->name,
			       store_option_for(cmd, r[0].store_path, r[0].run->name));
	*ret_name = c->row->name;
	return 0;
}

static int diff_compare(struct cmd *cmd, const struct result r[2], const struct diff_options *o)
{
	const char **names = arena_array(&cmd->arena, o->candidates.n, sizeof(*names));
	struct diff d;

	for (size_t i = 0; i < o->candidates.n; i++)
		if (diff_find_name(cmd, r, o->candidates.items[i], &names[i]) < 0)
			return -1;
	diff_build(&cmd->arena, &r[0], &r[1], names, o->candidates.n, &d);
	if (o->json)
		json_print(diff_to_json(&cmd->arena, &d), stdout);
	else
		diff_write_text(&cmd->arena, &d, stdout);
	return diff_same(&d) ? 0 : 1;
}

static int diff_run(struct cmd *cmd, void *options)
{
	const struct diff_options *o = options;
	struct store store = { 0 };
	struct result results[2];
	const char *first = cmd->args.items[0];
	int code;

	if (store_find_and_open(cmd, o->store, &first, &store) < 0)
		return -1;
	code = diff_load_two(cmd, &store, &cmd->args, results);
	if (code == 0)
		code = diff_compare(cmd, results, o);
	store_close(&store);
	return code;
}

const struct command cmd_diff = { &spec, diff_run };
