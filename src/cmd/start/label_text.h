/*
 * `label` in a terminal: what it prints, and labelling with keys.
 */
#ifndef CMD_START_LABEL_TEXT_H
#define CMD_START_LABEL_TEXT_H

#include <stdio.h>

#include "flow/draft/draft_finish.h"
#include "flow/draft/draft_make.h"

void label_print_preview(struct arena *a, const json_t *preview);
void label_print_made(struct arena *a, const struct draft *d, const struct draft_made *made);
void label_print_progress(struct arena *a, const struct draft *d, const char *reader);
void label_print_agreement(struct arena *a, const struct draft *d);
void label_print_slice(struct arena *a, const char *path, const struct draft_slice *slice,
		       const char *next);

/* The command that takes the file. Owned by the arena. */
const char *label_next_of_slice(struct arena *a, const struct draft *d, const char *path);

void label_print_finished(struct arena *a, const struct draft_finished *finished);

/* Shows one ticket after the other and reads a line for each, until the end of `in`. */
int label_with_keys(struct cmd *cmd, const char *dir, const char *reader, FILE *in) MUST_USE;

#endif
