/*
 * `toehold show [RUN]`: one run. Reads only the store.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "flow/say/screen.h"
#include "report/diff/changes_text.h"
#include "report/languages.h"
#include "report/result/decision_text.h"
#include "report/result/fields_text.h"
#include "report/result/pair_text.h"
#include "report/result/prompt_text.h"
#include "report/result/run_text.h"
#include "report/result/ticket_text.h"
#include "report/result/verdict_text.h"
#include "report/text/answer_text.h"
#include "report/text/reliability_text.h"
#include "report/ways.h"
#include "report/words/words.h"

struct show_options {
	const char *store, *candidate, *against, *ticket;
	bool json, replies, all, full, prompt, tickets;
	bool evidence, misses, times, settings; /* sections */
};

#define AT(field) offsetof(struct show_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("evidence", 'e', AT(evidence),
		 "why this decision: how sure each verdict is, harder tickets, the next larger "
		 "candidate, languages, labels to check"),
	OPT_FLAG("misses", 'm', AT(misses),
		 "the tickets that the candidate missed, its confusion and its labels"),
	OPT_FLAG("times", 0, AT(times), "all times and sizes, and the ways side by side"),
	OPT_FLAG("settings", 0, AT(settings),
		 "job, tickets, budget, machine and remarks of the run, and the candidate's file, "
		 "licence and sessions"),
	OPT_FLAG("full", 'f', AT(full), "all of these, and how far probabilities can be trusted"),
	OPT_FLAG("replies", 'r', AT(replies), "every reply, as the model wrote it"),
	OPT_FLAG("prompt", 'p', AT(prompt),
		 "the exact prompt of the candidate, with its checksums; with --ticket as it was "
		 "for that ticket"),
	OPT_FLAG("all", 'a', AT(all),
		 "every stored field of the run, row by row; with --json as JSON"),
	OPT_TEXT("candidate", 'c', AT(candidate), "NAME",
		 "everything on this candidate, by a part of its name (in the sections: the pick)"),
	OPT_TEXT("against", 0, AT(against), "NAME",
		 "that candidate (the pick) beside this one, ticket by ticket: the paired test"),
	OPT_FLAG("tickets", 0, AT(tickets),
		 "tickets by candidates: id, expected answer, how many are right, text"),
	OPT_TEXT("ticket", 't', AT(ticket), "ID", "one ticket, with the answers of all candidates"),
	OPT_FLAG("json", 'j', AT(json), "everything, as JSON"),
};

static const struct opt_spec spec = {
	.verb = "show",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "show a run: the decision on one screen, or what is behind it",
	.details = "Without RUN: the newest. Without options: the screen that the run ended with\n"
		   "(docs/screen.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct show_options),
};

/* Without a name the pick or the closest candidate, -1 if there is none. */
static int show_choose(struct cmd *cmd, const struct result *r, const char *name, int *ret_at)
{
	const struct candidate_result *c;

	*ret_at = result_shown(r);
	if (!name)
		return 0;
	if (result_find_candidate(&cmd->arena, r, name, &c, &cmd->err) < 0)
		return -1;
	*ret_at = (int)(c - r->candidates);
	return 0;
}

static int show_ticket(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	size_t at;

	if (ticket_find_or_fail(&cmd->arena, r, o->ticket, &at, &cmd->err) < 0)
		return -1;
	if (o->json)
		json_print(ticket_to_json(r, at), stdout);
	else
		ticket_write(&cmd->arena, r, at, stdout);
	return 0;
}

static int show_tickets(struct cmd *cmd, const struct result *r, bool json)
{
	if (json)
		json_print(tickets_to_json(r), stdout);
	else
		tickets_write(&cmd->arena, r, stdout);
	return 0;
}

/* The candidate `at`, or -1, beside another. */
static int show_pair(struct cmd *cmd, const struct result *r, const struct show_options *o, int at)
{
	const struct candidate_result *other;
	size_t x = (size_t)at, y;

	if (result_find_candidate(&cmd->arena, r, o->against, &other, &cmd->err) < 0)
		return -1;
	y = (size_t)(other - r->candidates);
	if (at < 0 || x == y)
		return err_set(&cmd->err, ERR_USAGE,
			       "--against needs two candidates; name the "
			       "other one with --candidate");
	if (!other->pass || !r->candidates[x].pass)
		return err_set(&cmd->err, ERR_INPUT, "'%s' has answered nothing in this run",
			       words_name(&cmd->arena,
					  (other->pass ? &r->candidates[x] : other)->row->name));
	if (o->json)
		json_print(pair_to_json(&cmd->arena, r, x, y), stdout);
	else
		pair_write(&cmd->arena, r, x < y ? x : y, x < y ? y : x, stdout);
	return 0;
}

static void show_languages(struct cmd *cmd, const struct result *r, size_t at)
{
	struct languages l;

	languages_of(&cmd->arena, r, at, &l);
	if (l.n == 0)
		return;
	fputs("\nLanguages\n", stdout);
	languages_write(&cmd->arena, r, at, true, stdout);
}

static bool show_is_plain(const struct show_options *o)
{
	return !o->candidate && !o->replies && !o->full && !o->evidence && !o->misses &&
	       !o->times && !o->settings;
}

