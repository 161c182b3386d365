/*
 * From the JSON body of a request to `serve` to tickets. Decides what a request may hold; must not
 * know sockets, tokens or who answers. The bytes are hostile: every length has a ceiling.
 */
#ifndef FLOW_PRODUCTION_REQUEST_H
#define FLOW_PRODUCTION_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/ticket/ticket.h"

enum { REQUEST_MAX_BYTES = 1 << 20, REQUEST_MAX_TICKETS = 64 };

enum request_form {
	REQUEST_CLASSIFY, /* {"text": ..., "id": ...} or {"tickets": [...]} of these */
	REQUEST_CHAT, /* as OpenAI's, read by chat_request.h */
	REQUEST_SYSTEMONE, /* the rest is read by decision_request.h */
	REQUEST_DECISIONS,
};

/* Whether it is asked as a decision model is. */
bool request_is_decision(enum request_form form);

/* The body of an error in OpenAI's shape. Owned by the arena. */
const char *chat_error_json(struct arena *a, unsigned status, const char *words);

/* The body of an error, in the shape that the form's clients expect. Owned by the arena. */
const char *request_error_json(struct arena *a, enum request_form form, unsigned status,
			       const char *words);

/*
 * Parses a body, which must be an object. The caller releases *ret_object. Fails with ERR_INPUT.
 */
int request_parse(struct arena *a, const char *body, size_t n_bytes, json_t **ret_object,
		  struct err *err) MUST_USE;

/*
 * Copies a text into a ticket, by the rules of a tickets file: no NUL, not blank. Fails with
 * ERR_INPUT.
 */
int request_take_text(struct arena *a, const char *text, size_t n_bytes, struct ticket *ticket,
		      struct err *err) MUST_USE;

/*
 * The tickets of a body of REQUEST_CLASSIFY, owned by the arena. Missing ids become "1", "2", ...
 * Fails with ERR_INPUT and a message for the client.
 */
int request_read(struct arena *a, const char *body, size_t n_bytes, struct ticket **ret_tickets,
		 size_t *ret_n, struct err *err) MUST_USE;

#endif
