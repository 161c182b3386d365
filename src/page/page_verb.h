/*
 * A verb in the background whose output the page collects. Must not know what the verb does.
 */
#ifndef PAGE_PAGE_VERB_H
#define PAGE_PAGE_VERB_H

#include <poll.h>
#include <stdbool.h>

#include "base/buf.h"
#include "flow/verb_process.h"

/* Where a verb finds a third pipe: for --json-events. */
#define PAGE_VERB_EVENTS "/dev/fd/3"

enum { PAGE_POLL_MAX = 64 };

struct page_verb {
	struct verb_process process;
	int fds[VERB_PROCESS_FDS]; /* of standard output, standard error, events; -1: at its end */
	struct buf texts[VERB_PROCESS_FDS];
	int exit_code; /* after its end */
};

/* Starts `toehold WORDS…`. Fails with ERR_ENGINE. */
int page_verb_start(struct cmd *cmd, const char *const *words, bool has_events,
		    struct page_verb *ret_verb) MUST_USE;

/* What poll() must look at, and for how long at most. */
struct page_poll {
	struct pollfd fds[PAGE_POLL_MAX];
	size_t n;
	int wait_ms;
};

/* Adds a verb that runs; what finds no room is looked at when the wait ends. */
void page_verb_poll(const struct page_verb *v, struct page_poll *poll);

/* Collects what has come. True once, when it has ended. */
bool page_verb_collect(struct page_verb *v);

/* After its end: whether its exit code comes with a result (docs/decision.md). */
bool page_verb_has_result(const struct page_verb *v);

/* That result, JSON; "null" if there is none. Borrowed. */
const char *page_verb_json(const struct page_verb *v);

/* Does nothing if it has ended. */
void page_verb_signal(const struct page_verb *v, int signal_number);

/* Ends it, if it still works, and frees the texts. */
void page_verb_release(struct page_verb *v);

#endif
