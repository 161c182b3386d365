/*
 * A session over real files: a job, its tickets and scripted models in a scratch folder, asked
 * through toehold-script, which is beside the test's program.
 */
#ifndef TESTS_FLOW_FIXTURE_H
#define TESTS_FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/ask/ask.h"
#include "flow/open/load.h"
#include "flow/open/run_open.h"
#include "unit/scratch.h"

/* Steps of a script that answers every ticket right. */
#define RIGHT \
	"{\"match\":\"about a\",\"label\":\"a\"},{\"match\":\"about b\",\"label\":\"b\"}," \
	"{\"match\":\"about c\",\"label\":\"c\"}"

struct flow {
	struct cmd cmd;
	struct session s;
	struct result r;
};

#define flow_ok(f, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", #call, (f)->cmd.err.msg); \
	} while (0)

static inline void flow_tickets(int n)
{
	FILE *out = fopen("tickets.jsonl", "w");

	assert_non_null(out);
	for (int i = 1; i <= n; i++)
		fprintf(out,
			"{\"id\":\"t%d\",\"text\":\"ticket %03d is about %c\",\"label\":\"%c\"}\n",
			i, i, 'a' + i % 3, 'a' + i % 3);
	assert_int_equal(fclose(out), 0);
}

/* NAME.script.json, which plays the steps. */
static inline void flow_script(const char *name, const char *steps)
{
	char path[64], text[2048];

	snprintf(path, sizeof(path), "%s.script.json", name);
	snprintf(text, sizeof(text), "{\"steps\":[%s]}", steps);
	scratch_text(path, text);
}

/* A job over the tickets; `models` is the inside of a YAML list. */
static inline void flow_job(const char *models)
{
	char text[512];

	snprintf(text, sizeof(text), "labels: [a, b, c]\ntickets: tickets.jsonl\nmodels: [%s]\n",
		 models);
	scratch_text("job.yaml", text);
}

/* Prepares the job and opens the run `name` in job.toehold. */
static inline void flow_open(struct flow *f, const char *name)
{
	const struct prepare_options o = { .hash = true };
	const struct run_names names = {
		.name = name, .kind = RUN_SMOKE, .parent = "", .redaction = ""
	};

	*f = (struct flow){ 0 };
	f->s = (struct session){ .cmd = &f->cmd, .sandbox = true, .timeout_us = 20 * 1000000 };
	flow_ok(f, prepare(&f->cmd, "job.yaml", &o, &f->s.prepared));
	flow_ok(f, run_open(&f->s, &names, "job.toehold"));
}

static inline void flow_load(struct flow *f)
{
	const struct load_options o = { .name = f->s.run.name, .texts = true };

	flow_ok(f, load_result(&f->cmd, &f->s.store, &o, &f->r));
}

static inline void flow_close(struct flow *f)
{
	store_close(&f->s.store);
	arena_release(&f->cmd.arena);
}

/* The candidate's place in the plan. */
static inline size_t flow_at(const struct flow *f, const char *name)
{
	const struct plan *plan = &f->s.prepared.plan;

	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->candidates[i].name, name) == 0)
			return i;
	fail_msg("the plan has no candidate '%s'", name);
	return 0;
}

static inline const struct candidate_result *flow_result(const struct flow *f, const char *name)
{
	const struct candidate_result *c = result_candidate(&f->r, name);

	if (!c)
		fail_msg("the result has no candidate '%s'", name);
	return c;
}

/* Set-up of a group: a scratch folder with a cache of its own. */
static inline int flow_enter(void **state)
{
	char cache[PATH_MAX + 8];

	if (scratch_enter(state) != 0)
		return -1;
	snprintf(cache, sizeof(cache), "%s/cache", scratch_path);
	return setenv("TOEHOLD_CACHE", cache, 1);
}

/* Set-up of a test: no store, and no file of another test. */
static inline int flow_clean(void **state)
{
	(void)state;
	return system("rm -rf ./*.toehold* ./*.json ./*.jsonl ./*.yaml");
}

#endif
