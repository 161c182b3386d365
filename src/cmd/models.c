/*
 * `toehold models [FILE|FOLDER ...]`: which GGUF files are there, and what they say of
 * themselves. Headers are read by a worker, and kept in the cache with the checksum.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/prepare.h"
#include "report/plan_text.h"

struct models_options {
	bool json, no_hash, no_sandbox;
};

#define AT(field) offsetof(struct models_options, field)

static const struct opt_row rows[] = {
	{ "no-hash", 0, OPT_FLAG, AT(no_hash), NULL, "do not compute checksums that are not cached",
	  0, 0 },
	{ "no-sandbox", 0, OPT_FLAG, AT(no_sandbox), NULL, "read headers without a sandbox", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "everything that is known, as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "models",
	.args = "[FILE|FOLDER ...]",
	.max_args = OPT_LIST_MAX,
	.summary = "list GGUF models in folders, or inspect files",
	.details = "Without arguments: the folders of TOEHOLD_MODELS, or the current folder.",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};

struct list {
	struct model *items;
	size_t n, cap;
};

static void list_add(struct arena *a, struct list *list, const struct model *models, size_t n)
{
	if (list->n + n > list->cap) {
		size_t cap = (list->n + n) * 2;
		struct model *items = arena_array(a, cap, sizeof(*items));

		if (list->n)
			memcpy(items, list->items, list->n * sizeof(*items));
		list->items = items;
		list->cap = cap;
	}
	if (n)
		memcpy(list->items + list->n, models, n * sizeof(*models));
	list->n += n;
}

static int collect(struct cmd *cmd, const char **places, size_t n_places, struct list *list)
{
	for (size_t i = 0; i < n_places; i++) {
		struct model one, *found;
		size_t n;

		if (file_is_dir(places[i])) {
			if (model_scan(&cmd->arena, places[i], &found, &n, &cmd->err) < 0)
				return -1;
			list_add(&cmd->arena, list, found, n);
		} else {
			if (model_find(&cmd->arena, places[i], ".", &one, &cmd->err) < 0)
				return -1;
			list_add(&cmd->arena, list, &one, 1);
		}
	}
	return 0;
}

static int identify(struct cmd *cmd, const struct models_options *o, struct list *list,
		    const char **problems)
{
	struct model_cache cache;
	struct err unused;
	int r = 0;

	if (model_cache_open(&cmd->arena, &cache, &cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < list->n && r == 0; i++)
		r = prepare_model(cmd, &cache, &list->items[i], !o->no_sandbox, !o->no_hash,
				  &problems[i]);
	if (model_cache_close(&cache, r < 0 ? &unused : &cmd->err) < 0)
		return -1;
	return r;
}

/* No job says what for: commercial use asks for most. */
static struct licence *judge_licences(struct cmd *cmd, const struct list *list)
{
	struct licence *licences = arena_array(&cmd->arena, list->n, sizeof(*licences));

	for (size_t i = 0; i < list->n; i++)
		licence_judge(&cmd->arena, &list->items[i], NULL, &licences[i]);
	return licences;
}

static void print(struct cmd *cmd, const struct list *list, const char **problems, bool json)
{
	const struct licence *licences = judge_licences(cmd, list);
	struct arena *a = &cmd->arena;

	if (json) {
		models_write_json(list->items, licences, problems, list->n, stdout);
	} else if (list->n == 1 && !problems[0]) {
		model_write_text(a, &list->items[0], stdout);
		model_write_licence(a, &licences[0], stdout);
	} else if (list->n == 0) {
		fprintf(stderr, "no GGUF files there; name a folder that holds some\n");
	} else {
		models_write_text(a, list->items, licences, problems, list->n, stdout);
	}
}

static int run(struct cmd *cmd)
{
	struct models_options o = { 0 };
	struct opt_args args;
	struct list list = { 0 };
	const char **places, **problems, *here = ".";
	size_t n_places;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	model_folders(&cmd->arena, &places, &n_places);
	if (args.n) {
		places = args.items;
		n_places = args.n;
	} else if (n_places == 0) {
		places = &here;
		n_places = 1;
	}
	if (collect(cmd, places, n_places, &list) < 0)
		return -1;
	problems = arena_array(&cmd->arena, list.n, sizeof(*problems));
	if (identify(cmd, &o, &list, problems) < 0)
		return -1;
	print(cmd, &list, problems, o.json);
	return list.n == 1 && problems[0] ? err_exit_code(ERR_INPUT) : 0;
}

const struct command cmd_models = { &spec, run };
