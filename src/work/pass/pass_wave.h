/*
 * The next wave: which tickets are offered to the worker in one message, with their texts and the
 * bytes of their images. An image must still have the hash that it had when the tickets were read.
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
 * Fills p->wave and *ret_wave with as many of the remaining tickets as one message holds: new ones
 * first, then those that still need a reason. The arena owns what *ret_wave points to.
 */
void pass_fill_wave(struct pass *p, struct arena *a, struct msg_wave *ret_wave,
		    struct bad_image **ret_bad, size_t *ret_n_bad);

#endif
