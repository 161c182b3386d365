/*
 * Between the files of the sandbox on Linux.
 */
#ifndef WORK_SANDBOX_SANDBOX_LINUX_H
#define WORK_SANDBOX_SANDBOX_LINUX_H

#include "work/sandbox/sandbox.h"

/*
 * Fills ret_words with "Landlock ABI 7". Returns false if the layer is not available. Before ABI 8
 * it confines only the calling thread and those it starts later; the words mention earlier ones.
 */
bool sandbox_enter_landlock(const struct sandbox_request *request, char *ret_words, size_t size);

/*
 * Leaves this process the system calls that the request needs. Returns false if the kernel or this
 * build has no seccomp.
 */
bool sandbox_enter_seccomp(const struct sandbox_request *request);

/* The threads of this process: /proc counts them as links of their folder. */
long sandbox_count_threads(void);

#endif
