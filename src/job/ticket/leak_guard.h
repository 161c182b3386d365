/*
 * The leak guard: a text that (nearly) repeats a ticket under test must not be an example in a
 * prompt, and nothing may learn from it. Decides what "nearly" means. Pure.
 */
#ifndef JOB_TICKET_LEAK_GUARD_H
#define JOB_TICKET_LEAK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"

/* Texts at least this similar are near-duplicates. docs/measured/leak-guard.md has the reasons. */
#define LEAK_GUARD_NEAR 0.4

/* The tickets under test, prepared for comparison. */
struct leak_guard {
	struct shingles *texts; /* opaque outside leak_guard.c */
	const struct ticket **tickets; /* borrowed from the slices */
	size_t n;
};

struct leak_guard leak_guard_build(struct arena *a, const struct slice *const *slices,
				   size_t n_slices);

/*
 * RULE: leak guard. The first ticket under test that this one would give away, or NULL: nearly the
 * same text, the same image if both have one, or the same group.
 */
const struct ticket *leak_guard_hit(struct arena *a, const struct leak_guard *guard,
				    const struct ticket *ticket);

/*
 * The family of each ticket. Tickets that (nearly) repeat each other or share a group are one
 * family, also indirectly. The number of a family is the index of its first ticket.
 */
size_t *guard_families(struct arena *a, const struct ticket *const *tickets, size_t n);

/*
 * ret[i]: ticket i (nearly) repeats an earlier ticket with the same label, which does not repeat
 * one itself. Such tickets are one piece of evidence. Fast for many tickets that differ and for
 * many that do not. Groups do not count here, and of a text only the first 64 KiB.
 */
bool *guard_find_repeats(struct arena *a, const struct ticket *const *tickets, size_t n);

/*
 * Similarity of two texts in 0..1: the Jaccard index of the sets of character 5-shingles of the
 * normalised texts; 1 for equal normalised texts. If normalising leaves nothing of a text (only
 * signs and emoji), only an identical text is similar.
 */
double text_similarity(const char *a, const char *b);

#endif
