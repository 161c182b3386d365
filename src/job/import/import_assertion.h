/*
 * Assertions of promptfoo: which name a label. Internal to the format promptfoo.
 */
#ifndef JOB_IMPORT_IMPORT_ASSERTION_H
#define JOB_IMPORT_IMPORT_ASSERTION_H

#include "job/import/import_rows.h"

/* Where the variables of templates are: the cells of a row, or the variables of a test. */
struct assertion_vars {
	const struct import_columns *columns; /* NULL: vars */
	const struct table_row *row;
	const json_t *vars;
};

/* Whether assertions of this type name the expected answer. */
bool assertion_names_label(const char *type);

/* Fails if the value points to another file. */
int assertion_refuse_file(const struct importer *im, size_t line, const char *value,
			  struct err *err) MUST_USE;

/*
 * Replaces templates that stand for one character, which export writes in place of text that
 * promptfoo would run. Other templates stay; *ret_others says whether there are any.
 */
const char *assertion_without_quotes(struct importer *im, const char *text, bool *ret_others);

/* The variable that a value such as "{{label}}" stands for, or NULL. Owned by the arena. */
const char *assertion_variable(struct arena *a, const char *value);

/* What a value such as "{{label}}" stands for, or NULL if it is no template or has no value. */
const char *assertion_value_of(struct importer *im, const struct assertion_vars *vars,
			       const char *value);

/* Offers what an assertion compares with. `variable` is the value of its template, or NULL. */
int assertion_offer(struct importer *im, struct import_draft *draft, const char *value,
		    const char *variable, struct err *err) MUST_USE;

/* Reads an assertion in a cell: "type: value", "not-type: value", or the expected answer. */
int assertion_offer_cell(struct importer *im, struct import_draft *draft, const char *cell,
			 const struct assertion_vars *vars, struct err *err) MUST_USE;

#endif
