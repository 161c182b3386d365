/*
 * Composes the two files in memory, then writes each at once.
 */
#include "flow/again/evidence.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/file_draft.h"
#include "flow/rules_card.h"
#include "flow/say/say.h"
#include "report/page/evidence.h"
#include "work/proc.h"

static void evidence_compose_json(struct arena *a, const struct evidence_facts *e, FILE *out)
{
	json_print(evidence_to_json(a, e), out);
}

static const struct {
	const char *name;
	void (*compose)(struct arena *a, const struct evidence_facts *e, FILE *out);
} files[] = {
	{ "evidence.json", evidence_compose_json },
	{ "evidence.html", evidence_write_html },
};

enum { N_FILES = COUNT_OF(files) };

static const char *evidence_path_of(struct cmd *cmd, const char *folder, size_t file)
{
	return arena_printf(&cmd->arena, "%s/%s", folder, files[file].name);
}

/* A program that is missing is left out. */
static void evidence_hash_program(struct evidence_facts *e, const char *path)
{
	struct evidence_program *p = &e->programs[e->n_programs];
	struct err err;

	p->name = str_basename(path);
	e->n_programs += hash_file(path, NULL, NULL, p->sha256, &err) == 0;
}

/* This program, and the worker in the variant for this CPU. */
static void evidence_hash_programs(struct cmd *cmd, struct evidence_facts *e)
{
	struct arena *a = &cmd->arena;
	struct err err;
	char *worker;

	evidence_hash_program(e, arena_printf(a, "%s/toehold", file_program_dir(a)));
	if (proc_find_program(a, ENGINE_LLAMA, &worker, &err) == 0)
		evidence_hash_program(e, worker);
}

static int evidence_write_file(struct cmd *cmd, const struct evidence_facts *e, const char *folder,
			       size_t file, bool force)
{
	const char *path = evidence_path_of(cmd, folder, file);
	struct file_draft draft;
	int r;

	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	files[file].compose(&cmd->arena, e, draft.out);
	r = file_draft_finish(&draft, 0, path, force ? FILE_REPLACE : FILE_NEW, &cmd->err);
	if (r == 0)
		say("wrote %s\n", path);
	return r;
}

int evidence_write(struct cmd *cmd, const char *store_option, const char *run, const char *folder,
		   bool force)
{
	const bool is_stream = strcmp(folder, "-") == 0;
	const size_t n = is_stream ? 0 : N_FILES;
	struct evidence_facts e = { .program = cmd_program() };
	struct check_facts facts;
	struct result result;
	struct card card;

	for (size_t i = 0; i < n; i++)
		if (file_is_dir(folder) &&
		    cmd_check_out(cmd, evidence_path_of(cmd, folder, i), NULL, force) < 0)
			return -1;
	if (rules_card_load(cmd, store_option, run, &result, &facts) < 0 ||
	    (!is_stream && file_make_dirs(folder, 0700, &cmd->err) < 0))
		return -1;
	check_run(&cmd->arena, &facts, &card);
	e.facts = &facts;
	e.card = &card;
	evidence_hash_programs(cmd, &e);
	if (is_stream)
		evidence_write_html(&cmd->arena, &e, stdout);
	for (size_t i = 0; i < n; i++)
		if (evidence_write_file(cmd, &e, folder, i, force) < 0)
			return -1;
	return 0;
}
