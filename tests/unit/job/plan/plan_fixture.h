/*
 * A job and its tickets for tests of the plan.
 */
#ifndef TEST_PLAN_FIXTURE_H
#define TEST_PLAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "job/plan/plan.h"

/* 400 bytes of prompt: 100 tokens, and 30 for the template. A ticket has 80 bytes: 20 and 20. */
static char prompt[401];
static struct ticket tickets[300];

static inline int set_up(void **state)
{
	(void)state;
	memset(prompt, 'p', sizeof(prompt) - 1);
	for (size_t i = 0; i < 300; i++)
		tickets[i] = (struct ticket){ .id = "t", .text = "text", .text_len = 80 };
	return 0;
}

static inline struct job job_for(int64_t memory_bytes)
{
	static struct label labels[] = { { .name = "card" }, { .name = "other" } };

	return (struct job){
		.path = "job.yaml",
		.labels = labels,
		.n_labels = 2,
		.prompt = prompt,
		.ways = { [WAY_PLAIN] = true },
		.budget = { .memory_bytes = memory_bytes, .reason_tok = 60 },
	};
}

static inline struct plan build_limited(struct arena *a, const struct job *job,
					const struct model *models, size_t n_models,
					struct plan_limits limits, size_t n_tickets)
{
	struct slice slice = { .tickets = tickets, .n = n_tickets };
	struct plan plan = { 0 };
	struct err err;

	if (plan_build(a, job, models, n_models, &slice, NULL, &limits, &plan, &err) < 0)
		fail_msg("%s", err.msg);
	return plan;
}

#endif
