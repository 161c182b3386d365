/*
 * For tests of what a worker may do: checks in a child that enters the sandbox, because nothing
 * leaves it again.
 */
#ifndef TEST_SANDBOX_CHILD_H
#define TEST_SANDBOX_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "work/sandbox/sandbox.h"

static char level[SANDBOX_TEXT_MAX], proof[SANDBOX_TEXT_MAX];

/* In the child: reports a check that fails, and exits. */
#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "line %d, errno %d: %s; level: %s; %s\n", __LINE__, errno, \
				#condition, level, proof); \
			_exit(1); \
		} \
	} while (0)

static inline bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Runs `inside` in a child and returns how it ended: 0 if every check held. */
static inline int sandbox_child(void (*inside)(const void *ctx), const void *ctx)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		inside(ctx);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

#endif
