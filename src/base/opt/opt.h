/*
 * Command-line options as rows of a table. The parser, --help, the man pages and the completions
 * use the same rows, so they cannot disagree. Must not know what an option means.
 */
#ifndef BASE_OPT_OPT_H
#define BASE_OPT_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum opt_type {
	OPT_TYPE_FLAG, /* bool */
	OPT_TYPE_TEXT, /* const char * */
	OPT_TYPE_INT, /* int64_t in [min, max] */
	OPT_TYPE_LIST, /* struct opt_list: repeatable, and each value holds comma-separated parts */
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
	size_t offset; /* of the field in the verb's options struct */
	const char *arg; /* name of the value in help, NULL for a flag */
	const char *help;
	int64_t min, max; /* OPT_TYPE_INT only */
	const char *words; /* values that completion offers, between spaces, or NULL */
};

/* A row of each type. `at` is the field's offset in the verb's options struct. */
#define OPT_FLAG(name_, letter_, at, help_) \
	{ \
		.name = (name_), .letter = (letter_), .type = OPT_TYPE_FLAG, .offset = (at), \
		.help = (help_) \
	}
#define OPT_TEXT(name_, letter_, at, arg_, help_) \
	{ \
		.name = (name_), .letter = (letter_), .type = OPT_TYPE_TEXT, .offset = (at), \
		.arg = (arg_), .help = (help_) \
	}
/* A text that is one of a few words: completion offers them; the verb checks the value. */
#define OPT_WORD(name_, letter_, at, arg_, words_, help_) \
	{ \
		.name = (name_), .letter = (letter_), .type = OPT_TYPE_TEXT, .offset = (at), \
		.arg = (arg_), .help = (help_), .words = (words_) \
	}
#define OPT_LIST(name_, letter_, at, arg_, help_) \
	{ \
		.name = (name_), .letter = (letter_), .type = OPT_TYPE_LIST, .offset = (at), \
		.arg = (arg_), .help = (help_) \
	}
#define OPT_INT(name_, letter_, at, arg_, help_, min_, max_) \
	{ \
		.name = (name_), .letter = (letter_), .type = OPT_TYPE_INT, .offset = (at), \
		.arg = (arg_), .help = (help_), .min = (min_), .max = (max_) \
	}

/* Everything that parsing a verb's command line and printing its help need. */
struct opt_spec {
	const char *verb; /* "smoke" */
	const char *args; /* "JOB [TICKETS]" as shown in help */
	size_t min_args, max_args;
	const char *summary; /* one line */
	const char *details; /* paragraphs for --help and the man page, or NULL */
	const struct opt_row *rows;
	size_t n_rows;
	size_t options_bytes; /* size of the verb's options struct */
	const void *defaults; /* such a struct, or NULL: zeros */
};

struct opt_args {
	const char *items[OPT_LIST_MAX]; /* borrowed from argv; NULL from `n` on */
	size_t n;
	bool help; /* --help was given; the rest of the command line was not checked */
};

/* The verb's options with their defaults: what opt_parse() fills. Owned by `a`. */
void *opt_defaults(struct arena *a, const struct opt_spec *spec);

/*
 * Parses argv[1..] (argv[0] is the verb) into the struct at `options`, which already holds the
 * defaults. An unknown option is an error that names the nearest option there is. Parts of lists
 * are owned by `a`.
 */
int opt_parse(struct arena *a, const struct opt_spec *spec, int argc, char **argv, void *options,
	      struct opt_args *ret_args, struct err *err) MUST_USE;

/* The inverse for a part of a list: as it is written between commas. Owned by `a`. */
const char *opt_list_item(struct arena *a, const char *text);

/* Whether the verb has a flag of this long name, and it was given. */
bool opt_is_set(const struct opt_spec *spec, const void *options, const char *name);

/* The text of `toehold VERB --help`. */
void opt_help(struct buf *out, const struct opt_spec *spec);

/* Appends "-n, --name NAME". */
void opt_add_row_name(struct buf *out, const struct opt_row *row);

#endif
