/*
 * Answers of the page, with the headers that each of them has. Must not know who asks for what.
 */
#ifndef PAGE_PAGE_ANSWER_H
#define PAGE_PAGE_ANSWER_H

#include <jansson.h>

#include "flow/http/http_server.h"

/* What the page itself may load, and what a page made by a verb may: nothing but its own style. */
extern const char page_policy[], page_policy_of_report[];

/* An answer with a body that lives as long as the request, and the headers of all answers. */
struct http_answer page_answer(unsigned status, const char *type, const char *body, size_t n_bytes);

/* Releases the value. */
struct http_answer page_answer_json(struct http_request *q, unsigned status, json_t *value);

/* {"error": …} */
struct http_answer page_answer_error(struct http_request *q, unsigned status, const char *words);

/* Answers a request from the queue with it. */
void page_refuse(struct http_request *q, unsigned status, const char *words);

/* The text of an object with one more member, whose value is JSON already. Releases the object. */
const char *page_json_with(struct arena *a, json_t *object, const char *name, const char *json);

#endif
