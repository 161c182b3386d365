/*
 * Loads a job file: bytes → YAML tree → keys → rules between keys → prompt. Decides the defaults.
 */
#include "job/file/job.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/file/job_keys.h"
#include "job/file/job_licences.h"
#include "job/file/job_prompt.h"
#include "job/task/task.h"
#include "job/task/task_labels.h"

/* Tokens of one reason, if the job does not say. */
enum { REASON_TOK = 120 };

/* The default floor is this much below the bar. */
#define FLOOR_BELOW_BAR 0.05

/* What a way adds to the prompt. */
enum { SHOWS_EXAMPLES = 1, SHOWS_LETTERS = 2, SHOWS_ROTATIONS = 4 };

static const struct {
	const char *name;
	enum way base;
	unsigned shows;
} ways[WAY_ALL] = {
	[WAY_PLAIN] = { "plain", WAY_PLAIN, 0 },
	[WAY_EXAMPLES] = { "examples", WAY_EXAMPLES, SHOWS_EXAMPLES },
	[WAY_CALIBRATED] = { "calibrated", WAY_PLAIN, 0 },
	[WAY_EXAMPLES_CALIBRATED] = { "examples+calibrated", WAY_EXAMPLES, SHOWS_EXAMPLES },
	[WAY_ROTATED] = { "rotated", WAY_ROTATED, SHOWS_ROTATIONS },
	[WAY_ROTATED_CALIBRATED] = { "rotated+calibrated", WAY_ROTATED, SHOWS_ROTATIONS },
	[WAY_LETTERS] = { "letters", WAY_LETTERS, SHOWS_LETTERS },
	[WAY_LETTERS_ROTATED] = { "letters+rotated", WAY_LETTERS_ROTATED,
				  SHOWS_LETTERS | SHOWS_ROTATIONS },
	[WAY_LETTERS_ROTATED_CALIBRATED] = { "letters+rotated+calibrated", WAY_LETTERS_ROTATED,
					     SHOWS_LETTERS | SHOWS_ROTATIONS },
	[WAY_TRAINED] = { "trained", WAY_TRAINED, 0 },
	[WAY_TUNED] = { "tuned", WAY_TUNED, 0 },
	[WAY_MAJORITY] = { "majority", WAY_MAJORITY, 0 },
	[WAY_BAYES] = { "naive-bayes", WAY_BAYES, 0 },
	[WAY_WORDS] = { "words", WAY_WORDS, 0 },
	[WAY_LEAD] = { "lead", WAY_LEAD, 0 },
};

static const char *const job_uses[] = { USES(NAMES_TEXT) };

const struct names use_names = { job_uses, COUNT_OF(job_uses) };

static const char *const use_words_to_evaluate[] = {
	[USE_COMMERCIAL] = "commercial, to evaluate",
	[USE_RESEARCH] = "research, to evaluate",
	[USE_EVALUATE] = "evaluate",
};

static const char *const job_reason_orders[] = { REASON_ORDERS(NAMES_TEXT) };

const struct names reason_order_names = { job_reason_orders, COUNT_OF(job_reason_orders) };

static const char *const job_harder_rules[] = { HARDER_RULES(NAMES_TEXT) };

const struct names harder_rule_names = { job_harder_rules, COUNT_OF(job_harder_rules) };

static const char *const job_stop_rules[] = { STOP_RULES(NAMES_TEXT) };

const struct names stop_rule_names = { job_stop_rules, COUNT_OF(job_stop_rules) };

const char *way_name(enum way way)
{
	return ways[way].name;
}

int way_by_name(const char *name)
{
	for (int i = 0; i < WAY_COUNT; i++)
		if (strcmp(name, ways[i].name) == 0)
			return i;
	return -1;
}

enum way way_base(enum way way)
{
	return ways[way].base;
}

bool way_is_calibrated(enum way way)
{
	return way_base(way) != way;
}

bool way_has_examples(enum way way)
{
	return ways[way].shows & SHOWS_EXAMPLES;
}

bool way_has_letters(enum way way)
{
	return ways[way].shows & SHOWS_LETTERS;
}

bool way_is_rotated(enum way way)
{
	return ways[way].shows & SHOWS_ROTATIONS;
}

