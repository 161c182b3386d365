/*
 * Ctrl-C and similar signals: one stops after the ticket in flight, two stop at once. A stop file,
 * STORE.stop beside the store, counts as one Ctrl-C: for scripts and other terminals.
 */
#ifndef FLOW_INTERRUPT_H
#define FLOW_INTERRUPT_H

#include "base/arena.h"
#include "base/err.h"

/* Fails with ERR_REFUSED if the stop file exists: nothing would be asked. */
int interrupt_check_stop(struct arena *a, const char *store_path, struct err *err) MUST_USE;

/* From now on counts SIGINT, SIGTERM and SIGHUP. store_path NULL: there is no stop file. */
void interrupt_catch(const char *store_path);

int interrupt_count(void);

/*
 * The exit code of a command that left work undone: 128 and the number of the first signal, as
 * shells report it (130 after Ctrl-C, 143 after SIGTERM); 0 if no signal came.
 */
int interrupt_exit_code(void);

#endif
