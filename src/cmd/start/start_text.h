/*
 * The report on a job that start() made, for the verbs that make one.
 */
#ifndef CMD_START_START_TEXT_H
#define CMD_START_START_TEXT_H

#include <jansson.h>

#include "flow/start/start.h"

void start_print(struct cmd *cmd, const struct start *start);

json_t *start_to_json(const struct start *start);

#endif
