/*
 * Input and output that may be a stream: "-", /dev/stdin, /dev/fd/N, a pipe, a device. Decides
 * which paths are streams and how they are read and written; for other paths see base/file.h.
 * A stream is read once, front to back. It is never created, cut or replaced.
 */
#ifndef BASE_SPECIAL_FILE_H
#define BASE_SPECIAL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* The open descriptor that an input's path names ("-" is 0), or -1 if it names a file. */
int special_input_fd(const char *path);

/* The same for an output: "-" is 1. */
int special_output_fd(const char *path);

/* Is an output a stream? True for descriptors, pipes and devices; never for a symbolic link. */
bool special_is_output(const char *path);

/* Is it standard output itself? Then messages belong on standard error. NULL: yes. */
bool special_is_stdout(const char *path);

/*
 * Opens an input of any kind: a regular file or a stream. Close *ret_fd if it is above 2. Fails
 * with ERR_INPUT if the path is missing, a folder or unreadable.
 */
int special_open_input(const char *path, int *ret_fd, struct err *err) MUST_USE;

/*
 * As file_read(), for a path that a user gives: reads a stream to its end, up to max_bytes, into
 * memory.
 */
int special_read(struct arena *a, const char *path, size_t max_bytes, char **ret_data,
		 size_t *ret_len, struct err *err) MUST_USE;

/* Opens an output that special_is_output(). Close *ret_fd if it is above 2. */
int special_open_output(const char *path, int *ret_fd, struct err *err) MUST_USE;

#endif
