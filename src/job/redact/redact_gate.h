/*
 * The gate: which tickets hold structured personal data, such as e-mail addresses, numbers of cards
 * and accounts, or secrets. It does not look for names and places. Decides nothing about a run:
 * flow/prepare/privacy.h refuses it.
 */
#ifndef JOB_REDACT_REDACT_GATE_H
#define JOB_REDACT_REDACT_GATE_H

#include "job/redact/redact.h"
#include "job/ticket/ticket.h"

/* One ticket with structured personal data. */
struct redact_finding {
	const char *id; /* the ticket's, borrowed from the slice */
	size_t line;
	size_t n; /* places in its text */
	enum redact_type first; /* the type of the first place */
};

struct redact_findings {
	struct redact_finding *items; /* in the order of the tickets; owned by the arena */
	size_t n;
	size_t n_tickets; /* scanned */
};

/* Scans a slice. Fails as redactor_open() and redact_scan() do. */
int redact_check(struct arena *a, const struct slice *slice, struct redact_findings *ret_findings,
		 struct err *err) MUST_USE;

#endif
