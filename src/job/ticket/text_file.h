/*
 * Text files: UTF-8 without NUL, with or without a byte-order mark. Decides what is refused before
 * a parser sees it. Must not know the format of the file.
 */
#ifndef JOB_TICKET_TEXT_FILE_H
#define JOB_TICKET_TEXT_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

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

/*
 * Calls on_line for each line that is not blank, with its number in the file (from 1), until it
 * returns -1. `lines_before` is as in text_check().
 */
int text_each_line(size_t lines_before, const char *text, size_t n_bytes,
		   int (*on_line)(const char *text, size_t n_bytes, size_t line, void *ctx,
				  struct err *err),
		   void *ctx, struct err *err) MUST_USE;

/*
 * The checked, NUL-terminated text of a file or stream (base/special_file.h) of at most max_bytes;
 * owned by the arena.
 */
int text_file_load(struct arena *a, const char *path, size_t max_bytes, const char **ret_text,
		   size_t *ret_n_bytes, struct err *err) MUST_USE;

#endif
