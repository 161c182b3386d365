/*
 * For tests that need files: a folder of their own, in which they run, removed at the end.
 */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_path[PATH_MAX];

/* Group set-up: makes the folder and goes there. */
static inline int scratch_enter(void **state)
{
	const char *temp = getenv("TMPDIR");

	(void)state;
	snprintf(scratch_path, sizeof(scratch_path), "%s/toehold-test-XXXXXX",
		 temp ? temp : "/tmp");
	return mkdtemp(scratch_path) && chdir(scratch_path) == 0 ? 0 : -1;
}

static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* Group teardown. */
static inline int scratch_leave(void **state)
{
	(void)state;
	if (chdir("/") != 0)
		return -1;
	return nftw(scratch_path, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void scratch_write(const char *name, const void *data, size_t n_bytes)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(data, 1, n_bytes, f) != n_bytes || fclose(f) != 0)
		abort();
}

static inline void scratch_text(const char *name, const char *text)
{
	scratch_write(name, text, strlen(text));
}

#endif
