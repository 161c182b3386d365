/*
 * Shared by the formats of an import: the shapes of files, the draft of a row, and the readers that
 * turn CSV, JSON and YAML into records. Internal to import_read().
 */
#ifndef JOB_IMPORT_IMPORT_ROWS_H
#define JOB_IMPORT_IMPORT_ROWS_H

#include <jansson.h>

#include "job/import/import.h"
#include "job/ticket/csv_file.h"
#include "job/ticket/ticket_rows.h"

enum import_shape { SHAPE_CSV, SHAPE_JSON, SHAPE_YAML, SHAPE_COUNT };

/* The start of a file: the columns of its header, or the members of its first record. */
struct import_sample {
	enum import_shape shape;
	const char **names;
	size_t n;
};

struct importer;

struct import_format {
	const char *name;
	bool (*detect)(const struct import_sample *sample);
	int (*read[SHAPE_COUNT])(struct importer *im, struct err *err); /* NULL: wrong shape */
};

extern const struct import_format import_promptfoo, import_evals, import_inspect, import_csv;

struct import_map {
	const char *from, *to;
	bool used;
};

struct importer {
	struct arena *arena;
	const char *path; /* printable */
	const char *data; /* checked, NUL-terminated text */
	size_t n_bytes;
	const struct columns *columns;
	const char *named[FIELD_COUNT]; /* the columns that the options name, or NULL */
	struct import_map *maps;
	size_t n_maps;
	struct imported *to;
	size_t cap; /* of to->rows */
};

/* A row that is being built. Strings are borrowed until import_add() has copied them. */
struct import_draft {
	const char *fields[FIELD_COUNT]; /* NULL: not given */
	size_t text_len;
	size_t line;
	const char *why; /* why the row is left out, or NULL */
};

/* Adds the row, or counts it as left out. Fails if the file must be refused. */
int import_add(struct importer *im, const struct import_draft *draft, struct err *err) MUST_USE;

/* Marks the row as left out. The first reason counts. */
void import_leave_out(struct import_draft *draft, const char *why);

/* Sets the label, renamed by --map. A second, different label leaves the row out. */
void import_offer_label(struct importer *im, struct import_draft *draft, const char *label);

bool import_has_name(const struct import_sample *sample, const char *name);

/* ---- CSV (import_csv.c) ---- */

struct import_columns {
	struct importer *im;
	const char **names; /* of the header; NULL until it was read. Owned by the arena */
	size_t n, line;
	int of[FIELD_COUNT]; /* -1: none */
	int texts[COLUMNS_MAX_TEXTS]; /* of the text, if options name several */
	size_t n_texts;
	int choices; /* the column with lists of choices; -1: none */
	/* Sets the columns from the header. */
	int (*choose)(struct import_columns *columns, struct err *err);
	/* Adds to a draft what a single cell does not hold; may be NULL. */
	int (*fill)(const struct import_columns *columns, const struct csv_row *row,
		    struct import_draft *draft, struct err *err);
};

int import_each_csv(struct import_columns *columns, struct err *err) MUST_USE;

/*
 * Sets the column of a field: the one that an option names, which must exist, or else the first
 * existing one of `defaults` (NULL-terminated; case does not matter).
 */
int import_choose(struct import_columns *columns, enum ticket_field field,
		  const char *const *defaults, struct err *err) MUST_USE;

/* The index of a column; -1: none, -2: more than one. */
int import_column(const struct import_columns *columns, const char *name);

/* Fails if the required field has no column. */
int import_need(const struct import_columns *columns, enum ticket_field field,
		struct err *err) MUST_USE;

int import_sample_csv(struct importer *im, struct import_sample *ret_sample,
		      struct err *err) MUST_USE;

/* ---- records: JSON (import_json.c) and YAML (import_yaml.c) ---- */

typedef int import_on_record(struct importer *im, json_t *record, size_t line, struct err *err);

/*
 * Calls on_record for each element of a list or each value of JSON Lines. If `member` is not NULL
 * and the file is one object with that member, calls it for each element of the member. Records are
 * borrowed.
 */
int import_each_json(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err) MUST_USE;
int import_each_yaml(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err) MUST_USE;

int import_sample_json(struct importer *im, struct import_sample *ret_sample,
		       struct err *err) MUST_USE;

/*
 * A string, whole number or boolean as text, borrowed or in the arena. NULL for other values, and
 * for strings that hold a NUL.
 */
const char *import_scalar(struct importer *im, const json_t *value);

/* Sets a field of the draft. A value that import_scalar() rejects leaves the row out. */
void import_set_json(struct importer *im, struct import_draft *draft, enum ticket_field field,
		     const json_t *value);

/* The member of a record for a field: the name in the options, else `name`; also in metadata. */
const json_t *import_member(const struct importer *im, const json_t *record,
			    enum ticket_field field, const char *name);

/* Sets the text from a prompt: a string, or the last user message of a chat. */
void import_set_input(struct importer *im, struct import_draft *draft, const json_t *input);

/* Sets id, lang and group, by the names in the options or their own. */
void import_set_names(struct importer *im, struct import_draft *draft, const json_t *record);

#endif
