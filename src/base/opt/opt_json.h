/*
 * The options of a command line as JSON, by the rows of its table: for a record of what was asked.
 */
#ifndef BASE_OPT_OPT_JSON_H
#define BASE_OPT_OPT_JSON_H

#include <jansson.h>

#include "base/opt/opt.h"

/* An object: the options that differ from the defaults, by their long names. */
json_t *opt_given_json(const struct opt_spec *spec, const void *options);

#endif
