/*
 * The folders that come with the program: samples and documents. Decides where they lie: below
 * ../share in an installed tree, or in the source's folder beside a build folder.
 */
#ifndef FLOW_INSTALLED_H
#define FLOW_INSTALLED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * The folder `shared` of an installed tree ("share/toehold/demo"), or `source` of the sources
 * ("demo"). The arena owns the path. ERR_INPUT if neither exists.
 */
int installed_find(struct arena *a, const char *shared, const char *source, char **ret_path,
		   struct err *err) MUST_USE;

/* Whether the program runs from an installed tree rather than from a build folder. */
bool installed_is(struct arena *a);

#endif
