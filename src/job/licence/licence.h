/*
 * What a model's licence means for the job's use: OK, READ (conditions) or BLOCK. Decides by
 * src/job/licence/licences.def, and says from what: the user's word, a licence text beside the
 * file, the file's own header, the model that it is made from, or only its name. What is not known
 * is READ, never OK. A table of reminders, not legal advice (docs/licences.md).
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

/* From good to bad: the worse of two is the larger. */
enum licence_verdict { LICENCE_OK, LICENCE_READ, LICENCE_BLOCK };

struct licence {
	enum licence_verdict verdict; /* for the use that it was judged against */
	const char *id, *name; /* of the table; "" where it is not known which licence it is */
	const char *source; /* "the job file", "LICENSE beside the file", "file: general.license" */
	const char *conditions; /* short sentences, ";" between them; "" where none are known */
	const char *why; /* one sentence: from what, and what speaks against it */
	char text_sha256[65]; /* of the licence text beside the file; "" where there is none */
	int64_t judged_us; /* wall clock */
};

/* One licence of the table. */
struct licence_row {
	const char *id, *name;
	enum licence_verdict commercial, research;
	const char *conditions; /* ";" between them */
	const char *aliases; /* ";" between them */
};

/*
 * Judges for the job's use; NULL: for commercial use. `use: evaluate` is judged as commercial use
 * is, since that is what an evaluation is for. Reads the licence texts beside the file, and no
 * model. Everything is owned by the arena or static.
 */
void licence_judge(struct arena *a, const struct model *model, const struct job *job,
		   struct licence *ret_licence);

/* As licence_judge(), of a model with the adapters that go with it: the worse verdict counts. */
void licence_judge_together(struct arena *a, const struct model *model, const struct job *job,
			    struct licence *ret_licence);

/*
 * Of two judgements of the same weights: whether x is to be kept in place of y. The worse verdict
 * is, but for the user's word, which stands.
 */
bool licence_outweighs(const struct licence *x, const struct licence *y);

/* "OK", "READ", "BLOCK". */
const char *licence_verdict_name(enum licence_verdict verdict);

/*
 * For a table: "READ llama3.2"; "READ llama3.2?" where only the name says so; "READ" where it is
 * not known which licence it is.
 */
const char *licence_words(struct arena *a, const char *verdict, const char *id, const char *source);

/* The use that licences are judged against: "commercial" or "research". NULL: "commercial". */
const char *licence_use_name(const struct job *job);

/* By id or alias, whatever the case; NULL where the table has none. */
const struct licence_row *licence_find(const char *id);

/* The id nearest to what was written, or NULL: "did you mean ...". */
const char *licence_nearest(const char *id);

/* The whole table. */
const struct licence_row *licence_table(size_t *ret_n);

#endif
