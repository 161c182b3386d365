/*
 * Tickets: the inputs of a job, from JSONL or CSV, and slices of them. Decides what a valid ticket
 * is. The hash of its content identifies a slice, which never changes.
 *
 * One unit in several files: text_file.c makes text of the bytes (file_kind.c, decoder.c), table.c
 * (over csv_file.c and workbook.c) makes rows, ticket_table.c and ticket_jsonl.c make tickets of
 * rows and of JSON, and ticket.c checks each. stream.c, examples.c, training.c and pool.c build on
 * them; ticket_rows.h has what they share.
 */
#ifndef JOB_TICKET_TICKET_H
#define JOB_TICKET_TICKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/file/job.h"
#include "job/table/text_file.h" /* SLICE_MAX_BYTES */

/* TICKET_MAX_BYTES limits the input; whether it fits a model is decided later, by the worker. */
enum { TICKET_MAX_BYTES = 4 << 20, TICKETS_MAX = 1000000 };

/* Of an id or a group. */
enum { TICKET_NAME_MAX_BYTES = 256 };

struct ticket {
	const char *id; /* "line-N" if the file gives none */
	const char *text; /* "" if the ticket is only an image */
	size_t text_len;
	int label; /* index into job.labels: the gold label; -1 in a pool */
	const char *gold; /* the gold answer of a task that writes, as JSON; NULL if none */
	const char *lang; /* NULL if not given */
	const char *group; /* NULL if not given */
	const char *image; /* path relative to the folder of the tickets file; NULL: no image */
	const char *image_sha256; /* of its bytes; NULL if none */
	int64_t image_bytes, image_width, image_height; /* size of the file, pixels; 0 if none */
	size_t line; /* in the file, from 1 */
};

/*
 * A pool is the source of suggestions: its labels are not read, and it never enters a score. Some
 * reviewed tickets have a label; the others keep -1.
 */
enum slice_role { SLICE_ORDINARY, SLICE_HARDER, SLICE_POOL, SLICE_REVIEWED };

struct slice {
	const char *path;
	char sha256[65]; /* over each ticket: id, text, label, lang, group, gold, image */
	enum slice_role role;
	struct ticket *tickets;
	size_t n;
	const char *note; /* for the user: how the file was understood; or NULL */
	const char *repeats; /* tickets that repeat another (job/ticket/repeats.h); NULL if none */
};

/*
 * Reads tickets from a table or from JSON with one object per line (docs/tickets.md). job->columns
 * names the columns of text and label; id, lang, group and image are optional. A ticket has a text,
 * an image (job/ticket/image.h), or both; the image is read and hashed here. The labels of a pool
 * are ignored, and so are all other columns (`source` and the like never reach a model). Fails with
 * ERR_INPUT and file:line if the file, a row, a label, an id or the encoding is invalid.
 */
int slice_load(struct arena *a, const struct job *job, const char *path, enum slice_role role,
	       struct slice *ret_slice, struct err *err) MUST_USE;

/* Fills slice->sha256 from its tickets. */
void slice_hash(const struct job *job, struct slice *slice);

/* The same hash over n tickets in this order; ret_hex has room for 65 characters. */
void tickets_hash(const struct job *job, const struct ticket *const *tickets, size_t n,
		  char *ret_hex);

const char *slice_role_name(enum slice_role role);

#endif
