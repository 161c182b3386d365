/*
 * RULE: sandbox the data. Refuses tickets that hold personal data, unless the job allows it.
 */
#ifndef FLOW_PREPARE_PRIVACY_H
#define FLOW_PREPARE_PRIVACY_H

#include "flow/session.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"

/*
 * Scans the slice (job/redact/redact_gate.h). *ret_words is the result as text, for the record.
 * Fails with ERR_REFUSED and the place of the first ticket with personal data, unless the job
 * allows personal data.
 */
int privacy_check(struct cmd *cmd, const struct job *job, const struct slice *slice,
		  const char **ret_words) MUST_USE;

/* If tickets have images, prints and stores a warning that images are not checked. */
int privacy_note_images(struct session *s, const struct slice *slice) MUST_USE;

#endif
