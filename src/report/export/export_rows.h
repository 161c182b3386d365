/*
 * What the writers of an export share: the part of a run that they write, its rows, and text made
 * safe for CSV and XML. Internal to export_write().
 */
#ifndef REPORT_EXPORT_EXPORT_ROWS_H
#define REPORT_EXPORT_EXPORT_ROWS_H

#include "base/buf.h"
#include "report/result/result.h"

struct export_scope {
	struct arena *arena;
	const struct result *r;
	const size_t *tickets; /* indices into those of the result */
	size_t n_tickets;
	const struct candidate_result **candidates; /* measured ones, in size order */
	size_t n_candidates;
	bool bom;
};

typedef void export_writer(const struct export_scope *s, FILE *out);

export_writer export_json, export_jsonl, export_csv, export_tickets, export_promptfoo_tests,
	export_promptfoo, export_inspect, export_inspect_dataset, export_openai_evals, export_junit;

/* The names of a row's members, in order; a NULL ends them. */
extern const char *const export_row_names[];

/* One candidate's reply to one ticket, with who, what and where: a new reference. */
json_t *export_row(const struct export_scope *s, const struct candidate_result *c, size_t ticket);

/* Input tokens, and those that the model chose, over label and reason. */
int64_t export_written_tok(const struct candidate_result *c, size_t ticket);

/* All that the model wrote, with what it was made to write: label, then reason. In the arena. */
const char *export_said(const struct export_scope *s, const struct candidate_result *c,
			size_t ticket);

/* Whether the model had its say: an answer that is no label is one, a crash is none. */
bool export_was_asked(const struct answer *answer);

/* The system text and the ticket as chat messages: a new reference. */
json_t *export_messages(const char *system, const char *text);

/*
 * Appends a CSV cell (RFC 4180), always in quotes. Text is shown as str_printable() shows it, and
 * where a spreadsheet would take it for a formula, an apostrophe comes first: it begins with a tab
 * or a line break, or, after blanks, with = + - @ or a character that is a form of one of them.
 */
void export_csv_cell(struct buf *b, const char *text, size_t n_bytes);

/*
 * Appends text for an element or attribute of XML 1.0. Line breaks and tabs stay, other characters
 * that would not be seen, all that XML forbids among them, are shown as str_printable() does.
 */
void export_xml_text(struct buf *b, const char *text, size_t n_bytes);

#endif
