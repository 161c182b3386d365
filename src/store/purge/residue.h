/*
 * Looks for pieces of texts. A purge searches the bytes of the store's files for what it removed.
 * Must not know rows, files or SQLite.
 *
 * Any RESIDUE_PIECE_BYTES bytes of a text in a row are a piece. A piece does not count if
 * RESIDUE_KEPT_BYTES of it in a row occur in what is kept: the bytes beside a kept value may
 * continue it by chance.
 */
#ifndef STORE_PURGE_RESIDUE_H
#define STORE_PURGE_RESIDUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { RESIDUE_PIECE_BYTES = 12, RESIDUE_KEPT_BYTES = 8 };

struct residue_slot {
	const unsigned char *at; /* NULL: the slot is free */
	bool marked;
};

/* A set of windows of one width over the texts, each marked or not. */
struct residue_set {
	struct residue_slot *slots; /* owned by the arena */
	size_t n_slots; /* a power of two */
	size_t width; /* bytes */
};

struct residue {
	struct residue_set found, kept;
};

/* What became of one text. */
enum residue_state {
	RESIDUE_NONE, /* nothing of it was found */
	RESIDUE_SHORT, /* shorter than a piece: a find would mean nothing */
	RESIDUE_KEPT, /* all of it occurs in what is kept */
	RESIDUE_FOUND, /* a piece was found that is not kept */
};

/* Makes room for texts of n_bytes together. */
void residue_init(struct residue *r, struct arena *a, size_t n_bytes);

/* Adds a text, which is borrowed until the last use of `r`. */
void residue_add(struct residue *r, const void *text, size_t n_bytes);

/* Bytes that are kept on purpose. */
void residue_keep(struct residue *r, const void *data, size_t n_bytes);

/* Searches bytes. Consecutive calls must overlap by RESIDUE_PIECE_BYTES - 1. */
void residue_search(struct residue *r, const void *data, size_t n_bytes);

/* Of a text that was added, after everything was kept and searched. */
enum residue_state residue_of(const struct residue *r, const void *text, size_t n_bytes);

#endif
