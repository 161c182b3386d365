/*
 * The gate over a slice of tickets.
 */
#include "job/redact/redact_gate.h"

int redact_check(struct arena *a, const struct slice *slice, struct redact_findings *ret_findings,
		 struct err *err)
{
	struct redact_findings findings = { .n_tickets = slice->n };
	struct redactor *redactor;
	int r = 0;

	if (redactor_open(REDACT_STRUCTURED, &redactor, err) < 0)
		return -1;
	findings.items = arena_array(a, slice->n + 1, sizeof(*findings.items));
	for (size_t i = 0; i < slice->n && r == 0; i++) {
		const struct ticket *ticket = &slice->tickets[i];
		struct arena scratch = { 0 };
		struct redact_result result;

		r = redact_scan(redactor, &scratch, ticket->text, ticket->text_len,
				REDACT_STRUCTURED_TYPES, &result, err);
		if (r == 0 && result.n_covered)
			findings.items[findings.n++] =
				(struct redact_finding){ ticket->id, ticket->line, result.n_covered,
							 result.covered[0].type };
		arena_release(&scratch);
	}
	redactor_close(redactor);
	if (r == 0)
		*ret_findings = findings;
	return r;
}
