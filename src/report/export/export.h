/*
 * Exports a run for other programs. Decides which formats exist, and which tickets and candidates
 * go into each. Must not know where the bytes go, or the store.
 */
#ifndef REPORT_EXPORT_EXPORT_H
#define REPORT_EXPORT_EXPORT_H

#include "report/result/result.h"

/* The options that a format accepts. */
enum export_takes {
	EXPORT_TICKETS = 1, /* the tickets of one slice or role */
	EXPORT_CANDIDATE = 2, /* one candidate; without a name, all that were measured */
	EXPORT_ONE = 4, /* exactly one candidate; without a name, the one that the run shows */
	EXPORT_BOM = 8, /* a byte order mark may come first */
};

/* name, what it takes, what it is for, writer */
#define EXPORT_FORMATS(X) \
	X("json", 0, "everything, with all replies: what show --json prints", export_json) \
	X("jsonl", EXPORT_TICKETS | EXPORT_CANDIDATE, \
	  "one line per reply; run, slice and candidate on each", export_jsonl) \
	X("csv", EXPORT_TICKETS | EXPORT_CANDIDATE | EXPORT_BOM, \
	  "the same rows for a spreadsheet, formulas made harmless", export_csv) \
	X("wide", EXPORT_TICKETS | EXPORT_CANDIDATE | EXPORT_BOM, \
	  "CSV with a row per ticket and a column per candidate", export_wide) \
	X("xlsx", EXPORT_TICKETS | EXPORT_CANDIDATE, \
	  "an Excel workbook: such a sheet, all answers, the candidates", export_xlsx) \
	X("tickets", EXPORT_TICKETS, "the tickets, as toehold reads them", export_tickets) \
	X("promptfoo-tests", EXPORT_TICKETS, "the tickets as tests of promptfoo", \
	  export_promptfoo_tests) \
	X("promptfoo", EXPORT_TICKETS | EXPORT_CANDIDATE, \
	  "the results, for promptfoo import and promptfoo view", export_promptfoo) \
	X("inspect", EXPORT_TICKETS | EXPORT_ONE, "one candidate as a log of Inspect", \
	  export_inspect) \
	X("inspect-dataset", EXPORT_TICKETS, "the tickets as samples of Inspect", \
	  export_inspect_dataset) \
	X("openai-evals", EXPORT_TICKETS, "the tickets as samples of OpenAI evals", \
	  export_openai_evals) \
	X("junit", EXPORT_CANDIDATE, "for CI: red if there is no pick", export_junit)

struct export_options {
	const char *format;
	const char *candidate; /* by its name, or NULL */
	int64_t slice; /* from 1, in the order in which they were added; 0: all */
	const char *role; /* "ordinary", "harder", or NULL for both */
	bool bom;
};

/*
 * The name that Inspect gives a log of this candidate (NULL: the one that is shown): "TIME_TASK_ID
 * .json" (log/_recorders/file.py of inspect_ai). Its viewer lists only files that begin with a
 * time. Owned by the arena.
 */
const char *export_inspect_name(struct arena *a, const struct result *r, const char *candidate);

/* Whether that viewer lists a file of this name. */
bool export_inspect_lists(const char *path);

/* Fails with ERR_USAGE if there is no such format, or it does not accept these options. */
int export_check(struct arena *a, const struct export_options *options, struct err *err) MUST_USE;

/*
 * Writes a result, loaded with its texts, in a format that export_check() accepted. Fails with
 * ERR_INPUT, before it writes anything, if the run has no such candidate or tickets, or if memory
 * for a workbook runs out. *ret_cut is the number of texts that were cut, because a cell of a
 * workbook is limited.
 */
int export_write(struct arena *a, const struct result *r, const struct export_options *options,
		 FILE *out, size_t *ret_cut, struct err *err) MUST_USE;

/* The format that a file's name asks for: csv, jsonl or xlsx by its ending; else NULL. */
const char *export_format_of_name(const char *path);

#endif
