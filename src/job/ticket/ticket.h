/*
 * Tickets: the inputs of a job, from JSONL or CSV, and slices of them.
 * Decides what a valid ticket is. A slice is known by the hash of its content and never changes.
 */
#ifndef JOB_TICKET_TICKET_H
#define JOB_TICKET_TICKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/file/job.h"

/* TICKET_MAX_BYTES is accepted as input; what a model can hold is a question for the worker. */
enum { TICKET_MAX_BYTES = 4 << 20, TICKETS_MAX = 1000000, SLICE_MAX_BYTES = 512 << 20 };

struct ticket {
	const char *id; /* "line-N" where the file gives none */
	const char *text; /* "" where an image alone is the ticket */
	size_t text_len;
	int label; /* index into job.labels: the gold label; -1 in a pool */
	const char *lang; /* NULL where not given */
	const char *group; /* NULL where not given */
	const char *image; /* image file, as seen from the folder of the tickets file; NULL: none */
	const char *image_sha256; /* of its bytes; NULL where none */
	int64_t image_bytes, image_width, image_height; /* of the file, in pixels; 0 where none */
	size_t line; /* where it stands in the file, from 1 */
};

/*
 * A pool is what suggestions are drawn from: labels are not read, and it never enters a score.
 * Of reviewed tickets some have a label by now; the others keep -1.
 */
enum slice_role { SLICE_ORDINARY, SLICE_HARDER, SLICE_POOL, SLICE_REVIEWED };

struct slice {
	const char *path;
	char sha256
		[65]; /* over id, text, gold label name, lang, group and image of each, in order */
	enum slice_role role;
	struct ticket *tickets;
	size_t n;
};

/*
 * Reads tickets from a .csv file, or from JSON, one object a line (any other ending).
 * CSV needs a header row with the columns id (optional), text, label, and perhaps lang, group,
 * image. A ticket has a text, an image (job/ticket/image.h), or both; the image is read and hashed
 * here. A pool needs no labels, and those that are there are ignored. Unknown JSON members are
 * ignored (`source` and the like never reach a model). Fails with ERR_INPUT and file:line where the
 * file, a row, a label, an id or the encoding is bad.
 */
int slice_load(struct arena *a, const struct job *job, const char *path, enum slice_role role,
	       struct slice *ret_slice, struct err *err) MUST_USE;

/* Fills slice->sha256 from its tickets. */
void slice_hash(const struct job *job, struct slice *slice);

const char *slice_role_name(enum slice_role role);

#endif
