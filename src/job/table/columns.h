/*
 * Where the fields of a ticket stand in a table or in a JSON object. Decides which column is meant
 * by a name, and which names need not be given. Must not know the format of the file.
 */
#ifndef JOB_TABLE_COLUMNS_H
#define JOB_TABLE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/opt/opt.h"
#include "job/table/ticket_field.h"

enum { COLUMNS_MAX_TEXTS = 16 };

/* What a user says about the files of tickets. NULL and empty: not said. */
struct columns {
	struct opt_list text; /* their texts are joined in this order (columns_join_texts) */
	const char *label, *id, *lang, *group;
	const char *encoding; /* a name that iconv knows */
	const char *sheet; /* of a workbook */
	bool of_job; /* from the job file: a file without these names has the usual ones */
	bool takes_options; /* columns_override() was called: the verb has COLUMN_ROWS */
	unsigned by_option; /* of a job: bits 1 << FIELD_X of the names that options gave instead */
};

/* The rows of every verb that reads tickets. `at` is the offset of a struct columns. */
#define COLUMN_ROWS(at) \
	OPT_LIST("text", 0, (at) + offsetof(struct columns, text), "NAME,...", \
		 "the column or member that holds the text; several are joined"), \
		OPT_TEXT("label", 0, (at) + offsetof(struct columns, label), "NAME", \
			 "the one that holds the right label"), \
		OPT_TEXT("id", 0, (at) + offsetof(struct columns, id), "NAME", \
			 "the one that holds the id"), \
		OPT_TEXT("lang", 0, (at) + offsetof(struct columns, lang), "NAME", \
			 "the one that holds the language"), \
		OPT_TEXT("group", 0, (at) + offsetof(struct columns, group), "NAME", \
			 "the one that holds the group"), \
		OPT_TEXT("encoding", 0, (at) + offsetof(struct columns, encoding), "NAME", \
			 "of the file, such as windows-1252 (default: found out)"), \
		OPT_TEXT("sheet", 0, (at) + offsetof(struct columns, sheet), "NAME", \
			 "the sheet of a workbook (default: the first visible one)")

/* Whether a column is named. */
bool columns_given(const struct columns *columns);

/* Whether a file without the named column is read by the usual name. */
bool columns_optional(const struct columns *columns, enum ticket_field field);

/* The name given for a field other than the text, or NULL. */
const char *columns_name(const struct columns *columns, enum ticket_field field);

/* How a user names the column of a field: "with --text", or in the job. Owned by the arena. */
const char *columns_how(struct arena *a, const struct columns *columns, enum ticket_field field);

/* Replaces what `with`, the options of a verb, says. A file without such a column is refused. */
void columns_override(struct columns *columns, const struct columns *with);

/* Adds what is said to a hash; nothing if nothing is. */
void columns_hash(struct hash *h, const struct columns *columns);

/* The header of a table. */
struct table_header {
	const char *path; /* printable */
	const char *const *names;
	size_t n;
	size_t line;
};

/* The columns of a table. */
struct column_choice {
	int texts[COLUMNS_MAX_TEXTS];
	size_t n_texts;
	int of[FIELD_COUNT]; /* -1: none. The text's is the first of `texts` */
	const char
		*guessed; /* "the text is 'Body'": what no option and no usual name says; or NULL */
};

/*
 * Finds the columns of the fields in the set `fields` (bits 1 << FIELD_X). A name is written as in
 * the header, or else with other case, blanks, punctuation or Unicode form. A field that is not
 * named has the column of its own name, or the only one with a common other name. Fails with
 * ERR_INPUT if a named column is missing or two columns fit one field. A field that is not named
 * may have no column: columns_need() checks that.
 */
int columns_choose(struct arena *a, const struct columns *columns,
		   const struct table_header *header, unsigned fields,
		   struct column_choice *ret_choice, struct err *err) MUST_USE;

/* Fails if the field has no column, and says how to name it: in the job, or by an option. */
int columns_need(struct arena *a, const struct columns *columns, const struct table_header *header,
		 const struct column_choice *choice, enum ticket_field field,
		 struct err *err) MUST_USE;

/* "'a', 'b' and 3 more", printable; owned by the arena. */
const char *columns_list(struct arena *a, const char *const *names, size_t n);

/* The texts that are not blank, with a blank line between them. */
const char *columns_join_texts(struct arena *a, const char *const *texts, size_t n,
			       size_t *ret_len);

#endif
