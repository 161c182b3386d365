/*
 * The man pages: toehold(1) and a page for each verb, toehold-VERB(1).
 */
#ifndef CMD_SHELL_MAN_H
#define CMD_SHELL_MAN_H

#include "base/err.h"

/* Writes toehold.1 and toehold-VERB.1 for every verb into the folder `dir`, which exists. */
int man_write_pages(const char *dir, struct err *err) MUST_USE;

#endif
