/*
 * Imports other tools' data sets as tickets. Decides which format a file has, and which rows can
 * become tickets. Other rows are left out and counted. Must not know the job: labels stay as the
 * file has them.
 *
 * One unit in several files: import.c chooses the format and checks rows. import_csv.c,
 * import_json.c with import_json_root.c, and import_yaml.c turn the shapes into rows and records.
 * import_record.c reads values of records. A file for each format knows what it means;
 * import_fields.c is `json`. import_labels.c counts labels, import_write.c writes tickets.
 * import_rows.h has what they share.
 */
#ifndef JOB_IMPORT_IMPORT_H
#define JOB_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "job/table/columns.h"

/* IMPORT_REASONS_MAX: five fields with four reasons each, and two dozen others. */
enum { IMPORT_LINES_KEPT = 8, IMPORT_REASONS_MAX = 48 };

struct import_options {
	const char *from; /* the name of a format; NULL: recognise it by the content */
	struct columns columns; /* a field without a name has that of the format */
	const char *const *gold; /* columns or paths of the gold answer; not with a label */
	size_t n_gold;
	const char *const *map; /* "OLD=NEW": new names for labels */
	size_t n_map;
	bool unlabelled; /* keep the rows without a label in imported.pool */
	bool keep_turns; /* the text of a chat is all its messages, not only the user's last */
	bool strict; /* refuse the file if a row is not valid JSON */
};

/* Strings are owned by the arena. */
struct import_row {
	const char *id; /* "row-N" if the file gives none */
	const char *text;
	size_t text_len; /* bytes */
	const char *label; /* NULL in a pool, and if there is a gold answer */
	const char *gold; /* the gold answer of a task that writes, as JSON; NULL if none */
	const char *lang, *group; /* NULL if not given */
	size_t line; /* of the file, from 1 */
};

/* The rows that are left out for one reason. */
struct import_left_out {
	const char *why;
	size_t lines[IMPORT_LINES_KEPT]; /* of the first rows */
	size_t rows[IMPORT_LINES_KEPT]; /* their numbers in the file, from 1 */
	size_t n;
};

struct import_label {
	const char *name;
	size_t n;
	const char *near; /* a more frequent label with nearly the same name, or NULL */
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
	struct import_row *pool; /* rows without a label, if the options keep them */
	size_t n_pool;
	size_t n_gold; /* rows with a gold answer */
	size_t n_unlabelled; /* rows that are left out because they have no label */
	struct import_label *labels; /* of the rows, the most frequent first */
	size_t n_labels;
	bool labels_are_numbers; /* every label has only digits, points and minus signs */
	bool lines_repeat; /* several rows stand on one line: their numbers say more */
	const char *guessed; /* "text from 'sentence', label from 'class'", or NULL */
	size_t n_more_labels; /* rows with more items in a list than the label's path takes */
	/* Of rows and pool: with messages, and with system messages, that are not in the text. */
	size_t n_turns, n_systems;
	bool systems_differ;
	const char *names; /* "the columns are 'a', 'b'", or the paths of JSON; NULL: not known */
	const char *note; /* for the user: how the file was understood; or NULL */
};

/*
 * Reads a file of at most SLICE_MAX_BYTES, in an encoding that text_file.h recognises. The arena
 * owns the result, which borrows from the options. Fails with ERR_INPUT and file:line if the file
 * is not valid in its format, if an id appears twice, if no record has a path of the options, or if
 * no row can become a ticket or go into the pool. Fails with ERR_USAGE for invalid options.
 */
int import_read(struct arena *a, const char *path, const struct import_options *options,
		struct imported *ret_imported, struct err *err) MUST_USE;

/* The same for n_bytes of NUL-terminated text; `path` is for messages. */
int import_parse(struct arena *a, const char *path, const char *text, size_t n_bytes,
		 const struct import_options *options, struct imported *ret_imported,
		 struct err *err) MUST_USE;

/* "   did you mean 'Bug'? --map bug=Bug" behind a label that is near another; else "". */
const char *import_near_hint(struct arena *a, const struct import_label *label);

/*
 * Appends the rows as JSON with one object per line, as slice_load() reads them. Characters that a
 * terminal or an editor does not show (controls, bidi marks) become \uXXXX.
 */
void import_write(const struct import_row *rows, size_t n, struct buf *out);

#endif
