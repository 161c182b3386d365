/*
 * Between the files of toehold-fetch: its main, libcurl, and the rights that it gives up.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stddef.h>

#include "work/transfer/transfer.h"

/* "libcurl/7.88.1 OpenSSL/3.0.15" */
const char *fetch_library(void);

/*
 * Makes one transfer, from GET to END, and writes it to `out`. A transfer that fails ends with an
 * END that says why. Returns -1 only if `out` cannot be written.
 */
int fetch_transfer(int out, const struct transfer_get *get, struct err *err) MUST_USE;

/* The user's certificates; or the system's if libcurl has none of its own; or NULL. */
const char *fetch_ca_file(void);
const char *fetch_ca_dir(void);

/*
 * From now on the process can write or make no file, start no program and reach no other process.
 * It can read only what names, certificates and libraries need, and it ends with its parent. Fills
 * ret_words with the layers in force and the proof. Fails with ERR_REFUSED if the kernel has no
 * Landlock, or if a layer does not hold.
 */
int fetch_give_up_rights(char *ret_words, size_t size, struct err *err) MUST_USE;

#endif
