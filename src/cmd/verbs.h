/*
 * The verbs in the groups of `toehold --help`. main.c finds a verb here; the help, the man pages
 * and the completions are made from the same table.
 */
#ifndef CMD_VERBS_H
#define CMD_VERBS_H

#include <stdio.h>

#include "cmd/command.h"

enum { VERB_GROUP_MAX = 10, VERBS_MAX = 64 };

struct verb_group {
	const char *title;
	const struct command *verbs[VERB_GROUP_MAX + 1]; /* the rest is NULL */
};

/* Groups in the order of the work, ended by one without a title. */
extern const struct verb_group verb_groups[];

/* NULL if there is no such verb. */
const struct command *verbs_find(const char *verb);

/* The verb that a mistyped one is nearest to, or NULL. */
const char *verbs_nearest(const char *verb);

/* Writes the overview of `toehold --help`. */
void help_print(FILE *out);

#endif
