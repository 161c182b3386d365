/*
 * Shared by the formats of an import: the shapes of files, the draft of a row, and the readers that
 * turn CSV, JSON and YAML into records. Internal to import_read().
 */
#ifndef JOB_IMPORT_IMPORT_ROWS_H
#define JOB_IMPORT_IMPORT_ROWS_H

#include <jansson.h>

#include "job/import/import.h"
#include "job/table/table.h"
#include "job/ticket/ticket_rows.h"

enum import_shape { SHAPE_CSV, SHAPE_JSON, SHAPE_YAML, SHAPE_FASTTEXT, SHAPE_COUNT };

/* The start of a file: the columns of its header, or the members of its first records. */
struct import_sample {
	enum import_shape shape;
	const char **names;
	size_t n;
	const json_t *first; /* the first record of JSON, or NULL; borrowed from the importer */
};

struct importer;

struct import_format {
	const char *name;
	bool (*detect)(const struct import_sample *sample);
	int (*read[SHAPE_COUNT])(struct importer *im, struct err *err); /* NULL: wrong shape */
	bool has_gold; /* it reads gold answers */
};

extern const struct import_format import_promptfoo, import_evals, import_inspect,
	import_label_studio, import_argilla, import_prodigy, import_csv, import_fasttext,
	import_json;

struct import_map {
	const char *from, *to;
	bool used;
};

struct importer {
	struct arena *arena;
	const char *path; /* printable */
	struct text_file file;
	const char *data; /* its text */
	size_t n_bytes;
	const struct columns *columns;
	const char *named[FIELD_COUNT]; /* the columns or paths that the options name, or NULL */
	const char *const *gold; /* the same of the gold answer */
	size_t n_gold;
	bool found[FIELD_COUNT]; /* a record has the path */
	bool strict, keep_turns, keep_pool;
	const struct import_sample *sample;
	struct import_map *maps;
	size_t n_maps;
	struct imported *to;
	size_t cap, pool_cap; /* of to->rows, to->pool */
	size_t last_line;
	const char *record_at; /* where the record begins in `data`; NULL if it was made */
	const char *exact_at, *source_at; /* the same place in `data` and in the file's own text */
	const char *missing_ref; /* why the first row with such a $ref is left out, or NULL */
	const char *broken; /* why the first row is not JSON, or NULL */
	const char *system; /* the first row's system message, or NULL */
	struct buf exact; /* JSON as json_exact() writes it; data is its text */
	const char *list; /* the path of the member that holds the records, or NULL */
	const char *const
		*config_names; /* members beside the list that the format needs, or NULL */
	size_t n_config_names;
	json_t *config; /* those of the file, or NULL */
	json_t *made; /* records that were turned from columns into rows, or NULL */
	json_t *first;
};

/* A row that is being built. Strings are borrowed until import_add() has copied them. */
struct import_draft {
	const char *fields[FIELD_COUNT]; /* NULL: not given */
	size_t text_len;
	const char *gold; /* the answer that a task writes; NULL: the row has a label, if any */
	size_t line;
	const char *why; /* why the row is left out, or NULL */
	const char *no_label; /* what to say if the row has no label; NULL: "no label" */
	const char *system; /* the system messages that are not in the text, or NULL */
	bool has_turns; /* messages other than the last of a user are not in the text */
};

/* Adds the row, or counts it as left out. Fails if the file must be refused. */
int import_add(struct importer *im, const struct import_draft *draft, struct err *err) MUST_USE;

/* Marks the row as left out. The first reason counts. */
void import_leave_out(struct import_draft *draft, const char *why);

/* Sets the label, renamed by --map. A second, different label leaves the row out. */
void import_offer_label(struct importer *im, struct import_draft *draft, const char *label);

/* Offers a label that is one, or a list of labels in Python's or JSON's notation: "['card']". */
void import_offer_cell(struct importer *im, struct import_draft *draft, const char *cell);

/* Sorts and counts the labels of the rows, and finds names that are nearly the same. */
void import_count_labels(struct arena *a, struct imported *imported);

bool import_has_name(const struct import_sample *sample, const char *name);

/* ---- CSV (import_csv.c) ---- */

/* A column of the gold answer, and the member that it becomes. */
struct import_gold {
	const char *name;
	size_t column;
};

