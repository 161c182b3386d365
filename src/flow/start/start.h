/*
 * From another program's export to a folder with a job that runs: labels, tickets without personal
 * data, worked examples, training tickets and a pool. Decides what the folder holds. Must not know
 * how it is printed.
 */
#ifndef FLOW_START_START_H
#define FLOW_START_START_H

#include "flow/cmd.h"
#include "flow/start/start_columns.h"
#include "flow/start/start_models.h"
#include "job/import/import.h"
#include "job/import/label_counts.h"
#include "job/ticket/split.h"
#include "report/text/redact_text.h"

/* A small model under a licence that allows every use: what a job names if none is there. */
#define START_MODEL_TO_PULL "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf"

/*
 * START_EXAMPLES: of each label, if there are enough. START_MANY_LABELS: more are hard to tell
 * apart.
 */
enum { START_EXAMPLES = 4, START_MANY_LABELS = 20 };

/* What belongs into the folders secrets and scratch. */
extern const char start_secrets_text[], start_scratch_text[];

/* Tickets that people labelled: their texts are redacted, as those people left them. */
struct start_labelled {
	const char *tickets; /* JSON Lines */
	size_t n_bytes;
	const char *key; /* the file with the key of their placeholders */
	const struct label *labels; /* of the job, with what describes them */
	size_t n_labels;
	size_t n_left_open; /* places that look like personal data, and are not */
};

struct start_options {
	const char *from; /* the file; of labelled tickets, the export that they come from */
	const struct start_labelled *labelled; /* NULL: the file is read */
	const char *dir; /* of the job: new, or an empty folder */
	struct import_options import;
	const char *const *models; /* instead of those on this machine */
	size_t n_models;
	int64_t n_tests, seed;
	bool sandbox; /* of the workers that read headers */
	/* Lets the user correct the columns before they are read; NULL: nobody is asked. */
	int (*ask)(struct cmd *cmd, const struct start_columns *guess, struct columns *columns);
};

struct start {
	const struct start_options *options;
	struct start_columns columns; /* what was guessed of them */
	struct imported imported;
	struct label_counts labels;
	struct ticket *tickets; /* without personal data; those without a label last */
	size_t n;
	struct redact_counts redacted;
	struct split split;
	struct start_models models;
	const char *job_path;
};

/*
 * Makes the folder: wholly, or not at all. Fails with ERR_INPUT if it exists and holds something,
 * if the file cannot be read, or if its labels make no job; with ERR_REFUSED if a label is
 * personal data.
 */
int start(struct cmd *cmd, const struct start_options *options, struct start *ret_start) MUST_USE;

/*
 * A label is a name that everybody sees: it must not be too long (ERR_INPUT), nor somebody's
 * address (ERR_REFUSED). `path` is the file that it comes from, `fix` what to do instead, as a
 * sentence.
 */
int start_check_label(struct cmd *cmd, struct redactor *redactor, const char *path,
		      const char *name, const char *fix) MUST_USE;

/* Ids that became the same placeholder differ again: "x", "x-2", "x-3". Sorts the list. */
void start_number_ids(struct arena *a, const char ***ids, size_t n);

/* Appends a scalar of YAML: plain if it can be, else in double quotes, as JSON. */
void start_job_add_scalar(struct buf *b, const char *text);

/* The text of the job file, from all that start() found out. Owned by the arena. */
const char *start_job_text(struct arena *a, const struct start *start);

#endif
