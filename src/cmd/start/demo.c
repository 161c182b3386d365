/*
 * `toehold demo [DIR]`: the sample job from its models to the pick at work. Each step is a verb of
 * its own (flow/verb_process.h), so it prints what a user would see. The two smallest models are
 * asked first, for an early decision; the same run then continues with all. scripts/demo is this
 * verb behind a build.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/installed.h"
#include "flow/interrupt.h"
#include "flow/say/say.h"
#include "flow/say/status.h"
#include "flow/verb_process.h"
#include "job/file/job.h"
#include "job/model/model.h"

enum { N_SMALL = 2, MAX_MODELS = 8, SAMPLE_MAX_BYTES = 1 << 20, WAIT_US = 300000 };

struct demo_options {
	const char *models;
	bool quick;
};

#define AT(field) offsetof(struct demo_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("models", 'm', AT(models), "FOLDER",
		 "take the models from this folder; fetch nothing"),
	OPT_FLAG("quick", 0, AT(quick), "only the two smallest models"),
};

static const struct opt_spec spec = {
	.verb = "demo",
	.args = "[DIR]",
	.max_args = 1,
	.summary = "watch a whole decision on sample tickets, in a few minutes",
	.details =
		"Copies the sample job into DIR (default: toehold-demo), fetches four small\n"
		"models (1.8 GB; --quick: 0.2 GB), and runs smoke, add, report and classify. The\n"
		"two smallest models are asked first, and their decision is printed while the\n"
		"others are fetched. A second start in the same folder repeats nothing. The exit\n"
		"code is that of the decision: 0 if there is a pick, 1 if not (docs/demo.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct demo_options),
};

/* A model of the job. */
struct demo_model {
	const char *name; /* for --models of `smoke`: as in the job, or its public home */
	const char *home; /* what `pull` fetches; NULL: unknown */
	bool here;
};

struct demo {
	struct cmd *cmd;
	const struct demo_options *o;
	const char *dir; /* of the copied job */
	const char *folder; /* of --models, absolute; NULL: every place of this machine */
	const char *run; /* its name */
	struct demo_model models[MAX_MODELS]; /* smallest first, as in the job */
	size_t n;
	struct verb_process pulls[MAX_MODELS]; /* in the background */
};

/* ---- the sample job */

static int demo_copy_file(struct demo *d, const char *from, const char *name)
{
	const char *to =
		file_beside(&d->cmd->arena, arena_printf(&d->cmd->arena, "%s/.", d->dir), name);
	const char *path = arena_printf(&d->cmd->arena, "%s/%s", from, name);
	char *data;
	size_t n;

	/* An edited file is kept. Folders hold the samples of other tasks. */
	if (*name == '.' || file_is_taken(to) || file_is_dir(path))
		return 0;
	if (file_read(&d->cmd->arena, path, SAMPLE_MAX_BYTES, &data, &n, &d->cmd->err) < 0)
		return -1;
	return file_write_as(to, FILE_NEW, 0644, data, n, &d->cmd->err);
}

static int demo_copy(struct demo *d)
{
	const struct dirent *entry;
	char *from;
	int r = 0;
	DIR *dir;

	if (installed_find(&d->cmd->arena, "share/toehold/demo", "demo", &from, &d->cmd->err) < 0 ||
	    file_make_dirs(d->dir, 0755, &d->cmd->err) < 0)
		return -1;
	dir = opendir(from);
	if (!dir)
		return err_sys(&d->cmd->err, ERR_INPUT, errno, "cannot read '%s'", from);
	while (r == 0 && (entry = readdir(dir)))
		r = demo_copy_file(d, from, entry->d_name);
	closedir(dir);
	return r;
}

/* ---- its models */

/* models.txt: a line for each model, its name in the job and its public home. */
static const char *demo_home(struct arena *a, const char *table, const char *name)
{
	size_t n = strlen(name), n_line;
	const char *line;

	while ((line = str_next_part(&table, '\n', &n_line)))
		if (n_line > n + 1 && strncmp(line, name, n) == 0 && line[n] == ' ')
			return arena_strndup(a, line + n + 1, n_line - n - 1);
	return NULL;
}

static bool demo_has(struct demo *d, const char *name)
{
	struct arena *a = &d->cmd->arena;
	struct model model;
	struct err unused;

	if (d->folder)
		return file_exists(arena_printf(a, "%s/%s", d->folder, name));
	return model_find(a, name, NULL, &model, &unused) == 0;
}

/* Which of the job's models are here. With --models the files in that folder count alone. */
static void demo_look(struct demo *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct demo_model *m = &d->models[i];

		m->here = m->here || demo_has(d, m->name);
		if (m->here || d->folder || !m->home || !demo_has(d, m->home))
			continue;
		m->name = m->home;
		m->here = true;
	}
}

