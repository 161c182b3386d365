/*
 * A run's rows, scored and decided, ready to be written in any form. flow/open/load.c fills it; the
 * writers of this folder only read it.
 */
#ifndef REPORT_RESULT_RESULT_H
#define REPORT_RESULT_RESULT_H

#include <jansson.h>
#include <stdio.h>

#include "judge/answer/labels.h"
#include "judge/decide.h"
#include "judge/evidence.h"
#include "judge/measure/compare.h"
#include "judge/measure/reliability.h"
#include "judge/score.h"
#include "store/store.h"

/* Figures of a resampling, which takes its time: computed once, by the first who asks. */
struct reliability_memo {
	bool known;
	struct reliability figures;
};

struct candidate_result {
	const struct candidate_row *row; /* of the run's first slice */
	const char *short_name; /* report/short_name.h: different from those of the others */
	const struct pass_row *pass; /* over the first slice; NULL: it was refused or not tried */
	const struct pass_row **passes; /* one a slice, in the order asked */
	size_t n_passes;
	size_t n_superseded; /* failed passes that another one replaced */
	const char *ladder; /* "ladder: 16 at a time": it failed with more; or NULL */
	size_t n_slices; /* that it was asked; later ones only if it was still in play */
	struct answer **answers; /* by ticket of the result; NULL: no answer */
	struct reason **reasons;
	struct segment_row *segments; /* of all its passes, oldest first */
	size_t n_segments;
	struct score score; /* over the ordinary tickets */
	struct score harder; /* over the harder ones */
	struct reliability_memo *reliability; /* read it with reliability_of_candidate() */
	struct tally evidence;
	/* Over all segments. */
	int64_t load_us, prefix_us, answer_us, reason_us, full_run_us, peak_rss_bytes;
	int64_t prefix_tok, prefix_kept_tok, prefix_load_us; /* as in struct pass_report */
	int64_t energy_uj; /* -1: not measurable */
	bool disturbed, recomputed;
	bool slept; /* the machine slept while times were measured */
	bool baseline; /* no language model */
	bool calibrated; /* corrected with the same tickets that it is scored on */
	bool raced; /* stopped by --race */
	const char *not_measured; /* why it gave no answer, or was refused; NULL: it gave some */
	bool unfinished; /* planned, and ordinary tickets are still to be asked */
	bool harder_unfinished; /* the same of harder tickets */
	bool not_tried; /* planned, but the run ended before it: --first, unless not_reached */
	bool not_reached; /* not tried, and it was not --first that ended the run */
	bool blocked; /* its licence forbids the use: measured, never picked */
};

struct result {
	const struct run_row *run;
	const struct label *labels;
	size_t n_labels;
	int other; /* index of the label "other", or -1 */
	struct slice *slices; /* in the order in which they were added */
	size_t n_slices;
	/* The tickets of all slices, ordinary ones first, in the order added. */
	const struct ticket *tickets;
	size_t n_tickets, n_ordinary;
	const size_t *slice_of; /* index into slices, one a ticket */
	struct evidence evidence; /* over the ordinary tickets */
	struct evidence examples_evidence; /* the same for candidates that are shown examples */
	struct evidence training_evidence; /* the same for the way `trained` */
	struct candidate_result *candidates; /* in size order */
	size_t n;
	struct standard standard;
	struct contender *contenders; /* one a candidate: the decision's input */
	struct decision decision;
	struct run_row *earlier; /* smoke tests that showed results on these tickets before */
	size_t n_earlier;
	struct suspect *suspects; /* tickets whose expected label may be wrong */
	size_t n_suspects;
	struct event_row *events;
	size_t n_events;
	const char *go_on; /* the command that asks the rest; NULL: finished, or unknown */
	const char *go_on_options; /* that command's options, JSON; NULL: as above */
	const char *chain_head; /* of the store, when the run was read */
	const char *store_path;
	const char *job_path; /* from this folder, as well as it can be found */
};

/*
 * Why a candidate's times cannot be compared with those of others: "no model", "reused",
 * "ladder: …", "slept", "disturbed", "resumed"; NULL if they can.
 */
const char *result_untimed(const struct candidate_result *c);

/*
 * "prefix from cache" or "prefix partly from cache": `prefix` is no time of computing, and the
 * candidate was not measured from a cold start. Its other times do not include the prefix. NULL if
 * all of it was computed.
 */
const char *result_prefix_mark(const struct candidate_result *c);

/* words_timing(), and the prefix's mark beside another one. */
const char *result_timing_mark(struct arena *a, const struct candidate_result *c);

/* "not measured", "not tried (--first)", "not asked yet"; NULL: it gave answers. */
const char *result_not_run(const struct candidate_result *c);

/* The same for a candidate without a result: "not measured" too if it answered nothing. */
const char *result_not_measured(const struct candidate_result *c);

/* Whether its texts were removed: it can be read, and nothing more can be asked. */
bool result_is_purged(const struct result *r);

/* Its verdict as text, or why it has none: "not measured", "unfinished", "not asked yet", ... */
const char *result_verdict(const struct result *r, size_t candidate);

/*
 * Index of the candidate shown in detail: the pick, or the closest, or one that would be the pick
 * if its licence allowed the use, or -1.
 */
int result_shown(const struct result *r);

/* Which of the ordinary tickets count for a candidate: fewer if its examples were changed. */
const struct evidence *result_evidence(const struct result *r, const struct candidate_result *c);

/* Whether it can still win: a baseline, or measured to its end and not BELOW THE BAR. */
bool result_is_in_play(const struct result *r, const struct candidate_result *c);

/* The candidate of that name, or NULL. */
const struct candidate_result *result_candidate(const struct result *r, const char *name);

/*
 * The candidate that a person means: of that name or short name, or the only one whose name has all
 * of the words, in any case. Fails with ERR_INPUT, and lists the short names, if there is none or
 * several.
 */
int result_find_candidate(struct arena *a, const struct result *r, const char *words,
			  const struct candidate_result **ret_candidate, struct err *err) MUST_USE;

/* The next larger candidate that was measured, or -1. */
int result_next_larger(const struct result *r, size_t candidate);

/* "commercial" or "research": the use that the run's licences were judged against. */
const char *result_use(const struct result *r);

/* A candidate that had answered every ticket, and when: from the start of the run, pauses too. */
struct first_result {
	int64_t us; /* -1: there is none, or another run asked it */
	size_t candidate;
};

/* The first of all, and the first that scored the bar and may be used. */
void result_first_times(const struct result *r, struct first_result *ret_any,
			struct first_result *ret_scored);

/* One line with both; nothing if neither is known. */
void result_write_first_times(struct arena *a, const struct result *r, FILE *out);

/* The table of candidates with all times; then what it cannot say, and the first times. */
void result_write_table(struct arena *a, const struct result *r, FILE *out);

/* Who was not measured, asked with less, or is forbidden by its licence: a paragraph each. */
void result_write_notes(struct arena *a, const struct result *r, FILE *out);

/* A candidate's confusion, and the tickets it missed, with its rationale. */
void result_write_confusion(struct arena *a, const struct result *r, size_t candidate, FILE *out);
void result_write_missed(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* How much of a run its JSON has. */
enum result_detail {
	RESULT_BRIEF, /* no labels, languages or reliability, which take time */
	RESULT_WHOLE,
	RESULT_REPLIES, /* each answer and reason too */
};

/* A new reference. */
json_t *result_to_json(struct arena *a, const struct result *r, enum result_detail detail);

/* What that has of one reply: a candidate's, to one ticket. A new reference. */
json_t *result_reply_json(const struct result *r, const struct candidate_result *c, size_t ticket);

#endif
