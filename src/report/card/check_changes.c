/*
 * What can change between two runs, as rows of a table.
 */
#include "report/card/check_changes.h"

#include <stdlib.h>
#include <string.h>

static const char *changes_labels(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->labels_json;
}

/* Tickets that were added later belong to the same experiment. */
static const char *changes_tickets(struct arena *a, const struct result *r)
{
	(void)a;
	return r->n_slices ? r->slices[0].sha256 : "";
}

static const char *changes_prompt(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->prompt_sha256;
}

static const char *changes_seed(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%lld", (long long)r->run->seed);
}

static const char *changes_mode(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%s %s %lld", run_mode_name(r->run->mode), r->run->reason_order,
			    (long long)r->run->budget_reason_tok);
}

static const char *changes_bar(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%.9g", r->run->bar);
}

static const char *changes_floor(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%.9g", r->run->floor);
}

static const char *changes_certainty(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%.9g", r->run->certainty);
}

static const char *changes_harder(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->harder;
}

static const char *changes_use(struct arena *a, const struct result *r)
{
	(void)a;
	return r->run->use;
}

static const char *changes_machine(struct arena *a, const struct result *r)
{
	return arena_printf(a, "%s %s", r->run->host, r->run->cpu);
}

static int changes_by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char *changes_way_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->way;
}

static const char *changes_weights_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->model_sha256;
}

static const char *changes_examples_of(const struct candidate_result *c)
{
	return c->pass->examples_sha256;
}

static const char *changes_build_of(const struct candidate_result *c)
{
	return c->baseline ? "" : c->pass->engine_build;
}

/* The values of all candidates, each once, in alphabetical order. */
static const char *changes_set_of(struct arena *a, const struct result *r,
				  const char *(*of)(const struct candidate_result *c))
{
	const char **items = arena_array(a, r->n, sizeof(*items)), *all = "";
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass)
			items[n++] = of(&r->candidates[i]);
	if (n > 1)
		qsort(items, n, sizeof(*items), changes_by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(items[i], items[i - 1]) != 0)
			all = arena_printf(a, "%s%s;", all, items[i]);
	return all;
}

enum change {
	LABELS,
	TICKETS,
	PROMPT,
	BAR,
	FLOOR,
	CERTAINTY,
	HARDER,
	USE,
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

/* `follows`: if one of these changed, a difference does not count as a change of its own. */
static const struct {
	const char *words;
	unsigned follows;
	const char *(*of_run)(struct arena *a, const struct result *r); /* or NULL */
	const char *(*of_candidate)(const struct candidate_result *c);
} rows[N_CHANGES] = {
	[LABELS] = { "the labels", 0, changes_labels, NULL },
	[TICKETS] = { "the tickets", BIT(LABELS), changes_tickets, NULL },
	[PROMPT] = { "the prompt", BIT(LABELS), changes_prompt, NULL },
	[BAR] = { "the bar", 0, changes_bar, NULL },
	[FLOOR] = { "the floor", BIT(BAR), changes_floor, NULL },
	[CERTAINTY] = { "the certainty", 0, changes_certainty, NULL },
	[HARDER] = { "the say of harder tickets", 0, changes_harder, NULL },
	[USE] = { "the use", 0, changes_use, NULL },
	[SEED] = { "the seed", 0, changes_seed, NULL },
	[MODELS] = { "the models", 0, NULL, changes_weights_of },
	[WAYS] = { "the ways of asking", 0, NULL, changes_way_of },
	[EXAMPLES] = { "the examples", BIT(LABELS) | BIT(TICKETS) | BIT(SEED) | BIT(WAYS), NULL,
		       changes_examples_of },
	[MODE] = { "how reasons are asked for", 0, changes_mode, NULL },
	[BUILD] = { "the engine", BIT(MODELS), NULL, changes_build_of },
	[MACHINE] = { "the machine", 0, changes_machine, NULL },
};

static const char *changes_value(struct arena *a, const struct result *r, size_t at)
{
	return rows[at].of_run ? rows[at].of_run(a, r) :
				 changes_set_of(a, r, rows[at].of_candidate);
}

const char *check_changes(struct arena *a, const struct result *before, const struct result *now,
			  size_t *ret_n)
{
	const char *all = "";
	unsigned changed = 0;

	*ret_n = 0;
	for (size_t i = 0; i < N_CHANGES; i++) {
		if ((changed & rows[i].follows) ||
		    strcmp(changes_value(a, before, i), changes_value(a, now, i)) == 0)
			continue;
		changed |= BIT(i);
		all = arena_add_item(a, all, ", ", "%s", rows[i].words);
		++*ret_n;
	}
	return all;
}
