/*
 * Between the readers of tickets (JSONL, CSV) and the checks that both share.
 * Internal to slice_load() and the examples.
 */
#ifndef JOB_TICKET_ROWS_H
#define JOB_TICKET_ROWS_H

#include "base/hash.h"
#include "job/job.h"
#include "job/ticket.h"

/* The columns of a CSV file and the members of a JSON object that are read; all others are not. */
enum ticket_field { FIELD_ID, FIELD_TEXT, FIELD_LABEL, FIELD_LANG, FIELD_GROUP, FIELD_COUNT };
extern const char *const ticket_field_names[FIELD_COUNT];

struct ticket_reader {
	struct arena *arena;
	const struct job *job;
	const char *path; /* printable, for messages */
	const char
		*data; /* the whole file, checked: UTF-8 without NUL, without a byte-order mark */
	size_t n_bytes;
	struct ticket *tickets;
	size_t n, cap;
};

/* A row as the file has it; fields that are not given are NULL. Texts are owned by the arena. */
struct ticket_row {
	const char *fields[FIELD_COUNT];
	size_t text_len;
	size_t line;
};

/* Checks a row and adds its ticket. */
int ticket_add(struct ticket_reader *reader, const struct ticket_row *row,
	       struct err *err) MUST_USE;

/* ERR_INPUT with "path:line: " before the message. Returns -1. */
int ticket_fail(const struct ticket_reader *reader, size_t line, struct err *err, const char *fmt,
		...) PRINTF_LIKE(4, 5);

int ticket_read_jsonl(struct ticket_reader *reader, struct err *err) MUST_USE;
int ticket_read_csv(struct ticket_reader *reader, struct err *err) MUST_USE;

/* Adds id, text, gold label, lang and group. */
void ticket_hash(struct hash *h, const struct job *job, const struct ticket *ticket);

#endif
