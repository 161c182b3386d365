/*
 * Between the readers of tickets (JSONL, CSV) and the checks that both share. Internal to
 * slice_load(), the stream, the examples and the import.
 */
#ifndef JOB_TICKET_TICKET_ROWS_H
#define JOB_TICKET_TICKET_ROWS_H

#include <stdbool.h>

#include "job/file/job.h"
#include "job/table/columns.h"
#include "job/table/text_file.h"
#include "job/ticket/ticket.h"
#include "job/table/ticket_field.h"

struct ticket_reader {
	struct arena *arena;
	const struct job *job;
	const char *path; /* printable, for messages */
	const char *file; /* the raw path: images are relative to its folder */
	bool labelled; /* labels are read */
	bool label_optional; /* a ticket may lack a label */
	struct text_file text;
	struct ticket *tickets;
	size_t n, cap;
};

/* A ticket as the file has it, before any check. Missing fields are NULL; the arena owns all. */
struct ticket_draft {
	const char *fields[FIELD_COUNT];
	const char *gold; /* as the task keeps it (job/task/task.h) */
	size_t text_len;
	size_t line;
};

/* Whether a field is read. The labels of a pool are not. */
bool ticket_reads(const struct ticket_reader *reader, enum ticket_field field);

/* Checks a draft and adds it as a ticket. */
int ticket_add(struct ticket_reader *reader, const struct ticket_draft *draft,
	       struct err *err) MUST_USE;

/* Whether the text is empty or only spaces, tabs and line breaks. */
bool ticket_is_blank(const char *text);

/* The problem with an id, a lang, a group or the name of an image, as text; NULL if valid. */
const char *ticket_name_fault(struct arena *a, enum ticket_field field, const char *word);

struct ticket_id {
	const char *id;
	size_t line;
};

/* Sorts the ids. Fails with the first line that repeats an id. `path` is printable. */
int ticket_ids_check(struct arena *a, const char *path, struct ticket_id *ids, size_t n,
		     struct err *err) MUST_USE;

/* The gold answer of a table's row. `cells` are those of the row, for a task that writes. */
int ticket_read_cells_gold(struct ticket_reader *reader, const struct task_cells *cells,
			   struct ticket_draft *draft, struct err *err) MUST_USE;

int ticket_read_jsonl(struct ticket_reader *reader, struct err *err) MUST_USE;
int ticket_read_table(struct ticket_reader *reader, struct err *err) MUST_USE;

/*
 * Whether the text holds JSON rather than a table: it begins with a bracket, or the file has the
 * name of JSON.
 */
bool ticket_text_is_json(const struct text_file *text, const char *file);

#endif
