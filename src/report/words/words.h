/*
 * Sentences and figures that every report has in common: terminal, page, short report, evidence.
 * Decides wording and rounding; knows nothing of markup. Texts are owned by the arena and are
 * safe to print: names in them are printable, cut, and isolated if they run from right to left.
 */
#ifndef REPORT_WORDS_WORDS_H
#define REPORT_WORDS_WORDS_H

#include "judge/measure/stats.h"
#include "judge/recommend.h"
#include "report/result/result.h"

/* A name from a file, for a sentence. */
const char *words_name(struct arena *a, const char *name);

/* "92%", "89.5%"; "-" if share is negative. */
const char *words_share(struct arena *a, double share);

/* Rounded down, because what is promised must hold: "61%". */
const char *words_at_least(struct arena *a, double share);

/* "5.5 to 57.2%". */
const char *words_interval(struct arena *a, struct interval i);

/* "23 of 25 right (92%)". */
const char *words_right(struct arena *a, const struct tally *t);

/* "23/25 (92%)", for a cell; "-" if n is 0. */
const char *words_tally(struct arena *a, const struct tally *t);

/* Correct answers that are still needed: "24", "settled", or "never". */
const char *words_needed(struct arena *a, size_t n);

/* "Unfinished: 8 of 20 tickets asked"; NULL if every planned candidate has answered. */
const char *words_unfinished(struct arena *a, const struct result *r);

/* " Not measured: NAME (REASON)."; "" if all were. */
const char *words_not_measured(struct arena *a, const struct result *r);

/* The command that asks the rest, whole, since it is to be copied; NULL if nothing is left. */
const char *words_go_on(struct arena *a, const struct result *r);

/* The paragraph of the decision. */
const char *words_why(struct arena *a, const struct result *r);

/*
 * One or two sentences for a manager: "Use B today. A may do: label about 46 more tickets to know."
 * names[i] is what candidate i is called, safe to print.
 */
const char *words_recommendation(struct arena *a, const struct result *r, const char *const *names);

/* "about 46 more tickets", "over 1000 more tickets". */
const char *words_tickets_to_label(struct arena *a, const struct recommendation *w);
/* "23 min", "4 hours": of labelling them, at RECOMMEND_SECONDS_A_TICKET. */
const char *words_labelling_time(struct arena *a, const struct recommendation *w);

/* One sentence: what the verdict means for this candidate. */
const char *words_verdict(struct arena *a, const struct result *r, size_t candidate);

/*
 * "clean", or why its times cannot be compared: "disturbed", "reused", "resumed", ...; or
 * result_prefix_mark().
 */
const char *words_timing(const struct candidate_result *c);
/* Whether its times can be compared with those of others. */
bool words_is_clean(const struct candidate_result *c);

/* 1,000 tickets one after another, from the measured active time without load and prefix. */
struct cost {
	double answer_minutes; /* labels only; -1 if nothing was measured */
	double full_minutes; /* with reasons; -1 if none were written */
	double energy_wh; /* of everything the run did; -1 if not available */
};

struct cost cost_per_1000(const struct candidate_result *c);

/* Whether the energy of any candidate was measured. */
bool cost_energy_known(const struct result *r);

/* "12 min", "under 0.1 min", "2.5 h"; "-" if negative. */
const char *words_minutes(struct arena *a, double minutes);
const char *words_energy(struct arena *a, double wh);

/* The licence as the file states it; "not stated in the file". */
const char *words_licence(const struct candidate_result *c);
/* "READ apache-2.0": what it means for the intended use. */
const char *words_licence_verdict(struct arena *a, const struct candidate_result *c);

/* "8 candidates (2 of them without a language model) on 25 ordinary and 10 harder tickets". */
const char *words_tested(struct arena *a, const struct result *r);

enum {
	WORDS_MAX_STEPS = 12,
	WORDS_MAX_MOVED = 5,
	WORDS_MAX_WARNINGS = 12,
	WORDS_PAIR_LINES = 4,
};

/* What to do next, the most important first. Returns how many. */
size_t words_next(struct arena *a, const struct result *r, const char *ret_steps[WORDS_MAX_STEPS]);

/*
 * How bar, floor, certainty, use and the say of harder tickets were moved after results on these
 * tickets were seen, one sentence each. *ret_eased: one of them is now easier than it was in a run
 * before. Returns how many.
 */
size_t words_moved(struct arena *a, const struct result *r, const char *ret_lines[WORDS_MAX_MOVED],
		   bool *ret_eased);

/*
 * What weakens the evidence: a moved bar, repeated texts and groups, an edited prompt, changed
 * examples, calibration on the same tickets. Returns how many.
 */
size_t words_warnings(struct arena *a, const struct result *r,
		      const char *ret_warnings[WORDS_MAX_WARNINGS]);

/* Of all candidates that ran: what their images and their thinking took. Returns how many. */
size_t words_extras(struct arena *a, const struct result *r, const char *const **ret_lines);

/* Ordinary and harder tickets together, weighted if the job says how; and what that means. */
const char *words_both(struct arena *a, const struct result *r, const struct contender *c);
const char *words_both_note(struct arena *a, const struct result *r);

/* How a candidate used the label "other"; "" if the job has none. */
const char *words_abstention(struct arena *a, const struct label_report *l, const struct score *s);

/* Whether two candidates differ beyond chance, by stats_mcnemar_mid_p(). */
const char *words_mcnemar(struct arena *a, double mid_p);

/* A candidate against a larger one: who, which tickets only one gets right, the test. */
void words_pair(struct arena *a, const struct result *r, size_t candidate, size_t larger,
		const char *ret_lines[WORDS_PAIR_LINES]);

/*
 * A candidate's reason for a ticket as it is shown: what it wrote, or that it only repeated the
 * prompt's placeholder; "" if there is none (NULL too). Borrowed.
 */
const char *words_reason(const struct result *r, const struct reason *reason);

#endif
