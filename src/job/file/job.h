/*
 * What is asked: one YAML file, one screen (docs/job-file.md has every key).
 * Decides what a valid job is, and its defaults. Must not know processes, SQL or engines.
 */
#ifndef JOB_FILE_JOB_H
#define JOB_FILE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	JOB_MAX_BYTES = 1 << 20,
	JOB_MAX_LABELS = 256,
	JOB_MAX_LABEL_BYTES = 128,
	JOB_MAX_MODELS = 64,
	JOB_MAX_WARNINGS = 16,
	JOB_MAX_HEADS = 64,
};

/*
 * How a candidate comes to its labels. A job lists the first ones; a calibrated way corrects the
 * label scores that the way it is based on gave. The baselines ask no model.
 */
enum way {
	WAY_PLAIN,
	WAY_EXAMPLES,
	WAY_CALIBRATED,
	WAY_EXAMPLES_CALIBRATED,
	WAY_TUNED, /* the label by a head that was trained on other tickets: one candidate a head */
	WAY_COUNT, /* of those that a job may list */
	WAY_MAJORITY = WAY_COUNT,
	WAY_BAYES,
	WAY_ALL,
};

/* What the result is wanted for: the licence is judged against it. */
enum use { USE_COMMERCIAL, USE_RESEARCH, USE_EVALUATE };

/* When the model gives its reason: after the label (default), before it, or never. */
enum reason_order { REASON_LAST, REASON_FIRST, REASON_NONE };

struct label {
	const char *name;
	const char *description; /* NULL where the job gives none */
};

/* What the user says of one model's licence (key `licences`). */
struct licence_word {
	const char *model; /* as in `models`, or the file's name */
	const char *licence; /* id in the table of licences */
};

struct budget {
	int64_t memory_bytes; /* of one worker; 0: what the machine has */
	int64_t minutes; /* of the whole run; 0: no limit */
	int64_t reason_tok; /* cap of one rationale */
};

struct job {
	const char *path; /* the file, as given */
	const char *text; /* its bytes, as read */
	char sha256[65]; /* of those bytes */
	const char *name;
	struct label *labels;
	size_t n_labels;
	int other; /* index of the label "other", or -1 */
	const char *prompt; /* the system text with the labels put in */
	const char *prompt_pattern; /* before that: with {labels} */
	bool own_prompt; /* the job brought its own */
	const char *tickets_path; /* resolved against the job file's folder */
	const char *examples_path; /* NULL where none */
	int64_t examples_per_label;
	const char *training_path; /* labelled tickets for the baselines; NULL where none */
	const char **models; /* as written: paths, names, later hf:, ollama:, http: */
	size_t n_models; /* 0 where the job names none: the caller may have its own list */
	bool ways[WAY_COUNT];
	const char **heads; /* files of trained heads, resolved against the job file's folder */
	size_t n_heads;
	double bar; /* 0..1 */
	double certainty; /* 0..1: how sure a verdict has to be */
	double floor; /* 0..1: what "good enough" has to assure; at most the bar */
	double hard_share; /* of the real stream that is like the harder tickets; 0: not known */
	enum use use;
	bool evaluate; /* models whose licence forbids the use are measured, and never picked */
	struct licence_word *licence_words;
	size_t n_licence_words;
	enum reason_order reason;
	int64_t think_tok; /* most tokens that a model may think before it answers; 0: not at all */
	int64_t n_parallel; /* requests that a server is sent at a time */
	struct budget budget;
	int64_t seed;
	bool allow_personal_data; /* the job says that unredacted tickets are meant */
	const char *warnings[JOB_MAX_WARNINGS];
	size_t n_warnings;
};

/*
 * Reads and checks a job file. Everything is owned by the arena. Fails with ERR_INPUT and
 * "file:line:column: what is wrong; what to write instead".
 */
int job_load(struct arena *a, const char *path, struct job *ret_job, struct err *err) MUST_USE;

/*
 * Calls `each` for every key that a job file may hold ("bar", "budget.memory"), in the order of
 * the tables that the loader itself works by. `help` is one sentence.
 */
void job_each_key(void (*each)(void *ctx, const char *key, const char *help), void *ctx);

/* Index of a label by its exact name, or -1. */
int job_label_index(const struct job *job, const char *name);

/* Plain where no way is listed; with a calibrated way, also the one that it is based on. */
void job_complete_ways(struct job *job);

const char *way_name(enum way way);
/* -1 where a job cannot list such a way. */
int way_by_name(const char *name);
/* The way whose label scores a calibrated way corrects; of any other way, itself. */
enum way way_base(enum way way);
/* Whether it shows worked examples in the prompt. */
bool way_has_examples(enum way way);
const char *use_name(enum use use);
/* The use as it is recorded: "commercial", "commercial, to evaluate", "evaluate". */
const char *job_use_words(const struct job *job);
const char *reason_order_name(enum reason_order order);

#endif
