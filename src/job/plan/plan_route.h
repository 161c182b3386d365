/*
 * How a server is asked: by a decision, or by a chat. Decides it by what the job needs and by the
 * routes that the server has (docs/http.md).
 */
#ifndef JOB_PLAN_PLAN_ROUTE_H
#define JOB_PLAN_PLAN_ROUTE_H

#include "job/plan/plan.h"

/*
 * Sets c->route. `first_image` is a ticket with an image, or NULL. Returns why the server cannot be
 * asked in the candidate's way, as text owned by the arena, or NULL.
 */
const char *plan_choose_route(struct arena *a, const struct job *job,
			      const struct ticket *first_image, struct candidate *c) MUST_USE;

#endif
