/*
 * One writer at a time: a lock on a file beside the store, which also says who holds it. The
 * system drops it when the process ends, however it ends; the file stays.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/err.h"

/* Never waits. Fails with ERR_STORE, naming process and start where another one holds it. */
int lock_take(const char *store_path, int *ret_fd, struct err *err) MUST_USE;
void lock_drop(int fd);

#endif
