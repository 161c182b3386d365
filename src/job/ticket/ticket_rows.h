/*
 * Between the readers of tickets (JSONL, CSV) and the checks that both share.
 * Internal to slice_load(), the examples and the import.
 */
#ifndef JOB_TICKET_TICKET_ROWS_H
#define JOB_TICKET_TICKET_ROWS_H

#include <stdbool.h>

#include "base/hash.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"

/* The columns of a CSV file and the members of a JSON object that are read; all others are not. */
enum ticket_field {
	FIELD_ID,
	FIELD_TEXT,
	FIELD_LABEL,
	FIELD_LANG,
	FIELD_GROUP,
	FIELD_IMAGE,
	FIELD_COUNT
};
extern const char *const ticket_field_names[FIELD_COUNT];

/* id, lang and group: names of a line, not texts. */
enum { TICKET_N_NAMES = 3 };
extern const enum ticket_field ticket_name_fields[TICKET_N_NAMES];

struct ticket_reader {
	struct arena *arena;
	const struct job *job;
	const char *path; /* printable, for messages */
	const char *file; /* the same as it is: names of images are seen from its folder */
	bool labelled; /* labels are read */
	bool label_optional; /* and may be missing; otherwise each ticket needs one */
	size_t lines_before; /* of the file, that `data` does not hold */
	const char *data; /* the whole file, as text_check() leaves it */
	size_t n_bytes;
	struct ticket *tickets;
	size_t n, cap;
};

/* A row as the file has it; fields that are not given are NULL. Texts are owned by the arena. */
struct ticket_draft {
	const char *fields[FIELD_COUNT];
	size_t text_len;
	size_t line;
};

/* Whether a field is read: the labels of a pool are not. */
bool ticket_reads(const struct ticket_reader *reader, enum ticket_field field);

/* Checks a row and adds its ticket. */
int ticket_add(struct ticket_reader *reader, const struct ticket_draft *draft,
	       struct err *err) MUST_USE;

/* ERR_INPUT with "path:line: " before the message. Returns -1. */
int ticket_fail(const struct ticket_reader *reader, size_t line, struct err *err, const char *fmt,
		...) PRINTF_LIKE(4, 5);

/* Nothing but spaces, tabs and line breaks: no text, no name. */
bool ticket_is_blank(const char *text);

/* What is wrong with an id, a lang or a group, in words; NULL where nothing is. */
const char *ticket_name_fault(struct arena *a, enum ticket_field field, const char *word);

struct ticket_id {
	const char *id;
	size_t line;
};

/* Sorts the ids, and fails with the first line whose id was there before. `path` is printable. */
int ticket_ids_check(struct arena *a, const char *path, struct ticket_id *ids, size_t n,
		     struct err *err) MUST_USE;

int ticket_read_jsonl(struct ticket_reader *reader, struct err *err) MUST_USE;
int ticket_read_csv(struct ticket_reader *reader, struct err *err) MUST_USE;

/* Adds id, text, gold label ("" where there is none), lang and group, and an image's sha256. */
void ticket_hash(struct hash *h, const struct job *job, const struct ticket *ticket);

#endif
