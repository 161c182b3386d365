/*
 * `toehold check [RUN]`: the rules card of a run: ten rules and the foot-guns, each with the run's
 * own figures. Reads only the store.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/rules_card.h"

struct check_options {
	const char *store;
	bool json;
};

static const struct opt_row rows[] = {
	STORE_ROW(offsetof(struct check_options, store)),
	OPT_FLAG("json", 'j', offsetof(struct check_options, json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "check",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "check a run against the ten rules and the foot-guns",
	.details =
		"Without RUN: the newest. Exit code 0 if no rule is broken, 1 if one is.\n"
		"Foot-guns are reported and do not count. 'toehold report --evidence' writes the\n"
		"card with all checksums.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct check_options),
};

static int check_verb(struct cmd *cmd, void *options)
{
	const struct check_options *o = options;
	struct check_facts facts;
	struct result result;
	struct card card;

	if (rules_card_load(cmd, o->store, cmd->args.items[0], &result, &facts) < 0)
		return -1;
	check_run(&cmd->arena, &facts, &card);
	if (o->json)
		json_print(check_to_json(&cmd->arena, &facts, &card), stdout);
	else
		check_write_text(&cmd->arena, &facts, &card, stdout);
	return card.n_broken > 0;
}

const struct command cmd_check = { &spec, check_verb };
