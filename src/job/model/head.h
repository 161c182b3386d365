/*
 * A trained head as a file with an identity (docs/tuning.md has the format). Decides which heads
 * are valid, for which model and job one may be used, and on which tickets it may be tested. Must
 * not know how a head is trained or used. Neither a head nor its record in a run holds the text of
 * a ticket.
 */
#ifndef JOB_MODEL_HEAD_H
#define JOB_MODEL_HEAD_H

#include "job/file/job.h"
#include "job/model/head_quality.h"
#include "job/model/model.h"
#include "job/ticket/learnt.h"
#include "job/ticket/ticket.h"

enum { HEAD_FILE_MAX_BYTES = 64 << 20, HEAD_MAX_EMBD = 65536 };

struct head {
	const char *path; /* of the file */
	char sha256[65]; /* of its bytes: the head's identity */
	const char *name; /* of the file, without ending */
	int64_t made_us; /* wall clock */
	const char *program, *engine_build;
	const char *base_sha256, *base_label, *adapter_sha256; /* "" without an adapter */
	const char *system_sha256, *template_sha256, *opening;
	int64_t pinned_date_s; /* the date that a template prints */
	const char **labels;
	size_t n_labels;
	struct learnt training;
	struct head_quality quality;
	size_t n_embd;
	double *weights; /* for each label n_embd weights and a bias */
};

/* Memory that the head takes in the worker. */
int64_t head_bytes(const struct head *head);

/* Reads and checks a file. The arena owns everything. Fails with ERR_INPUT. */
int head_load(struct arena *a, const char *path, struct head *ret_head, struct err *err) MUST_USE;

/*
 * Writes the file (mode 0600), rounds the weights to what the file holds, and fills in path, name
 * and sha256.
 */
int head_write(struct arena *a, const char *path, struct head *head, struct err *err) MUST_USE;

/* What a run keeps of a head, to show it after its file is gone. */
struct head_record {
	const char *name; /* of the head's file, without ending */
	const char *base_label, *base_sha256;
	int64_t made_us; /* wall clock */
	size_t n, n_refused; /* training tickets: used, refused by the leak guard */
	struct head_quality quality;
};

/* A record as JSON (docs/tuning.md); owned by the arena. */
const char *head_record_text(struct arena *a, const struct head *head);

/* False if the text (NULL included) is not a record, or has impossible figures. */
bool head_record_read(struct arena *a, const char *text, struct head_record *ret_record);

/* Whether the head was trained on this model and adapter. */
bool head_is_for(const struct head *head, const struct model *model);

/* RULE: a head works only as it was trained. Returns why this job cannot use it, or NULL. */
const char *head_refusal(struct arena *a, const struct head *head, const struct job *job);

/* RULE: leak guard. See learner_guard(). */
int head_guard(struct arena *a, const struct head *head, const struct job *job,
	       const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
	       struct err *err) MUST_USE;

#endif
