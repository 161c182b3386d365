/*
 * `toehold check [RUN]`: the rules card of a run: ten rules and the foot-guns, each with the run's
 * own figures; from the store alone.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json.h"
#include "cmd/command.h"
#include "flow/rules_card.h"

struct check_options {
	const char *store;
	bool json;
};

static const struct opt_row rows[] = {
	STORE_ROW(struct check_options, store),
	{ "json", 'j', OPT_FLAG, offsetof(struct check_options, json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "check",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "hold a run against the ten rules and the foot-guns",
	.details = "Without RUN: the newest. Exit code 0 where no rule is broken, 1 where one is; "
		   "foot-guns\nare said and do not count. 'toehold report --evidence' writes the "
		   "card with all hashes.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int run(struct cmd *cmd)
{
	struct check_options o = { 0 };
	struct check_facts facts;
	struct opt_args args;
	struct result result;
	struct card card;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	if (rules_card_load(cmd, o.store, args.n ? args.items[0] : NULL, &result, &facts) < 0)
		return -1;
	check_run(&cmd->arena, &facts, &card);
	if (o.json)
		json_print(check_to_json(&facts, &card), stdout);
	else
		check_write_text(&cmd->arena, &facts, &card, stdout);
	return card.n_broken > 0;
}

const struct command cmd_check = { &spec, run };
