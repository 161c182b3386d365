/*
 * `toehold suggest JOB --from POOL`: which unlabelled tickets are worth labelling next.
 * flow/again/pool_run.h asks candidates of a run, and judge/suggest.h ranks the tickets.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/special_file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/again/pool_run.h"
#include "flow/events/event_lines.h"
#include "flow/file_draft.h"
#include "flow/open/job_find.h"
#include "flow/open/store_find.h"
#include "report/text/suggest_text.h"

struct suggest_options {
	struct pool_run_options ask;
	const char *out, *store, *events;
	int64_t number;
	bool force, json, quiet, show_guess;
};

#define AT(field) offsetof(struct suggest_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("from", 'f', AT(ask.from), "POOL",
		 "tickets to choose from, JSON Lines, CSV or .xlsx; labels are ignored"),
	COLUMN_ROWS(AT(ask.columns)),
	OPT_INT("number", 'n', AT(number), "N", "number of tickets to propose (default 10)", 1,
		1000),
	OPT_TEXT("out", 'o', AT(out), "OUT",
		 "write them to this file, .jsonl or .csv, with labels to fill in"),
	OPT_FLAG("show-guess", 0, AT(show_guess),
		 "also show what each model said (it biases whoever labels)"),
	OPT_FLAG("force", 0, AT(force), "overwrite OUT if it exists"),
	OPT_TEXT("run", 'r', AT(ask.run), "NAME", "the run to add to later (default: the newest)"),
	OPT_LIST("candidates", 'c', AT(ask.candidates), "NAME,...",
		 "ask these (default: the pick or the closest candidate, and the best two of other "
		 "models)"),
	OPT_INT("sample", 0, AT(ask.sample), "N",
		"ask about N tickets of the pool, drawn with the job's seed (default 60)", 1,
		TICKETS_MAX),
	OPT_FLAG("all", 0, AT(ask.all), "ask about every ticket of the pool"),
	OPT_INT("timeout", 0, AT(ask.timeout_s), "SECONDS",
		"deadline for one answer (default 120); a late answer gives no label", 1, 86400),
	NO_SANDBOX_ROW(AT(ask.no_sandbox)),
	JOB_STORE_ROW(AT(store)),
	EVENTS_ROW(AT(events)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "the proposals as JSON"),
};

static const struct opt_spec spec = {
	.verb = "suggest",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "propose harder tickets to label next, from a pool without labels",
	.details = "Proposes tickets on which the candidates differ or waver between two labels,\n"
		   "with a bonus for rare labels. Asks only for labels, never twice for the same\n"
		   "ticket, and scores nothing. Tickets that (nearly) repeat one of the run or a\n"
		   "worked example are left out. Label the proposals, then run 'toehold add JOB\n"
		   "OUT.jsonl --as harder'.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct suggest_options),
	.defaults = &(const struct suggest_options){ .number = 10,
						     .ask = { .sample = 60, .timeout_s = 120 } },
};

static int suggest_check_options(struct cmd *cmd, const struct suggest_options *o)
{
	if (!o->ask.from)
		return err_set(&cmd->err, ERR_USAGE,
			       "no pool of tickets given; add --from POOL.jsonl");
	if (o->out && !special_is_output(o->out) && !str_ends(o->out, ".csv") &&
	    !str_ends(o->out, ".jsonl"))
		return err_set(&cmd->err, ERR_USAGE, "'%s': the name must end in .jsonl or .csv",
			       display_text(&cmd->arena, o->out));
	if (cmd_check_json(cmd, o->json, o->out) < 0)
		return -1;
	return cmd_check_out(cmd, o->out, o->ask.from, o->force);
}

/* Whether `add` asks a model of the run without --all. */
static bool suggest_has_model_in_play(const struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->candidates[i].baseline && !result_not_run(&r->candidates[i]) &&
		    result_is_in_play(r, &r->candidates[i]))
			return true;
	return false;
}

static const char *suggest_next_command(const struct pool_run *g, const struct suggest_options *o)
{
	struct arena *a = &g->cmd->arena;

	return arena_printf(
		a, "toehold add %s %s --as harder%s%s%s%s%s", display_shell_word(a, g->job_path),
		o->out && !special_is_output(o->out) ? display_shell_word(a, o->out) : "OUT.jsonl",
		suggest_has_model_in_play(&g->run) ? "" : " --all", o->ask.run ? " --run " : "",
		o->ask.run ? display_shell_word(a, o->ask.run) : "", o->store ? " --store " : "",
		o->store ? display_shell_word(a, o->store) : "");
}

static int suggest_write_tickets(struct cmd *cmd, const struct suggest_options *o,
				 const struct suggested *suggested)
{
	struct file_draft draft;

	if (!o->out)
		return 0;
	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	suggested_write_tickets(&cmd->arena, suggested, str_ends(o->out, ".csv"), draft.out);
	return file_draft_finish(&draft, 0, o->out, o->force ? FILE_REPLACE : FILE_NEW, &cmd->err);
}

static int suggest_propose(struct pool_run *g, const struct suggest_options *o)
{
	struct suggest_question q;
	struct suggested suggested = { .run = g->run.run->name,
				       .asked_in = g->session.run.name,
				       .pool = &g->pool,
				       .question = &q,
				       .labels = g->run.labels,
				       .n_wanted = (size_t)o->number,
				       .out = o->out,
				       .guess = o->show_guess,
				       .next = suggest_next_command(g, o) };
	struct proposal *proposals;

	if (pool_run_load(g, &q, &suggested.names) < 0)
		return -1;
	suggest_rank(&g->cmd->arena, &q, suggested.n_wanted, &proposals, &suggested.n);
	suggested.proposals = proposals;
	if (suggested.n == 0)
		return err_set(
			&g->cmd->err, ERR_ENGINE,
			"nothing to propose: the candidates gave no label to any of the %zu "
			"tickets. Ask others with --candidates, or run the same command again if a "
			"note above says that answers are missing",
			q.n);
	if (suggest_write_tickets(g->cmd, o, &suggested) < 0)
		return -1;
	if (o->json)
		json_print(suggested_to_json(&g->cmd->arena, &suggested), stdout);
	else if (!event_lines_fill_stdout(g->session.events.lines))
		suggested_write_text(&g->cmd->arena, &suggested, cmd_messages(o->out));
	return 0;
}

static int suggest_run(struct cmd *cmd, void *options)
{
	const struct suggest_options *o = options;
	struct pool_run g = { .cmd = cmd, .session.cmd = cmd, .options = &o->ask };
	char *store;
	int r;

	if (suggest_check_options(cmd, o) < 0)
		return -1;
	if (job_find(cmd, &g.job_path) < 0 ||
	    store_path_of_job(cmd, o->store, g.job_path, &store) < 0)
		return -1;
	g.store_path = store;
	if (event_lines_open(cmd, o->events, o->json, &g.session.events.lines) < 0)
		return -1;
	r = pool_run_ask(&g);
	if (r == 0)
		r = suggest_propose(&g, o);
	run_events_finish(&g.session, r < 0 ? err_exit_code(cmd->err.kind) : r);
	event_lines_close(g.session.events.lines);
	store_close(&g.session.store);
	return r;
}

const struct command cmd_suggest = { &spec, suggest_run };
