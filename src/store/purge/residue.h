/*
 * Pieces of texts, and whether they turn up again. A purge looks with it for what it removed, in
 * the bytes of the store's files. Knows nothing of rows, files or SQLite.
 *
 * Every run of RESIDUE_PIECE_BYTES bytes of every text is a piece. A piece is no residue where
 * RESIDUE_KEPT_BYTES of it in a row stand in what is kept: the bytes beside a kept value may
 * continue it by chance, and nobody could tell where it comes from.
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
	RESIDUE_SHORT, /* it is shorter than a piece: finding it would say nothing */
	RESIDUE_KEPT, /* all of it stands in what is kept */
	RESIDUE_FOUND, /* a piece was found that is not kept */
};

/* Room for the pieces of texts of so many bytes together. */
void residue_init(struct residue *r, struct arena *a, size_t n_bytes);

/* Adds a text; borrowed as long as the residue is used. */
void residue_add(struct residue *r, const void *text, size_t n_bytes);

/* Bytes that are kept on purpose. */
void residue_keep(struct residue *r, const void *data, size_t n_bytes);

/* Bytes to look through. Stretches that follow each other must overlap by a piece less one byte. */
void residue_search(struct residue *r, const void *data, size_t n_bytes);

/* For a text that was added, when everything was kept and searched. */
enum residue_state residue_of(const struct residue *r, const void *text, size_t n_bytes);

#endif
