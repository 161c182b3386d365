/*
 * `toehold prompts JOB`: versions of prompts while a person looks for a good one. Lists them, keeps
 * one, compares two line by line, and puts one into the job as a variant. Asks nothing: `try` does.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/special_file.h"
#include "cmd/command.h"
#include "flow/open/job_find.h"
#include "flow/prompts.h"

struct prompts_options {
	const char *keep, *from, *text, *show, *use, *as;
	struct opt_list diff;
	bool json;
};

#define AT(field) offsetof(struct prompts_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("keep", 'k', AT(keep), "NAME", "keep a version under this name"),
	OPT_TEXT("from", 'f', AT(from), "FILE", "with --keep: its text is in this file"),
	OPT_TEXT("text", 0, AT(text), "TEXT", "with --keep: its text"),
	OPT_TEXT("show", 0, AT(show), "PROMPT", "print the text of one"),
	OPT_LIST("diff", 'd', AT(diff), "PROMPT,PROMPT",
		 "compare two line by line; a single one: with the job's"),
	OPT_TEXT("use", 'u', AT(use), "PROMPT",
		 "put a kept version into the job file, under 'variants'"),
	OPT_TEXT("as", 0, AT(as), "NAME", "with --use: under this name"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "prompts",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "keep versions of a prompt, compare them, put one into the job",
	.details =
		"A version is a file in the folder 'prompts' beside the job, named by the hash of\n"
		"its text. PROMPT is 'job' (the job's own), a variant's name, the name of a kept\n"
		"version (the newest of that name), NAME-HASH, or the beginning of a hash.\n"
		"'toehold try --prompt PROMPT' asks with it. --use adds a line to the job file;\n"
		"nothing else in it changes, and comments stay.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct prompts_options),
};

static int prompts_print_kept(struct job_prompts *p, const struct prompts_options *o)
{
	struct cmd *cmd = p->cmd;
	size_t n = o->text ? strlen(o->text) : 0;
	const char *text = o->text;
	struct prompt_version v;
	char *read;

	if (!o->from == !o->text)
		return err_set(&cmd->err, ERR_USAGE,
			       "--keep needs the text: give --from FILE or --text TEXT");
	if (o->from) {
		if (special_read(&cmd->arena, o->from, JOB_MAX_BYTES, &read, &n, &cmd->err) < 0)
			return -1;
		text = read;
	}
	if (prompts_keep(p, o->keep, text, n, &v) < 0)
		return -1;
	if (o->json)
		json_print(prompt_version_to_json(&cmd->arena, &v), stdout);
	else
		printf("kept as %s (%s)\n", v.id, display_path(&cmd->arena, v.path));
	return 0;
}

static int prompts_print_shown(struct job_prompts *p, const struct prompts_options *o)
{
	const struct prompt_version *v;

	if (prompts_find(p, o->show, &v) < 0)
		return -1;
	if (o->json)
		json_print(prompt_version_to_json(&p->cmd->arena, v), stdout);
	else
		prompt_version_write(&p->cmd->arena, v, stdout);
	return 0;
}

static int prompts_print_diff(struct job_prompts *p, const struct prompts_options *o)
{
	const struct prompt_version *from = &p->list.items[0], *to;
	struct arena *a = &p->cmd->arena;

	if (o->diff.n > 2)
		return err_set(&p->cmd->err, ERR_USAGE, "--diff compares two prompts");
	if (prompts_find(p, o->diff.items[o->diff.n - 1], &to) < 0 ||
	    (o->diff.n == 2 && prompts_find(p, o->diff.items[0], &from) < 0))
		return -1;
	if (o->json)
		json_print(prompts_diff_to_json(a, from, to), stdout);
	else
		prompts_write_diff(a, from, to, stdout);
	return 0;
}

static int prompts_print_used(struct job_prompts *p, const struct prompts_options *o)
{
	struct arena *a = &p->cmd->arena;
	const struct prompt_version *v;
	const char *line;
	bool was_there;

	if (prompts_find(p, o->use, &v) < 0 || prompts_use(p, v, o->as, &was_there, &line) < 0)
		return -1;
	if (o->json)
		json_print(json_pack("{s:o, s:s, s:s, s:b}", "job", json_any_text(p->list.job_path),
				     "variant", o->as ? o->as : v->name, "line", line, "was_there",
				     was_there),
			   stdout);
	else
		printf("%s %s: %s\n", display_path(a, p->list.job_path),
		       was_there ? "has it already" : "now has", line);
	return 0;
}

static int prompts_run(struct cmd *cmd, void *options)
{
	const struct prompts_options *o = options;
	const char *job_path;
	struct job_prompts p;

	if ((o->keep != NULL) + (o->show != NULL) + (o->use != NULL) + (o->diff.n > 0) > 1)
		return err_set(&cmd->err, ERR_USAGE,
			       "give only one of --keep, --show, --diff and --use");
	if ((!o->keep && (o->from || o->text)) || (!o->use && o->as))
		return err_set(&cmd->err, ERR_USAGE,
			       "--from and --text go with --keep, and --as with --use");
	if (job_find(cmd, &job_path) < 0 || prompts_load(cmd, job_path, &p) < 0)
		return -1;
	if (o->keep)
		return prompts_print_kept(&p, o);
	if (o->show)
		return prompts_print_shown(&p, o);
	if (o->diff.n)
		return prompts_print_diff(&p, o);
	if (o->use)
		return prompts_print_used(&p, o);
	if (o->json)
		json_print(prompts_to_json(&cmd->arena, &p.list), stdout);
	else
		prompts_write_text(&cmd->arena, &p.list, stdout);
	return 0;
}

const struct command cmd_prompts = { &spec, prompts_run };
