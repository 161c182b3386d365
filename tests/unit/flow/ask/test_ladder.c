/*
 * The ladder: which step follows which failure, that each step changes something, that the steps
 * end, and their text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "flow/ask/ladder.h"
#include "unit/random.h"

/* From these limits, for this cause, with these facts, to `next`; a negative n_wave: no step. */
static const struct row {
	struct ladder_limits now;
	enum ladder_cause cause;
	struct ladder_facts facts;
	struct ladder_limits next;
} rows[] = {
	/* Out of memory: fewer at a time than were in use. */
	{ { 0 }, LADDER_MEMORY, { 200, 9000, 900, false }, { 16, 0, false } },
	{ { 0 }, LADDER_MEMORY, { 17, 9000, 900, false }, { 16, 0, false } },
	{ { 0 }, LADDER_MEMORY, { 16, 9000, 900, false }, { 4, 0, false } },
	{ { 0 }, LADDER_MEMORY, { 4, 9000, 900, false }, { 1, 0, false } },
	{ { 16, 0, false }, LADDER_MEMORY, { 16, 9000, 900, false }, { 4, 0, false } },
	{ { 4, 0, false }, LADDER_MEMORY, { 3, 9000, 900, false }, { 1, 0, false } },
	/* Then half the context, if every answered ticket still fits. */
	{ { 1, 0, false }, LADDER_MEMORY, { 1, 4096, 900, false }, { 1, 2048, false } },
	{ { 0 }, LADDER_MEMORY, { 1, 4096, 2048, false }, { 0, 2048, false } },
	{ { 0 }, LADDER_MEMORY, { 1, 4000, 1700, false }, { 0, 1792, false } },
	{ { 0 }, LADDER_MEMORY, { 1, 4096, 2049, false }, { -1, 0, false } },
	{ { 1, 0, false }, LADDER_MEMORY, { 1, 300, 0, false }, { -1, 0, false } },
	{ { 1, 0, false }, LADDER_MEMORY, { 25, 0, 0, false }, { 1, 2048, false } },
	{ { 1, 2048, false }, LADDER_MEMORY, { 1, 2048, 900, false }, { -1, 0, false } },
	/* Then the CPU, if the device is another one, without other limits. */
	{ { 1, 2048, false }, LADDER_MEMORY, { 1, 2048, 900, true }, { 0, 0, true } },
	{ { 0, 0, true }, LADDER_MEMORY, { 25, 9000, 900, true }, { 16, 0, true } },
	{ { 1, 2048, true }, LADDER_MEMORY, { 1, 2048, 900, true }, { -1, 0, false } },
	/* Weights that cannot be loaded: fewer tickets or a shorter context would not help. */
	{ { 0 }, LADDER_MEMORY, { 0, 0, 0, false }, { -1, 0, false } },
	{ { 0 }, LADDER_MEMORY, { 0, 0, 0, true }, { 0, 0, true } },
	/* Hung: one at a time at once. */
	{ { 0 }, LADDER_HUNG, { 200, 9000, 900, true }, { 1, 0, false } },
	{ { 1, 0, false }, LADDER_HUNG, { 1, 4096, 900, true }, { 1, 2048, false } },
	{ { 1, 2048, false }, LADDER_HUNG, { 1, 2048, 900, true }, { 0, 0, true } },
	{ { 1, 2048, false }, LADDER_HUNG, { 1, 2048, 900, false }, { -1, 0, false } },
	/* A lost device does not come back for fewer tickets. */
	{ { 0 }, LADDER_DEVICE, { 200, 9000, 900, true }, { 0, 0, true } },
	{ { 4, 1024, false }, LADDER_DEVICE, { 4, 1024, 900, true }, { 0, 0, true } },
	{ { 0 }, LADDER_DEVICE, { 200, 9000, 900, false }, { -1, 0, false } },
	{ { 0 }, LADDER_NONE, { 200, 9000, 900, true }, { -1, 0, false } },
};

static void each_step_follows_its_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ladder_limits next = { -1, 0, false };
		bool steps = ladder_step(&rows[i].now, rows[i].cause, &rows[i].facts, &next);

		if (steps != (rows[i].next.n_wave >= 0) ||
		    !ladder_limits_equal(&next, &rows[i].next))
			fail_msg("row %zu: %d, %lld %lld %d", i, steps, (long long)next.n_wave,
				 (long long)next.n_ctx_max, next.cpu);
	}
}

/* From any limits, for any failures: a few steps, none of them twice, then an end. */
static void every_ladder_ends(void **state)
{
	enum { STEPS_MAX = 10, ROUNDS = 20000 };
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct ladder_limits seen[STEPS_MAX + 1] = { { 0 } };
		size_t n = 1;

		for (;;) {
			enum ladder_cause cause =
				(enum ladder_cause)(1 + random_below(&seed, LADDER_DEVICE));
			struct ladder_facts facts = {
				.n_wave = (int64_t)random_below(&seed, 260),
				.n_ctx = (int64_t)random_below(&seed, 40000),
				.need_tok = (int64_t)random_below(&seed, 4000),
				.gpu = random_below(&seed, 2),
			};
			struct ladder_limits next;

			if (!ladder_step(&seen[n - 1], cause, &facts, &next))
				break;
			assert_true(n < STEPS_MAX);
			for (size_t i = 0; i < n; i++)
				assert_false(ladder_limits_equal(&next, &seen[i]));
			assert_true(next.n_wave >= 0 && next.n_ctx_max >= 0);
			assert_true(next.cpu || !seen[n - 1].cpu);
			seen[n++] = next;
		}
	}
}

