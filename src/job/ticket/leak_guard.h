/*
 * The leak guard: a text that (nearly) repeats a ticket under test must not be shown to a model as
 * an example, nor be learnt from. Decides what "nearly" means. Pure.
 */
#ifndef JOB_TICKET_LEAK_GUARD_H
#define JOB_TICKET_LEAK_GUARD_H

#include <stdint.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"

/* Near-duplicate from here on; docs/leak-guard.md says how it was chosen. */
#define LEAK_GUARD_NEAR 0.4

/* The tickets under test, ready to be compared with. */
struct leak_guard {
	struct shingles *texts; /* opaque outside guard.c */
	const struct ticket **tickets; /* borrowed from the slices */
	size_t n;
};

struct leak_guard leak_guard_build(struct arena *a, const struct slice *const *slices,
				   size_t n_slices);

/*
 * The first ticket under test that this one would give away (nearly the same text, the same image
 * where both have one, or the same group), or NULL. RULE: leak guard.
 */
const struct ticket *leak_guard_hit(struct arena *a, const struct leak_guard *guard,
				    const struct ticket *ticket);

/*
 * The family of each ticket: those that (nearly) repeat each other, or share a group, have one,
 * also by way of others. A family's number is the index of its first ticket.
 */
size_t *guard_families(struct arena *a, const struct ticket *const *tickets, size_t n);

/*
 * Similarity of two texts in 0..1: Jaccard index of the sets of character 5-shingles of the
 * normalised texts; 1 for equal normalised texts. Where nothing is left of a text (signs and
 * emoji only), only the very same text is similar.
 */
double text_similarity(const char *a, const char *b);

#endif
