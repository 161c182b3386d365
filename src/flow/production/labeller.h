/*
 * A candidate at work: the pick of a run, ready for tickets that nobody has labelled. Decides
 * which candidate that is, that it is still the one that was measured, and how it is asked.
 * `classify` and `serve` bring the tickets and take the answers away.
 */
#ifndef FLOW_PRODUCTION_LABELLER_H
#define FLOW_PRODUCTION_LABELLER_H

#include "flow/session.h"
#include "report/production_text.h"
#include "work/pass/pass.h"

/* Tickets that are answered at a time: where a stream is cut, and so a setting of every answer. */
enum { LABELLER_BATCH = 64 };

struct labeller_options {
	const char *store, *run; /* NULL: the only store here, its newest smoke test */
	const char *candidate; /* NULL: the pick */
	bool threshold; /* there will be one: the candidate has to tell probabilities */
	bool label_only; /* no rationales */
	bool one_by_one; /* labels as the run took them, each ticket alone in its decode */
	bool finish; /* one Ctrl-C lets the tickets in hand be answered; two do not */
	bool no_sandbox;
	int64_t timeout_s; /* of one answer */
};

struct labeller {
	struct cmd *cmd;
	struct session session;
	struct result run;
	const struct candidate_result *was; /* as it was measured */
	const struct candidate *candidate; /* as it is asked now */
	struct pass_settings settings;
	double *means; /* of a calibrated candidate, from the run; NULL elsewhere */
	struct pass pass;
	bool begun;
	bool finish; /* as in the options */
	const char *beside; /* file whose folder names of images are seen from */
	/* Of the tickets at work. */
	struct arena *arena;
	struct pass_item items[LABELLER_BATCH];
	bool moved[LABELLER_BATCH]; /* the label that stands is not the one that the worker chose */
	struct production_row *replies;
};

/*
 * The candidate of that name; NULL: the pick. Fails with ERR_INPUT where the run has no such
 * candidate, and with ERR_REFUSED where it has no pick.
 */
int labeller_choose(struct cmd *cmd, const struct result *r, const char *name,
		    const struct candidate_result **ret_candidate) MUST_USE;

/*
 * Finds the candidate and prepares it; no worker is started yet. Fails with ERR_REFUSED where the
 * run has no pick and no candidate is named, or where its licence forbids the use; with ERR_INPUT
 * where job, tickets, examples or weights are not what they were, or where a threshold is wanted
 * of a candidate that told no probabilities.
 */
int labeller_open(struct cmd *cmd, const struct labeller_options *options,
		  struct labeller *ret) MUST_USE;

/*
 * Answers n <= LABELLER_BATCH tickets; replies are owned by the arena, one a ticket. A ticket that
 * gets no answer is a reply with its outcome. Fails where nothing can be asked any more, and with
 * ERR_STOPPED where somebody stopped it: then the replies are not complete.
 */
int labeller_answer(struct labeller *d, struct arena *a, const struct ticket *tickets, size_t n,
		    struct production_row **ret_replies) MUST_USE;

/* Makes the label a guess if its probability is below `below` or not available. 0: never. */
void labeller_abstain(struct production_row *row, double below);

/* What else than the weights is not as it was in the run, in words; NULL where nothing is. */
const char *labeller_difference(const struct labeller *d);

/* Safe on a zeroed desk. */
void labeller_close(struct labeller *d);

#endif
