/*
 * A named run in its store. Decides what may go on under a name that exists: only the same job,
 * tickets and mode.
 */
#ifndef CMD_RUN_OPEN_H
#define CMD_RUN_OPEN_H

#include "cmd/track.h"

/*
 * Opens the store for writing, and makes or finds the run. `name` NULL: the first free smoke-N.
 * Fills smoke->store, smoke->run and smoke->labels_json from smoke->prepared.
 */
int run_open(struct smoke *smoke, const char *name, const char *store_path) MUST_USE;

#endif
