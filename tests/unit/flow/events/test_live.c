/*
 * The live lines of a run: what they say, that they fit, and the time that is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/str.h"
#include "flow/events/live.h"
#include "flow/session.h"

enum { S = 1000000, N_ROWS = 4 };

static struct session session;
static const struct model model = { .engine = ENGINE_LLAMA };
static const struct candidate candidate = { .model = &model };
static int64_t times[] = { 9000, 300000, 400000 };
static struct candidate_progress rows[N_ROWS];
static struct run_events events = { .session = &session, .rows = rows, .n = N_ROWS };

static struct candidate_progress row_of(const char *name, enum candidate_state state)
{
	return (struct candidate_progress){
		.candidate = &candidate,
		.name = name,
		.state = state,
		.n_tickets = 25,
		.phases = { { .n_left = 25, .estimate_us = -1, .work = 100 },
			    { .n_left = 25, .estimate_us = -1, .work = 50 } },
	};
}

/* One is done, one answers, two wait; nothing is estimated. */
static int setup_rows(void **state)
{
	int64_t now_us = clock_mono_us();

	(void)state;
	rows[0] = row_of("tiny · plain", CANDIDATE_DONE);
	rows[0].n_answered = rows[0].n_reasoned = 25;
	rows[0].n_right = 13;
	rows[1] = row_of("qwen2.5-coder-0.5b · examples", CANDIDATE_ANSWERING);
	rows[1].n_answered = 5;
	rows[1].n_right = 4;
	rows[1].ttft_us = times;
	rows[1].n_ttft = COUNT_OF(times);
	rows[1].phases[PHASE_ANSWERS].n_done = 5;
	/* The first answer waited 10 s for the prompt, the others took 2 s each. */
	rows[1].phases[PHASE_ANSWERS].start_us = now_us - 18 * S;
	rows[1].phases[PHASE_ANSWERS].first_us = now_us - 8 * S;
	rows[1].phases[PHASE_ANSWERS].last_us = now_us;
	rows[2] = row_of("qwen2.5-coder-1.5b · plain", CANDIDATE_WAITING);
	rows[3] = row_of("日本語の名前がとても長いモデル · plain", CANDIDATE_WAITING);
	return 0;
}

static void lines_say_where_each_candidate_stands(void **state)
{
	struct arena a = { 0 };
	size_t n;
	const char **lines = live_lines(&a, &events, (struct status_room){ 79, 23 }, &n);

	(void)state;
	assert_int_equal(n, N_ROWS + 2);
	assert_non_null(strstr(lines[1], "done             13/25"));
	assert_non_null(strstr(lines[2], "qwen2.5-coder-0.5b · examples"));
	assert_non_null(strstr(lines[2], "answering 5/25     4/5     300 ms"));
	assert_non_null(strstr(lines[3], "waiting"));
	assert_int_equal(strncmp(lines[5], "1 of 4 done, about ", 19), 0);
	assert_non_null(strstr(lines[5], "Ctrl-C stops; the same command resumes"));
	arena_release(&a);
}

static void lines_fit_every_terminal(void **state)
{
	(void)state;
	for (size_t columns = 1; columns < 120; columns++)
		for (size_t n_rows = 2; n_rows < 10; n_rows++) {
			struct arena a = { 0 };
			size_t n;
			const char **lines = live_lines(
				&a, &events, (struct status_room){ columns, n_rows }, &n);

			assert_true(n >= 2 && n <= n_rows);
			/* status_draw() cuts what is narrower than any table. */
			for (size_t i = 0; columns > 30 && i < n; i++)
				assert_true(str_columns(lines[i]) <= columns);
			assert_non_null(strstr(lines[n - 1], "of 4 done"));
			arena_release(&a);
		}
}

static void a_phase_goes_on_at_its_pace(void **state)
{
	int64_t left_us;

	(void)state;
	/* 20 answers at 2 s; reasons have half the work of the 5 answers that took 18 s. */
	left_us = run_events_left_us(&events, &rows[1]);
	assert_int_equal(left_us / S, 40 + 18 * 25 / 5 / 2);
	assert_int_equal(run_events_left_us(&events, &rows[0]), 0);
	/* What was never measured: its work at the speed of the others. */
	assert_int_equal(run_events_left_us(&events, &rows[2]) / S, 90 + 45);
	assert_int_equal(run_events_all_left_us(&events) / S, 85 + 2 * 135);
}

static void an_estimate_is_corrected_by_what_others_took(void **state)
{
	(void)state;
	rows[1].phases[PHASE_ANSWERS].estimate_us = 45 * S; /* it takes twice as long */
	rows[2].phases[PHASE_ANSWERS].estimate_us = 10 * S;
	rows[2].phases[PHASE_REASONS].estimate_us = 5 * S; /* no reason was written yet */
	assert_int_equal(run_events_left_us(&events, &rows[2]) / S, 20 + 5);
	/* Nothing tells the time before anything was measured or estimated. */
	rows[1].phases[PHASE_ANSWERS].n_done = 0;
	assert_int_equal(run_events_left_us(&events, &rows[3]), -1);
	assert_int_equal(run_events_all_left_us(&events), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines_say_where_each_candidate_stands, setup_rows),
		cmocka_unit_test_setup(lines_fit_every_terminal, setup_rows),
		cmocka_unit_test_setup(a_phase_goes_on_at_its_pace, setup_rows),
		cmocka_unit_test_setup(an_estimate_is_corrected_by_what_others_took, setup_rows),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
