/*
 * RULE: sandbox the data. Whether tickets may be put to a model: not while they hold personal
 * data, unless the job says that this is meant.
 */
#ifndef CMD_PRIVACY_H
#define CMD_PRIVACY_H

#include "cmd/cmd.h"
#include "job/job.h"
#include "job/ticket.h"

/*
 * Looks through the slice. *ret_words say for the record what was found. Fails with ERR_REFUSED
 * and the first ticket's place where something was, and the job does not allow it.
 */
int privacy_check(struct cmd *cmd, const struct job *job, const struct slice *slice,
		  const char **ret_words) MUST_USE;

#endif
