/*
 * Which tickets are offered to the worker next, as one message: their texts, and the bytes of
 * their images, which must be those that the tickets were hashed with.
 */
#ifndef WORK_PASS_PASS_WAVE_H
#define WORK_PASS_PASS_WAVE_H

#include "work/pass/pass.h"

/* An item whose image cannot be offered. */
struct bad_image {
	size_t item; /* index into the pass's items */
	const char *why;
};

/*
 * Fills p->wave and *ret_wave with what is left, as much as one message holds: new tickets first,
 * then those whose reason is to be made up for. *ret_wave and what it points to live as long as
 * the arena.
 */
void pass_fill_wave(struct pass *p, struct arena *a, struct msg_wave *ret_wave,
		    struct bad_image **ret_bad, size_t *ret_n_bad);

#endif
