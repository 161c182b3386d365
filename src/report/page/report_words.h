/*
 * What the page and the short report both say of a result: verdicts in plain words, what a
 * thousand tickets cost, what to do next. Decides wording and rounding; knows nothing of markup.
 * Texts are owned by the arena and hold names as they came: the writers escape them.
 */
#ifndef REPORT_PAGE_REPORT_WORDS_H
#define REPORT_PAGE_REPORT_WORDS_H

#include "report/result/result.h"

/* "92%", "89.5%"; "-" where share is negative. */
const char *words_share(struct arena *a, double share);

/* "23 of 25 right (92%)". */
const char *words_right(struct arena *a, const struct tally *t);

/* "23 of 25 (92%)"; "-" where there is none. */
const char *words_tally(struct arena *a, const struct tally *t);

/* One sentence on what the verdict means for this candidate. */
const char *words_verdict(struct arena *a, const struct result *r, size_t candidate);

/* More right answers that are needed: "24", "settled", or "never". */
const char *words_needed(struct arena *a, size_t n);

/* Whose times a reader must not compare: "clean", "disturbed", "reused", "resumed", ... */
const char *words_timing(const struct candidate_result *c);

/* 1,000 tickets one after another, from the measured active time; load and prefix are not in it. */
struct cost {
	double answer_minutes; /* labels only; -1 where nothing was measured */
	double full_minutes; /* with reasons; -1 where none were written */
	double energy_wh; /* of all that the run did; -1 where it is not known */
};

struct cost cost_per_1000(const struct candidate_result *c);

/* Whether the energy of any candidate was measured. */
bool cost_energy_known(const struct result *r);

/* "12 min", "under 0.1 min", "2.5 h"; "-" where there is none. */
const char *words_minutes(struct arena *a, double minutes);
const char *words_energy(struct arena *a, double wh);

/* The licence as the file states it; "not stated in the file". */
const char *words_licence(const struct candidate_result *c);
/* "READ apache-2.0": what it means for the wanted use. */
const char *words_licence_verdict(struct arena *a, const struct candidate_result *c);

/* Whether its times can be compared with those of others. */
bool words_is_clean(const struct candidate_result *c);

enum { NEXT_MAX_STEPS = 8 };

/* What to do next, the most important first; returns how many. */
size_t words_next(struct arena *a, const struct result *r, const char *ret_steps[NEXT_MAX_STEPS]);

/* "8 candidates (2 of them without a language model) on 25 ordinary and 10 harder tickets". */
const char *words_tested(struct arena *a, const struct result *r);

#endif
