/*
 * The evidence of a run, for somebody who has to prove it later: the rules card with all checksums,
 * as JSON and as a page. It quotes no ticket and no reply. Knows nothing of files.
 */
#ifndef REPORT_PAGE_EVIDENCE_H
#define REPORT_PAGE_EVIDENCE_H

#include "report/card/check.h"

enum { EVIDENCE_MAX_PROGRAMS = 4 };

/* A program file beside this one. */
struct evidence_program {
	const char *name;
	char sha256[65];
};

struct evidence_facts {
	const struct check_facts *facts;
	const struct card *card;
	const char *program; /* name and version of this program, which may differ from the run's */
	struct evidence_program programs[EVIDENCE_MAX_PROGRAMS];
	size_t n_programs;
};

/* A new reference. */
json_t *evidence_to_json(struct arena *a, const struct evidence_facts *e);

void evidence_write_html(struct arena *a, const struct evidence_facts *e, FILE *out);

#endif
