/*
 * Man pages in roff (man(7)), made from the same rows as --help. Must not know what an option
 * means.
 */
#ifndef BASE_OPT_OPT_MAN_H
#define BASE_OPT_OPT_MAN_H

#include "base/opt/opt.h"

/* Appends `text` so that roff prints it as it is. */
void opt_man_text(struct buf *out, const char *text);

/* Appends a verb's page, from SYNOPSIS to OPTIONS; the caller writes what surrounds it. */
void opt_man(struct buf *out, const struct opt_spec *spec);

#endif
