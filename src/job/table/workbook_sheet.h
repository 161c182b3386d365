/*
 * The rows of one sheet. Decides what a cell without a value, a formula or an error is. Must not
 * know how the sheet was found.
 */
#ifndef JOB_TABLE_WORKBOOK_SHEET_H
#define JOB_TABLE_WORKBOOK_SHEET_H

#include "job/table/table.h"
#include "job/table/workbook_xml.h"

/* Names of parts; NULL: the workbook has none. */
struct sheet_source {
	const char *sheet, *strings, *styles;
	bool from_1904;
};

int sheet_each_row(struct archive *archive, const struct sheet_source *source, table_on_row *on_row,
		   void *ctx, struct err *err) MUST_USE;

#endif
