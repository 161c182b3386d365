/*
 * Files of text: any encoding becomes UTF-8 without NUL and without a byte-order mark. Decides what
 * is refused before a parser sees it, and where a line ends. Must not know the format of the file.
 */
#ifndef JOB_TABLE_TEXT_FILE_H
#define JOB_TABLE_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/table/decoder.h"

enum { SLICE_MAX_BYTES = 512 << 20 }; /* of a file of tickets, as text */

/* Sets ERR_INPUT: "path:line: " and the message. `path` is printable. Returns -1. */
int text_fail(const char *path, size_t line, struct err *err, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/*
 * Checks n_bytes of NUL-terminated text, and moves *text past a byte-order mark. `path` is
 * printable; `lines_before` is the number of the file's lines before this text. Fails with
 * ERR_INPUT and the "path:line: " of the first byte that is not text.
 */
int text_check(const char *path, size_t lines_before, const char **text, size_t *n_bytes,
	       struct err *err) MUST_USE;

/* Where the line at p ends: at LF, CR, both, or the end of the text. `end` points at a NUL. */
const char *text_line_end(const char *p, const char *end);

/* The start of the line behind p, which text_line_end() gave. */
const char *text_line_next(const char *p, const char *end);

/* The lines that end within the text. */
size_t text_count_lines(const char *text, size_t n_bytes);

/*
 * Calls on_line for each line that is not blank, with its number in the file (from 1), until it
 * returns -1. `lines_before` is as in text_check().
 */
int text_each_line(size_t lines_before, const char *text, size_t n_bytes,
		   int (*on_line)(const char *text, size_t n_bytes, size_t line, void *ctx,
				  struct err *err),
		   void *ctx, struct err *err) MUST_USE;

/* Fails with ERR_INPUT: a byte behind `out` is not in the decoder's encoding. */
int text_fail_encoding(const struct decoder *decoder, const char *path, size_t line,
		       struct err *err);

/* "not UTF-8; read as windows-1252 …" if the decoder guessed, else NULL. */
const char *text_encoding_note(struct arena *a, const struct decoder *decoder);

/* What a file holds, or a part of it. */
struct text_file {
	const char *path; /* printable, for messages */
	const char *text; /* checked and NUL-terminated; the bytes of an archive if `zip` */
	size_t n_bytes;
	bool zip; /* an archive, such as a workbook */
	size_t lines_before; /* the number of the file's lines before `text` */
	char separator; /* of the cells of a table; 0: found out */
	const char *sheet; /* of a workbook; NULL: the first visible one */
	const char *note; /* for the user: how the file was understood; or NULL */
};

/* Adds to file->note. */
void text_file_note(struct arena *a, struct text_file *file, const char *note);

/*
 * Reads a file or stream (base/special_file.h) of at most max_bytes, and makes it text. `encoding`
 * is what the user says, or NULL.
 * The arena owns the text. Fails with ERR_INPUT if the file is neither text nor an archive, and
 * with ERR_USAGE if there is no such encoding.
 */
int text_file_load(struct arena *a, const char *path, size_t max_bytes, const char *encoding,
		   struct text_file *ret_file, struct err *err) MUST_USE;

/* The same for bytes that were read; `path` is for messages. Borrows them if they are UTF-8. */
int text_file_of_bytes(struct arena *a, const char *path, const char *data, size_t n_bytes,
		       const char *encoding, struct text_file *ret_file, struct err *err) MUST_USE;

#endif
