/*
 * What the files of a draft share. Internal to draft.h and draft_make.h.
 */
#ifndef FLOW_DRAFT_DRAFT_PARTS_H
#define FLOW_DRAFT_DRAFT_PARTS_H

#include "flow/draft/draft.h"

extern const struct names draft_verb_names;

/* Reads the rows of a draft: fills rows, n, and by_id. */
int draft_rows_read(struct cmd *cmd, struct draft *d) MUST_USE;

/* Writes d->rows (0600). */
int draft_rows_write(struct cmd *cmd, const struct draft *d) MUST_USE;

/* Reads the lines of a journal that is open. Fills d->entries. */
int draft_journal_read(struct cmd *cmd, int fd, struct draft *d) MUST_USE;

/* Opens the journal and waits for its lock. */
int draft_journal_lock(struct cmd *cmd, const char *dir, int *ret_fd) MUST_USE;

/* Appends a line to a locked journal, in place of a line that was cut. */
int draft_journal_append(struct cmd *cmd, int fd, const struct draft_entry *entry) MUST_USE;

/* draft_do() with a journal that is locked; `before` has the folder. */
int draft_do_locked(struct cmd *cmd, int fd, const struct draft_entry *entry, struct draft *before,
		    struct draft *after) MUST_USE;

/*
 * Computes the state from d->entries. The last one must be possible; an earlier one that no longer
 * is, because an entry before it was undone, does nothing.
 */
int draft_replay(struct cmd *cmd, struct draft *d) MUST_USE;

/* Sorts the rows for draft_row_find(). ERR_INPUT if an id appears twice. */
int draft_rows_index(struct cmd *cmd, struct draft *d) MUST_USE;

#endif
