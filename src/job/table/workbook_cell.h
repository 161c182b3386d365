/*
 * How a cell of a workbook looks as text. Decides which numbers are dates. Must not know XML.
 */
#ifndef JOB_TABLE_WORKBOOK_CELL_H
#define JOB_TABLE_WORKBOOK_CELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* What a number format makes of a number. */
struct number_form {
	bool date, time; /* shown as a date, as a time of day, or both */
	bool duration; /* hours that go on beyond 24 */
	size_t n_zeros; /* the format is only zeros: leading zeros up to this many digits */
};

/* The form of a built-in format, by its number (ECMA-376-1, 18.8.30), and that of a code. */
struct number_form number_form_builtin(long id);
struct number_form number_form_of_code(const char *code);

/*
 * The number as text: whole numbers with all digits, dates and times as ISO 8601, others with at
 * most 15 digits, as spreadsheets show them. `from_1904`: how the workbook counts days. What is no
 * number stays as it is. Owned by the arena.
 */
const char *workbook_number(struct arena *a, const char *value, struct number_form form,
			    bool from_1904);

/* Puts characters in place of their escapes ("_x000D_", ECMA-376-1, 22.9.2.19). */
const char *workbook_unescape(struct arena *a, const char *text, size_t n_bytes, size_t *ret_len);

#endif
