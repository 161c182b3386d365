/*
 * Tickets that come one after another, from a file or a pipe of any length: whole records are cut
 * from the input and given to the ordinary readers of tickets, a few at a time. Decides where a
 * record ends; what a ticket must be is in ticket.c. Memory does not grow with the stream.
 *
 * Ids are not compared with each other: that would need all of them. Labels are not read.
 */
#ifndef JOB_TICKET_STREAM_H
#define JOB_TICKET_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "job/ticket/ticket.h"

struct ticket_stream {
	const struct job *job;
	const char *file; /* as named; "-": standard input */
	const char *path; /* printable, for messages */
	bool csv, ended;
	bool begun; /* the first bytes are there, and were looked at for a byte-order mark */
	int fd;
	bool owns_fd;
	struct buf input; /* read, and not taken yet */
	size_t taken; /* bytes of it that are done with */
	struct buf header; /* of CSV */
	size_t n_header_lines;
	size_t n_lines; /* taken so far, the header's included */
};

/*
 * Opens a file of tickets, or standard input for "-". `csv` is taken where the name does not end
 * in .csv or .jsonl. Job and path are borrowed. ERR_INPUT where it cannot be read.
 */
int stream_open(struct arena *a, struct ticket_stream *s, const struct job *job, const char *path,
		bool csv, struct err *err) MUST_USE;

/*
 * The next tickets, at most `max`; 0 only at the end. Owned by the arena. Fails with ERR_INPUT and
 * "path:line: " at the first record that is no ticket; those before it in the same call are lost.
 */
int stream_next(struct ticket_stream *s, struct arena *a, size_t max, struct ticket **ret_tickets,
		size_t *ret_n, struct err *err) MUST_USE;

/* Safe on a zeroed stream, also twice. */
void stream_close(struct ticket_stream *s);

#endif
