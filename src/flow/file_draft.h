/*
 * A file that is composed in memory first, so that it is written complete or not at all.
 */
#ifndef FLOW_FILE_DRAFT_H
#define FLOW_FILE_DRAFT_H

#include <stdio.h>

#include "base/err.h"
#include "base/file.h"

struct file_draft {
	FILE *out; /* compose here */
	char *bytes;
	size_t n_bytes;
};

/* Close with file_draft_finish(). ERR_INPUT if memory runs out. */
int file_draft_open(struct file_draft *draft, struct err *err) MUST_USE;

/*
 * Writes bytes to standard output if `path` is NULL, to a stream (base/special_file.h), or to a
 * file with the mode 0600.
 */
int file_output_write(const char *path, enum file_mode how, const void *data, size_t n_bytes,
		      struct err *err) MUST_USE;

/*
 * If `r` is 0, writes the draft with file_output_write(). Releases it either way. Returns 0, or -1
 * if `r` is -1 or writing failed.
 */
int file_draft_finish(struct file_draft *draft, int r, const char *path, enum file_mode how,
		      struct err *err) MUST_USE;

#endif