static int demo_compare_sizes(const void *x, const void *y)
{
	const struct model *a = x, *b = y;

	return (a->stamp.size_bytes > b->stamp.size_bytes) -
	       (a->stamp.size_bytes < b->stamp.size_bytes);
}

/* The folder of --models has none of the job's: its smallest models stand in for them. */
static int demo_take_others(struct demo *d)
{
	struct model *models;
	size_t n;

	if (model_scan(&d->cmd->arena, d->folder, &models, &n, &d->cmd->err) < 0)
		return -1;
	if (n)
		qsort(models, n, sizeof(*models), demo_compare_sizes);
	d->n = n < MAX_MODELS ? n : MAX_MODELS;
	for (size_t i = 0; i < d->n; i++)
		d->models[i] =
			(struct demo_model){ .name = str_basename(models[i].path), .here = true };
	return 0;
}

static size_t demo_count(const struct demo *d, size_t of)
{
	size_t n = 0;

	for (size_t i = 0; i < of && i < d->n; i++)
		n += d->models[i].here;
	return n;
}

static int demo_load(struct demo *d)
{
	struct arena *a = &d->cmd->arena;
	const char *path = arena_printf(a, "%s/job.yaml", d->dir);
	char *table = NULL;
	struct job job;
	size_t n;

	if (job_load(a, path, &job, &d->cmd->err) < 0 ||
	    file_read(a, file_beside(a, path, "models.txt"), SAMPLE_MAX_BYTES, &table, &n,
		      &d->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < job.n_models && i < MAX_MODELS; i++)
		d->models[d->n++] =
			(struct demo_model){ .name = job.models[i],
					     .home = demo_home(a, table, job.models[i]) };
	if (d->o->quick && d->n > N_SMALL)
		d->n = N_SMALL;
	demo_look(d);
	return 0;
}

/* ---- models that another program is putting into the folder of --models */

/*
 * scripts/models says so in the file .coming: its process id, then a line of its progress. Returns
 * that line, or NULL if nothing more is to come.
 */
static const char *demo_coming(struct demo *d)
{
	struct arena *a = &d->cmd->arena;
	struct err unused;
	int64_t pid;
	char *text, *line;
	size_t n;

	if (!d->folder ||
	    file_read(a, arena_printf(a, "%s/.coming", d->folder), 1000, &text, &n, &unused) < 0)
		return NULL;
	line = strchr(text, '\n');
	if (!line)
		return NULL;
	*line++ = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (!str_to_i64(text, 1, INT32_MAX, &pid) || kill((pid_t)pid, 0) < 0)
		return NULL;
	return line;
}

/* Waits until the first `of` models are in the folder, or no more come. */
static void demo_wait(struct demo *d, size_t of)
{
	bool said = false;
	const char *line = NULL;

	while (demo_count(d, of) < (of < d->n ? of : d->n) && interrupt_count() == 0 &&
	       (line = demo_coming(d))) {
		if (status_is_on())
			status_line("Coming: %s", line);
		else if (!said)
			say("Coming: %s\n", line);
		said = true;
		usleep(WAIT_US);
		demo_look(d);
	}
	status_clear();
	demo_look(d);
}

/* ---- models from their public homes */

static void demo_pull_behind(struct demo *d)
{
	const char *log = arena_printf(&d->cmd->arena, "%s/pull.log", d->dir);

	for (size_t i = 0; i < d->n && !d->folder; i++) {
		const char *const words[] = { "pull", d->models[i].home, NULL };
		struct err kept = d->cmd->err;

		/* What fails now is tried again later, and its message is seen then. */
		if (!d->models[i].here && d->models[i].home &&
		    verb_process_start(d->cmd, NULL, words, log, &d->pulls[i]) < 0)
			d->cmd->err = kept;
	}
}

/* Ends the pulls of the background, and continues them one by one, each with its progress. */
static int demo_pull(struct demo *d, size_t of)
{
	int code = 0;

	for (size_t i = 0; i < MAX_MODELS; i++)
		verb_process_stop(&d->pulls[i]);
	if (d->folder)
		return 0;
	demo_look(d);
	for (size_t i = 0; code == 0 && i < of && i < d->n; i++) {
		const char *const words[] = { "pull", d->models[i].home, NULL };

		if (!d->models[i].here && d->models[i].home)
			code = verb_process_run(d->cmd, NULL, words);
	}
	demo_look(d);
	return code;
}

/* ---- the steps */

/* Asks the models among the first `of` that are here. Returns the exit code, or -1. */
static int demo_smoke(struct demo *d, size_t of)
{
	struct arena *a = &d->cmd->arena;
	const char *list = "";
	const char *const words[] = { "smoke", "job.yaml", "--name", d->run, NULL, NULL, NULL };
	const char *with[COUNT_OF(words)];

	memcpy(with, words, sizeof(words));
	for (size_t i = 0; i < of && i < d->n; i++)
		if (d->models[i].here)
			list = arena_add_item(a, list, ",", "%s", d->models[i].name);
	with[4] = "--models";
	with[5] = list;
	return verb_process_run(d->cmd, d->dir, with);
}

static int demo_add(struct demo *d, bool all)
{
	const char *const words[] = {
		"add",	 "job.yaml", "tickets-harder-10.jsonl", "--as", "harder",
		"--run", d->run,     all ? "--all" : NULL,	NULL
	};

	return verb_process_run(d->cmd, d->dir, words);
}

/* After the decision: harder tickets, the page, and the pick at work. */
static int demo_go_on(struct demo *d, int decided)
{
	const char *const report[] = { "report", d->run, "-o", "report.html", "--force", NULL };
	const char *const classify[] = { "classify",	 "inbox.jsonl",	    "--run", d->run,
					 "--label-only", "--abstain-below", "60%",   NULL };
	int code = demo_add(d, decided != 0);

	/* Every model may be out of play, although there is a pick: a baseline. */
	if (code == err_exit_code(ERR_REFUSED) && decided == 0)
		code = demo_add(d, true);
	if (code == 0 || code == 1)
		code = verb_process_run(d->cmd, d->dir, report);
	if (code == 0 && decided == 0)
		code = verb_process_run(d->cmd, d->dir, classify);
	return code;
}

static void demo_print_end(struct demo *d)
{
	say("\nThe page for a manager: %s/report.html\n"
	    "Now your own tickets: toehold init my-job --from export.csv\n",
	    display_path(&d->cmd->arena, d->dir));
}

static void demo_print_missing(const struct demo *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->models[i].here)
			say("%s is not here, and is left out\n", d->models[i].name);
}

