/*
 * `toehold bundle -o DIR --models A,B`: program, models, checksums and licences in one folder,
 * for a machine without a network. `bundle --check DIR`: is a copy whole? Stages: flow/bundle.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/bundle/bundle.h"
#include "flow/open/job_find.h"
#include "flow/say/say.h"
#include "job/file/job.h"

struct bundle_verb_options {
	struct opt_list models;
	const char *out, *job, *check;
	bool evaluate, no_sandbox, json;
};

#define AT(field) offsetof(struct bundle_verb_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("out", 'o', AT(out), "FOLDER", "make this folder"),
	OPT_LIST("models", 'm', AT(models), "MODEL,...",
		 "the models that go in, named as in a job file (docs/models.md)"),
	OPT_TEXT("job", 0, AT(job), "JOB",
		 "also this job with its tickets; without --models, its models"),
	OPT_FLAG("evaluate", 0, AT(evaluate),
		 "also take models whose licence forbids commercial use"),
	OPT_TEXT("check", 0, AT(check), "FOLDER", "compare a bundle with its checksums"),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "bundle",
	.args = "",
	.summary = "put program and models into a folder for an offline machine",
	.details =
		"The folder runs where it lies: ./toehold doctor. It holds the program, its\n"
		"workers, the documents, the models, SHA256SUMS, LICENCES.txt and README.txt, and\n"
		"never a store, a key or the cache. --check: exit code 1 if a file is missing or\n"
		"was changed (docs/bundle.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct bundle_verb_options),
};

static int bundle_check_copy(struct cmd *cmd, const char *dir, bool json)
{
	struct bundle_fault *faults;
	json_t *list = json_array();
	size_t n, n_files;

	if (bundle_tree_check(cmd, dir, &faults, &n, &n_files) < 0) {
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(list,
				      json_pack("{s:o, s:s}", "file", json_any_text(faults[i].path),
						"why", faults[i].why));
		if (!json)
			printf("%s %s\n", display_path(&cmd->arena, faults[i].path), faults[i].why);
	}
	if (json)
		json_print(json_pack("{s:I, s:O}", "files", (json_int_t)n_files, "faults", list),
			   stdout);
	else
		printf("%zu files, %zu not as they were made\n", n_files, n);
	json_decref(list);
	return n ? 1 : 0;
}

static json_t *bundle_to_json(const struct bundle *b)
{
	json_t *models = json_array();

	for (size_t i = 0; i < b->models.n; i++) {
		const struct licence *l = &b->models.licences[i];

		json_array_append_new(models, json_pack("{s:o, s:s, s:s, s:s}", "model",
							json_any_text(b->names[i]), "sha256",
							b->models.items[i].sha256, "verdict",
							licence_verdict_name(l->verdict), "licence",
							l->id));
	}
	return json_pack("{s:o, s:I, s:I, s:o, s:I}", "folder", json_any_text(b->tree.dir), "files",
			 (json_int_t)b->tree.n, "bytes", (json_int_t)b->tree.n_bytes, "models",
			 models, "libraries", (json_int_t)b->n_libraries);
}

static void bundle_print(const struct bundle *b)
{
	struct arena *a = &b->cmd->arena;

	printf("%s: %zu files, %s. Copy it, and there:\n  ./toehold bundle --check .\n"
	       "  ./toehold doctor\n",
	       display_path(a, b->tree.dir), b->tree.n, str_bytes(a, b->tree.n_bytes));
	if (b->n_libraries)
		say("note: this build needs %zu libraries that the other machine must have "
		    "(README.txt); a packaged toehold needs none\n",
		    b->n_libraries);
}

/* The job's models stand in for --models. */
static int bundle_use_job(struct cmd *cmd, const char *name, struct bundle_options *options)
{
	struct job job;

	if (job_find_at(cmd, name, &options->job_path) < 0 ||
	    job_load(&cmd->arena, options->job_path, &job, &cmd->err) < 0)
		return -1;
	if (options->n_models > 0)
		return 0;
	for (size_t i = 0; i < job.n_models; i++) {
		const char *beside = file_beside(&cmd->arena, options->job_path, job.models[i]);

		job.models[i] = file_exists(beside) ? beside : job.models[i];
	}
	options->models = job.models;
	options->n_models = job.n_models;
	return 0;
}

static int bundle_run(struct cmd *cmd, void *options)
{
	const struct bundle_verb_options *o = options;
	struct bundle_options with = { .out = o->out,
				       .models = o->models.items,
				       .n_models = o->models.n,
				       .blocked = o->evaluate,
				       .sandbox = !o->no_sandbox };
	struct bundle b;

	if (o->check)
		return bundle_check_copy(cmd, o->check, o->json);
	if (!o->out)
		return err_set(&cmd->err, ERR_USAGE,
			       "name the folder to make: toehold bundle -o FOLDER --models MODEL");
	if (o->job && bundle_use_job(cmd, o->job, &with) < 0)
		return -1;
	if (with.n_models == 0)
		return err_set(&cmd->err, ERR_USAGE,
			       "name the models that go in: --models MODEL,...");
	if (bundle_make(cmd, &with, &b) < 0)
		return -1;
	if (o->json)
		json_print(bundle_to_json(&b), stdout);
	else
		bundle_print(&b);
	return 0;
}

const struct command cmd_bundle = { &spec, bundle_run };
