/*
 * The tickets of a run, and one of them with the answers of all candidates, as text and as JSON.
 */
#ifndef REPORT_RESULT_TICKET_TEXT_H
#define REPORT_RESULT_TICKET_TEXT_H

#include "report/result/result.h"

/* The ticket with that id, or -1. */
int ticket_find(const struct result *r, const char *id);

/* Fails with ERR_INPUT, and the nearest id if one is near, if the run has no such ticket. */
int ticket_find_or_fail(struct arena *a, const struct result *r, const char *id, size_t *ret_at,
			struct err *err) MUST_USE;

/* The text whole, then a row a candidate: its label, whether it is right, how sure, and why. */
void ticket_write(struct arena *a, const struct result *r, size_t at, FILE *out);

/* A new reference: the ticket, and of each candidate all that result_to_json() has of its reply. */
json_t *ticket_to_json(const struct result *r, size_t at);

/* Every ticket of the run: id, role, expected answer, how many are right, text. */
void tickets_write(struct arena *a, const struct result *r, FILE *out);

/*
 * The candidates that were asked, and each ticket with their answers in that order, or null. A new
 * reference.
 */
json_t *tickets_to_json(const struct result *r);

#endif
