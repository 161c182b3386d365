/*
 * A job: one YAML file that says what to test (docs/job-file.md has every key).
 * Decides what a valid job is, and its defaults. Must not know processes, SQL or engines.
 *
 * One unit in several files: job_yaml.c reads the YAML, job_key_table.c its keys by the tables of
 * job_keys.c, job_labels.c and job_licences.c the two nested lists, job_values.c shares and sizes,
 * job_prompt.c builds the prompt, and job.c checks the rules between keys.
 */
#ifndef JOB_FILE_JOB_H
#define JOB_FILE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/names.h"
#include "job/table/columns.h"
#include "job/task/task.h"

enum {
	JOB_MAX_BYTES = 1 << 20,
	JOB_MAX_LABELS = 256,
	JOB_MAX_LABEL_BYTES = 128,
	JOB_MAX_MODELS = 64,
	JOB_MAX_WARNINGS = 16,
	JOB_MAX_HEADS = 64,
	JOB_MAX_VARIANTS = 8,
};

/*
 * How a candidate gets its labels. A job can list those before WAY_COUNT. A calibrated way corrects
 * the label scores of the way that it is based on. A rotated way shows the labels in several orders
 * and averages their scores. The baselines ask no model.
 */
enum way {
	WAY_PLAIN,
	WAY_EXAMPLES,
	WAY_CALIBRATED,
	WAY_EXAMPLES_CALIBRATED,
	WAY_ROTATED,
	WAY_ROTATED_CALIBRATED,
	WAY_LETTERS, /* the prompt gives each label a letter, and the model answers with it */
	WAY_LETTERS_ROTATED,
	WAY_LETTERS_ROTATED_CALIBRATED,
	WAY_TRAINED, /* a head that the run itself trains on the job's training tickets */
	WAY_TUNED, /* a head trained on other tickets chooses the label: one candidate per head */
	WAY_COUNT, /* number of ways that a job can list */
	WAY_MAJORITY = WAY_COUNT,
	WAY_BAYES,
	WAY_WORDS,
	WAY_LEAD, /* the beginning of the ticket, as an answer that is written */
	WAY_ALL,
};

/* What the user needs the result for: licences are judged against it. */
#define USES(X) \
	X(USE_COMMERCIAL, "commercial") \
	X(USE_RESEARCH, "research") \
	X(USE_EVALUATE, "evaluate")

enum use { USES(NAMES_CONSTANT) };

extern const struct names use_names;

/* When the model gives its reason: after the label (default), before it, or never. */
#define REASON_ORDERS(X) \
	X(REASON_LAST, "last") \
	X(REASON_FIRST, "first") \
	X(REASON_NONE, "none")

enum reason_order { REASON_ORDERS(NAMES_CONSTANT) };

extern const struct names reason_order_names;

/* Whether the pick must also score the bar on all tickets together, harder ones included. */
#define HARDER_RULES(X) \
	X(HARDER_COUNTED, "counted") \
	X(HARDER_SHOWN, "shown")

enum harder_rule { HARDER_RULES(NAMES_CONSTANT) };

extern const struct names harder_rule_names;

/* When a run stops: after the last candidate (default), or at the first that scores the bar. */
#define STOP_RULES(X) \
	X(STOP_LAST, "last") \
	X(STOP_FIRST, "first")

enum stop_rule { STOP_RULES(NAMES_CONSTANT) };

extern const struct names stop_rule_names;

struct label {
	const char *name;
	const char *description; /* NULL if the job gives none */
};

/* One more prompt (job/file/job_variants.h). */
struct variant {
	const char *name;
	const char *pattern; /* as prompt_pattern */
	const char *path; /* of its file, as the job names it; NULL if its text is in the job */
};

/* What the user says about one model's licence (key `licences`). */
struct licence_word {
	const char *model; /* as in `models`, or the file's name */
	const char *licence; /* id in the table of licences */
};

struct budget {
	int64_t memory_bytes; /* of one worker; 0: the machine's memory */
	int64_t minutes; /* of the whole run; 0: no limit */
	int64_t reason_tok; /* of one reason, or of one written answer */
};

