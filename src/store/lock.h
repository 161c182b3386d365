/*
 * One writer at a time: a lock on a file beside the store, which names the holder. The system
 * releases the lock when the process ends, however it ends. The file stays.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/err.h"

/*
 * Waits only for what a killed process left. ERR_STORE, with process and start time, if another
 * process holds the lock.
 */
int lock_take(const char *store_path, int *ret_fd, struct err *err) MUST_USE;
void lock_drop(int fd);

#endif
