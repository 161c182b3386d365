/*
 * Shared by the writers of exports: the exported part of a run, its rows, and safe text for CSV and
 * XML. Internal to export_write().
 */
#ifndef REPORT_EXPORT_EXPORT_ROWS_H
#define REPORT_EXPORT_EXPORT_ROWS_H

#include "base/buf.h"
#include "report/result/result.h"

struct export_scope {
	struct arena *arena;
	const struct result *r;
	const size_t *tickets; /* indices into the result's tickets */
	size_t n_tickets;
	const struct candidate_result **candidates; /* measured ones, in size order */
	size_t n_candidates;
	bool bom;
	size_t *n_cut; /* counts texts that a format could not hold whole */
	struct err *err; /* a writer that fails sets it */
};

typedef void export_writer(const struct export_scope *s, FILE *out);

export_writer export_json, export_jsonl, export_csv, export_tickets, export_promptfoo_tests,
	export_promptfoo, export_inspect, export_inspect_dataset, export_openai_evals, export_junit,
	export_wide, export_xlsx;

/* The names of a row's members, in order; NULL ends the list. */
extern const char *const export_row_names[];

/* A candidate's reply to a ticket, with the run, candidate and ticket: a new reference. */
json_t *export_row(const struct export_scope *s, const struct candidate_result *c, size_t ticket);

/* "ordinary" or "harder": a ticket's role in the run. */
const char *export_role(const struct export_scope *s, size_t ticket);

/* Tokens that the model chose: thoughts, label and reason. */
int64_t export_written_tok(const struct candidate_result *c, size_t ticket);

/* All that the model wrote, with the forced text: label, then reason. Owned by the arena. */
const char *export_raw_text(const struct export_scope *s, const struct candidate_result *c,
			    size_t ticket);

/* True if the model answered, even without a label; false for a crash and the like. */
bool export_is_answered(const struct answer *answer);

/* The system text ("": none) and the ticket as chat messages: a new reference. */
json_t *export_messages(const char *system, const char *text);

/*
 * The messages that a candidate got for a ticket: system text, worked examples as turns, text. With
 * several orders of the labels: those of the first order. Examples that were purged are left out. A
 * new reference.
 */
json_t *export_sent_messages(const struct export_scope *s, const struct candidate_result *c,
			     const char *text);

/*
 * Appends a CSV cell (RFC 4180) of printable text (str_printable), always in quotes. If a
 * spreadsheet could take it for a formula, an apostrophe comes first: if it begins with a tab or a
 * line break, or, after blanks, with = + - @ or a variant of one of these characters.
 */
void export_csv_cell(struct buf *b, const char *text, size_t n_bytes);

/* The same with every byte as it is, line breaks too: for text that is read back. */
void export_csv_exact_cell(struct buf *b, const char *text, size_t n_bytes);

/*
 * Appends text for an element or attribute of XML 1.0. Line breaks and tabs stay. Other hidden
 * characters, which include all that XML forbids, are escaped as in str_printable().
 */
void export_xml_text(struct buf *b, const char *text, size_t n_bytes);

#endif
