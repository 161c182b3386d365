/*
 * The hash chain over all rows: each row's hash covers the one before it, so that a change, a
 * removal or an insertion anywhere shows in every later hash and in the head.
 */
#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "base/hash.h"
#include "store/row.h"

/*
 * sha256(previous hash, table, then for each column its name, the kind of its value, and the value
 * with its length). Private texts enter by their salted hash.
 */
void chain_hash(const char *previous, const struct row_type *type, const struct cell *cells,
		char ret_hash[HASH_HEX_LEN + 1]);

/* sha256(salt, text): the hash of a private text. */
void chain_text_hash(const struct cell *cell, char ret_hash[HASH_HEX_LEN + 1]);

#endif
