/*
 * The hash chain over all rows. Each row's hash covers the one before it: a change, a removal or an
 * insertion changes every later hash and the head.
 */
#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "base/hash.h"
#include "store/row.h"

/*
 * sha256(previous hash, table, then for each column its name, the kind of its value, and the value
 * with its length). A private text enters as its salted hash.
 */
void chain_hash(const char *previous, const struct row_type *type, const struct cell *cells,
		char ret_hash[HASH_HEX_LEN + 1]);

/* sha256(salt, text): the hash of a private text. */
void chain_text_hash(const struct cell *cell, char ret_hash[HASH_HEX_LEN + 1]);

#endif
