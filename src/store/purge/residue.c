/*
 * Keeps hash tables of all fixed-length pieces (windows) of the purged texts, to find what is left
 * of them. A search marks the windows that it finds.
 */
#include "store/purge/residue.h"

#include <stdint.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

static void residue_set_init(struct residue_set *set, struct arena *a, size_t n_bytes, size_t width)
{
	size_t n = SLOTS_MIN;

	while (n < 2 * n_bytes)
		n *= 2;
	*set = (struct residue_set){ arena_array(a, n, sizeof(*set->slots)), n, width };
}

void residue_init(struct residue *r, struct arena *a, size_t n_bytes)
{
	residue_set_init(&r->found, a, n_bytes, RESIDUE_PIECE_BYTES);
	residue_set_init(&r->kept, a, n_bytes, RESIDUE_KEPT_BYTES);
}

/* First and last 8 bytes, mixed with odd constants of splitmix64: only the spread matters. */
static size_t residue_slot_of(const struct residue_set *set, const unsigned char *window)
{
	uint64_t first, last;

	memcpy(&first, window, sizeof(first));
	memcpy(&last, window + set->width - sizeof(last), sizeof(last));
	first = (first ^ (last * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(first ^ (first >> 31)) & (set->n_slots - 1);
}

/* The slot of the window, or the free slot for it. */
static struct residue_slot *residue_find(const struct residue_set *set, const unsigned char *window)
{
	size_t at = residue_slot_of(set, window);

	while (set->slots[at].at && memcmp(set->slots[at].at, window, set->width) != 0)
		at = (at + 1) & (set->n_slots - 1);
	return &set->slots[at];
}

static size_t residue_n_windows(const struct residue_set *set, size_t n_bytes)
{
	return n_bytes < set->width ? 0 : n_bytes - set->width + 1;
}

static void residue_add_windows(struct residue_set *set, const unsigned char *text, size_t n_bytes)
{
	for (size_t i = 0; i < residue_n_windows(set, n_bytes); i++)
		residue_find(set, text + i)->at = text + i;
}

static void residue_mark(struct residue_set *set, const unsigned char *data, size_t n_bytes)
{
	for (size_t i = 0; i < residue_n_windows(set, n_bytes); i++) {
		struct residue_slot *slot = residue_find(set, data + i);

		if (slot->at)
			slot->marked = true;
	}
}

void residue_add(struct residue *r, const void *text, size_t n_bytes)
{
	residue_add_windows(&r->found, text, n_bytes);
	residue_add_windows(&r->kept, text, n_bytes);
}

void residue_keep(struct residue *r, const void *data, size_t n_bytes)
{
	residue_mark(&r->kept, data, n_bytes);
}

void residue_search(struct residue *r, const void *data, size_t n_bytes)
{
	residue_mark(&r->found, data, n_bytes);
}

static size_t residue_n_kept(const struct residue *r, const unsigned char *text, size_t n_bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < residue_n_windows(&r->kept, n_bytes); i++)
		n += residue_find(&r->kept, text + i)->marked;
	return n;
}

enum residue_state residue_of(const struct residue *r, const void *text, size_t n_bytes)
{
	const unsigned char *bytes = text;

	if (n_bytes < RESIDUE_PIECE_BYTES)
		return RESIDUE_SHORT;
	for (size_t i = 0; i < residue_n_windows(&r->found, n_bytes); i++)
		if (residue_find(&r->found, bytes + i)->marked &&
		    residue_n_kept(r, bytes + i, RESIDUE_PIECE_BYTES) == 0)
			return RESIDUE_FOUND;
	return residue_n_kept(r, bytes, n_bytes) == residue_n_windows(&r->kept, n_bytes) ?
		       RESIDUE_KEPT :
		       RESIDUE_NONE;
}
