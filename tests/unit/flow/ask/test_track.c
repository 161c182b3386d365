/*
 * One candidate: its pass is opened, answered by a worker, finished, and found again.
 */
#include "flow/ask/track.h"
#include "unit/flow/flow_fixture.h"

enum { N_TICKETS = 6 };

static void setup_one(struct flow *f)
{
	flow_tickets(N_TICKETS);
	flow_script("one", RIGHT);
	flow_job("one.script.json");
	flow_open(f, "first");
	run_events_begin(&f->s);
}

static void open_one(struct flow *f, struct track *t)
{
	size_t at = flow_at(f, "one plain");

	flow_ok(f, track_open(t, &f->s, &f->s.prepared.plan.candidates[at], at + 1, NULL,
			      &f->cmd.err));
}

static void new_pass_is_asked_from_the_start(void **state)
{
	struct track t;
	struct flow f;

	(void)state;
	setup_one(&f);
	open_one(&f, &t);
	assert_int_equal(t.n_items, N_TICKETS);
	assert_int_equal(t.n_answered, 0);
	assert_true(t.pass_id > 0);
	assert_string_equal(t.pass_row.way, "plain");
	flow_ok(&f, track_answers(&t, &f.cmd.err));
	assert_int_equal(t.n_answered, N_TICKETS);
	assert_int_equal(t.n_right, N_TICKETS);
	assert_true(t.in_memory);
	flow_ok(&f, track_finish(&t, &f.cmd.err));
	assert_int_equal(t.n_reasoned, N_TICKETS);
	assert_false(t.in_memory);
	track_close(&t);
	flow_close(&f);
}

static void finished_pass_is_found_again_and_asks_nothing(void **state)
{
	struct track t, again;
	struct flow f;

	(void)state;
	setup_one(&f);
	open_one(&f, &t);
	flow_ok(&f, track_answers(&t, &f.cmd.err));
	flow_ok(&f, track_finish(&t, &f.cmd.err));
	track_close(&t);
	open_one(&f, &again);
	assert_int_equal(again.pass_id, t.pass_id);
	assert_int_equal(again.n_answered, N_TICKETS);
	assert_int_equal(again.n_reasoned, N_TICKETS);
	assert_int_equal(again.n_right, N_TICKETS);
	flow_ok(&f, track_answers(&again, &f.cmd.err));
	assert_false(again.begun);
	track_close(&again);
	flow_close(&f);
}

static void reopened_pass_keeps_the_row_in_the_store(void **state)
{
	struct track t, again;
	struct pass_row stored;
	struct flow f;

	(void)state;
	setup_one(&f);
	open_one(&f, &t);
	open_one(&f, &again);
	flow_ok(&f, store_get_pass(&f.cmd.arena, &f.s.store, t.pass_id, &stored, &f.cmd.err));
	assert_int_equal(again.pass_row.pinned_date_s, stored.pinned_date_s);
	assert_int_equal(again.pass_row.created_us, stored.created_us);
	assert_int_equal(t.pass_row.created_us, stored.created_us);
	assert_string_equal(again.pass_row.key, t.pass_row.key);
	flow_close(&f);
}

static void limits_make_another_pass(void **state)
{
	const struct ladder_limits fewer = { .n_wave = 2 };
	struct track t, less;
	struct flow f;
	size_t at;

	(void)state;
	setup_one(&f);
	open_one(&f, &t);
	at = flow_at(&f, "one plain");
	flow_ok(&f, track_open(&less, &f.s, &f.s.prepared.plan.candidates[at], at + 1, &fewer,
			       &f.cmd.err));
	assert_int_not_equal(less.pass_id, t.pass_id);
	assert_int_equal(less.pass_row.n_wave, 2);
	flow_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(new_pass_is_asked_from_the_start, flow_clean),
		cmocka_unit_test_setup(finished_pass_is_found_again_and_asks_nothing, flow_clean),
		cmocka_unit_test_setup(reopened_pass_keeps_the_row_in_the_store, flow_clean),
		cmocka_unit_test_setup(limits_make_another_pass, flow_clean),
	};

	return cmocka_run_group_tests(tests, flow_enter, scratch_leave);
}