/* What the tickets that were added last have changed. */
static int show_changes(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	struct load_options load = { .name = r->run->name,
				     .texts = true,
				     .n_slices = r->n_slices - 1 };
	struct result before;

	if (r->n_slices < 2)
		return 0;
	if (load_from_store(cmd, o->store ? o->store : r->store_path, &load, &before) < 0)
		return -1;
	putchar('\n');
	changes_write_text(&cmd->arena, &before, r, stdout);
	return 0;
}

static void show_misses(struct cmd *cmd, const struct result *r, size_t at)
{
	const char *name = words_name(&cmd->arena, r->candidates[at].short_name);
	const struct contender *c = &r->contenders[at];

	if (!task_writes(r->run->task)) {
		printf("\nConfusion of %s\n", name);
		result_write_confusion(&cmd->arena, r, at, stdout);
		putchar('\n');
		verdict_write_labels(&cmd->arena, r, at, stdout);
	}
	answer_write_figures(&cmd->arena, r, at, stdout);
	if (c->score.right < c->score.n || c->harder.right < c->harder.n)
		printf("\nTickets that %s missed\n", name);
	result_write_missed(&cmd->arena, r, at, stdout);
}

/* Sections that are asked for; `at`: the candidate of some, or -1. */
static int show_sections(struct cmd *cmd, const struct result *r, const struct show_options *o,
			 int at)
{
	struct arena *a = &cmd->arena;
	bool one = o->candidate || o->replies;

	if (o->settings || o->full)
		run_write_head(a, r, stdout);
	if (o->times || o->full) {
		result_write_table(a, r, stdout);
		ways_write_text(a, r, stdout);
	}
	if (o->evidence || o->full) {
		if (o->full)
			putchar('\n');
		decision_write_evidence(a, r, o->full, stdout);
		if (show_changes(cmd, r, o) < 0)
			return -1;
	}
	if (at < 0)
		return 0;
	if (o->settings || o->full || one)
		run_write_candidate(a, r, (size_t)at, stdout);
	if (o->replies) {
		run_write_replies(a, r, (size_t)at, stdout);
		return 0;
	}
	if (o->misses || o->full || one)
		show_misses(cmd, r, (size_t)at);
	if (o->full || one) {
		reliability_write(a, r, (size_t)at, stdout);
		show_languages(cmd, r, (size_t)at);
	}
	return 0;
}

/* Without a candidate and without a pick there is nothing to show. */
static int show_prompt(struct cmd *cmd, const struct result *r, const struct show_options *o,
		       int at)
{
	struct prompt_shown p = { .r = r, .ticket = -1 };
	size_t ticket;

	if (at < 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "no candidate of run '%s' gave an answer; name one with --candidate",
			       r->run->name);
	p.c = &r->candidates[at];
	if (o->ticket) {
		if (ticket_find_or_fail(&cmd->arena, r, o->ticket, &ticket, &cmd->err) < 0)
			return -1;
		p.ticket = (int)ticket;
	}
	if (o->json)
		json_print(prompt_to_json(&cmd->arena, &p), stdout);
	else
		prompt_write(&cmd->arena, &p, stdout);
	return 0;
}

static int show_named(struct cmd *cmd, const struct result *r, const struct show_options *o)
{
	int at;

	if (o->ticket && !o->prompt)
		return show_ticket(cmd, r, o);
	if (o->tickets)
		return show_tickets(cmd, r, o->json);
	if (show_choose(cmd, r, o->candidate, &at) < 0)
		return -1;
	if (o->prompt)
		return show_prompt(cmd, r, o, at);
	if (o->against)
		return show_pair(cmd, r, o, at);
	if (o->json) {
		json_print(result_to_json(&cmd->arena, r, RESULT_REPLIES), stdout);
		return 0;
	}
	if (show_is_plain(o)) {
		screen_show(cmd, r, NULL);
		return 0;
	}
	return show_sections(cmd, r, o, at);
}

/* Works for every kind of run, scored or not. */
static int show_all(struct cmd *cmd, const struct show_options *o, const char *name)
{
	struct arena *a = &cmd->arena;
	struct store store = { 0 };
	struct stored_row *fields;
	struct run_row run;
	size_t n;
	int r = 0;

	if (store_find_and_open(cmd, o->store, &name, &store) < 0)
		return -1;
	if (store_get_run(a, &store, name, &run, &cmd->err) < 0 ||
	    store_get_fields(a, &store, &run, &fields, &n, &cmd->err) < 0)
		r = -1;
	store_close(&store);
	if (r == 0 && o->json)
		json_print(fields_to_json(a, fields, n), stdout);
	else if (r == 0)
		fields_write_text(a, fields, n, stdout);
	return r;
}

static int show_run(struct cmd *cmd, void *options)
{
	const struct show_options *o = options;
	struct load_options load = { .texts = true };
	struct result r;
	int code;

	load.name = cmd->args.items[0];
	if (o->all)
		return show_all(cmd, o, load.name);
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0)
		code = show_named(cmd, &r, o);
	return code;
}

const struct command cmd_show = { &spec, show_run };
