/*
 * `toehold page [JOB|FOLDER]`: the whole smoke test in a browser. What the page does, it does by
 * running verbs (src/page).
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/interrupt.h"
#include "flow/say/say.h"
#include "page/page.h"
#include "page/page_browser.h"

struct page_verb_options {
	const char *store;
	int64_t port, idle_minutes;
	bool no_browser;
};

#define AT(field) offsetof(struct page_verb_options, field)

static const struct opt_row rows[] = {
	OPT_INT("port", 'p', AT(port), "N", "port on 127.0.0.1 (default: any free one)", 0, 65535),
	OPT_FLAG("no-browser", 0, AT(no_browser), "print the address, but open no browser"),
	OPT_INT("idle", 0, AT(idle_minutes), "MINUTES",
		"end if nothing was asked and nothing ran for so long (default 60; 0: never)", 0,
		100000),
	JOB_STORE_ROW(AT(store)),
};

static const struct opt_spec spec = {
	.verb = "page",
	.args = "[JOB|FOLDER]",
	.max_args = 1,
	.summary = "the whole smoke test in a browser, on this machine only",
	.details =
		"Label, choose, run, look and decide without typing a command. Each step is a\n"
		"verb of toehold, and the page shows its command line. Open the printed address:\n"
		"it works once, for one browser. Nothing but this machine can reach the page.\n"
		"Ctrl-C ends it; while something runs, the second Ctrl-C does (docs/page.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct page_verb_options),
	.defaults = &(const struct page_verb_options){ .idle_minutes = 60 },
};

/* Commands in the folder of a job are short, and find its store. */
static int page_enter_folder(struct cmd *cmd, const char *given, const char **ret_job)
{
	const char *folder = given;

	*ret_job = NULL;
	if (!given)
		return 0;
	if (!file_exists(given))
		return err_set(&cmd->err, ERR_INPUT, "there is no '%s'",
			       display_path(&cmd->arena, given));
	if (!file_is_dir(given)) {
		*ret_job = str_basename(given);
		folder = file_beside(&cmd->arena, given, ".");
	}
	if (chdir(folder) == 0)
		return 0;
	return err_sys(&cmd->err, ERR_INPUT, errno, "cannot enter '%s'",
		       display_path(&cmd->arena, folder));
}

/* A store that is still to come stays where it was named, too. */
static const char *page_whole_path(struct cmd *cmd, const char *path)
{
	char *here;
	const char *whole = path;

	if (!path || *path == '/')
		return path;
	here = getcwd(NULL, 0);
	if (here)
		whole = arena_printf(&cmd->arena, "%s/%s", here, path);
	free(here);
	return whole;
}

static int page_run(struct cmd *cmd, void *options)
{
	const struct page_verb_options *o = options;
	struct page_options p = { .port = o->port, .idle_us = o->idle_minutes * 60000000 };
	struct page *page;

	p.store = page_whole_path(cmd, o->store);
	if (page_enter_folder(cmd, cmd->args.items[0], &p.job) < 0)
		return -1;
	interrupt_catch(NULL);
	if (page_open(cmd, &p, &page) < 0)
		return -1;
	printf("%s\n", page_address(page));
	fflush(stdout);
	say("%s. Ctrl-C ends the page.\n",
	    !o->no_browser && page_browser_open(page_address(page)) ?
		    "Your browser opens it" :
		    "Open this address in a browser on this machine");
	page_serve(page);
	page_close(page);
	return 0;
}

const struct command cmd_page = { &spec, page_run };
