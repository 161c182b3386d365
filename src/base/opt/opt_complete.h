/*
 * Shell completions made from the rows of option tables. Decides what may stand for a value: one
 * of the row's words, a run, a file. Must not know a verb.
 */
#ifndef BASE_OPT_OPT_COMPLETE_H
#define BASE_OPT_OPT_COMPLETE_H

#include "base/opt/opt.h"

enum opt_value {
	OPT_VALUE_NONE, /* a flag, or a value that nobody can guess */
	OPT_VALUE_WORDS, /* row->words */
	OPT_VALUE_FILE,
	OPT_VALUE_RUN, /* the name of a run in the store of this folder */
};

/* What completes the value of an option. */
enum opt_value opt_value_of(const struct opt_row *row);

/* What completes the arguments of a verb: a run also stands for a file (docs/flow.md). */
enum opt_value opt_args_value(const struct opt_spec *spec);

#endif