const char *use_name(enum use use)
{
	return job_uses[use];
}

const char *job_use_words(const struct job *job)
{
	return job->evaluate ? use_words_to_evaluate[job->use] : job_uses[job->use];
}

const char *reason_order_name(enum reason_order order)
{
	return job_reason_orders[order];
}

int job_label_index(const struct job *job, const char *name)
{
	for (size_t i = 0; i < job->n_labels; i++)
		if (strcmp(job->labels[i].name, name) == 0)
			return (int)i;
	return -1;
}

void job_warn(struct job *job, const char *words)
{
	if (job->n_warnings < JOB_MAX_WARNINGS)
		job->warnings[job->n_warnings++] = words;
}

void job_complete_ways(struct job *job)
{
	bool any = false;

	for (int i = 0; i < WAY_COUNT; i++)
		any |= job->ways[i];
	if (!any)
		job->ways[WAY_PLAIN] = true;
	for (int i = 0; i < WAY_COUNT; i++)
		if (job->ways[i])
			job->ways[way_base((enum way)i)] = true;
}

static void job_check_licence_words(struct arena *a, struct job *job)
{
	for (size_t i = 0; i < job->n_licence_words; i++)
		if (!job_licence_names_model(job, &job->licence_words[i]))
			job_warn(job, arena_printf(a, "licences: the job has no model '%s'",
						   display_text(a, job->licence_words[i].model)));
}

/* The rules between keys. */
static int job_check_together(struct arena *a, struct job *job, struct err *err)
{
	job->evaluate = job->use == USE_EVALUATE;
	job_check_licence_words(a, job);
	if (task_complete(a, job, err) < 0)
		return -1;
	if (job->budget.reason_tok == 0)
		job->budget.reason_tok = REASON_TOK;
	job->other = task_writes(job->task) ? -1 : job_label_index(job, "other");
	if (job->other < 0 && task_may_fit_none(job))
		job_warn(job, job->own_prompt ?
				      "no label 'other': a ticket that fits no label still gets "
				      "one" :
				      "no label 'other': a ticket that fits no label still gets "
				      "one, and the prompt's last line is omitted");
	job_complete_ways(job);
	if (job->training_path && task_of_labels(job->task))
		job->ways[WAY_TRAINED] = true;
	if (job->ways[WAY_TRAINED] && !job->training_path)
		return err_set(
			err, ERR_INPUT,
			"%s: ways lists 'trained', but the key 'training' is missing; add for "
			"example 'training: training.jsonl'",
			job->path);
	if (job->n_heads > 0)
		job->ways[WAY_TUNED] = true;
	if (job->ways[WAY_TUNED] && job->n_heads == 0)
		return err_set(err, ERR_INPUT,
			       "%s: ways lists 'tuned', but the job has no head; make one with "
			       "'toehold tune', and add 'heads: [FILE]'",
			       job->path);
	if (job->floor == 0)
		job->floor = job->bar > FLOOR_BELOW_BAR ? job->bar - FLOOR_BELOW_BAR : job->bar;
	if (job->floor > job->bar)
		return err_set(err, ERR_INPUT,
			       "%s: the floor (%.3g%%) is above the bar (%.3g%%); lower 'floor', "
			       "or raise 'bar'",
			       job->path, job->floor * 100, job->bar * 100);
	if (job->ways[WAY_EXAMPLES] && !job->examples_path)
		return err_set(err, ERR_INPUT,
			       "%s: ways lists 'examples', but the key 'examples' is missing; add "
			       "'examples: examples.jsonl', a file of %lld tickets of each label "
			       "that are not under test: toehold import EXPORT.csv -o "
			       "examples.jsonl",
			       job->path, (long long)job->examples_per_label);
	if (job->examples_path && !job->ways[WAY_EXAMPLES])
		job_warn(job, "'examples' names a file, but 'ways' does not list 'examples'");
	return 0;
}

static int job_build_prompt(struct arena *a, struct job *job, struct err *err)
{
	if (task_writes(job->task))
		return task_set_prompt(a, job, err);
	if (!job->own_prompt)
		job->prompt_pattern = job_prompt_default(a, job);
	else if (!strstr(job->prompt_pattern, "{labels}"))
		job_warn(job, "the prompt has no {labels}: the model does not see the labels");
	return job_prompt_fill(a, job, PROMPT_AS_ASKED, false, &job->prompt, err);
}

