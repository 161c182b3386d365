/*
 * Decides the pick and a verdict on each candidate. Pure. The pick is the smallest candidate that
 * scored at least the bar. A verdict says how sure that is; it never changes the pick
 * (docs/decision.md).
 */
#ifndef JUDGE_DECIDE_H
#define JUDGE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The requirements, recorded before anything was measured. All are shares in 0..1. */
struct standard {
	double bar;
	double certainty; /* of a verdict */
	double floor; /* accuracy that "good enough" must assure */
	double hard_share; /* share of real tickets that are like the harder ones; 0: unknown */
	bool edited; /* results on all these tickets were seen before the prompt was written */
};

struct tally {
	size_t right, n;
};

struct contender {
	const char *name;
	const char *refused; /* why it was not planned, or NULL */
	const char *not_measured; /* why it gave no answer though it was planned, or NULL */
	bool baseline; /* no language model */
	bool unfinished; /* planned, and ordinary tickets of the plan are still to be asked */
	bool harder_unfinished; /* the same of harder tickets */
	bool not_tried; /* planned, but the run ended before it: it has no verdict */
	bool not_reached; /* not tried, and it was not --first that ended the run: unfinished too */
	bool blocked; /* its licence forbids the use: measured, never picked */
	struct tally score; /* over the ordinary tickets; n < n_tickets: not complete */
	size_t n_tickets;
	struct tally evidence; /* the tickets of these that count (judge/evidence.h) */
	bool examples_changed; /* all results were seen before these examples were drawn */
	struct tally harder; /* over the harder tickets, which are reported separately */
	size_t n_harder;
};

enum verdict_kind {
	VERDICT_NONE, /* not measured, not tried or unfinished */
	VERDICT_CLEARS, /* the bar, at the certainty asked for */
	VERDICT_GOOD_ENOUGH, /* it scored the bar, and the floor is assured */
	VERDICT_DOES_NOT_CLEAR,
	VERDICT_NOT_ENOUGH, /* evidence for either */
	VERDICT_COUNT
};

struct verdict {
	enum verdict_kind kind;
	bool capped; /* it would be better, but prompt or examples were changed after results */
	double level; /* its share of 1 - certainty in the chain of tests, at the bar */
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
	struct verdict *verdicts; /* one per contender; owned by the arena */
	size_t n_looks; /* planned candidates: each is one more look at the data */
	size_t n_not_tried; /* of these: --first ended the run before them */
	size_t n_not_measured; /* gave no answer; they are no looks */
	size_t n_unfinished; /* planned, with tickets still to be asked */
	bool harder_open; /* harder tickets still to be asked could decide which pick_harder is */
	bool open; /* these could change the pick, or that there is none: nothing is decided */
	bool nothing_measured; /* no model is measured, and no baseline is the pick */
	const char *why; /* one paragraph for people; owned by the arena */
};

/* "CLEARS", "GOOD ENOUGH", ... */
const char *verdict_words(enum verdict_kind kind);

/* Why a verdict is capped: what was changed after its results were seen. Follows "the". */
const char *capped_words(bool edited);

/*
 * What would settle it: "30 more correct answers in a row would show 85%; 52 more would show 90%."
 */
const char *verdict_next(struct arena *a, const struct verdict *v, const struct standard *s);

/* Whether n_right of n is at least the bar, free of rounding: 23/25 clears 0.92. */
bool clears_bar(size_t n_right, size_t n, double bar);

/* Right answers among n that the bar requires. */
size_t bar_needs(size_t n, double bar);

/*
 * Contenders are in size order. Only a complete one that is not blocked can be picked. While
 * contenders are unfinished, a pick stands only if all smaller ones are finished; otherwise the
 * decision is open, and it names none.
 */
void decide(struct arena *a, const struct contender *contenders, size_t n,
	    const struct standard *standard, struct decision *ret_decision);

/* The paragraph: decision->why. */
const char *explain(struct arena *a, const struct contender *contenders, size_t n,
		    const struct standard *standard, const struct decision *decision);

/* "8 of 20 tickets asked": an unfinished contender. */
const char *unfinished_words(struct arena *a, const struct contender *c);

/* "Unfinished: 8 of 20 tickets asked"; NULL if the run is finished. */
const char *unfinished_headline(struct arena *a, const struct contender *contenders, size_t n,
				const struct decision *decision);

/*
 * What no model did, if nothing_measured: "gave an answer", or "answered the added tickets" if one
 * had answered others.
 */
const char *nothing_measured_words(const struct contender *contenders, size_t n);

/*
 * A chance as text: "about 3 in 4"; with a unit: "about 1 time in 11".
 * `unit` may be NULL.
 */
const char *chance_words(struct arena *a, double chance, const char *unit);

#endif