struct import_columns {
	struct importer *im;
	const char **names; /* of the header; NULL until it was read. Owned by the arena */
	size_t n, line;
	int of[FIELD_COUNT]; /* -1: none */
	int texts[COLUMNS_MAX_TEXTS]; /* of the text, if options name several */
	size_t n_texts;
	struct import_gold *gold;
	size_t n_gold; /* 0: no gold answer. One column: its cells are JSON, or a member's text */
	int choices; /* the column with lists of choices; -1: none */
	/* Sets the columns from the header. */
	int (*choose)(struct import_columns *columns, struct err *err);
	/* Adds to a draft what a single cell does not hold; may be NULL. */
	int (*fill)(const struct import_columns *columns, const struct table_row *row,
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

/* ---- records: JSON (import_json.c, import_json_root.c) and YAML (import_yaml.c) ---- */

typedef int import_on_record(struct importer *im, json_t *record, size_t line, struct err *err);

/*
 * Calls on_record for each element of a list, each value of JSON Lines, or each element of the list
 * that `member`, a path, names if the file is one object. Records are borrowed. What is not JSON is
 * left out as a row, unless the options are strict.
 */
int import_each_json(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err) MUST_USE;
int import_each_yaml(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err) MUST_USE;

/*
 * Reads the first records, and decides where the records of the file are: im->list or im->made if
 * they are not the elements of a list or the values of JSON Lines.
 */
int import_sample_json(struct importer *im, struct import_sample *ret_sample,
		       struct err *err) MUST_USE;

/*
 * Decides where an object that is the whole file holds its records: in a list (im->list), or turned
 * into rows (im->made) from columns or from names of rows. False: the object is a record itself.
 */
bool import_find_rows(struct importer *im, json_t *root);

/* As import_find_rows(), for a list of lists whose first is the header. */
bool import_turn_lists(struct importer *im, const json_t *lists);

/* ---- values of a record (import_record.c) ---- */

/* The other way out if a file has no label. */
extern const char import_or_pool[];

/* The reason of records that are lists, texts or numbers. */
extern const char import_no_object[];

/* A string or a number as text, borrowed or in the arena. NULL for others and for text with NUL. */
const char *import_scalar(struct importer *im, const json_t *value);

/* Sets a field of the draft. A value that import_scalar() rejects leaves the row out. */
void import_set_json(struct importer *im, struct import_draft *draft, enum ticket_field field,
		     const json_t *value);

/* Offers each label in a value: a name, a list, or an object with a value. */
void import_offer_value(struct importer *im, struct import_draft *draft, const json_t *value);

/*
 * The value of a record for a field: at the path in the options, else the member `name`; also in
 * metadata.
 */
const json_t *import_member(struct importer *im, const json_t *record, enum ticket_field field,
			    const char *name);

/* Sets the text from a prompt: a string, or the last user message of a chat. */
void import_set_input(struct importer *im, struct import_draft *draft, const json_t *input);

/* The same from a record: from the paths in the options, else from the member `name`. */
void import_set_text(struct importer *im, struct import_draft *draft, const json_t *record,
		     const char *name);

/*
 * Sets text and names, and adds the row. The text is that of the options, or else of `members`: by
 * a usual name, or the only string.
 */
int import_add_annotated(struct importer *im, struct import_draft *draft, const json_t *record,
			 json_t *members, struct err *err) MUST_USE;

/* Sets id, lang and group, by the names in the options or their own. */
void import_set_names(struct importer *im, struct import_draft *draft, const json_t *record);

/* ---- gold answers (import_gold.c) ---- */

/*
 * Whether a record has a gold answer: by the options, or else as JSON in the member `name` (NULL:
 * "gold"). Never if an option names the label.
 */
bool import_has_gold(const struct importer *im, const json_t *record, const char *name);

/* Sets it, from the draft's line: only JSON Lines keep the digits of its numbers. */
void import_set_gold(struct importer *im, struct import_draft *draft, const char *name);

/*
 * Chooses the columns of the gold answer: those of the options, or "gold" if no column has labels.
 * Then no column has them.
 */
int import_choose_gold(struct import_columns *columns, struct err *err) MUST_USE;
void import_set_row_gold(const struct import_columns *columns, const struct table_row *row,
			 struct import_draft *draft);

/* ---- the format json (import_fields.c) ---- */

/* The only name that ends as Argilla's answers do, ".responses"; or NULL. */
const char *import_only_response(const struct import_sample *sample);

/*
 * Label Studio's short exports (JSON-MIN, CSV): besides the names that it writes itself they have
 * the text, and one name for each question. The question's name, if there is one; else NULL.
 */
const char *import_only_question(const struct import_sample *sample, const char *text);

/* The text by a usual name; NULL if the record has none. */
const json_t *import_usual_text(const json_t *record);

/* "the paths of the first record are 'data.text', …"; owned by the arena. */
const char *import_list_paths(struct arena *a, const json_t *record);

#endif
