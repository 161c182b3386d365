/*
 * The parts of toehold-fetch: its main, libcurl, and what it gives up before it asks anybody.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stddef.h>

#include "work/transfer/transfer.h"

/* "libcurl/7.88.1 OpenSSL/3.0.15" */
const char *fetch_library(void);

/*
 * One transfer, from GET to END, written to `out`. An answer that is none is told in END; fails
 * only where `out` cannot be written.
 */
int fetch_transfer(int out, const struct transfer_get *get, struct err *err) MUST_USE;

/* Where certificates are looked for in place of libcurl's own; NULL for those. */
const char *fetch_ca_file(void);
const char *fetch_ca_dir(void);

/*
 * From now on: no file can be written or made, none be read but what names, certificates and
 * libraries need, no program be started, no other process be reached; ends with its parent.
 * Layers that the kernel does not have are left out. Fills ret_words with what was had.
 */
void fetch_give_up_rights(char *ret_words, size_t size);

#endif
