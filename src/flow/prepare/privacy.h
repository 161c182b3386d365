/*
 * RULE: sandbox the data. Whether tickets may be put to a model: not while they hold personal
 * data, unless the job says that this is meant.
 */
#ifndef FLOW_PREPARE_PRIVACY_H
#define FLOW_PREPARE_PRIVACY_H

#include "flow/session.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"

/*
 * Looks through the slice. *ret_words say for the record what was found. Fails with ERR_REFUSED
 * and the first ticket's place where something was, and the job does not allow it.
 */
int privacy_check(struct cmd *cmd, const struct job *job, const struct slice *slice,
		  const char **ret_words) MUST_USE;

/* Says and keeps, where there are images, that nobody looked into them. */
int privacy_note_images(struct session *s, const struct slice *slice) MUST_USE;

#endif
