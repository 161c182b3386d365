/*
 * Tickets from a file or a pipe of any length. Splits the input into whole records and gives a few
 * at a time to the ordinary readers of tickets. Decides where a record ends; ticket.c decides what
 * a valid ticket is. Memory does not grow with the stream.
 *
 * Labels are not read. Ids may repeat: finding out would need all of them in memory.
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
	const char *file; /* as the user gave it: a file or a stream */
	const char *path; /* printable, for messages */
	bool csv, ended;
	bool begun; /* the first bytes were checked for a byte-order mark */
	int fd;
	bool owns_fd;
	struct buf input; /* bytes that were read */
	size_t taken; /* bytes of the input that were used */
	struct buf header; /* of CSV */
	size_t n_header_lines;
	size_t n_lines; /* used so far, including the header's */
};

/*
 * Opens a file of tickets or a stream, such as standard input for "-". `csv` is the format if the
 * name does not end in .csv or .jsonl. Job and path are borrowed. Fails with ERR_INPUT if it cannot
 * be opened.
 */
int stream_open(struct arena *a, struct ticket_stream *s, const struct job *job, const char *path,
		bool csv, struct err *err) MUST_USE;

/*
 * The next tickets, at most `max`; 0 only at the end. The arena owns them. Fails with ERR_INPUT and
 * "path:line: " at the first record that is not a valid ticket; tickets before it in the same call
 * are lost.
 */
int stream_next(struct ticket_stream *s, struct arena *a, size_t max, struct ticket **ret_tickets,
		size_t *ret_n, struct err *err) MUST_USE;

/* Safe on a zeroed stream, and safe to call twice. */
void stream_close(struct ticket_stream *s);

#endif
