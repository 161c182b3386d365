/*
 * Models and judgements for tests of licences. Include after <cmocka.h>.
 */
#ifndef TEST_LICENCE_FIXTURE_H
#define TEST_LICENCE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "job/licence/licence_rows.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define OK LICENCE_OK
#define READ LICENCE_READ
#define BLOCK LICENCE_BLOCK

static const struct job commercial = { .use = USE_COMMERCIAL };

/* A model in a folder of its own without a licence text. */
static inline struct model model_of(const char *name, const char *licence, const char *base)
{
	struct model m = { .spec = "alone/m.gguf",
			   .path = "alone/m.gguf",
			   .label = "m",
			   .n_parts = 1,
			   .has_facts = true,
			   .facts.arch = "llama" };

	snprintf(m.facts.name, sizeof(m.facts.name), "%s", name);
	snprintf(m.facts.licence, sizeof(m.facts.licence), "%s", licence);
	snprintf(m.facts.base_model, sizeof(m.facts.base_model), "%s", base);
	return m;
}

static inline struct licence judge(struct arena *a, const struct model *m, const struct job *job)
{
	struct licence l;

	licence_judge(a, m, job, &l);
	return l;
}

static inline void assert_verdict(const struct licence *l, enum licence_verdict verdict,
				  const char *id, const char *source, const char *what)
{
	if (l->verdict != verdict || strcmp(l->id, id) != 0 || strcmp(l->source, source) != 0)
		fail_msg("%s: %s '%s' from '%s' (%s), not %s '%s' from '%s'", what,
			 licence_verdict_name(l->verdict), l->id, l->source, l->why,
			 licence_verdict_name(verdict), id, source);
}

#endif
