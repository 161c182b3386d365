/*
 * A trained head as a file with an identity (docs/tuning.md has the format). Decides what a valid
 * head is, for which model and job it may be used, and whether it may be tested on these tickets.
 * Must not know how a head is trained or used. A head holds no ticket's text.
 */
#ifndef JOB_HEAD_H
#define JOB_HEAD_H

#include "job/job.h"
#include "job/model.h"
#include "job/ticket.h"

enum { HEAD_FILE_MAX_BYTES = 64 << 20, HEAD_MAX_EMBD = 65536, HEAD_MAX_CURVE = 16 };

/* What was learnt from, and what the leak guard passed over. */
struct head_training {
	const char *file; /* its name, without folders */
	const char *file_sha256; /* of the file's tickets, as a slice */
	const char *sha256; /* over what was learnt from, in order */
	size_t n;
	size_t *counts; /* of each label */
	const char **refused_ids, **refused_for; /* ticket under test that it resembles */
	size_t n_refused;
	const char **guarded; /* slices that it was compared with, by sha256 */
	size_t n_guarded;
};

/* How it was fitted, and how well that went on tickets that were held out; for the reader. */
struct head_quality {
	double c, log_loss;
	int64_t folds, seed;
	const char *solver, *calibration;
	size_t right; /* of training.n, each held out once */
	size_t curve_n[HEAD_MAX_CURVE], curve_right[HEAD_MAX_CURVE];
	size_t n_curve;
};

struct head {
	const char *path; /* of the file */
	char sha256[65]; /* of its bytes: the head's identity */
	const char *name; /* of the file, without ending */
	int64_t made_us; /* wall clock */
	const char *program, *engine_build;
	const char *base_sha256, *base_label, *adapter_sha256; /* "" where it has no adapter */
	const char *system_sha256, *template_sha256, *opening;
	int64_t pinned_date_s; /* what a template that prints the date is told */
	const char **labels;
	size_t n_labels;
	struct head_training training;
	struct head_quality quality;
	size_t n_embd;
	double *weights; /* for each label n_embd weights and a bias */
};

/* Bytes that it takes in the worker. */
int64_t head_bytes(const struct head *head);

/* Reads and checks a file; everything is owned by the arena. Fails with ERR_INPUT. */
int head_load(struct arena *a, const char *path, struct head *ret_head, struct err *err) MUST_USE;

/*
 * Writes the file (mode 0600), rounds the weights to what the file holds, and fills in path, name
 * and sha256.
 */
int head_write(struct arena *a, const char *path, struct head *head, struct err *err) MUST_USE;

bool head_is_for(const struct head *head, const struct model *model);

/* RULE: a head works where it was trained. Why it may not be used for this job, or NULL. */
const char *head_refusal(struct arena *a, const struct head *head, const struct job *job);

/*
 * RULE: leak guard. Slices that the head was never compared with are compared now with the file
 * that it learnt from, if that is still there unchanged: as the job's `training`, or beside the
 * job or the head. Why it may not be tested on these slices, or NULL. Fails where that file cannot
 * be read.
 */
int head_guard(struct arena *a, const struct head *head, const struct job *job,
	       const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
	       struct err *err) MUST_USE;

#endif
