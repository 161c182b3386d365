/*
 * The `response_format` of a chat completion. Decides whether every answer of `serve`,
 * {"label": ..., "rationale": ...}, is valid under it; must not know the rest of the request.
 */
#ifndef FLOW_PRODUCTION_CHAT_SCHEMA_H
#define FLOW_PRODUCTION_CHAT_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "job/file/job.h"

/*
 * Checks a format; NULL, text and json_object are fine. *ret_label_only: a schema admits no
 * rationale. Fails with ERR_INPUT and a message for the client if an answer could break the schema.
 */
int chat_schema_check(const json_t *format, const struct label *labels, size_t n_labels,
		      bool *ret_label_only, struct err *err) MUST_USE;

/* The same for a task that writes: a schema must be the run's own `form`; json_object needs one. */
int chat_schema_check_form(const json_t *format, const char *form, struct err *err) MUST_USE;

#endif
