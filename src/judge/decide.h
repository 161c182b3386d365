/*
 * Scored candidates × what was asked for → the pick, and a verdict for each: how sure it is.
 * Pure. The pick is the rule as anyone would state it: the smallest that scored at least the bar.
 * The verdicts stand beside it and never change it (docs/decision.md).
 */
#ifndef JUDGE_DECIDE_H
#define JUDGE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* What was asked for, recorded before anything was measured. All are shares in 0..1. */
struct standard {
	double bar;
	double certainty; /* of a verdict */
	double floor; /* what "good enough" has to assure */
	double hard_share; /* of the real stream that is like the harder tickets; 0: not known */
	bool edited; /* results on all these tickets were seen before the prompt was written */
};

struct tally {
	size_t right, n;
};

struct contender {
	const char *name;
	const char *refused; /* why it did not run, or NULL */
	bool blocked; /* its licence forbids the use: measured to evaluate it, never picked */
	struct tally score; /* over the ordinary tickets; n < n_tickets: not complete */
	size_t n_tickets;
	struct tally evidence; /* of these, the ones that count (judge/evidence.h) */
	bool examples_changed; /* results on all were seen before these examples were drawn */
	struct tally harder; /* over the harder tickets, which have a line of their own */
	size_t n_harder;
};

enum verdict_kind {
	VERDICT_NONE, /* it did not run */
	VERDICT_CLEARS, /* the bar, at the certainty asked for */
	VERDICT_GOOD_ENOUGH, /* it scored the bar, and the floor is assured */
	VERDICT_DOES_NOT_CLEAR,
	VERDICT_NOT_ENOUGH, /* evidence for either */
	VERDICT_COUNT
};

struct verdict {
	enum verdict_kind kind;
	bool capped; /* it would be better, but prompt or examples came after results */
	double level; /* share of 1 - certainty that the chain gives it, at the bar */
	double floor_level; /* the same at the floor */
	double at_least; /* accuracy that is assured, at floor_level */
	double chance; /* that its true accuracy is the bar or more, under a uniform prior */
	size_t to_clear, to_floor; /* right answers in a row that would settle it; 0: settled */
};

struct decision {
	int pick; /* index into the contenders, or -1 */
	int closest; /* the best score among those that missed the bar, or -1 */
	int assured; /* the smallest that CLEARS or is GOOD ENOUGH, or -1 */
	int pick_harder; /* the smallest that scored the bar on ordinary and on harder, or -1 */
	int blocked; /* the smallest that scored the bar and is blocked, or -1 */
	struct verdict *verdicts; /* one a contender; owned by the arena */
	size_t n_looks; /* candidates that were measured: each is one more look at the data */
	const char *why; /* one paragraph for people; owned by the arena */
};

/* "CLEARS", "GOOD ENOUGH", ... */
const char *verdict_words(enum verdict_kind kind);

/* Whether n_right of n is at least the bar, free of rounding: 23/25 clears 0.92. */
bool clears_bar(size_t n_right, size_t n, double bar);

/* Right answers that the bar asks for among n. */
size_t bar_needs(size_t n, double bar);

/* Contenders are in size order. Only a complete one that is not blocked can be picked. */
void decide(struct arena *a, const struct contender *contenders, size_t n,
	    const struct standard *standard, struct decision *ret_decision);

/* The paragraph: decision->why. */
const char *explain(struct arena *a, const struct contender *contenders, size_t n,
		    const struct standard *standard, const struct decision *decision);

/*
 * A chance in words that can be read aloud: "about 3 in 4"; with a unit: "about 1 time in 11".
 * `unit` may be NULL.
 */
const char *chance_words(struct arena *a, double chance, const char *unit);

#endif
