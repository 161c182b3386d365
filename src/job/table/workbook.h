/*
 * A sheet of a workbook (.xlsx: ECMA-376, Office Open XML) as rows. Decides which sheet is read,
 * how a cell looks as text, and how much an archive may hold. Must not know what a column means.
 */
#ifndef JOB_TABLE_WORKBOOK_H
#define JOB_TABLE_WORKBOOK_H

#include "job/table/table.h"

/*
 * As csv_each_row(), for a file that is an archive: the first visible sheet, or the one that
 * file->sheet names. Rows are as wide as the first one at least. Adds to file->note. Fails with
 * ERR_INPUT if the archive is no workbook, and says what it is.
 */
int workbook_each_row(struct arena *a, struct text_file *file, table_on_row *on_row, void *ctx,
		      struct err *err) MUST_USE;

#endif
