/*
 * Tickets from a file or a pipe of any length. Splits the input into whole records and gives a few
 * at a time to the ordinary readers of tickets. Decides where a record ends; ticket.c decides what
 * a valid ticket is. Memory does not grow with the stream, unless it is a workbook.
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
#include "job/ticket/ticket_rows.h"

struct ticket_stream {
	const struct job *job;
	const char *file; /* as the user gave it; "-": standard input */
	const char *path; /* printable, for messages */
	bool begun, ended, drained; /* the start was read, and the end; no record is left */
	bool table; /* else JSON Lines */
	char separator; /* of a table's cells */
	int fd;
	bool owns_fd;
	struct decoder decoder;
	struct buf input; /* text that was read */
	size_t taken; /* bytes of the input that were used */
	struct buf header; /* of a table */
	size_t n_header_lines;
	size_t n_lines; /* used so far, including the header's */
	bool parsed;
	const char *note; /* for the user, after the first tickets: how the file was understood */
	struct err failed; /* of a record behind tickets that are given out first */
	struct arena arena; /* of a workbook's tickets, and the note */
	struct ticket *whole; /* tickets of a workbook that are not given out yet */
	size_t n_whole;
};

/*
 * Opens a file of tickets, or a stream (base/special_file.h). What it holds shows at the first
 * stream_next(). Job and path are borrowed. Fails with ERR_INPUT if it cannot be opened.
 */
int stream_open(struct arena *a, struct ticket_stream *s, const struct job *job, const char *path,
		struct err *err) MUST_USE;

/*
 * The next tickets, at most `max`; 0 only at the end. The arena owns them, or the stream. Fails
 * with ERR_INPUT and "path:line: " at the first record that is not a valid ticket, in the call
 * after the one that gave the last ticket before it.
 */
int stream_next(struct ticket_stream *s, struct arena *a, size_t max, struct ticket **ret_tickets,
		size_t *ret_n, struct err *err) MUST_USE;

/* About what share of a file's bytes was given out; 0 if that is unknown: a pipe, a workbook. */
double stream_share(const struct ticket_stream *s);

/* Safe on a zeroed stream, and safe to call twice. */
void stream_close(struct ticket_stream *s);

#endif
