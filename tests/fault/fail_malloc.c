/*
 * A library to preload into any program: makes a request for memory fail.
 *   FAIL_MALLOC_AT=N      the N-th request fails
 *   FAIL_MALLOC_STAY=1    every later request fails too
 *   FAIL_MALLOC_COUNT=F   the number of requests is written to file F at the end
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t n_bytes);
void *__libc_calloc(size_t n, size_t n_bytes);
void *__libc_realloc(void *p, size_t n_bytes);

static long n_requests;

static bool fails(void)
{
	static long at = -1;
	static bool stay;

	if (at < 0) {
		const char *text = getenv("FAIL_MALLOC_AT");
		const char *all = getenv("FAIL_MALLOC_STAY");

		at = text ? strtol(text, NULL, 10) : 0;
		stay = all && *all == '1';
	}
	n_requests++;
	if (at == 0 || !(stay ? n_requests >= at : n_requests == at))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n_bytes)
{
	return fails() ? NULL : __libc_malloc(n_bytes);
}

void *calloc(size_t n, size_t n_bytes)
{
	return fails() ? NULL : __libc_calloc(n, n_bytes);
}

void *realloc(void *p, size_t n_bytes)
{
	return fails() ? NULL : __libc_realloc(p, n_bytes);
}

__attribute__((destructor)) static void write_count(void)
{
	const char *path = getenv("FAIL_MALLOC_COUNT");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	if (fd >= 0)
		dprintf(fd, "%ld\n", n_requests);
}
