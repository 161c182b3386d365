/*
 * The table of steps. From the top, the first that applies is taken.
 */
#include "flow/ask/ladder.h"

#include <string.h>

#include "base/array.h"

/* So many timeouts in a row mean that the worker hangs; a single one is one bad ticket. */
enum { HUNG_IN_ROW = 2 };

/* Contexts are whole blocks. CTX_UNKNOWN, for no facts, fits a ticket of usual length. */
enum { CTX_BLOCK = 256, CTX_UNKNOWN = 2048 };

enum { MEMORY = 1 << LADDER_MEMORY, HUNG = 1 << LADDER_HUNG, DEVICE = 1 << LADDER_DEVICE };

struct rung {
	unsigned causes; /* that it helps against */
	int64_t n; /* argument of applies and change */
	bool (*applies)(int64_t n, const struct ladder_limits *now,
			const struct ladder_facts *facts);
	void (*change)(int64_t n, const struct ladder_facts *facts, struct ladder_limits *limits);
};

static bool ladder_more_at_once(int64_t n, const struct ladder_limits *now,
				const struct ladder_facts *facts)
{
	return facts->n_wave > n && (now->n_wave == 0 || now->n_wave > n);
}

static void ladder_fewer(int64_t n, const struct ladder_facts *facts, struct ladder_limits *limits)
{
	(void)facts;
	limits->n_wave = n;
}

static int64_t ladder_half_context(const struct ladder_facts *facts)
{
	int64_t n = facts->n_ctx > 0 ? facts->n_ctx / 2 : CTX_UNKNOWN;

	return n / CTX_BLOCK * CTX_BLOCK;
}

/* A context too short for tickets that were answered would lose right answers. */
static bool ladder_room_to_shorten(int64_t n, const struct ladder_limits *now,
				   const struct ladder_facts *facts)
{
	(void)n;
	return facts->n_wave > 0 && now->n_ctx_max == 0 && ladder_half_context(facts) > 0 &&
	       ladder_half_context(facts) >= facts->need_tok;
}

static void ladder_shorten(int64_t n, const struct ladder_facts *facts,
			   struct ladder_limits *limits)
{
	(void)n;
	limits->n_ctx_max = ladder_half_context(facts);
}

static bool ladder_on_gpu(int64_t n, const struct ladder_limits *now,
			  const struct ladder_facts *facts)
{
	(void)n;
	return facts->gpu && !now->cpu;
}

/* The CPU has memory of its own, so the other limits start afresh. */
static void ladder_to_cpu(int64_t n, const struct ladder_facts *facts, struct ladder_limits *limits)
{
	(void)n;
	(void)facts;
	*limits = (struct ladder_limits){ .cpu = true };
}

/* A few tickets fewer do not help a worker that hangs, so it goes to 1 at once. */
static const struct rung rungs[] = {
	{ MEMORY, 16, ladder_more_at_once, ladder_fewer },
	{ MEMORY, 4, ladder_more_at_once, ladder_fewer },
	{ MEMORY | HUNG, 1, ladder_more_at_once, ladder_fewer },
	{ MEMORY | HUNG, 0, ladder_room_to_shorten, ladder_shorten },
	{ MEMORY | HUNG | DEVICE, 0, ladder_on_gpu, ladder_to_cpu },
};

static const char *const cause_words[] = {
	[LADDER_NONE] = "",
	[LADDER_MEMORY] = "out of memory",
	[LADDER_HUNG] = "several deadlines in a row missed",
	[LADDER_DEVICE] = "the device was lost",
};

const char *ladder_cause_words(enum ladder_cause cause)
{
	return cause_words[cause];
}

static enum ladder_cause ladder_cause_of(enum outcome outcome)
{
	return outcome == OUTCOME_OUT_OF_MEMORY ? LADDER_MEMORY :
	       outcome == OUTCOME_DEVICE_LOST	? LADDER_DEVICE :
						  LADDER_NONE;
}

void ladder_see(struct ladder_watch *watch, enum ladder_part part, enum outcome outcome)
{
	int *in_row = &watch->timeouts_in_row[part];
	enum ladder_cause cause = ladder_cause_of(outcome);

	*in_row = outcome == OUTCOME_TIMEOUT ? *in_row + 1 : 0;
	if (*in_row >= HUNG_IN_ROW)
		cause = LADDER_HUNG;
	if (watch->cause == LADDER_NONE)
		watch->cause = cause;
}

bool ladder_step(const struct ladder_limits *now, enum ladder_cause cause,
		 const struct ladder_facts *facts, struct ladder_limits *ret_next)
{
	for (size_t i = 0; i < COUNT_OF(rungs); i++) {
		const struct rung *rung = &rungs[i];

		if (!(rung->causes & 1u << cause) || !rung->applies(rung->n, now, facts))
			continue;
		*ret_next = *now;
		rung->change(rung->n, facts, ret_next);
		return true;
	}
	return false;
}

struct ladder_limits ladder_limits_of(const struct pass_row *pass, int64_t planned_wave)
{
	return (struct ladder_limits){ .n_wave = pass->n_wave == planned_wave ? 0 : pass->n_wave,
				       .n_ctx_max = pass->n_ctx_max,
				       .cpu = pass->n_gpu_layers == 0 };
}

bool ladder_limits_equal(const struct ladder_limits *a, const struct ladder_limits *b)
{
	return a->n_wave == b->n_wave && a->n_ctx_max == b->n_ctx_max && a->cpu == b->cpu;
}

const char *ladder_words(struct arena *a, const struct ladder_limits *limits)
{
	const char *all = limits->cpu ? "on the CPU" : "";

	if (limits->n_wave > 0)
		all = arena_add_item(a, all, ", ", "with at most %lld ticket%s at a time",
				     (long long)limits->n_wave, limits->n_wave == 1 ? "" : "s");
	if (limits->n_ctx_max > 0)
		all = arena_add_item(a, all, ", ", "with a context of %lld tokens",
				     (long long)limits->n_ctx_max);
	return all;
}

const char *ladder_mark(struct arena *a, const struct ladder_limits *limits)
{
	const char *all = limits->cpu ? "CPU" : "";

	if (limits->n_wave > 0)
		all = arena_add_item(a, all, ", ", "%lld at a time", (long long)limits->n_wave);
	if (limits->n_ctx_max > 0)
		all = arena_add_item(a, all, ", ", "context %lld", (long long)limits->n_ctx_max);
	return all;
}
