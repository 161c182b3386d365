/*
 * Counts of a candidate in production: how often each label, how sure, how long. Stored as an event
 * of the run that chose it, without any text of a ticket. `watch` compares them with the run.
 */
#ifndef FLOW_PRODUCTION_PRODUCTION_LOG_H
#define FLOW_PRODUCTION_PRODUCTION_LOG_H

#include "base/hash.h"
#include "flow/production/labeller.h"
#include "judge/measure/drift.h"

struct production_log {
	struct workload work;
	size_t *by_label; /* the writable work.by_label */
	size_t n_abstained; /* of work.n */
	size_t n_failed; /* tickets without a label */
	double below; /* labels with a lower probability were not taken; 0: every label was */
	/* Of a sum: tickets of sessions with the same `below`, and those for a person. */
	size_t n_below, n_person;
	int64_t start_us; /* monotonic */
	/* A checksum of the tickets, in order; "" if none was added. */
	char tickets_sha256[HASH_HEX_LEN + 1];
};

void production_log_begin(struct production_log *log, const struct labeller *l);
void production_log_add(struct production_log *log, const struct production_row *row);

/* Adds a ticket to the checksum, so that `watch` counts the same tickets once. */
void production_log_add_ticket(struct production_log *log, const struct ticket *ticket);

/*
 * Stores the event, unless nothing was answered. Waits up to two seconds for another writer of the
 * store, then prints that the counts were not saved, which is not an error.
 */
void production_log_keep(const struct production_log *log, const struct labeller *l);

/*
 * The checksum of the tickets that an event counts, "" if it has none (an older program's, or
 * serve's). NULL if the event is of another kind or candidate. Owned by the arena.
 */
const char *production_log_tickets(struct arena *a, const struct event_row *event,
				   const char *candidate);

/* Adds an event's counts. False if the event is of another kind or candidate. */
bool production_log_read(const struct event_row *event, const char *candidate, size_t n_labels,
			 struct production_log *sum);

#endif
