/*
 * `toehold models [MODEL|FOLDER ...]`: which models are there, in every place that this program
 * knows, and what they say of themselves.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "cmd/command.h"
#include "flow/prepare/model_list.h"
#include "flow/say/say.h"
#include "job/model/places.h"
#include "report/text/models_text.h"

struct models_options {
	bool json, quiet, no_hash, no_sandbox;
};

#define AT(field) offsetof(struct models_options, field)

static const struct opt_row rows[] = {
	OPT_FLAG("no-hash", 0, AT(no_hash), "do not compute checksums that are not cached"),
	OPT_FLAG("no-sandbox", 0, AT(no_sandbox), "read headers without a sandbox"),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "as JSON, with every detail"),
};

static const struct opt_spec spec = {
	.verb = "models",
	.args = "[MODEL|FOLDER ...]",
	.max_args = OPT_LIST_MAX,
	.summary = "list the models on this machine, or inspect some",
	.details =
		"Without arguments: the folders of TOEHOLD_MODELS (or the current folder), and\n"
		"the places where the Hugging Face tools, llama.cpp, Ollama and LM Studio keep\n"
		"models. Folders are searched with their subfolders. The same model under several\n"
		"names is listed once. MODEL: a file, or a name: hf:ORG/REPO/FILE,\n"
		"ollama:NAME:TAG, lmstudio:PUBLISHER/MODEL/FILE (docs/models.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct models_options),
};

static void models_print(struct cmd *cmd, const struct model_list *list, bool json)
{
	const struct licence *licences = list->licences;
	struct arena *a = &cmd->arena;

	if (json) {
		models_write_json(a, list->items, licences, list->problems, list->n, stdout);
	} else if (list->n == 1 && !list->problems[0]) {
		model_write_text(a, &list->items[0], stdout);
		model_write_licence(a, &licences[0], stdout);
		model_write_family(a, &list->items[0], stdout);
	} else if (list->n == 0) {
		say("no models found; name a folder that has some, or fetch one: toehold pull "
		    "hf:ORG/REPO/FILE\n");
	} else {
		models_write_text(a, list->items, licences, list->problems, list->n, stdout);
	}
	if (list->cut)
		say("there are more than %d files, and the rest was skipped; name folders to "
		    "search\n",
		    PLACES_MAX_ITEMS);
}

static int models_run(struct cmd *cmd, void *options)
{
	const struct models_options *o = options;
	const struct identify_options how = { .sandbox = !o->no_sandbox, .hash = !o->no_hash };
	struct model_list list;

	if (model_list_collect(cmd, cmd->args.items, cmd->args.n, &list) < 0 ||
	    model_list_identify(cmd, &how, &list) < 0)
		return -1;
	models_print(cmd, &list, o->json);
	return list.n == 1 && list.problems[0] ? err_exit_code(ERR_INPUT) : 0;
}

const struct command cmd_models = { &spec, models_run };
