/*
 * Other tools' data sets as tickets: which format a file has, and which of its rows can be a
 * ticket. Rows that cannot are left out and counted; a file that is broken is refused.
 * Must not know the job: the labels are taken as the file has them.
 */
#ifndef JOB_IMPORT_IMPORT_H
#define JOB_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* The words of all reasons that there are: at most 5 fields, two each, and a dozen more. */
enum { IMPORT_LINES_KEPT = 8, IMPORT_REASONS_MAX = 32 };

struct import_options {
	const char *from; /* a format's name; NULL: told from the content */
	const char *text, *label, *id, *lang, *group; /* columns; NULL: those of the format */
	const char *const *map; /* "OLD=NEW": other names for labels */
	size_t n_map;
};

/* Strings are owned by the arena. */
struct import_row {
	const char *id; /* "row-N" where the file gives none */
	const char *text;
	size_t text_len; /* bytes */
	const char *label;
	const char *lang, *group; /* NULL where not given */
	size_t line; /* of the file, from 1 */
};

/* Rows that cannot be tickets, for one reason. */
struct import_left_out {
	const char *why;
	size_t lines[IMPORT_LINES_KEPT]; /* the first of them */
	size_t n;
};

struct imported {
	const char *path; /* printable */
	const char *format;
	struct import_row *rows;
	size_t n;
	size_t n_seen; /* rows of the file: n, and those left out */
	struct import_left_out reasons[IMPORT_REASONS_MAX];
	size_t n_reasons;
	const char **unused; /* labels that --map renames and no row has */
	size_t n_unused;
};

/*
 * Reads a file (UTF-8, at most SLICE_MAX_BYTES). What is read lives in the arena; options are
 * borrowed as long. Fails with ERR_INPUT and file:line where the file cannot be read as its format,
 * where an id is there twice, or where no row can be taken; with ERR_USAGE for bad options.
 */
int import_read(struct arena *a, const char *path, const struct import_options *options,
		struct imported *ret_imported, struct err *err) MUST_USE;

/* The same for n_bytes of a text, which a NUL follows; `path` is for messages. */
int import_parse(struct arena *a, const char *path, const char *text, size_t n_bytes,
		 const struct import_options *options, struct imported *ret_imported,
		 struct err *err) MUST_USE;

/*
 * Appends the rows as JSON, one object a line, as slice_load() reads them. Characters that a
 * terminal or an editor would not show (controls, bidi marks) become \uXXXX.
 */
void import_write(const struct imported *imported, struct buf *out);

/* "promptfoo, …": what `from` can be. Owned by the arena. */
const char *import_format_names(struct arena *a);

#endif
