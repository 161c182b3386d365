/*
 * `toehold runs`: the lab notebook: the runs of a store, newest last, with their notes. Decides
 * which runs are listed. Must not know how a run is decided.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "report/table/table.h"
#include "report/words/words.h"

struct runs_options {
	const char *store, *job, *model, *since, *kind, *grep;
	bool picked, names, brief, json;
	bool all_kinds; /* from `kind` */
	int wanted; /* the one kind, or -1: there is none of that name */
};

#define AT(field) offsetof(struct runs_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("store", 's', AT(store), "FILE",
		 "the store (default: beside the job, or the only one here)"),
	OPT_TEXT("job", 0, AT(job), "NAME", "runs of the job with this name"),
	OPT_TEXT("model", 0, AT(model), "PART", "runs with a candidate whose name contains PART"),
	OPT_TEXT("since", 0, AT(since), "DATE", "runs of this day (YYYY-MM-DD, UTC) or later"),
	OPT_FLAG("picked", 0, AT(picked), "runs that have a pick"),
	OPT_WORD("kind", 0, AT(kind), "KIND", "smoke probe replay suggest all",
		 "smoke (default), probe, replay, suggest, or all"),
	OPT_TEXT("grep", 0, AT(grep), "WORD", "runs with WORD in their name or in a note"),
	OPT_FLAG("names", 0, AT(names), "only the names, a line each"),
	OPT_FLAG("brief", 0, AT(brief),
		 "with --json: without labels, languages and calibration, which take time"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "runs",
	.args = "[JOB]",
	.max_args = 1,
	.summary = "list the runs in the store",
	.details =
		"Filters combine: a run must match all of them. 'toehold note' adds a note to a\n"
		"run.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct runs_options),
};

static bool runs_is_date(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return strcmp(text + 5, "01-01") >= 0 && strcmp(text + 5, "12-31") <= 0;
}

static int runs_check_options(struct cmd *cmd, struct runs_options *o)
{
	o->all_kinds = o->kind && strcmp(o->kind, "all") == 0;
	o->wanted = o->kind ? names_find(&run_kind_names, o->kind) : RUN_SMOKE;
	if (o->since && !runs_is_date(o->since))
		return err_set(&cmd->err, ERR_USAGE,
			       "'%s' is not a date; write it as year-month-day, such as 2026-11-23",
			       display_text(&cmd->arena, o->since));
	if (o->all_kinds || o->wanted >= 0)
		return 0;
	return err_set(
		&cmd->err, ERR_USAGE,
		"unknown kind of run '%s'; the kinds are smoke, probe, replay, suggest and all",
		display_text(&cmd->arena, o->kind));
}

static bool runs_is_note(const struct event_row *event)
{
	return event->kind == EVENT_NOTE;
}

/* The filters that need only the run's row. */
static bool runs_fits_row(struct arena *a, const struct runs_options *o, const struct run_row *run)
{
	return (o->all_kinds || o->wanted == (int)run->kind) &&
	       (!o->job || strcmp(o->job, run->job_name) == 0) &&
	       (!o->since || strncmp(clock_iso(a, run->created_us), o->since, 10) >= 0);
}

static bool runs_has_model(const struct result *r, const char *part)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasestr(r->candidates[i].row->name, part))
			return true;
	return false;
}

static bool runs_has_word(const struct result *r, const char *word)
{
	if (strcasestr(r->run->name, word))
		return true;
	for (size_t i = 0; i < r->n_events; i++)
		if (runs_is_note(&r->events[i]) && strcasestr(r->events[i].text, word))
			return true;
	return false;
}

static bool runs_fits_result(const struct runs_options *o, const struct result *r)
{
	return (!o->picked || r->decision.pick >= 0) &&
	       (!o->model || runs_has_model(r, o->model)) &&
	       (!o->grep || runs_has_word(r, o->grep));
}

static const char *runs_notes(struct arena *a, const struct result *r)
{
	/* A pick that stands although the run is unfinished. */
	const char *all =
		r->decision.n_unfinished && !r->decision.open ? words_unfinished(a, r) : "";

	for (size_t i = 0; i < r->n_events; i++)
		if (runs_is_note(&r->events[i]))
			all = arena_add_item(a, all, "; ", "%s", r->events[i].text);
	return all;
}

/* Baselines included, as on the page. */
static size_t runs_count_candidates(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += !r->candidates[i].not_tried;
	return n;
}

static const char *runs_no_pick(struct arena *a, const struct result *r)
{
	if (r->decision.open)
		return words_unfinished(a, r);
	return r->decision.nothing_measured ? "not measured" : "none";
}

