/*
 * `toehold decide [RUN]`: what follows from a run, from the store alone; the exit code is the
 * decision. Needs no model and no texts.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/decide_print.h"
#include "flow/load.h"
#include "report/languages.h"
#include "report/result/verdict_text.h"

struct decide_options {
	const char *store;
	bool json, intervals, strict;
};

#define AT(field) offsetof(struct decide_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(struct decide_options, store),
	{ "intervals", 'i', OPT_FLAG, AT(intervals), NULL,
	  "Wilson, Jeffreys and Clopper-Pearson intervals as well", 0, 0 },
	STRICT_ROW(struct decide_options, strict),
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "decide",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "say which candidate to pick and how sure that is, from what is kept alone",
	.details = "Exit code 0 where there is a pick, 1 where no candidate scored the bar.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

/* The weakest one always; every one where intervals are asked for. */
static void decide_print_languages(struct cmd *cmd, const struct result *r, bool intervals)
{
	int at = result_shown(r);
	struct languages l;

	if (at < 0)
		return;
	languages_of(&cmd->arena, r, (size_t)at, &l);
	if (!languages_worth(&l))
		return;
	putchar('\n');
	languages_write(&cmd->arena, r, (size_t)at, intervals, stdout);
}

void decide_print(struct cmd *cmd, const struct result *r, bool intervals)
{
	struct arena *a = &cmd->arena;

	result_write_decision(a, r, stdout);
	verdict_write_marks(a, r, stdout);
	putchar('\n');
	verdict_write_table(a, r, stdout);
	if (intervals) {
		putchar('\n');
		verdict_write_intervals(a, r, stdout);
	}
	if (r->n_tickets > r->n_ordinary)
		putchar('\n');
	verdict_write_harder(a, r, stdout);
	if (result_shown(r) >= 0 && result_next_larger(r, (size_t)result_shown(r)) >= 0) {
		putchar('\n');
		verdict_write_pair(a, r, (size_t)result_shown(r), stdout);
	}
	decide_print_languages(cmd, r, intervals);
	if (r->n_suspects)
		putchar('\n');
	verdict_write_suspects(a, r, stdout);
}

int decide_exit_code(const struct result *r, bool strict)
{
	bool clears = false;

	for (size_t i = 0; i < r->n; i++)
		clears |= r->decision.verdicts[i].kind == VERDICT_CLEARS;
	return r->decision.pick >= 0 && (!strict || clears) ? 0 : 1;
}

static int decide_run(struct cmd *cmd)
{
	struct decide_options o = { 0 };
	struct load_options load = { 0 };
	struct opt_args args;
	struct result r;
	int code = cmd_options(cmd, &spec, &o, &args);

	if (code != 0)
		return code > 0 ? 0 : -1;
	load.name = args.n ? args.items[0] : NULL;
	code = load_from_store(cmd, o.store, &load, &r);
	if (code == 0) {
		if (o.json)
			json_print(result_to_json(&cmd->arena, &r, false), stdout);
		else
			decide_print(cmd, &r, o.intervals);
		code = decide_exit_code(&r, o.strict);
	}
	return code;
}

const struct command cmd_decide = { &spec, decide_run };
