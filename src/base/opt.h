/*
 * Command-line options as rows of a table. The parser, --help and the man page use the same rows,
 * so they cannot disagree. Knows nothing of what an option means.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum opt_type {
	OPT_FLAG, /* bool */
	OPT_TEXT, /* const char * */
	OPT_INT, /* int64_t in [min, max] */
	OPT_LIST, /* struct opt_list: comma-separated, and the option may be repeated */
};

enum { OPT_LIST_MAX = 64 };

struct opt_list {
	const char *items[OPT_LIST_MAX]; /* borrowed from argv or from the parser's arena */
	size_t n;
};

struct opt_row {
	const char *name; /* long name without dashes */
	char letter; /* short form, or 0 */
	enum opt_type type;
	size_t offset; /* of the field in the command's options struct */
	const char *arg; /* name of the argument in help, NULL for a flag */
	const char *help;
	int64_t min, max; /* OPT_INT */
};

/* The options and arguments of a verb: all that parsing and help need. */
struct opt_spec {
	const char *verb; /* "smoke" */
	const char *args; /* "JOB [TICKETS]" as shown in help */
	size_t min_args, max_args;
	const char *summary; /* one line */
	const char *details; /* paragraphs for --help and the man page, or NULL */
	const struct opt_row *rows;
	size_t n_rows;
};

struct opt_args {
	const char *items[OPT_LIST_MAX];
	size_t n;
	bool help; /* --help was given; nothing behind it was checked */
};

/*
 * Parses argv[1..] (argv[0] is the verb) into the struct at `options`, which already holds the
 * defaults. The error for an unknown option suggests the nearest one. `a` owns parts of lists.
 */
int opt_parse(struct arena *a, const struct opt_spec *spec, int argc, char **argv, void *options,
	      struct opt_args *ret_args, struct err *err) MUST_USE;

/* The text of `toehold VERB --help`. */
void opt_help(struct buf *out, const struct opt_spec *spec);

/* The verb's section of the man page, in roff. */
void opt_man(struct buf *out, const struct opt_spec *spec);

#endif
