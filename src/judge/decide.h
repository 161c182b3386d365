/*
 * Decides the pick and a verdict on each candidate. Pure. The pick is the smallest candidate that
 * scored at least the bar on the ordinary tickets and on all tickets together. A verdict says how
 * sure that is, on the ordinary tickets alone; it never changes the pick (docs/decision.md).
 */
#ifndef JUDGE_DECIDE_H
#define JUDGE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/names.h"

/* The requirements, recorded before anything was measured. All are shares in 0..1. */
struct standard {
	double bar;
	double certainty; /* of a verdict */
	double floor; /* accuracy that "good enough" must assure */
	double hard_share; /* share of real tickets that are like the harder ones; 0: unknown */
	bool harder_shown; /* harder tickets have no say in the pick */
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
	struct tally harder; /* over the harder tickets, which are no evidence */
	size_t n_harder;
};

/* Constant; its name in JSON, tables of data and other programs' formats; its words for people;
 * what it means. */
#define VERDICTS(X) \
	X(VERDICT_NONE, "", "not measured", "It was not measured, or not to its end.") \
	X(VERDICT_CLEARS, "CLEARS", "ABOVE THE BAR (proven)", \
	  "Its true accuracy is the bar or more, with the certainty asked for.") \
	X(VERDICT_GOOD_ENOUGH, "GOOD ENOUGH", "GOOD ENOUGH", \
	  "It scored the bar, and its true accuracy is the floor or more, with the certainty " \
	  "asked for.") \
	X(VERDICT_DOES_NOT_CLEAR, "DOES NOT CLEAR", "BELOW THE BAR (proven)", \
	  "Its true accuracy is below the bar, with the certainty asked for.") \
	X(VERDICT_NOT_ENOUGH, "NOT ENOUGH EVIDENCE", "NOT ENOUGH EVIDENCE", \
	  "None of these is proven: the usual verdict of 25 tickets.")

enum verdict_kind { VERDICTS(NAMES_CONSTANT) VERDICT_COUNT };

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
	int pick_ordinary; /* what the pick is by the ordinary tickets alone, or -1 */
	int pick_together; /* what it is if the harder ones count too, or -1 */
	int closest; /* the best score among those that missed the bar, or -1 */
	int assured; /* the smallest that may be picked and is GOOD ENOUGH or better, or -1 */
	int blocked; /* the smallest that would be the pick if its licence allowed the use, or -1 */
	struct verdict *verdicts; /* one per contender; owned by the arena */
	size_t n_looks; /* planned candidates: each is one more look at the data */
	size_t n_not_tried; /* of these: --first ended the run before them */
	size_t n_not_measured; /* gave no answer; they are no looks */
	size_t n_unfinished; /* planned, with tickets still to be asked */
	bool harder_open; /* harder tickets still to be asked could change pick_together */
	bool open; /* these could change the pick, or that there is none: nothing is decided */
	bool nothing_measured; /* no model is measured, and no baseline is the pick */
	const char *why; /* one paragraph for people; owned by the arena */
};

/* "ABOVE THE BAR (proven)", "GOOD ENOUGH", ...: for people. */
const char *verdict_words(enum verdict_kind kind);

/* "CLEARS", "GOOD ENOUGH", ...: for programs; never changes. "" if there is none. */
const char *verdict_name(enum verdict_kind kind);

/* What it means, as one sentence without figures. */
const char *verdict_meaning(enum verdict_kind kind);

/* Why a verdict is capped: what was changed after its results were seen. Follows "the". */
const char *capped_words(bool edited);

/* What would settle it: "If the next 30 are all right, 85% is guaranteed; 90% takes 52." */
const char *verdict_next(struct arena *a, const struct verdict *v, const struct standard *s);

/* Whether n_right of n is at least the bar, free of rounding: 23/25 clears 0.92. */
bool clears_bar(size_t n_right, size_t n, double bar);

/* Right answers among n that the bar requires. */
size_t bar_needs(size_t n, double bar);

/*
 * Whether it answered every ticket and scored the bar: on the ordinary ones and, if they count, on
 * all together. Its licence has no say.
 */
bool scored_bar(const struct contender *c, const struct standard *s);

/* The same, even if every ticket still to be asked would be right: it is out. */
bool missed_bar(const struct contender *c, const struct standard *s);

/*
 * Share of all tickets together that were right: a plain sum, or weighted as hard_share says. If
 * there are no harder ones or none was asked, of the ordinary ones. 0 if none was asked.
 */
double share_together(const struct contender *c, const struct standard *s);

/* "29 of 35 (82.9%)", "84%, weighted": share_together() as text. */
const char *together_words(struct arena *a, const struct contender *c, const struct standard *s);

/*
 * Contenders are in size order. Only a complete one that is not blocked can be picked. While
 * contenders are unfinished, a pick stands only if all smaller ones are finished; otherwise the
 * decision is open, and it names none.
 */
void decide(struct arena *a, const struct contender *contenders, size_t n,
	    const struct standard *standard, struct decision *ret_decision);

/*
 * Why the pick is another one than decision->pick_ordinary, without that name and a full stop: "got
 * 6 of 10 harder tickets; together 29 of 35 (82.9%), below the bar". NULL if it is the same.
 */
const char *moved_words(struct arena *a, const struct contender *contenders,
			const struct standard *standard, const struct decision *decision);

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