/* Outcomes in order, and the cause that they amount to. */
static void causes_are_seen(void **state)
{
	static const struct {
		enum outcome outcomes[4];
		enum ladder_cause cause;
	} seen[] = {
		{ { OUTCOME_OK, OUTCOME_OFF_LABEL, OUTCOME_TOO_LONG, OUTCOME_CUT }, LADDER_NONE },
		{ { OUTCOME_CRASHED, OUTCOME_CRASHED, OUTCOME_LOAD_FAILED, OUTCOME_ENGINE_ERROR },
		  LADDER_NONE },
		{ { OUTCOME_OK, OUTCOME_OUT_OF_MEMORY, OUTCOME_OK, OUTCOME_OK }, LADDER_MEMORY },
		{ { OUTCOME_OK, OUTCOME_OK, OUTCOME_OK, OUTCOME_DEVICE_LOST }, LADDER_DEVICE },
		{ { OUTCOME_TIMEOUT, OUTCOME_OK, OUTCOME_TIMEOUT, OUTCOME_OK }, LADDER_NONE },
		{ { OUTCOME_OK, OUTCOME_TIMEOUT, OUTCOME_TIMEOUT, OUTCOME_OK }, LADDER_HUNG },
		{ { OUTCOME_TIMEOUT, OUTCOME_CRASHED, OUTCOME_TIMEOUT, OUTCOME_OK }, LADDER_NONE },
		{ { OUTCOME_DEVICE_LOST, OUTCOME_OUT_OF_MEMORY, OUTCOME_OK, OUTCOME_OK },
		  LADDER_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		for (int part = LADDER_ANSWER; part <= LADDER_REASON; part++) {
			struct ladder_watch watch = { 0 };

			for (size_t k = 0; k < COUNT_OF(seen[i].outcomes); k++)
				ladder_see(&watch, (enum ladder_part)part, seen[i].outcomes[k]);
			assert_int_equal(watch.cause, seen[i].cause);
		}
}

static void answers_and_reasons_are_counted_apart(void **state)
{
	struct ladder_watch watch = { 0 };

	(void)state;
	ladder_see(&watch, LADDER_ANSWER, OUTCOME_TIMEOUT);
	ladder_see(&watch, LADDER_REASON, OUTCOME_TIMEOUT);
	assert_int_equal(watch.cause, LADDER_NONE);
	ladder_see(&watch, LADDER_REASON, OUTCOME_TIMEOUT);
	assert_int_equal(watch.cause, LADDER_HUNG);
}

static void limits_have_a_text(void **state)
{
	static const struct {
		struct ladder_limits limits;
		const char *words, *mark;
	} cases[] = {
		{ { 0 }, "", "" },
		{ { 16, 0, false }, "with at most 16 tickets at a time", "16 at a time" },
		{ { 1, 2048, false },
		  "with at most 1 ticket at a time, with a context of 2048 tokens",
		  "1 at a time, context 2048" },
		{ { 0, 0, true }, "on the CPU", "CPU" },
		{ { 4, 0, true },
		  "on the CPU, with at most 4 tickets at a time",
		  "CPU, 4 at a time" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_string_equal(ladder_words(&a, &cases[i].limits), cases[i].words);
		assert_string_equal(ladder_mark(&a, &cases[i].limits), cases[i].mark);
	}
	for (int cause = LADDER_MEMORY; cause <= LADDER_DEVICE; cause++)
		assert_true(strlen(ladder_cause_words((enum ladder_cause)cause)) > 5);
	arena_release(&a);
}

static void a_pass_keeps_its_limits(void **state)
{
	struct pass_row top = { .n_gpu_layers = -1 }, low = { .n_wave = 4, .n_ctx_max = 512 };
	struct ladder_limits of_top = ladder_limits_of(&top, 0), of_low = ladder_limits_of(&low, 0);
	struct ladder_limits as_planned = ladder_limits_of(&low, 4), planned = { 0, 512, true };
	struct ladder_limits none = { 0 }, cpu = { 4, 512, true };

	(void)state;
	assert_true(ladder_limits_equal(&of_top, &none));
	assert_true(ladder_limits_equal(&of_low, &cpu));
	assert_true(ladder_limits_equal(&as_planned, &planned));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_follows_its_failure),
		cmocka_unit_test(every_ladder_ends),
		cmocka_unit_test(causes_are_seen),
		cmocka_unit_test(answers_and_reasons_are_counted_apart),
		cmocka_unit_test(limits_have_a_text),
		cmocka_unit_test(a_pass_keeps_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
