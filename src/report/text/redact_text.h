/*
 * The report of `redact`, as text and as JSON: what was covered in a file and what is suspected. It
 * never shows a covered value, only its ends, its placeholder and the redacted text around it.
 */
#ifndef REPORT_TEXT_REDACT_TEXT_H
#define REPORT_TEXT_REDACT_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/redact/redact_file.h"

/* Counts over a whole file. */
struct redact_counts {
	size_t covered[REDACT_N_TYPES];
	size_t n_covered, n_texts_covered;
	size_t n_suspects; /* places that look like personal data, but are not covered */
	size_t n_texts_suspect;
};

void redact_count(const struct redact_file *file, struct redact_counts *ret_counts);

/* `out_name` is the file that was written, as printable text; NULL if none was. */
void redact_write_summary(const struct redact_file *file, const struct redact_counts *counts,
			  const char *out_name, FILE *out);

/* Two tables: what was covered, and what is only suspected. */
void redact_write_review(struct arena *a, const struct redact_file *file,
			 const struct redact_key *key, FILE *out);

/* Counts, and with `places` the offsets of each place. The caller releases it. */
json_t *redact_to_json(const struct redact_file *file, const struct redact_counts *counts,
		       const struct redact_key *key, bool places);

#endif
