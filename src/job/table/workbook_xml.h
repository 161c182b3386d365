/*
 * The parts of a workbook's archive, and their XML. Decides how much may be inflated, and that
 * document types and entities are refused. Must not know what an element means.
 */
#ifndef JOB_TABLE_WORKBOOK_XML_H
#define JOB_TABLE_WORKBOOK_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <zip.h>

#include "base/arena.h"
#include "base/err.h"

struct archive {
	struct arena *arena;
	const char *path; /* printable */
	zip_t *zip;
	size_t n_inflated; /* bytes of all parts that were read */
};

/* `data` is borrowed until archive_close(), which is safe after a failure. */
int archive_open(struct archive *archive, const char *data, size_t n_bytes,
		 struct err *err) MUST_USE;
void archive_close(struct archive *archive);

/* Whether there is a part of that name; case does not matter. */
bool archive_has(const struct archive *archive, const char *name);

/* The first bytes of a part as text; "" if there is none. */
const char *archive_start_of(struct archive *archive, const char *name);

/* What to do with the elements of a part. Names come without the prefix of their namespace. */
struct xml_reader {
	/* -1: stop, with *err set or left alone */
	int (*on_start)(void *ctx, const char *name, const char **attributes, struct err *err);
	int (*on_end)(void *ctx, const char *name, struct err *err);
	void (*on_text)(void *ctx, const char *text, size_t n_bytes); /* may be NULL */
	void *ctx;
};

/*
 * Reads a part to its end, or until a function of the reader returns -1 (then so does this). Fails
 * with ERR_INPUT if there is no such part, if it is not XML, or at a ceiling.
 */
int archive_read_xml(struct archive *archive, const char *name, const struct xml_reader *reader,
		     struct err *err) MUST_USE;

/* The value of an attribute, or NULL. The prefix of its namespace does not count. */
const char *xml_attribute(const char **attributes, const char *name);

#endif
