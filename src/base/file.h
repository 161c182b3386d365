/*
 * Reads and writes whole files; folders and paths. Descriptors are O_CLOEXEC. Writing is atomic: a
 * temporary file, fsync, rename. If the path of a file is a folder, the error says so.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Identifies one version of a file without reading it. The time is that of the inode's change:
 * unlike the file's own time, nobody can put it back.
 */
struct file_stamp {
	uint64_t dev, inode;
	int64_t size_bytes, ctime_ns;
};

/* The content of a regular file of at most max_bytes and a NUL; owned by the arena. */
int file_read(struct arena *a, const char *path, size_t max_bytes, char **ret_data, size_t *ret_len,
	      struct err *err) MUST_USE;

/*
 * Writes all bytes to a descriptor: goes on after a signal and after a short write. If the
 * descriptor does not block, it waits up to 30 seconds each time the reader takes nothing.
 * Returns 0, or -1 with errno.
 */
int file_write_all(int fd, const void *data, size_t n_bytes) MUST_USE;

/*
 * All n_bytes at a place of a file, which does not move: goes on after a signal, and after a short
 * read or write. Returns 0, or -1 with errno; it is 0 if the file ends before.
 */
int file_read_at(int fd, int64_t at, void *ret_data, size_t n_bytes) MUST_USE;
int file_write_at(int fd, int64_t at, const void *data, size_t n_bytes) MUST_USE;

enum file_mode {
	FILE_REPLACE, /* the new file takes the place of one that is there, or of a link */
	FILE_REPLACE_EXACT, /* the same; the umask takes nothing from the mode */
	FILE_NEW, /* ERR_INPUT if there is a file or a link of that name */
};

/* Never writes through a link, and leaves no other file. The mode is that of the new file. */
int file_write_as(const char *path, enum file_mode how, mode_t mode, const void *data,
		  size_t n_bytes, struct err *err) MUST_USE;

/* The same with FILE_REPLACE. */
int file_write(const char *path, mode_t mode, const void *data, size_t n_bytes,
	       struct err *err) MUST_USE;

/* Fails with ERR_INPUT if the path is missing, a folder, or not readable. */
int file_stamp_get(const char *path, struct file_stamp *ret_stamp, struct err *err) MUST_USE;
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/* Whether two names are one file that exists. */
bool file_is_same(const char *x, const char *y);

bool file_exists(const char *path);

/* As file_exists(); a link that leads nowhere counts too. */
bool file_is_taken(const char *path);

bool file_is_dir(const char *path);

/* ERR_INPUT, with what to do, if the folder in which `path` is to be created does not exist. */
int file_check_folder(struct arena *a, const char *path, struct err *err) MUST_USE;

/* mkdir -p. */
int file_make_dirs(const char *path, mode_t mode, struct err *err) MUST_USE;

/*
 * The path of `name` in the folder that holds `beside`, or in the current folder if `beside` is a
 * descriptor such as /dev/stdin. An absolute name stays as it is.
 */
char *file_beside(struct arena *a, const char *beside, const char *name);

/* The path from the root on: its folder without links. If there is no such folder, it stays. */
char *file_absolute(struct arena *a, const char *path);

/* The end of an absolute path that is below the current folder, else the path itself. */
const char *file_from_here(const char *path);

/* The folder of the running program; owned by the arena. */
char *file_program_dir(struct arena *a);

/* $TOEHOLD_CACHE, $XDG_CACHE_HOME/toehold or ~/.cache/toehold; made if missing. */
int file_cache_dir(struct arena *a, char **ret_path, struct err *err) MUST_USE;

#endif
