/*
 * `toehold runs`: the runs of a store, newest last.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/load.h"
#include "report/table.h"

struct runs_options {
	const char *store;
	bool json;
};

static const struct opt_row rows[] = {
	{ "store", 's', OPT_TEXT, offsetof(struct runs_options, store), "FILE",
	  "the store (default: beside the job, or the only one here)", 0, 0 },
	{ "json", 'j', OPT_FLAG, offsetof(struct runs_options, json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "runs",
	.args = "[JOB]",
	.max_args = 1,
	.summary = "list the runs that are kept",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};

static int list_runs(struct cmd *cmd, struct store *store, bool json)
{
	static const char *const headers[] = { "run",	   "when", "mode", ">candidates",
					       ">tickets", "pick", NULL };
	struct arena *a = &cmd->arena;
	json_t *all = json_array();
	struct run_row *runs;
	struct table t;
	size_t n;

	if (store_list_runs(a, store, &runs, &n, &cmd->err) < 0) {
		json_decref(all);
		return -1;
	}
	table_init(&t, a, headers);
	for (size_t i = 0; i < n; i++) {
		struct load_options load = { .name = runs[i].name };
		struct result r;

		if (load_result(cmd, store, &load, &r) < 0) {
			json_decref(all);
			return -1;
		}
		json_array_append_new(all, result_to_json(a, &r, false));
		table_add(&t, r.run->name);
		table_add(&t, clock_iso(a, r.run->created_us));
		table_add(&t, r.run->mode);
		table_addf(&t, "%zu", r.n);
		table_addf(&t, "%zu", r.n_tickets);
		table_add(&t,
			  r.decision.pick < 0 ? "none" : r.candidates[r.decision.pick].row->name);
	}
	if (!json)
		table_write(&t, stdout);
	else
		json_print(json_incref(all), stdout);
	json_decref(all);
	return 0;
}

static int run(struct cmd *cmd)
{
	struct runs_options o = { 0 };
	struct store store = { 0 };
	struct opt_args args;
	char *path;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	if (store_path_find(cmd, o.store, args.n ? args.items[0] : NULL, &path) < 0 ||
	    store_open(&cmd->arena, path, STORE_READ, &store, &cmd->err) < 0)
		return -1;
	r = list_runs(cmd, &store, o.json);
	store_close(&store);
	return r;
}

const struct command cmd_runs = { &spec, run };
