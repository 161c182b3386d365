/*
 * Where labels go: standard output, or a file that can be resumed. After each batch the rows are
 * written to disk first; then a small state file beside them records their length. A resume cuts
 * off what is behind it. So a kill at any moment loses no row and repeats none.
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
	const char *settings; /* hash of all that decides a row */
	enum production_format format;
	int fd, review_fd; /* -1: none */
	struct buf rows, review; /* of the present batch */
	int64_t n_rows, n_bytes, n_review_bytes; /* on disk */
	char tickets_sha256[HASH_HEX_LEN + 1]; /* over all tickets so far, in order */
	bool complete; /* it was finished in an earlier session */
	int64_t n_found, n_passed; /* rows of earlier sessions, and how many were skipped */
	char found_sha256[HASH_HEX_LEN + 1]; /* of the tickets of those rows */
};

/*
 * Opens the output, or resumes an earlier session (n_found > 0). `settings` is a hash of all that
 * decides a row. Fails with ERR_INPUT if the file exists and was not written by such a session, or
 * with other settings.
 */
int production_output_open(struct arena *a, struct production_output *w, const char *path,
			   const char *review_path, const char *settings,
			   enum production_format format, struct err *err) MUST_USE;

/* Whether the next ticket has its row already: then call production_output_pass_over(). */
bool production_output_has(const struct production_output *w);

/* Skips a ticket. Fails with ERR_INPUT at the last one if the rows are for other tickets. */
int production_output_pass_over(struct production_output *w, const struct ticket *ticket,
				struct err *err) MUST_USE;

/* Adds a row, which production_output_flush() writes. */
void production_output_add(struct production_output *w, const struct ticket *ticket,
			   const struct production_row *row);

/* Ends a batch: writes all its rows to disk. */
int production_output_flush(struct production_output *w, bool complete, struct err *err) MUST_USE;

/* Does nothing if zeroed. */
void production_output_close(struct production_output *w);

#endif
