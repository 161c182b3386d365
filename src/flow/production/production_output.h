/*
 * Where labels go: a stream, or a file that can be resumed. For each batch a small state file
 * beside the rows first says how many bytes follow, then the rows are written to disk, then the
 * state confirms them. A resume cuts off at most the bytes that were announced. So a kill at any
 * moment loses no row and repeats none, and what a person wrote into a file is never cut.
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
#include "report/text/production_text.h"

/* The rows, or the tickets for review. */
struct production_file {
	const char *path; /* NULL: none */
	bool stream; /* see base/special_file.h; nothing is resumed */
	int fd; /* -1: not open yet */
	struct buf rows; /* of the present batch */
	int64_t n_bytes; /* on disk */
	char sha256[HASH_HEX_LEN + 1]; /* of those */
	struct hash hash; /* the same, to go on with */
};

/* What to write, and where. */
struct production_target {
	const char *path; /* "-": standard output */
	const char *review_path; /* NULL: none */
	const char *settings; /* hash of all that decides a row */
	struct production_form rows, review;
};

struct production_output {
	struct production_target target;
	const char *state_path; /* path + ".state"; NULL for a stream */
	struct production_file rows, review;
	int64_t n_rows, n_confirmed; /* with the present batch; on disk */
	char tickets_sha256[HASH_HEX_LEN + 1]; /* over all tickets so far, in order */
	char confirmed_sha256[HASH_HEX_LEN + 1]; /* the same over those on disk */
	bool complete; /* it was finished in an earlier session */
	int64_t n_found, n_passed; /* rows of earlier sessions, and how many were skipped */
	char found_sha256[HASH_HEX_LEN + 1]; /* of the tickets of those rows */
};

/*
 * Opens the output of an earlier session (n_found > 0), or makes sure that new files can be made;
 * the first batch makes them. Fails with ERR_INPUT if a file exists and was not written by such a
 * session, was written with other settings, changed since, is a link, or is being written by
 * another process.
 */
int production_output_open(struct arena *a, struct production_output *w,
			   const struct production_target *target, struct err *err) MUST_USE;

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