struct job {
	const char *path; /* as the user gave it */
	const char *text; /* its bytes, as read */
	char sha256[65]; /* of those bytes */
	const char *name;
	enum task task;
	int64_t words; /* the most words of a summary; 0 if not given */
	const char *form_key; /* the key that belongs to one task; NULL if none was given */
	const char *form; /* what a written answer must hold, as JSON; NULL for labels */
	const char *question; /* what is asked about a ticket; NULL: which label fits best */
	double yes_at; /* of a yes-or-no question, 0..1 (job/task/choice.h); 0: another task */
	bool several; /* a ticket can have several labels, or none */
	bool ordered; /* the labels are the steps of a scale, the lowest first */
	/* Of a task that writes: the marks that its answers can get. */
	struct label *labels;
	size_t n_labels;
	/* What models choose among: the labels, also if a task that writes has marks there. */
	struct label *offered;
	size_t n_offered;
	int other; /* index of the label "other", or -1 */
	const char *prompt; /* the system text, with the labels in place of {labels} */
	const char *prompt_pattern; /* the same with {labels} */
	bool own_prompt; /* the job has the key `prompt` */
	struct variant *variants; /* more prompts: each is one more candidate */
	size_t n_variants;
	const char *tickets_path; /* relative paths start at the job file's folder */
	struct columns columns; /* of the files of tickets */
	const char *examples_path; /* NULL if none */
	int64_t examples_per_label;
	const char *training_path; /* labelled tickets for the baselines; NULL if none */
	const char **models; /* specs as written (docs/models.md) */
	size_t n_models; /* 0 if the job names none: the caller may have its own list */
	bool ways[WAY_COUNT];
	const char **heads; /* paths of trained heads */
	size_t n_heads;
	double bar; /* 0..1 */
	double certainty; /* 0..1: how certain a verdict must be */
	double floor; /* 0..1: the share that "good enough" guarantees; at most the bar */
	double hard_share; /* share of real tickets that are like the harder ones; 0: unknown */
	enum harder_rule harder;
	enum use use;
	bool evaluate; /* models whose licence forbids the use are tested, but never picked */
	struct licence_word *licence_words;
	size_t n_licence_words;
	enum reason_order reason;
	enum stop_rule stop;
	int64_t think_tok; /* limit of thinking before an answer; 0: no thinking */
	int64_t n_parallel; /* requests sent to a server at a time */
	struct budget budget;
	int64_t seed;
	bool allow_personal_data; /* the user confirms that the tickets are not redacted */
	const char *warnings[JOB_MAX_WARNINGS];
	size_t n_warnings;
};

/*
 * Reads and checks a job file. The arena owns everything. Fails with ERR_INPUT and
 * "file:line:column: what is wrong; what to write instead".
 */
int job_load(struct arena *a, const char *path, struct job *ret_job, struct err *err) MUST_USE;

/* The same for the text of a job file that was read before; `path` decides where paths begin. */
int job_parse(struct arena *a, const char *path, const char *text, struct job *ret_job,
	      struct err *err) MUST_USE;

/*
 * Calls `each` for every key of a job file ("bar", "budget.memory"), in the order of the loader's
 * tables. `help` is one sentence.
 */
void job_each_key(void (*each)(void *ctx, const char *key, const char *help), void *ctx);

/* Index of a label by its exact name, or -1. */
int job_label_index(const struct job *job, const char *name);

/* Keeps a warning for the user, up to JOB_MAX_WARNINGS. The text must last as long as the job. */
void job_warn(struct job *job, const char *words);

/* Adds `plain` if no way is set, and the base of each calibrated way. */
void job_complete_ways(struct job *job);

const char *way_name(enum way way);
/* -1 if a job cannot list this way. */
int way_by_name(const char *name);
/* The way whose label scores a calibrated way corrects; for any other way, itself. */
enum way way_base(enum way way);
/* Whether the way corrects the label scores of another. */
bool way_is_calibrated(enum way way);
/* Whether the prompt shows worked examples. */
bool way_has_examples(enum way way);
/* Whether the labels are letters in the prompt. */
bool way_has_letters(enum way way);
/* Whether the labels are shown in several orders. */
bool way_is_rotated(enum way way);
const char *use_name(enum use use);
/* The use as the run records it: "commercial", "commercial, to evaluate", "evaluate". */
const char *job_use_words(const struct job *job);
const char *reason_order_name(enum reason_order order);

#endif
