/*
 * `toehold init [DIR]`: writes a sample job file and tickets to start from, a folder for private
 * files and one for files to share. Never overwrites.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "cmd/command.h"

struct init_options {
	bool json;
};

static const struct opt_row rows[] = {
	OPT_FLAG("json", 'j', offsetof(struct init_options, json),
		 "the names of the files, as JSON"),
};

static const struct opt_spec spec = {
	.verb = "init",
	.args = "[DIR]",
	.max_args = 1,
	.summary = "write a job file and sample tickets to start from",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct init_options),
};

static const char job_text[] =
	"# One job, one screen. Every key: docs/job-file.md\n"
	"job: support tickets\n"
	"labels:                      # the buckets; a description helps the model and you\n"
	"  billing: invoices, charges, refunds, prices\n"
	"  technical: something does not work\n"
	"  account: login, profile, closing the account\n"
	"  other: anything else\n"
	"tickets: tickets.jsonl       # 25 real ones, redacted, each with its right label\n"
	"models:                      # GGUF files; 'toehold models FOLDER' lists what you have\n"
	"  - small-model.gguf\n"
	"  - larger-model.gguf\n"
	"bar: 90%\n"
	"use: commercial              # commercial | research | evaluate\n"
	"budget: {minutes: 10, tokens: 80}\n";

static const char tickets_text[] =
	"{\"id\": \"t1\", \"text\": \"I was charged twice for June.\", \"label\": \"billing\"}\n"
	"{\"id\": \"t2\", \"text\": \"The app closes as soon as I open it.\", \"label\": "
	"\"technical\"}\n"
	"{\"id\": \"t3\", \"text\": \"I forgot my password and the reset mail never comes.\", "
	"\"label\": \"account\"}\n"
	"{\"id\": \"t4\", \"text\": \"Do you have an office in Lisbon?\", \"label\": \"other\"}\n"
	"{\"id\": \"t5\", \"text\": \"Please send the invoice to our new address.\", \"label\": "
	"\"billing\"}\n"
	"{\"id\": \"t6\", \"text\": \"Export to CSV gives an empty file.\", \"label\": "
	"\"technical\"}\n";

static const char secrets_text[] =
	"Real tickets and the key of their placeholders: nothing here is to be shared.\n";

static const char scratch_text[] =
	"What can be shared: tickets after 'toehold redact', reports. Read them once more.\n";

static int init_put(struct cmd *cmd, const char *dir, const char *name, const char *text,
		    json_t *wrote)
{
	char *path = arena_printf(&cmd->arena, "%s/%s", dir, name);

	if (file_exists(path))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; choose another folder",
			       path);
	if (file_write(path, 0644, text, strlen(text), &cmd->err) < 0)
		return -1;
	json_array_append_new(wrote, json_any_text(path));
	return 0;
}

/* A folder with a README that says what belongs in it. */
static int init_put_folder(struct cmd *cmd, const char *dir, const char *name, mode_t mode,
			   const char *text, json_t *wrote)
{
	const char *path = arena_printf(&cmd->arena, "%s/%s", dir, name);

	if (file_make_dirs(path, mode, &cmd->err) < 0)
		return -1;
	return init_put(cmd, path, "README", text, wrote);
}

static int init_put_all(struct cmd *cmd, const char *dir, json_t *wrote)
{
	if (file_make_dirs(dir, 0755, &cmd->err) < 0 ||
	    init_put(cmd, dir, "job.yaml", job_text, wrote) < 0 ||
	    init_put(cmd, dir, "tickets.jsonl", tickets_text, wrote) < 0 ||
	    init_put_folder(cmd, dir, "secrets", 0700, secrets_text, wrote) < 0)
		return -1;
	return init_put_folder(cmd, dir, "scratch", 0755, scratch_text, wrote);
}

static int init_run(struct cmd *cmd, void *options)
{
	const struct init_options *o = options;
	json_t *wrote, *path;
	const char *dir;
	size_t i;
	int r;

	dir = cmd->args.n ? cmd->args.items[0] : ".";
	wrote = json_array();
	r = init_put_all(cmd, dir, wrote);
	if (o->json) {
		json_print(wrote, stdout);
		return r;
	}
	json_array_foreach (wrote, i, path)
		printf("wrote %s\n", json_string_value(path));
	json_decref(wrote);
	if (r == 0)
		printf("Next: fill in your labels, tickets and models, then run 'toehold plan "
		       "%s/job.yaml'.\n",
		       dir);
	return r;
}

const struct command cmd_init = { &spec, init_run };
