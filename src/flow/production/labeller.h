/*
 * A candidate in production: labels tickets that have no label yet. Decides which candidate of a
 * run that is, that it is still the one that was measured, and how it is asked. `classify` and
 * `serve` bring the tickets and use the answers.
 */
#ifndef FLOW_PRODUCTION_LABELLER_H
#define FLOW_PRODUCTION_LABELLER_H

#include "flow/session.h"
#include "report/text/production_text.h"
#include "work/pass/pass.h"

/* Tickets of one batch. It decides which tickets share a decode, so it is a setting. */
enum { LABELLER_BATCH = 64 };

struct labeller_options {
	const char *store, *run; /* NULL: the only store here, its newest smoke test */
	const char *candidate; /* NULL: the pick */
	bool threshold; /* the candidate must have probabilities */
	bool label_only; /* no rationales */
	bool one_by_one; /* each ticket alone in its decode, as in the run */
	bool no_quotes; /* an encoder's evidence has labels and ids, no texts */
	bool finish; /* one Ctrl-C still answers the present batch; two do not */
	bool no_sandbox;
	bool accept_change; /* what differs from the run is said, not refused */
	bool strict; /* the verb has no --accept-change, so no error recommends it */
	int64_t timeout_s; /* of one answer */
};

struct labeller {
	struct cmd *cmd;
	struct session session;
	struct result run;
	const struct candidate_result *was; /* as it was measured */
	const struct candidate *candidate; /* as it is asked now */
	struct pass_settings settings;
	const struct encoder *evidence; /* shows the nearest known texts as a rationale; or NULL */
	double *means; /* of a calibrated candidate, from the run; else NULL */
	struct pass pass;
	bool begun;
	bool run_together; /* the run decoded its tickets in batches, as production never writes */
	bool finish, accept_change, strict; /* as in the options */
	const char *beside; /* images are relative to this file's folder */
	/* Of the present batch. */
	struct arena *arena;
	struct pass_item items[LABELLER_BATCH];
	bool moved[LABELLER_BATCH]; /* calibration changed the worker's label */
	struct production_row *rows;
};

/*
 * The candidate of that name; NULL: the pick. Fails with ERR_INPUT if the run has no such candidate
 * and with ERR_REFUSED if it has no pick.
 */
int labeller_choose(struct cmd *cmd, const struct result *r, const char *name,
		    const struct candidate_result **ret_candidate) MUST_USE;

/*
 * Finds and prepares the candidate; starts no worker yet. Fails with ERR_REFUSED if the run has no
 * pick and no candidate is named, or if its licence forbids the use; with ERR_INPUT if job,
 * tickets, examples or weights were changed (unless accepted), or if a threshold needs
 * probabilities and the run has none of this candidate.
 */
int labeller_open(struct cmd *cmd, const struct labeller_options *options,
		  struct labeller *ret) MUST_USE;

/*
 * Answers n <= LABELLER_BATCH tickets. *ret_rows has one row a ticket, owned by the arena; a ticket
 * without an answer has the outcome. Fails if the worker cannot answer any more, and with
 * ERR_STOPPED after a stop: then the rows are incomplete.
 */
int labeller_answer(struct labeller *l, struct arena *a, const struct ticket *tickets, size_t n,
		    struct production_row **ret_rows) MUST_USE;

/* The value of --abstain-below: a share, or 0 if `text` is NULL. ERR_USAGE if it is malformed. */
int labeller_read_below(struct cmd *cmd, const char *text, double *ret_below) MUST_USE;

/* Makes the label a guess if its probability is below `below` or not available. 0: never. */
void labeller_abstain(struct production_row *row, double below);

/* Whether the run's task has no labels: each row then has a text (struct production_row). */
bool labeller_writes(const struct labeller *l);

/* Whether its answers in the run had a probability for every label. */
bool labeller_has_probabilities(const struct labeller *l);

/* As labeller_answer(), but as the run asked: each ticket alone, and without rationales. */
int labeller_ask_as_run(struct labeller *l, struct arena *a, const struct ticket *tickets, size_t n,
			struct production_row **ret_rows) MUST_USE;

/*
 * Describes how engine and machine differ from the run's, or NULL. Asks the worker program, without
 * the model.
 */
int labeller_difference(struct labeller *l, const char **ret_words) MUST_USE;

/* Does nothing if zeroed. */
void labeller_close(struct labeller *l);

#endif
