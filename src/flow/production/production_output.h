/*
 * Where labels at work go: standard output, or a file that can be gone on with. After each batch
 * the rows are on the disk first, and then a small file beside them says how far they go; what
 * stands behind that is cut off when the work is taken up again. So a kill at any moment loses no
 * row and doubles none.
 */
#ifndef FLOW_PRODUCTION_PRODUCTION_OUTPUT_H
#define FLOW_PRODUCTION_PRODUCTION_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "job/ticket/ticket.h"
#include "report/production_text.h"

struct production_output {
	const char *path; /* NULL: standard output */
	const char *state_path; /* path + ".state" */
	const char *review_path; /* NULL: no review file */
	const char *settings; /* what the rows depend on, as a hash */
	enum production_format format;
	int fd, review_fd; /* -1: none */
	struct buf rows, review; /* of the batch at work */
	int64_t n_rows, n_bytes, n_review_bytes; /* on the disk */
	char tickets_sha256[HASH_HEX_LEN + 1]; /* over all tickets so far, in order */
	bool complete; /* it was finished in an earlier session */
	int64_t n_found, n_passed; /* rows of earlier sessions, and how many were passed over */
	char found_sha256[HASH_HEX_LEN + 1]; /* of the tickets that those rows are for */
};

/*
 * Opens, or finds where an earlier session stopped (n_found > 0). `settings` is a hash of all that
 * decides a row. Fails with ERR_INPUT where the file exists and is not such a session's, or one of
 * other settings.
 */
int production_output_open(struct arena *a, struct production_output *w, const char *path,
			   const char *review_path, const char *settings,
			   enum production_format format, struct err *err) MUST_USE;

/* Whether the next ticket has its row already: then production_output_pass_over() takes it. */
bool production_output_has(const struct production_output *w);

/* Fails with ERR_INPUT, at the last such ticket, where they are not the ones of those rows. */
int production_output_pass_over(struct production_output *w, const struct ticket *ticket,
				struct err *err) MUST_USE;

/* Adds a row; it is written by production_output_flush(). */
void production_output_add(struct production_output *w, const struct ticket *ticket,
			   const struct production_row *row);

/* The end of a batch: all rows so far are there for good. */
int production_output_flush(struct production_output *w, bool complete, struct err *err) MUST_USE;

/* Safe on a zeroed one. */
void production_output_close(struct production_output *w);

#endif
