/*
 * `toehold init DIR --from FILE`: makes a folder with a job from another program's export (stages:
 * flow/start). `toehold init [DIR]`: writes a sample job file and tickets to start from, a folder
 * for private files and one for files to share. Never overwrites.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/start/start_text.h"
#include "flow/say/say.h"
#include "flow/start/start.h"
#include "flow/start/start_sample.h"
#include "job/file/job.h"
#include "job/model/model.h"
#include "job/model/places.h"

/* Of one file of a sample. */
enum { SAMPLE_MAX_BYTES = 4 << 20 };

struct init_options {
	struct start_options start;
	struct opt_list map, models;
	const char *task;
	bool no_sandbox, json;
};

#define AT(field) offsetof(struct init_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("from", 'f', AT(start.from), "FILE",
		 "make the job from this export of a help desk, or another tool's data set"),
	OPT_TEXT("task", 0, AT(task), "TASK",
		 "without --from: the sample job of this task, such as extract (docs/tasks.md)"),
	COLUMN_ROWS(AT(start.import.columns)),
	OPT_LIST("map", 0, AT(map), "OLD=NEW,...",
		 "rename or merge labels: the file's name = your job's name"),
	OPT_INT("tests", 0, AT(start.n_tests), "N", "tickets to put under test (default: 25)", 2,
		100000),
	OPT_INT("seed", 0, AT(start.seed), "N", "another seed draws other tickets (default: 1)", 0,
		1000000000),
	OPT_LIST("models", 'm', AT(models), "FILE,...",
		 "use these models instead of those on this machine"),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	OPT_FLAG("json", 'j', AT(json), "what was made, as JSON"),
};

