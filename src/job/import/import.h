/*
 * Imports other tools' data sets as tickets. Decides which format a file has, and which rows can
 * become tickets. Other rows are left out and counted; a broken file is refused. Must not know the
 * job: labels stay as the file has them.
 *
 * One unit in several files: import.c chooses the format and checks rows; import_csv.c,
 * import_json.c and import_yaml.c turn the three shapes into rows and records; import_promptfoo.c,
 * import_evals.c and import_inspect.c (and import_csv.c) know a format each; import_write.c writes
 * tickets. import_rows.h has what they share.
 */
#ifndef JOB_IMPORT_IMPORT_H
#define JOB_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "job/ticket/columns.h"

/* IMPORT_REASONS_MAX: five fields with two reasons each, and a dozen others. */
enum { IMPORT_LINES_KEPT = 8, IMPORT_REASONS_MAX = 32 };

struct import_options {
	const char *from; /* the name of a format; NULL: recognise it by the content */
	struct columns columns; /* a field without a name has that of the format */
	const char *const *map; /* "OLD=NEW": new names for labels */
	size_t n_map;
};

/* Strings are owned by the arena. */
struct import_row {
	const char *id; /* "row-N" if the file gives none */
	const char *text;
	size_t text_len; /* bytes */
	const char *label;
	const char *lang, *group; /* NULL if not given */
	size_t line; /* of the file, from 1 */
};

/* The rows that are left out for one reason. */
struct import_left_out {
	const char *why;
	size_t lines[IMPORT_LINES_KEPT]; /* of the first rows */
	size_t n;
};

struct imported {
	const char *path; /* printable */
	const char *format;
	struct import_row *rows;
	size_t n;
	size_t n_seen; /* rows of the file, including those left out */
	struct import_left_out reasons[IMPORT_REASONS_MAX];
	size_t n_reasons;
	const char **unused; /* labels that --map renames but no row has */
	size_t n_unused;
};

/*
 * Reads a file (UTF-8, at most SLICE_MAX_BYTES). The arena owns the result, which borrows from the
 * options. Fails with ERR_INPUT and file:line if the file is not valid in its format, if an id
 * appears twice, or if no row can become a ticket. Fails with ERR_USAGE for invalid options.
 */
int import_read(struct arena *a, const char *path, const struct import_options *options,
		struct imported *ret_imported, struct err *err) MUST_USE;

/* The same for n_bytes of NUL-terminated text; `path` is for messages. */
int import_parse(struct arena *a, const char *path, const char *text, size_t n_bytes,
		 const struct import_options *options, struct imported *ret_imported,
		 struct err *err) MUST_USE;

/*
 * Appends the rows as JSON with one object per line, as slice_load() reads them. Characters that a
 * terminal or an editor does not show (controls, bidi marks) become \uXXXX.
 */
void import_write(const struct imported *imported, struct buf *out);

#endif
