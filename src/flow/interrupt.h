/*
 * Ctrl-C and its relatives: once means stop after the ticket in flight, twice means now. A stop
 * file, STORE.stop beside the store, is one Ctrl-C from elsewhere: from a script, from another
 * terminal, from somebody who does not know the process.
 */
#ifndef FLOW_INTERRUPT_H
#define FLOW_INTERRUPT_H

#include "base/arena.h"
#include "base/err.h"

/* ERR_REFUSED where the stop file is there already: nothing would be asked. */
int interrupt_check_stop(struct arena *a, const char *store_path, struct err *err) MUST_USE;

/* Counts SIGINT, SIGTERM and SIGHUP, and looks for the stop file (NULL: for none), from now on. */
void interrupt_catch(const char *store_path);

int interrupt_count(void);

#endif
