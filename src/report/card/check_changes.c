/*
 * The things that can be changed, row by row of a table.
 */
#include "report/card/check_changes.h"

#include <stdlib.h>
#include <string.h>

static const char *labels(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->labels_json;
}

/* Those that were added later are more of the same experiment. */
static const char *tickets(struct arena *a, const struct result *r)
{
	(void)a;
	return r->n_slices ? r->slices[0].sha256 : "";
}

static const char *prompt(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->prompt_sha256;
}

static const char *seed(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%lld", (long long)r->run->seed);
}

static const char *mode(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%s %s %lld", r->run->mode, r->run->reason_order,
			    (long long)r->run->budget_reason_tok);
}

static const char *machine(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%s %s", r->run->host, r->run->cpu);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char *way_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->way;
}

static const char *weights_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->model_sha256;
}

static const char *examples_of(const struct candidate_result *c)
{
	return c->pass->examples_sha256;
}

static const char *build_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->engine_build;
}

/* What the candidates have, each value once and in the order of the alphabet. */
static const char *set_of(struct arena *a, const struct result *r,
			  const char *(*of)(const struct candidate_result *c))
{
	const char **items = arena_array(a, r->n, sizeof(*items)), *all = "";
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass)
			items[n++] = of(&r->candidates[i]);
	if (n > 1)
		qsort(items, n, sizeof(*items), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(items[i], items[i - 1]) != 0)
			all = arena_printf(a, "%s%s;", all, items[i]);
	return all;
}

static const char *models(struct arena *a, const struct result *r)
{
	return set_of(a, r, weights_of);
}

static const char *ways(struct arena *a, const struct result *r)
{
	return set_of(a, r, way_of);
}

static const char *examples(struct arena *a, const struct result *r)
{
	return set_of(a, r, examples_of);
}

static const char *builds(struct arena *a, const struct result *r)
{
	return set_of(a, r, build_of);
}

enum change {
	LABELS,
	TICKETS,
	PROMPT,
	SEED,
	MODELS,
	WAYS,
	EXAMPLES,
	MODE,
	BUILD,
	MACHINE,
	N_CHANGES
};

#define BIT(change) (1u << (change))

/* `follows`: a difference is no change of its own where one of these was changed. */
static const struct {
	const char *words;
	const char *(*value)(struct arena *a, const struct result *r);
	unsigned follows;
} rows[N_CHANGES] = {
	[LABELS] = { "the labels", labels, 0 },
	[TICKETS] = { "the tickets", tickets, BIT(LABELS) },
	[PROMPT] = { "the prompt", prompt, BIT(LABELS) },
	[SEED] = { "the seed", seed, 0 },
	[MODELS] = { "the models", models, 0 },
	[WAYS] = { "the ways of asking", ways, 0 },
	[EXAMPLES] = { "the examples", examples,
		       BIT(LABELS) | BIT(TICKETS) | BIT(SEED) | BIT(WAYS) },
	[MODE] = { "how reasons are asked for", mode, 0 },
	[BUILD] = { "the engine", builds, BIT(MODELS) },
	[MACHINE] = { "the machine", machine, 0 },
};

const char *check_changes(struct arena *a, const struct result *before, const struct result *now,
			  size_t *ret_n)
{
	const char *all = "";
	unsigned changed = 0;

	*ret_n = 0;
	for (size_t i = 0; i < N_CHANGES; i++) {
		if ((changed & rows[i].follows) ||
		    strcmp(rows[i].value(a, before), rows[i].value(a, now)) == 0)
			continue;
		changed |= BIT(i);
		all = arena_printf(a, "%s%s%s", all, *ret_n ? ", " : "", rows[i].words);
		++*ret_n;
	}
	return all;
}
