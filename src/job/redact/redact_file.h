/*
 * A file to redact: tickets (JSON Lines or CSV, with or without labels) or plain text. Decides
 * which members are texts and which are copied unchanged; must not know how it is printed.
 */
#ifndef JOB_REDACT_REDACT_FILE_H
#define JOB_REDACT_REDACT_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "job/redact/redact.h"
#include "job/table/columns.h"

/* One text of the file and what the scan found in it. */
struct redact_text {
	const char *id; /* the ticket's, or "line-N"; "text" for a plain file */
	size_t line; /* from 1 */
	const char *text;
	size_t n_bytes;
	struct redact_result result;
	json_t *row; /* the whole row; NULL for a plain file */
};

/* A member other than the text that holds structured personal data. It is copied, and reported. */
struct redact_member {
	const char *name;
	enum redact_type type; /* the first one found */
	size_t n_rows, first_line;
};

struct redact_file {
	struct arena *arena;
	const char *path; /* printable */
	bool plain;
	struct redact_text *texts;
	size_t n, cap;
	struct redact_member *members;
	size_t n_members, cap_members;
	const char *note; /* for the user: how the file was understood; or NULL */
};

struct redact_file_options {
	bool plain; /* the whole file is one text */
	const struct columns *columns; /* where the text and the other fields are */
	uint32_t types;
	const char *const *drop; /* members to leave out */
	size_t n_drop;
};

/*
 * Reads and scans a file. Release `ret_file`, even after a failure. Fails with ERR_INPUT and
 * path:line if a row is invalid, and as redact_scan() does.
 */
int redact_file_scan(struct arena *a, const char *path, const struct redact_file_options *options,
		     struct redact_file *ret_file, struct err *err) MUST_USE;
void redact_file_release(struct redact_file *file);

/*
 * Writes the file with placeholders, as JSON Lines or as the plain text. Other members stay as they
 * were; a table's columns become members. Fields of a ticket get their usual names. Fails with
 * ERR_INPUT if memory runs out; no text is ever written unredacted.
 */
int redact_file_write(const struct redact_file *file, const struct redact_key *key, FILE *out,
		      struct err *err) MUST_USE;

#endif
