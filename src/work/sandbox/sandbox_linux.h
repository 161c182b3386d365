/*
 * What the two halves of the sandbox on Linux know of each other.
 */
#ifndef WORK_SANDBOX_SANDBOX_LINUX_H
#define WORK_SANDBOX_SANDBOX_LINUX_H

#include "work/sandbox/sandbox.h"

/*
 * Fills ret_words with "Landlock ABI 7". False where the layer could not be had. Before ABI 8
 * only the calling thread and those it starts later are held, so earlier ones are mentioned.
 */
bool sandbox_enter_landlock(const struct sandbox_request *request, char *ret_words, size_t size);

/* Threads of this process: /proc counts them as links of their folder. */
long sandbox_count_threads(void);

#endif
