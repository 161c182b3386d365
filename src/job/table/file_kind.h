/*
 * Recognises files that are no text by their first bytes. Decides what each is called, and what to
 * do about it. Must not know what tickets are.
 */
#ifndef JOB_TABLE_FILE_KIND_H
#define JOB_TABLE_FILE_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* The first bytes that file_kind_fault() looks at. */
enum { FILE_KIND_BYTES = 512 };

/* "a Parquet file; …" with what to do, or NULL if the bytes can begin a text or a ZIP archive. */
const char *file_kind_fault(const char *data, size_t n_bytes);

/* An archive such as an .xlsx workbook (job/table/workbook.h). */
bool file_kind_is_zip(const char *data, size_t n_bytes);

#endif
