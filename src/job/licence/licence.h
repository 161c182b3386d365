/*
 * What a model's licence means for the job's use: OK, READ (conditions) or BLOCK. Decides by the
 * table licences.def and names the source: the user's word, a licence text beside the file, the
 * file's header, its base model, or only its name. An unknown licence is READ, never OK. This is a
 * table of reminders, not legal advice (docs/licences.md).
 */
#ifndef JOB_LICENCE_LICENCE_H
#define JOB_LICENCE_LICENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/file/job.h"
#include "job/model/model.h"

/* From good to bad: the larger of two is the worse. */
enum licence_verdict { LICENCE_OK, LICENCE_READ, LICENCE_BLOCK };

struct licence {
	enum licence_verdict verdict; /* for the job's use */
	const char *id, *name; /* of the table; "" if the licence is unknown */
	const char *source; /* "the job file", "LICENSE beside the file", "file: general.license" */
	const char *conditions; /* short sentences, ";" between them; "": none */
	const char *why; /* one sentence: what each source says */
	char text_sha256[65]; /* of the licence text beside the file; "" without one */
	int64_t judged_us; /* wall clock */
};

/* A row of licences.def. */
struct licence_row {
	const char *id, *name;
	enum licence_verdict commercial, research;
	const char *conditions; /* ";" between them */
	const char *aliases; /* ";" between them */
};

/*
 * Judges a model for the job's use. Without a job (NULL), and for `use: evaluate`, it judges
 * commercial use. Reads the licence texts beside the file, but not the model. All texts are static
 * or owned by the arena.
 */
void licence_judge(struct arena *a, const struct model *model, const struct job *job,
		   struct licence *ret_licence);

/* As licence_judge(), for a model with its adapters. The worst verdict counts. */
void licence_judge_together(struct arena *a, const struct model *model, const struct job *job,
			    struct licence *ret_licence);

/*
 * Whether x replaces y, two judgements of the same weights. The user's word replaces all others,
 * then the worse verdict replaces the better one.
 */
bool licence_outweighs(const struct licence *x, const struct licence *y);

/* "OK", "READ", "BLOCK". */
const char *licence_verdict_name(enum licence_verdict verdict);

/*
 * For a table: "READ llama3.2", "READ llama3.2?" if only the model's name says so, or "READ" if the
 * licence is unknown.
 */
const char *licence_words(struct arena *a, const char *verdict, const char *id, const char *source);

/* The use that is judged: "commercial" or "research". Without a job: "commercial". */
const char *licence_use_name(const struct job *job);

/* Finds a licence by id or alias, ignoring case. Returns NULL if the table has none. */
const struct licence_row *licence_find(const char *id);

/* The id nearest to `id`, or NULL: "did you mean …". */
const char *licence_nearest(const char *id);

/* The whole table. */
const struct licence_row *licence_table(size_t *ret_n);

#endif