static const struct opt_spec spec = {
	.verb = "init",
	.args = "[DIR]",
	.max_args = 1,
	.summary = "make a job from an export of tickets, or write samples",
	.details =
		"With --from, DIR is a new folder with a job that runs: the labels with their\n"
		"counts, the texts without personal data (docs/redaction.md), 25 tickets under\n"
		"test, worked examples, training tickets, the unlabelled rest as a pool, and the\n"
		"models that are on this machine. Columns that are not named are guessed.\n"
		"Without --from: a sample job and sample tickets, of the task that --task names.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct init_options),
	.defaults = &(const struct init_options){ .start = { .n_tests = 25, .seed = 1 } },
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
	"ways: [plain]                # how each model is asked; each further way is a candidate:\n"
	"  # examples    shows labelled tickets; needs 'examples: FILE', 4 of each label\n"
	"  # calibrated  corrects labels that the prompt favours; asks nothing more\n"
	"  # letters     the labels as a), b), c); rotated: in several orders\n"
	"# training: FILE             # baselines and encoders learn from it: 10 tickets or more\n"
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

static int init_put(struct cmd *cmd, const char *dir, const char *name, const char *text,
		    json_t *wrote)
{
	char *path = arena_printf(&cmd->arena, "%s/%s", dir, name);

	if (file_is_taken(path))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; choose another folder",
			       path);
	if (file_write_as(path, FILE_NEW, 0644, text, strlen(text), &cmd->err) < 0)
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

/* The files of a task's sample; the task classify has the one of this file. */
static int init_put_sample(struct cmd *cmd, const char *dir, const char *task, json_t *wrote)
{
	struct sample sample;

	if (!task || strcmp(task, task_names.texts[TASK_CLASSIFY]) == 0)
		return init_put(cmd, dir, "job.yaml", job_text, wrote) < 0 ||
				       init_put(cmd, dir, "tickets.jsonl", tickets_text, wrote) <
					       0 ?
			       -1 :
			       0;
	if (sample_find(cmd, task, &sample) < 0)
		return -1;
	for (size_t i = 0; i < sample.n; i++) {
		const char *from = arena_printf(&cmd->arena, "%s/%s", sample.dir, sample.files[i]);
		char *text;
		size_t n_bytes;

		if (file_read(&cmd->arena, from, SAMPLE_MAX_BYTES, &text, &n_bytes, &cmd->err) <
			    0 ||
		    init_put(cmd, dir, sample.files[i], text, wrote) < 0)
			return -1;
	}
	return 0;
}

static int init_put_all(struct cmd *cmd, const char *dir, const char *task, json_t *wrote)
{
	if (file_make_dirs(dir, 0755, &cmd->err) < 0 ||
	    init_put_sample(cmd, dir, task, wrote) < 0 ||
	    init_put_folder(cmd, dir, "secrets", 0700, start_secrets_text, wrote) < 0)
		return -1;
	return init_put_folder(cmd, dir, "scratch", 0755, start_scratch_text, wrote);
}

/* Only the names: reading headers takes time. */
static void init_print_found(struct arena *a)
{
	struct place_list places;

	places_list(a, &places);
	if (places.n)
		printf("%zu model file%s on this machine: 'toehold models' lists them, and "
		       "'toehold init DIR --from FILE' puts them into a job.\n",
		       places.n, places.n == 1 ? " is" : "s are");
}

/* Whether a run of the sample would find all its models. */
static bool init_has_models(struct arena *a, const char *path)
{
	struct model unused;
	struct job job;
	struct err err;

	if (job_load(a, path, &job, &err) < 0)
		return false;
	for (size_t i = 0; i < job.n_models; i++)
		if (model_find(a, job.models[i], job.path, &unused, &err) < 0)
			return false;
	return true;
}

static void init_print_next(struct arena *a, const char *dir, const char *task)
{
	const char *path = arena_printf(a, "%s/job.yaml", dir), *job = display_shell_word(a, path);

	if (task && init_has_models(a, path))
		printf("Next: run 'toehold smoke %s'. Its models are on this machine.\n", job);
	else if (task)
		printf("Next: name your models in %s ('toehold models' lists those on this "
		       "machine), then run 'toehold smoke %s'.\n",
		       job, job);
	if (task)
		puts("The tickets are samples: put your own in their place when you have seen it "
		     "run.");
	else
		printf("Next: fill in your labels, tickets and models, then run 'toehold plan "
		       "%s'.\n",
		       job);
}

static int init_sample(struct cmd *cmd, const char *task, bool json)
{
	const char *dir = cmd->args.n ? cmd->args.items[0] : ".";
	json_t *wrote = json_array(), *path;
	int r = init_put_all(cmd, dir, task, wrote);
	size_t i;

	if (json) {
		json_print(wrote, stdout);
		return r;
	}
	json_array_foreach (wrote, i, path)
		printf("wrote %s\n", json_string_value(path));
	json_decref(wrote);
	if (r == 0) {
		if (!task)
			init_print_found(&cmd->arena);
		init_print_next(&cmd->arena, dir, task);
	}
	return r;
}

/* Asks for one field. An empty line keeps the guess. */
static const char *init_ask_field(struct cmd *cmd, const char *question, const char *guess)
{
	char line[4096];

	fprintf(stderr, "%s [%s] ", question, guess ? display_text(&cmd->arena, guess) : "none");
	if (!fgets(line, sizeof(line), stdin))
		return guess;
	line[strcspn(line, "\r\n")] = '\0';
	return *line ? arena_strdup(&cmd->arena, line) : guess;
}

static void init_split_texts(struct arena *a, const char *names, struct opt_list *ret_list)
{
	const char *part;
	size_t n;

	ret_list->n = 0;
	while (ret_list->n < COLUMNS_MAX_TEXTS && (part = str_next_part(&names, ',', &n)))
		ret_list->items[ret_list->n++] = arena_strndup(a, part, n);
}

/* Only fields that no option names; the import refuses a column that is not there. */
static int init_ask(struct cmd *cmd, const struct start_columns *guess, struct columns *columns)
{
	struct arena *a = &cmd->arena;
	const char *was, *now;

	if (!guess->guessed)
		return 0;
	say("Columns: %s\nEnter keeps what stands in brackets.\n",
	    arena_join(a, guess->names, guess->n, ", "));
	if (strstr(guess->guessed, "text from")) {
		was = arena_join(a, columns->text.items, columns->text.n, ",");
		now = init_ask_field(cmd, "Which hold the text (several: with commas)?", was);
		if (strcmp(now, was) != 0)
			init_split_texts(a, now, &columns->text);
	}
	if (strstr(guess->guessed, "label from"))
		columns->label = init_ask_field(cmd, "Which holds the label?", columns->label);
	if (strstr(guess->guessed, "id from"))
		columns->id = init_ask_field(cmd, "Which holds the id?", columns->id);
	return 0;
}

/* The folder without slashes at its end. */
static const char *init_folder(struct arena *a, const char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return arena_strndup(a, dir, n);
}

static int init_from(struct cmd *cmd, struct init_options *o)
{
	struct start_options *with = &o->start;
	struct start s;

	if (cmd->args.n == 0)
		return err_set(&cmd->err, ERR_USAGE,
			       "name the folder for the job: toehold init my-job --from FILE");
	with->dir = init_folder(&cmd->arena, cmd->args.items[0]);
	with->import.map = o->map.items;
	with->import.n_map = o->map.n;
	with->import.unlabelled = true;
	with->models = o->models.items;
	with->n_models = o->models.n;
	with->sandbox = !o->no_sandbox;
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		with->ask = init_ask;
	if (start(cmd, with, &s) < 0)
		return -1;
	if (o->json)
		json_print(start_to_json(&s), stdout);
	else
		start_print(cmd, &s);
	return 0;
}

static int init_run(struct cmd *cmd, void *options)
{
	struct init_options *o = options;

	if (o->start.from && o->task)
		return err_set(&cmd->err, ERR_USAGE,
			       "--from makes a job that gives labels; leave out --task");
	return o->start.from ? init_from(cmd, o) : init_sample(cmd, o->task, o->json);
}

const struct command cmd_init = { &spec, init_run };