/* A file of another kind that somebody may take for a job. */
static int job_fail_bytes(const char *path, const char *data, size_t n_bytes, int64_t bad,
			  struct err *err)
{
	bool utf16 = n_bytes > 3 && (memcmp(data, "\xFF\xFE", 2) == 0 ||
				     memcmp(data, "\xFE\xFF", 2) == 0 || !data[0] || !data[1]);

	if (utf16)
		return err_set(err, ERR_INPUT,
			       "%s: the file is UTF-16; save it as UTF-8 (in Notepad: Save as, "
			       "Encoding), or convert it: iconv -f UTF-16 -t UTF-8",
			       path);
	return err_set(err, ERR_INPUT,
		       "%s: not a text file in UTF-8 (byte %lld); a job is a YAML file: save it as "
		       "UTF-8 text",
		       path, (long long)bad + 1);
}

/* JSON Lines or a table: a job in JSON would have its labels in the first object. */
static bool job_is_tickets(const char *path, const char *text)
{
	static const char *const endings[] = { ".jsonl", ".ndjson", ".csv", ".tsv" };
	const char *first = text + strspn(text, " \t\r\n");
	size_t n = strcspn(first, "\n");

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (str_ends(path, endings[i]))
			return true;
	return *first == '{' && memmem(first, n, "\"text\"", 6) && !strstr(first, "\"labels\"");
}

static int job_read_text(struct arena *a, const char *path, const char **ret_text, size_t *ret_len,
			 struct err *err)
{
	char *text;
	int64_t bad;

	if (special_input_fd(path) >= 0)
		return err_set(err, ERR_INPUT,
			       "a job must be a file: its store stands beside it, and its paths "
			       "begin there; name the file");
	if (str_ends(path, ".gguf"))
		return err_set(err, ERR_INPUT,
			       "%s: this is a model; name a job file (.yaml) that lists it under "
			       "'models'",
			       path);
	if (file_read(a, path, JOB_MAX_BYTES, &text, ret_len, err) < 0)
		return -1;
	bad = str_utf8_error(text, *ret_len);
	if (memchr(text, '\0', *ret_len))
		bad = (int64_t)strlen(text);
	if (bad >= 0)
		return job_fail_bytes(path, text, *ret_len, bad, err);
	if (job_is_tickets(path, text))
		return err_set(
			err, ERR_INPUT,
			"%s: this file holds tickets; name the job file (.yaml) that has it "
			"under 'tickets', or make a job from it: toehold init my-job --from %s",
			path, display_shell_word(a, path));
	*ret_text = text;
	return 0;
}

/* The text is checked. */
static int job_read(struct arena *a, const char *path, const char *text, size_t n_bytes,
		    struct job *ret_job, struct err *err)
{
	struct job job = {
		.path = arena_strdup(a, path),
		.name = str_basename(arena_strdup(a, path)),
		.text = text,
		.examples_per_label = 4,
		.bar = 0.9,
		.certainty = 0.9,
		.use = USE_COMMERCIAL,
		.reason = REASON_LAST,
		.seed = 1,
		.n_parallel = 1,
		.columns.of_job = true,
	};
	struct yaml_file file = { .arena = a, .path = display_path(a, path) };
	int r = -1;

	hash_bytes(text, n_bytes, job.sha256);
	if (yaml_file_load(&file, text, n_bytes, err) == 0 &&
	    job_keys_read(&file, &job, err) == 0 && job_check_together(a, &job, err) == 0 &&
	    job_build_prompt(a, &job, err) == 0) {
		*ret_job = job;
		r = 0;
	}
	yaml_file_release(&file);
	return r;
}

int job_parse(struct arena *a, const char *path, const char *text, struct job *ret_job,
	      struct err *err)
{
	return job_read(a, path, text, strlen(text), ret_job, err);
}

int job_load(struct arena *a, const char *path, struct job *ret_job, struct err *err)
{
	const char *text = NULL;
	size_t n_bytes;

	if (job_read_text(a, path, &text, &n_bytes, err) < 0)
		return -1;
	return job_read(a, path, text, n_bytes, ret_job, err);
}
