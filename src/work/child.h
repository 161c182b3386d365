/*
 * What starting a worker and starting the fetcher have in common: the place of the program, the
 * two pipes to it, and the descriptors that it must not have.
 */
#ifndef WORK_CHILD_H
#define WORK_CHILD_H

#include "base/arena.h"
#include "base/err.h"

/*
 * The path of a program of toehold's own: beside toehold, or in ../libexec/toehold. Owned by the
 * arena. Fails with ERR_ENGINE; `note` ends that message.
 */
int child_find_program(struct arena *a, const char *name, const char *note, char **ret_path,
		       struct err *err) MUST_USE;

/* Two pipes, to and from a child. Other children do not inherit them. Fails with ERR_ENGINE. */
int child_make_pipes(int ret_to[2], int ret_from[2], struct err *err) MUST_USE;

/*
 * In the child: closes all descriptors from `first` on. What toehold inherited from its own caller
 * is not for its children. Async-signal-safe.
 */
void child_close_inherited(int first);

#endif
