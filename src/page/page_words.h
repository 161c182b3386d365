/*
 * From a request to a command line. Decides which verbs the page may run, with which options, and
 * which file a name from the browser means: only one that page_files.h lists. Runs nothing.
 */
#ifndef PAGE_PAGE_WORDS_H
#define PAGE_PAGE_WORDS_H

#include <jansson.h>

#include "flow/cmd.h"
#include "page/page_files.h"

enum page_row_is {
	PAGE_STORED = 1, /* of a run: it is told the store */
	PAGE_JOB_STORED = 2, /* of a job: it finds the store, unless the user named one */
	PAGE_EVENTS = 4, /* it has --json-events */
	PAGE_MEASURES = 8, /* it keeps the processor busy: one at a time */
	PAGE_NO_JSON = 16, /* it is not asked for JSON */
	PAGE_CHANGES = 32, /* it comes to its end even if its client goes */
};

/* A verb that the page may run. Lists of parameters have a blank between their names. */
struct page_row {
	const char *name; /* in the address */
	const char *verb;
	const char *args; /* parameters that become arguments, in this order */
	const char *options; /* parameters that become the options of these names */
	const char *fixed[4]; /* further words */
	unsigned is; /* of enum page_row_is */
	const char *ending; /* of the file that it writes; NULL: it writes JSON */
};

/* Ended by a row without a name. */
extern const struct page_row page_reads[], page_actions[], page_drafts[], page_papers[];

struct page_words {
	const char *const *words; /* as verb_process_start() takes them */
	const char *command; /* what a user would type */
};

/* NULL if there is none of that name. */
const struct page_row *page_row_find(const struct page_row *rows, const char *name);

/*
 * The words of a row with the values of its parameters: strings, numbers, true, or arrays of
 * strings. ERR_INPUT if there is a parameter that the row does not have, or a value that cannot be
 * meant. The job is the folder's first if `values` does not name one.
 */
int page_words_make(struct cmd *cmd, const struct page_folder *folder, const struct page_row *row,
		    const json_t *values, struct page_words *ret_words) MUST_USE;

#endif
