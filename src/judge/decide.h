/*
 * Scored candidates × bar → the pick: the smallest that scored at least the bar. Pure.
 * This is the rule as anyone would state it; how sure it is belongs beside it, not in it.
 */
#ifndef JUDGE_DECIDE_H
#define JUDGE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct contender {
	const char *name;
	int64_t size_bytes, n_params;
	size_t n_right, n, n_tickets; /* n < n_tickets: its pass is not complete */
	const char *refused; /* why it did not run, or NULL */
};

struct decision {
	int pick; /* index into the contenders, or -1 */
	int closest; /* the best score among those that missed the bar, or -1 */
	const char *why; /* one paragraph for people; owned by the arena */
};

/* Whether n_right of n is at least the bar, free of rounding: 23/25 clears 0.92. */
bool clears_bar(size_t n_right, size_t n, double bar);

/* Contenders are in size order. Only a complete pass can be picked. */
void decide(struct arena *a, const struct contender *contenders, size_t n, double bar,
	    struct decision *ret_decision);

#endif