static void runs_add_row(struct table *t, struct arena *a, const struct result *r)
{
	const struct run_row *run = r->run;
	const struct candidate_result *pick =
		r->decision.pick < 0 ? NULL : &r->candidates[r->decision.pick];

	table_add(t, run->name);
	table_add(t, clock_iso(a, run->created_us));
	if (*run->parent)
		table_addf(t, "%s of %s", run_kind_name(run->kind), run->parent);
	else
		table_add(t, run_mode_name(run->mode));
	table_addf(t, "%zu", runs_count_candidates(r));
	table_addf(t, "%zu", r->n_tickets);
	table_add(t, pick ? pick->row->name : runs_no_pick(a, r));
	if (pick)
		table_addf(t, "%zu/%zu", pick->score.n_right, pick->score.n);
	else
		table_add(t, "");
	table_add(t, runs_notes(a, r));
}

/* A run of `suggest` is not scored: it has only its row and its notes. */
static int runs_load_unscored(struct cmd *cmd, struct store *store, const struct run_row *run,
			      struct result *ret_result)
{
	*ret_result = (struct result){ .run = run, .decision.pick = -1 };
	return store_get_events(&cmd->arena, store, run->id, &ret_result->events,
				&ret_result->n_events, &cmd->err);
}

static void runs_add_unscored(struct table *t, struct arena *a, const struct result *r)
{
	table_add(t, r->run->name);
	table_add(t, clock_iso(a, r->run->created_us));
	table_addf(t, "%s of %s", run_kind_name(r->run->kind), r->run->parent);
	for (int i = 0; i < 4; i++)
		table_add(t, "");
	table_add(t, runs_notes(a, r));
}

static json_t *runs_unscored_json(struct arena *a, const struct run_row *run)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "run", json_any_text(run->name), "job",
			 json_any_text(run->job_name), "created",
			 json_any_text(clock_iso(a, run->created_us)), "kind",
			 json_string(run_kind_name(run->kind)), "parent",
			 json_any_text(run->parent));
}

/* Adds the matching runs to the table and to the JSON list. */
static int runs_collect(struct cmd *cmd, struct store *store, const struct runs_options *o,
			struct table *t, json_t *all)
{
	struct arena *a = &cmd->arena;
	struct run_row *runs;
	size_t n;

	if (store_list_runs(a, store, &runs, &n, &cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct load_options load = { .name = runs[i].name };
		bool scored = runs[i].kind != RUN_SUGGEST;
		struct result r;

		if (!runs_fits_row(a, o, &runs[i]))
			continue;
		if (scored ? load_result(cmd, store, &load, &r) < 0 :
			     runs_load_unscored(cmd, store, &runs[i], &r) < 0)
			return -1;
		if (!runs_fits_result(o, &r))
			continue;
		if (o->names)
			puts(display_text(a, runs[i].name));
		if (scored) {
			runs_add_row(t, a, &r);
			json_array_append_new(
				all, result_to_json(a, &r, o->brief ? RESULT_BRIEF : RESULT_WHOLE));
		} else {
			runs_add_unscored(t, a, &r);
			json_array_append_new(all, runs_unscored_json(a, &runs[i]));
		}
	}
	if (n > 0 && json_array_size(all) == 0 && !o->json)
		fprintf(stderr, "none of the %zu runs matches; --kind all includes every kind\n",
			n);
	return 0;
}

static int runs_list_runs(struct cmd *cmd, struct store *store, const struct runs_options *o)
{
	static const char *const headers[] = { "run",  "when",	 "mode", ">candidates", ">tickets",
					       "pick", ">right", "note", NULL };
	json_t *all = json_array();
	struct table t;
	int r;

	table_init(&t, &cmd->arena, headers);
	table_rank(&t, "00342n0t");
	r = runs_collect(cmd, store, o, &t, all);
	if (r == 0 && o->json)
		json_print(json_incref(all), stdout);
	else if (r == 0 && !o->names)
		table_write(&t, stdout);
	json_decref(all);
	return r;
}

static int runs_run(struct cmd *cmd, void *options)
{
	struct runs_options *o = options;
	const char *job = cmd->args.items[0];
	struct store store = { 0 };
	int r;

	if (runs_check_options(cmd, o) < 0 || store_find_and_open(cmd, o->store, &job, &store) < 0)
		return -1;
	r = runs_list_runs(cmd, &store, o);
	store_close(&store);
	return r;
}

const struct command cmd_runs = { &spec, runs_run };
