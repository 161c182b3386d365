/*
 * A hash table of pieces, and walks over bytes that look each window up in it.
 */
#include "store/residue.h"

#include <stdint.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

void residue_init(struct residue *r, struct arena *a, size_t n_bytes)
{
	size_t n = SLOTS_MIN;

	while (n < 2 * n_bytes)
		n *= 2;
	*r = (struct residue){ .slots = arena_array(a, n, sizeof(*r->slots)), .n_slots = n };
}

/* Multiply and mix, with odd constants of splitmix64: only the spread over the slots matters. */
static size_t slot_of(const struct residue *r, const unsigned char *piece)
{
	uint64_t first;
	uint32_t last;

	memcpy(&first, piece, sizeof(first));
	memcpy(&last, piece + sizeof(first), sizeof(last));
	first = (first ^ (last * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(first ^ (first >> 31)) & (r->n_slots - 1);
}

/* The slot that holds the piece, or the free one where it would stand. */
static struct residue_piece *find(const struct residue *r, const unsigned char *piece)
{
	size_t at = slot_of(r, piece);

	while (r->slots[at].at && memcmp(r->slots[at].at, piece, RESIDUE_PIECE_BYTES) != 0)
		at = (at + 1) & (r->n_slots - 1);
	return &r->slots[at];
}

static size_t n_windows(size_t n_bytes)
{
	return n_bytes < RESIDUE_PIECE_BYTES ? 0 : n_bytes - RESIDUE_PIECE_BYTES + 1;
}

void residue_add(struct residue *r, const void *text, size_t n_bytes)
{
	const unsigned char *bytes = text;

	for (size_t i = 0; i < n_windows(n_bytes); i++)
		find(r, bytes + i)->at = bytes + i;
}

void residue_keep(struct residue *r, const void *data, size_t n_bytes)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n_windows(n_bytes); i++) {
		struct residue_piece *piece = find(r, bytes + i);

		if (piece->at)
			piece->kept = true;
	}
}

void residue_search(struct residue *r, const void *data, size_t n_bytes)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n_windows(n_bytes); i++) {
		struct residue_piece *piece = find(r, bytes + i);

		if (piece->at)
			piece->found = true;
	}
}

enum residue_state residue_of(const struct residue *r, const void *text, size_t n_bytes)
{
	const unsigned char *bytes = text;
	bool all_kept = true;

	if (n_bytes < RESIDUE_PIECE_BYTES)
		return RESIDUE_SHORT;
	for (size_t i = 0; i < n_windows(n_bytes); i++) {
		const struct residue_piece *piece = find(r, bytes + i);

		if (piece->found && !piece->kept)
			return RESIDUE_FOUND;
		all_kept &= piece->kept;
	}
	return all_kept ? RESIDUE_KEPT : RESIDUE_NONE;
}