/* The smallest models, then all of them. Returns the exit code of the last decision, or -1. */
static int demo_decide(struct demo *d)
{
	int code = demo_pull(d, N_SMALL);

	if (code != 0)
		return code;
	demo_wait(d, N_SMALL);
	if (interrupt_count() > 0)
		return interrupt_exit_code();
	if (d->folder && demo_count(d, d->n) == 0 && demo_take_others(d) < 0)
		return -1;
	if (demo_count(d, d->n) == 0)
		return err_set(&d->cmd->err, ERR_INPUT,
			       "there is no model in '%s'; name another folder",
			       display_path(&d->cmd->arena, d->folder ? d->folder : d->dir));
	demo_pull_behind(d);
	code = demo_smoke(d, N_SMALL);
	if ((code != 0 && code != 1) || d->n <= N_SMALL)
		return code;
	demo_wait(d, d->n);
	demo_pull(d, d->n); /* what does not come is named below */
	if (interrupt_count() > 0)
		return interrupt_exit_code();
	demo_print_missing(d);
	return demo_count(d, d->n) > demo_count(d, N_SMALL) ? demo_smoke(d, d->n) : code;
}

/* Only the folder of --models, so that nothing else on this machine is taken by its name. */
static int demo_set_folder(struct demo *d)
{
	char *path = realpath(d->o->models, NULL);

	if (!path || !file_is_dir(path)) {
		free(path);
		return err_set(&d->cmd->err, ERR_INPUT,
			       "'%s' is not a folder; --models names a folder with .gguf files",
			       display_path(&d->cmd->arena, d->o->models));
	}
	d->folder = arena_strdup(&d->cmd->arena, path);
	setenv("TOEHOLD_MODELS", path, 1);
	free(path);
	return 0;
}

static int demo_run(struct cmd *cmd, void *options)
{
	const struct demo_options *o = options;
	struct demo d = { .cmd = cmd, .o = o, .run = o->quick ? "quick" : "demo" };
	int decided, code;

	d.dir = cmd->args.n ? cmd->args.items[0] : "toehold-demo";
	if ((o->models && demo_set_folder(&d) < 0) || demo_copy(&d) < 0 || demo_load(&d) < 0)
		return -1;
	interrupt_catch(NULL);
	decided = demo_decide(&d);
	for (size_t i = 0; i < MAX_MODELS; i++)
		verb_process_stop(&d.pulls[i]);
	if (decided != 0 && decided != 1)
		return decided;
	code = demo_go_on(&d, decided);
	if (code != 0)
		return code;
	demo_print_end(&d);
	return decided;
}

const struct command cmd_demo = { &spec, demo_run };
