/*
 * Candidates as decide() takes them, for its tests.
 */
#ifndef TEST_CONTENDERS_H
#define TEST_CONTENDERS_H

#include "judge/decide.h"

/* All tickets answered, and all count as evidence. */
static inline struct contender of(size_t right, size_t n)
{
	return (struct contender){
		.name = "x", .score = { right, n }, .n_tickets = n, .evidence = { right, n }
	};
}

static inline struct contender under_way(size_t right, size_t n, size_t n_tickets)
{
	struct contender c = of(right, n);

	c.n_tickets = n_tickets;
	return c;
}

static inline struct contender with_harder(size_t right, size_t n, size_t harder_right,
					   size_t n_harder)
{
	struct contender c = of(right, n);

	c.harder = (struct tally){ harder_right, n_harder };
	c.n_harder = n_harder;
	return c;
}

static inline struct contender refused(void)
{
	return (struct contender){ .name = "x", .refused = "its licence forbids it" };
}

static inline struct contender not_tried(size_t n)
{
	return (struct contender){ .name = "x", .not_tried = true, .n_tickets = n };
}

static const struct standard usual = { .bar = .9, .certainty = .9, .floor = .85 };

#endif
