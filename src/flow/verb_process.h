/*
 * A verb of this program as a process of its own: what a user would type. Must not know what the
 * verb does.
 */
#ifndef FLOW_VERB_PROCESS_H
#define FLOW_VERB_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "flow/cmd.h"

/* Standard output, standard error, and 3: a further one, or -1. */
enum { VERB_PROCESS_FDS = 3 };

enum { VERB_PROCESS_WORDS = 128 }; /* further words are left out */

struct verb_process {
	pid_t pid; /* 0: none */
};

/*
 * Starts `toehold WORDS…` (a NULL ends them) in a folder (NULL: this one). With log_path it works
 * in the background: its messages go to that file, and Ctrl-C does not reach it. It ends with this
 * program. Fails with ERR_ENGINE.
 */
int verb_process_start(struct cmd *cmd, const char *folder, const char *const *words,
		       const char *log_path, struct verb_process *ret_process) MUST_USE;

/*
 * The same in this folder and in the background: what it writes goes to these descriptors, which
 * stay the caller's. The thread that starts it must live as long.
 */
int verb_process_start_piped(struct cmd *cmd, const char *const *words,
			     const int fds[VERB_PROCESS_FDS],
			     struct verb_process *ret_process) MUST_USE;

/* Whether it has ended, and its exit code as below. Does not wait. */
bool verb_process_has_ended(struct verb_process *p, int *ret_code);

/* Waits for its end and returns its exit code; 128 and the signal's number if one ended it. */
int verb_process_wait(struct verb_process *p);

/* Ends it, if it still works, and waits for that. */
void verb_process_stop(struct verb_process *p);

/* Prints the command line, runs it, and waits. Returns its exit code, or -1 as when starting. */
int verb_process_run(struct cmd *cmd, const char *folder, const char *const *words);

#endif
