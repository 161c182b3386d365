/*
 * The commands of the last screen run as they are printed, from the current folder.
 */
#include "flow/say/screen.h"

#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "flow/open/store_find.h"
#include "report/result/screen_text.h"

/* Tickets without labels beside the job, where `init` and the demo put them. */
static const char *screen_new_tickets(struct cmd *cmd, const char *job_path)
{
	static const char *const names[] = { "scratch/pool.jsonl", "inbox.jsonl", "inbox.csv" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *path = file_beside(&cmd->arena, job_path, names[i]);

		if (access(path, R_OK) == 0)
			return display_shell_word(&cmd->arena, path);
	}
	return NULL;
}

/* " --store FILE" if a command with the job would take another store; else "". */
static const char *screen_store_of_job(struct cmd *cmd, const struct result *r)
{
	struct err kept = cmd->err;
	char *path;
	bool same = store_path_of_job(cmd, NULL, r->job_path, &path) == 0 &&
		    strcmp(path, r->store_path) == 0;

	cmd->err = kept;
	return same ? "" :
		      arena_printf(&cmd->arena, " --store %s",
				   display_shell_word(&cmd->arena, r->store_path));
}

void screen_show(struct cmd *cmd, const struct result *r, const struct result *before)
{
	struct arena *a = &cmd->arena;
	const char *run = display_shell_word(a, r->run->name);
	const struct screen_words words = {
		.run = arena_printf(a, "%s%s", run,
				    store_option_for(cmd, r->store_path, r->run->name)),
		.job = display_shell_word(a, r->job_path),
		.of_job = arena_printf(a, " --run %s%s", run, screen_store_of_job(cmd, r)),
		.new_tickets = screen_new_tickets(cmd, r->job_path),
	};

	screen_write(a, r, before, &words, stdout);
}
