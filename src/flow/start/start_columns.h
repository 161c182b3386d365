/*
 * Which columns of an export hold text, label and id. Decides by their names and by what stands in
 * them; the caller may ask the user.
 */
#ifndef FLOW_START_START_COLUMNS_H
#define FLOW_START_START_COLUMNS_H

#include "base/arena.h"
#include "job/table/columns.h"
#include "job/table/text_file.h"

struct start_columns {
	const char **names; /* of the header */
	size_t n; /* 0: the file is no table */
	const char *guessed; /* "text from 'Subject' and 'Body', label from 'Queue'", or NULL */
};

/*
 * Fills the columns that are not named, as far as they can be told. Leaves JSON and YAML alone, and
 * files that are no valid table: the import says why. The path tells JSON by its ending.
 */
void start_guess_columns(struct arena *a, const char *path, struct text_file file,
			 struct columns *columns, struct start_columns *ret_guess);

#endif
